-- The port table as a database. Made by portconv; make it again instead of changing it.
-- select * from ports where port = 53;

pragma page_size = 4096;
pragma application_id = 0x706f7274; -- "port"

-- Where the data is from: title, url, license.
create table meta (
    key   text primary key,
    value text not null
) strict;

-- The input files, in the order given.
create table sources (
    id     integer primary key, -- from 0
    name   text not null,       -- the path as given
    sha256 text not null
) strict;

-- What the statuses mean, in the words of the page; null where the page does not say.
create table statuses (
    name    text primary key,
    meaning text
) strict;

-- The references of the page that are cited.
create table citations (
    id   text primary key, -- what follows #cite_note- in the URL
    url  text,             -- null for a footnote that is text
    text text              -- what such a footnote says
) strict;

-- One row of the page's table each, in the page's order.
create table records (
    id          text primary key, -- port or range, a dot, the how-manieth record of it: '9.2', '71-74.1'
    first_port  integer not null check (first_port between 0 and 65535),
    last_port   integer not null check (last_port between first_port and 65535), -- inclusive
    name        text,             -- service name (RFC 6335); null where the row is no service
    name_source text check (name_source in ('curated', 'registry', 'derived')),
    description text not null,
    source_id   integer not null references sources (id),
    line        integer not null, -- from 1
    shifted     integer not null check (shifted in (0, 1)) -- the row had lost its port cell
) strict;

-- How a transport protocol uses the ports of a record. No row: the cell is blank.
create table assignments (
    record_id text not null references records (id),
    protocol  text not null check (protocol in ('tcp', 'udp', 'sctp', 'dccp')),
    status    text not null references statuses (name),
    basis     text not null check (basis in ('stated', 'merged', 'inferred')),
    text      text, -- the words of the cell where they are no status
    primary key (record_id, protocol)
) strict, without rowid;

-- Other names of a service.
create table aliases (
    record_id text not null references records (id),
    position  integer not null, -- from 0
    name      text not null,
    primary key (record_id, position)
) strict, without rowid;

-- The links of a record.
create table links (
    record_id text not null references records (id),
    position  integer not null, -- from 0
    text      text not null,
    url       text not null,
    missing   integer not null check (missing in (0, 1)), -- to a page that did not exist
    primary key (record_id, position)
) strict, without rowid;

-- What a record cites.
create table record_citations (
    record_id   text not null references records (id),
    position    integer not null, -- from 0
    citation_id text not null references citations (id),
    primary key (record_id, position)
) strict, without rowid;

-- What the status of a record for a protocol cites.
create table assignment_citations (
    record_id   text not null references records (id),
    protocol    text not null,
    position    integer not null, -- from 0
    citation_id text not null references citations (id),
    primary key (record_id, protocol, position),
    foreign key (record_id, protocol) references assignments (record_id, protocol)
) strict, without rowid;

-- What the page cites for the meaning of a status.
create table status_citations (
    status      text not null references statuses (name),
    position    integer not null, -- from 0
    citation_id text not null references citations (id),
    primary key (status, position)
) strict, without rowid;

-- The editorial tags of a record, such as 'jargon'.
create table tags (
    record_id text not null references records (id),
    position  integer not null, -- from 0
    tag       text not null,
    primary key (record_id, position)
) strict, without rowid;

-- Columns of the page's table that are none of the above.
create table extra (
    record_id text not null references records (id),
    position  integer not null, -- from 0
    header    text not null,
    text      text not null,
    primary key (record_id, position)
) strict, without rowid;

create virtual table records_fts using fts5 (name, description, content="records");

-- One row for each single port and protocol; ranges are expanded.
create view ports as
with recursive expanded (port, last_port, record_id) as (
    select first_port, last_port, id from records where first_port < last_port
    union all
    select port + 1, last_port, record_id from expanded where port < last_port
),
-- Single ports stand apart, so that a look-up of one goes through the index.
single (port, record_id) as (
    select first_port, id from records where first_port = last_port
    union all
    select port, record_id from expanded
)
select
    single.port,
    assignments.protocol,
    records.name,
    assignments.status,
    assignments.basis,
    records.description,
    records.id as record_id
from single
join records on records.id = single.record_id
join assignments on assignments.record_id = records.id;
