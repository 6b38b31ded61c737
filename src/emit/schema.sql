-- The port table as a database. Made by portconv; make it again instead of changing it.
-- select * from ports where port = 53;
--
-- The comment above each table and behind each column is its description in metadata.json.

pragma page_size = 4096;
pragma application_id = 0x706f7274; -- "port"

-- Whose data it is: title, url, license. No row: it is not known, and no licence is claimed.
create table meta (
    key   text primary key, -- title, url or license
    value text not null     -- what it is
) strict;

-- The input files, in the order given.
create table sources (
    id     integer primary key, -- its place, from 0
    name   text not null,       -- the path as given
    sha256 text not null        -- SHA-256 of its bytes
) strict;

-- What the statuses mean, in the words of the page.
create table statuses (
    name    text primary key, -- the status in lower case
    meaning text              -- what it means; null where the page does not say
) strict;

-- The references of the page that are cited.
create table citations (
    id   text primary key, -- what follows #cite_note- in the URL
    url  text,             -- where it leads; null for a footnote that is text without a link
    text text              -- what such a footnote says
) strict;

-- One row of the page's table each, in the page's order.
create table records (
    id          text primary key, -- port or range, #, 1-based number among the records of exactly these ports: '9#2', '71-74#1'
    first_port  integer not null check (first_port between 0 and 65535), -- the lowest port
    last_port   integer not null check (last_port between first_port and 65535), -- the highest port, itself included
    name        text,             -- service name (RFC 6335); null where the row is no service
    aliases     text not null,    -- other names, joined by a space, for the full-text index; the table aliases has them one by one
    name_source text check (name_source in ('curated', 'stated', 'registry', 'derived')), -- where the name is from; null without one
    description text not null,    -- plain text; may be empty
    source_id   integer not null references sources (id), -- the input file
    line        integer not null, -- of the input file, from 1
    shifted     integer not null check (shifted in (0, 1)) -- 1 if the row had lost its port cell and was moved back
) strict;

-- How a transport protocol uses the ports of a record. No row: the cell is blank.
create table assignments (
    record_id text not null references records (id), -- what uses it
    protocol  text not null check (protocol in ('tcp', 'udp', 'sctp', 'dccp')), -- the transport protocol
    status    text not null references statuses (name), -- what the page says; other for words that are no status
    basis     text not null check (basis in ('stated', 'merged', 'inferred')), -- stated by the cell; blank, and merged with TCP by curated facts; blank, and inferred by rule
    text      text, -- the words of the cell where they are no status
    primary key (record_id, protocol)
) strict, without rowid;

-- Other names of a service.
create table aliases (
    record_id text not null references records (id), -- what has it
    position  integer not null, -- its place in the record, from 0
    name      text not null,    -- the alias
    primary key (record_id, position)
) strict, without rowid;

-- The links of a record.
create table links (
    record_id text not null references records (id), -- what has it
    position  integer not null, -- its place in the record, from 0
    text      text not null,    -- the words that carry it
    url       text not null,    -- where it leads
    missing   integer not null check (missing in (0, 1)), -- 1 if it leads to a page that did not exist
    primary key (record_id, position)
) strict, without rowid;

-- What a record cites.
create table record_citations (
    record_id   text not null references records (id), -- what cites
    position    integer not null, -- its place there, from 0
    citation_id text not null references citations (id), -- what is cited
    primary key (record_id, position)
) strict, without rowid;

-- What the status of a record for a protocol cites.
create table assignment_citations (
    record_id   text not null,    -- what cites
    protocol    text not null,    -- whose status cites
    position    integer not null, -- its place there, from 0
    citation_id text not null references citations (id), -- what is cited
    primary key (record_id, protocol, position),
    foreign key (record_id, protocol) references assignments (record_id, protocol)
) strict, without rowid;

-- What the page cites for the meaning of a status.
create table status_citations (
    status      text not null references statuses (name), -- whose meaning cites
    position    integer not null, -- its place there, from 0
    citation_id text not null references citations (id), -- what is cited
    primary key (status, position)
) strict, without rowid;

-- The editorial tags of a record, such as 'jargon'.
create table tags (
    record_id text not null references records (id), -- what has it
    position  integer not null, -- its place in the record, from 0
    tag       text not null,    -- the tag
    primary key (record_id, position)
) strict, without rowid;

-- Columns of the page's table that are none of the above.
create table extra (
    record_id text not null references records (id), -- what has it
    position  integer not null, -- its place in the record, from 0
    header    text not null,    -- the header of the column
    text      text not null,    -- what the cell says
    primary key (record_id, position)
) strict, without rowid;

-- The full-text index of the records.
create virtual table records_fts using fts5 (
    name,        -- the name of a record
    aliases,     -- its other names
    description, -- its description
    content="records", columnsize=0
);

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
    single.port,             -- a single port
    assignments.protocol,    -- tcp, udp, sctp or dccp
    records.name,            -- service name; null where the row is no service
    assignments.status,      -- yes, unofficial, assigned, no, reserved or other
    assignments.basis,       -- stated, merged or inferred
    records.description,     -- plain text; may be empty
    records.id as record_id  -- what the page says of the port
from single
join records on records.id = single.record_id
join assignments on assignments.record_id = records.id;
