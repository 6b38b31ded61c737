-- The rows of all tables, from parts of the tree of ports.json.

insert into meta
select key, iif(type = 'text', value, ?1 -> fullkey) from json_each(?1, '$.attribution') where type <> 'null';

insert into sources
select key, value ->> 'path', value ->> 'sha256' from json_each(?, '$.sources');

insert into citations
select value ->> 'id', value ->> 'url', value ->> 'text' from json_each(?, '$.citations');

insert into statuses
select value ->> 'status', value ->> 'meaning' from json_each(?, '$.statuses')
union all
-- Those that the legend leaves out.
select value, null from json_each('["yes", "unofficial", "assigned", "no", "reserved", "other"]')
where value not in (select value ->> 'status' from json_each(?1, '$.statuses'));

insert into status_citations
select status.value ->> 'status', cited.key, cited.value
from json_each(?, '$.statuses') as status, json_each(status.value, '$.citations') as cited;

insert into records
select
    value ->> 'id', value ->> 'first_port', value ->> 'last_port', value ->> 'name',
    -- The full-text index reads columns of this table only.
    (select coalesce(group_concat(alias.value, ' '), '') from json_each(record.value, '$.aliases') as alias),
    value ->> 'name_source', value ->> 'description',
    (select id from sources where name = record.value ->> '$.source.path'),
    value ->> '$.source.line', value ->> '$.source.shifted'
from jsonb_each(?, '$.records') as record;

insert into assignments
select record.value ->> 'id', used.key, used.value ->> 'status', used.value ->> 'basis', used.value ->> 'text'
from jsonb_each(?, '$.lists') as record, json_each(record.value) as used
where used.key in ('tcp', 'udp', 'sctp', 'dccp') and used.type = 'object';

insert into assignment_citations
select record.value ->> 'id', used.key, cited.key, cited.value
from jsonb_each(?, '$.lists') as record, json_each(record.value) as used, json_each(used.value, '$.citations') as cited
where used.key in ('tcp', 'udp', 'sctp', 'dccp') and used.type = 'object';

insert into aliases
select record.value ->> 'id', alias.key, alias.value
from jsonb_each(?, '$.lists') as record, json_each(record.value, '$.aliases') as alias;

insert into links
select record.value ->> 'id', link.key, link.value ->> 'text', link.value ->> 'url', link.value ->> 'missing'
from jsonb_each(?, '$.lists') as record, json_each(record.value, '$.links') as link;

insert into record_citations
select record.value ->> 'id', cited.key, cited.value
from jsonb_each(?, '$.lists') as record, json_each(record.value, '$.citations') as cited;

insert into tags
select record.value ->> 'id', tag.key, tag.value
from jsonb_each(?, '$.lists') as record, json_each(record.value, '$.tags') as tag;

insert into extra
select record.value ->> 'id', row_number() over (partition by record.key order by field.id) - 1, field.key, field.value
from jsonb_each(?, '$.lists') as record, json_each(record.value, '$.extra') as field;
