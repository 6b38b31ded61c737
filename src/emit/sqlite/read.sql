-- Each record as an object of ports.json, in order.
with assigned as (
    select record_id, protocol, json_object(
        'status', status,
        'text', text,
        'basis', basis,
        'citations', json((
            select json_group_array(citation_id order by position) from assignment_citations as cited
            where cited.record_id = assignments.record_id and cited.protocol = assignments.protocol
        ))
    ) as assignment from assignments
)
select json_object(
    'id', id,
    'first_port', first_port,
    'last_port', last_port,
    'name', name,
    'aliases', json((select json_group_array(name order by position) from aliases where record_id = id)),
    'name_source', name_source,
    'tcp', json((select assignment from assigned where record_id = id and protocol = 'tcp')),
    'udp', json((select assignment from assigned where record_id = id and protocol = 'udp')),
    'sctp', json((select assignment from assigned where record_id = id and protocol = 'sctp')),
    'dccp', json((select assignment from assigned where record_id = id and protocol = 'dccp')),
    'description', description,
    'links', json((
        select json_group_array(json_object(
            'text', text, 'url', url, 'missing', json(iif(missing, 'true', 'false'))
        ) order by position) from links where record_id = id
    )),
    'citations', json((select json_group_array(citation_id order by position) from record_citations where record_id = id)),
    'tags', json((select json_group_array(tag order by position) from tags where record_id = id)),
    'extra', json((select json_group_object(header, text order by position) from extra where record_id = id)),
    'source', json_object(
        'path', (select sources.name from sources where sources.id = source_id),
        'line', line,
        'shifted', json(iif(shifted, 'true', 'false'))
    )
) from records order by records.rowid
