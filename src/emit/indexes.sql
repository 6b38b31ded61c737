-- Made when the tables are full: sorting once is faster than keeping order.

create index records_by_port on records (first_port, last_port);
create index records_by_name on records (name);
create index aliases_by_name on aliases (name);
create index tags_by_tag on tags (tag);
create index record_citations_by_citation on record_citations (citation_id);
create index assignment_citations_by_citation on assignment_citations (citation_id);

insert into records_fts (records_fts) values ('rebuild');
