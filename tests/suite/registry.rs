//! Names for tables without curated facts: derived ones, and those of a registry in either format.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use portconv::dataset::{Dataset, NameSource, PortRange, Record};
use portconv::diagnostic::Code;
use portconv::lookup::{Query, Table};
use portconv::{Conversion, Names, Options, Registry, Source, by_name, convert};
use rusqlite::{Connection, MAIN_DB};

use crate::support::{no_facts, root};

const TABLE: &str = "\
| Port | TCP | UDP | Description |
|---|---|---|---|
| 1080 | Yes | No | SOCKS proxy |
| 2049 | Yes | Yes | Network File System (NFS) |
| 3306 | Yes | Assigned | MySQL database system |
| 4444 | Unofficial | No | Metasploit's default listener port |
| 5000 | Unofficial | No | UPnP, Universal Plug and Play |
| 5999 | Yes | No | CVSup file update tool |
| 6000-6063 | Yes | Yes | X11, used between an X client and server over the network |
| 7001 | Unofficial | No | WebLogic Server |
| 8443 | No | No | PCsync HTTPS |
";

/// Lines as in IANA's file, with what is odd in it: blank names, ranges, other protocols, fields on several lines.
const IANA: &str = "\
Service Name,Port Number,Transport Protocol,Description,Assignee,Contact,Registration Date,Modification Date,Reference,Service Code,Unauthorized Use Reported,Assignment Notes
socks,1080,tcp,Socks,[Ying-Da_Lee],[Ying-Da_Lee],,,,,,
shilp,2049,tcp,,,,,,,,,
nfs,2049,tcp,\"Network File System - Sun
Microsystems\",,,,,,,,
nfs,2049,udp,Network File System - Sun Microsystems,,,,,,,,
mysql,3306,tcp,MySQL,,,,,,,,
mysql,3306,udp,MySQL,,,,,,,,
krb524,4444,tcp,KRB524,,,,,,,,
nv-video,4444,tcp,NV Video default,,,,,,,,
commplex-main,5000,tcp,,,,,,,,,
x11,6000-6063,tcp,X Window System,,,,,,,,
x11,6000-6063,udp,X Window System,,,,,,,,
afs3_callback,7001,tcp,callbacks to cache managers,,,,,,,,
pcsync-https,8443,tcp,PCsync HTTPS,,,,,,,,
,9999,tcp,Unassigned,,,,,,,,
sip,5060,dccp,The description,,,,,,,,
";

fn conversion(registry: &str) -> Conversion {
    converted(TABLE, registry)
}

/// A table without curated facts, with a registry if its text is not empty.
fn converted(table: &str, registry: &str) -> Conversion {
    let read = |text: &str| Registry::read(Source::decode("registry", text).unwrap()).unwrap();
    let mut options = no_facts();
    options.facts.registry = (!registry.is_empty()).then(|| read(registry));
    convert(&[Source::decode("t.md", table).unwrap()], &options)
}

fn name(conversion: &Conversion, first_port: u16) -> (&str, NameSource) {
    let is_it = |record: &&Record| record.ports.first() == first_port;
    let record = conversion.dataset.records.iter().find(is_it).unwrap();
    let naming = record.naming.as_ref().unwrap();
    (naming.name.as_str(), naming.source)
}

fn messages(conversion: &Conversion, code: Code) -> Vec<&str> {
    let of_code = conversion
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.code == code);
    of_code
        .map(|diagnostic| diagnostic.message.as_str())
        .collect()
}

/// Ports at which IANA has other services, or none.
#[test]
fn without_a_registry_names_are_those_of_iana_or_derived() {
    let conversion = conversion("");
    for (port, expected) in [
        (1080, ("socks", NameSource::Registry)),
        (2049, ("nfs", NameSource::Registry)),
        (3306, ("mysql", NameSource::Registry)),
        (5000, ("upnp", NameSource::Derived)),
        (6000, ("x11", NameSource::Registry)),
        (7001, ("weblogic-server", NameSource::Derived)),
    ] {
        assert_eq!(name(&conversion, port), expected);
    }
}

#[test]
fn a_registry_names_what_it_knows() {
    let conversion = conversion(IANA);
    // The first of two names does not fit the row, the second does.
    assert_eq!(name(&conversion, 2049), ("nfs", NameSource::Registry));
    assert_eq!(name(&conversion, 3306), ("mysql", NameSource::Registry));
    assert_eq!(name(&conversion, 6000), ("x11", NameSource::Registry));
    // What the registry has there is another service.
    assert_eq!(name(&conversion, 5000), ("upnp", NameSource::Derived));
    assert_eq!(
        name(&conversion, 7001),
        ("weblogic-server", NameSource::Derived)
    );
    let last = conversion
        .dataset
        .services
        .iter()
        .rfind(|service| service.port == 6063)
        .unwrap();
    assert_eq!(last.name.as_str(), "x11-64");
}

#[test]
fn iana_and_table_can_disagree() {
    let conversion = conversion(IANA);
    assert_eq!(
        messages(&conversion, Code::NotInRegistry),
        ["5999/tcp is yes here, but not in the registry"]
    );
    let registered = messages(&conversion, Code::InRegistry);
    assert_eq!(
        registered,
        ["8443/tcp is no here, but pcsync-https in the registry"]
    );
}

/// One row of a port that agrees is enough, whatever the others are.
#[test]
fn a_port_agrees_if_one_of_its_rows_does() {
    let table = "\
| Port | TCP | UDP | Description |
|---|---|---|---|
| 631 | Yes | Yes | Internet Printing Protocol (IPP) |
| Unofficial | Unofficial | Common Unix Printing System (CUPS) administration console (extension to IPP) | |
| 900 | Unofficial | No | IPP of Acme |
";
    let registry = "\
Service Name,Port Number,Transport Protocol,Description
ipp,631,tcp,Internet Printing Protocol
ipp,631,udp,Internet Printing Protocol
ipp-other,900,tcp,IPP of Acme
";
    let conversion = converted(table, registry);
    let found = messages(&conversion, Code::InRegistry);
    assert_eq!(
        found,
        ["900/tcp is unofficial here, but ipp-other in the registry"]
    );
    assert_eq!(messages(&conversion, Code::NotInRegistry), [""; 0]);
}

/// Lines of IANA's file without a transport.
#[test]
fn a_blank_transport_counts_for_tcp_and_udp() {
    let table = "\
| Port | TCP | UDP | SCTP | Description |
|---|---|---|---|---|
| 27000-27009 | Yes | Yes | | Flexible license manager |
| 27020 | Yes | Yes | Yes | Something else |
";
    let registry = "\
Service Name,Port Number,Transport Protocol,Description
flex-lm,27000-27009,,FLEX LM (1-10)
,27010-27019,,Unassigned
other,27020,,
";
    let conversion = converted(table, registry);
    assert_eq!(
        messages(&conversion, Code::NotInRegistry),
        ["27020/sctp is yes here, but not in the registry"]
    );
    assert_eq!(name(&conversion, 27000), ("flex-lm", NameSource::Registry));
    let named = |port: u16| {
        let services = conversion.dataset.services.iter();
        services.filter(move |service| service.port == port).count()
    };
    assert_eq!((named(27004), named(27020)), (2, 3));
}

#[test]
fn rows_of_a_port_share_out_its_names_by_what_fits() {
    let table = "\
| Port | TCP | UDP | Description |
|---|---|---|---|
| 443 | No | Yes | QUIC, a transport protocol of HTTP/3 |
| 443 | Yes | Yes | Hypertext Transfer Protocol Secure (HTTPS) |
| 512 | Yes | No | Rexec, Remote Process Execution |
| 512 | No | Yes | comsat, together with biff |
| 2049 | Yes | Yes | Another file system |
| 2049 | Yes | Yes | Network File System |
| 4444 | Yes | No | Something |
| 4444 | Yes | No | Something else |
";
    let conversion = converted(table, "");
    let records = conversion.dataset.records.iter();
    let names: Vec<_> = records
        .map(|record| {
            record
                .naming
                .as_ref()
                .map_or("-", |naming| naming.name.as_str())
        })
        .collect();
    let quic = ["quic", "https"];
    assert_eq!(names[..2], quic);
    assert_eq!(names[2..4], ["exec", "comsat"]);
    // No row gets `shilp`, `krb524` or `nv-video` because the name is left over.
    assert_eq!(names[4..], ["-", "nfs", "-", "-"]);
}

/// 591 has the name in the curated facts, and IANA has it for 8008 too.
#[test]
fn a_name_of_several_ports_is_that_of_its_usual_port() {
    let table = "\
| Port | TCP | UDP | Description |
|---|---|---|---|
| 591 | Yes | Yes | FileMaker 6.0 (and later) Web Sharing (HTTP Alternate, also see port 80) |
| 8008 | Yes | Yes | Alternative port for HTTP. See also ports 80 and 8080. |
| 8080 | Yes | Yes | Alternative port for HTTP. See also ports 80 and 8008. |
";
    let source = Source::decode("t.md", table).unwrap();
    let conversion = convert(&[source], &Options::default());
    assert_eq!(name(&conversion, 8080), ("http-alt", NameSource::Registry));
    assert_eq!(name(&conversion, 591), ("http-alt-2", NameSource::Curated));
    assert_eq!(
        name(&conversion, 8008),
        ("http-alt-3", NameSource::Registry)
    );
}

#[test]
fn a_services_file_names_but_does_not_judge() {
    let services = "# comment\nsocks\t1080/tcp\t\t# socks proxy server\nnfs 2049/tcp\nnfs 2049/udp\nMySQL 3306/tcp mysqld # MySQL\n";
    let conversion = conversion(services);
    assert_eq!(name(&conversion, 1080), ("socks", NameSource::Registry));
    assert_eq!(name(&conversion, 3306), ("mysql", NameSource::Registry));
    assert_eq!(
        messages(&conversion, Code::NotInRegistry),
        Vec::<&str>::new()
    );
    let aliases = &conversion.dataset.records[2]
        .naming
        .as_ref()
        .unwrap()
        .aliases;
    assert_eq!(
        aliases
            .iter()
            .map(portconv::dataset::ServiceName::as_str)
            .collect::<Vec<_>>(),
        ["mysqld"]
    );
}

#[test]
fn a_line_that_is_none_is_an_error_with_its_number() {
    let read =
        |text: &str| Registry::read(Source::decode("r", text).unwrap()).map_err(|bad| bad.line);
    assert_eq!(read("ssh 22/tcp\nssh 22 tcp\n").err(), Some(2));
    assert_eq!(read("ssh 70000/tcp\n").err(), Some(1));
    assert!(read("").is_ok());
}

/// The names that a services file has, each with its port.
fn in_services(dataset: &Dataset) -> Vec<(String, PortRange)> {
    let bytes = by_name("services").unwrap().emit(dataset).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let lines = text.lines().map(|line| line.split('#').next().unwrap());
    let lines = lines.filter(|line| !line.is_empty());
    let names = lines.flat_map(|line| {
        let mut words = line.split_whitespace();
        let (name, port) = (words.next().unwrap(), words.next().unwrap());
        let port = port.split('/').next().unwrap().parse().unwrap();
        let names = std::iter::once(name).chain(words);
        names.map(move |name| (name.to_owned(), PortRange::new(port, port).unwrap()))
    });
    names.collect()
}

/// The names that a database has, each with its ports: those of records first.
fn in_database(dataset: &Dataset) -> Vec<(String, PortRange)> {
    let bytes = by_name("sqlite").unwrap().emit(dataset).unwrap();
    let mut database = Connection::open_in_memory().unwrap();
    let length = bytes.len();
    database
        .deserialize_read_exact(MAIN_DB, bytes.as_slice(), length, true)
        .unwrap();
    let query = "select name, first_port, last_port from records where name is not null
        union all select aliases.name, first_port, last_port from aliases join records on id = record_id
        union all select name, port, port from ports where name is not null";
    let mut query = database.prepare(query).unwrap();
    let named = query.query_map((), |row| {
        Ok((
            row.get(0)?,
            PortRange::new(row.get(1)?, row.get(2)?).unwrap(),
        ))
    });
    named.unwrap().map(Result::unwrap).collect()
}

/// The answers to each name of a table that have the name, with their ports.
fn in_answers(dataset: &Dataset) -> Vec<(String, PortRange)> {
    let table = Table::new(dataset);
    let namings = dataset
        .records
        .iter()
        .filter_map(|record| record.naming.as_ref());
    let names = namings.flat_map(|naming| std::iter::once(&naming.name).chain(&naming.aliases));
    let answers = names.flat_map(|&name| {
        let query = Query::parse_all(&[name.to_string()]).unwrap().remove(0);
        let mut found = table.find(&query);
        found.retain(|entry| entry.name == Some(name) || entry.aliases.contains(&name));
        assert!(!found.is_empty(), "{name}");
        found
            .into_iter()
            .map(move |entry| (name.to_string(), entry.ports))
    });
    answers.collect()
}

/// Every input that the tests have.
fn inputs() -> impl Iterator<Item = Source> {
    let mut inputs = vec![root().join("seeds/well-known-ports.md")];
    for folder in [
        "tests/cases",
        "tests/tables",
        "tests/page",
        "tests/wikitext",
    ] {
        let files = fs::read_dir(root().join(folder)).unwrap();
        inputs.extend(files.map(|file| file.unwrap().path()));
    }
    let is_input = |path: &PathBuf| {
        let ending = path.extension().and_then(OsStr::to_str);
        matches!(ending, Some("md" | "html" | "wiki" | "txt" | "rst" | "csv"))
    };
    let inputs = inputs.into_iter().filter(is_input);
    inputs.filter_map(|path| Source::decode(path.to_str().unwrap(), fs::read(&path).unwrap()).ok())
}

/// In every input that the tests have, names that are written as lines of facts and given back stay what they were.
#[test]
fn names_that_are_given_back_stay() {
    let mut lines = 0;
    for source in inputs() {
        let path = source.path.clone();
        let sources = [source];
        let mut options = no_facts();
        let named = |options: &Options| {
            let records = convert(&sources, options).dataset.records;
            let names = records.into_iter().map(|record| (record.id, record.naming));
            let names = names.map(|(id, naming)| (id, naming.map(|naming| naming.name)));
            names.collect::<Vec<_>>()
        };
        let before = named(&options);
        let facts = portconv::missing_names(&sources, &options);
        lines += facts.lines().count();
        options.facts.names = Some(Names::read(Source::decode("n.csv", facts).unwrap()).unwrap());
        assert_eq!(named(&options), before, "{path}");
    }
    assert!(lines > 1000, "{lines}");
}

/// In every input that the tests have, and in all that is made of it: a name is one port's, whatever the protocol, or
/// that of the ports of a range, or of one port among them.
#[test]
fn a_name_means_one_port() {
    let is_part = |part: PortRange, whole: PortRange| {
        part.is_single() && whole.first() <= part.first() && part.last() <= whole.last()
    };
    let mut names = 0;
    for source in inputs() {
        let path = Path::new(&source.path);
        let curated = path.ends_with("well-known-ports.md").then(Options::default);
        for options in curated.into_iter().chain([no_facts()]) {
            let dataset = convert(std::slice::from_ref(&source), &options).dataset;
            for named in [
                in_services(&dataset),
                in_database(&dataset),
                in_answers(&dataset),
            ] {
                let mut ports: HashMap<String, PortRange> = HashMap::new();
                names += named.len();
                for (name, of_name) in named {
                    let known = ports.entry(name.clone()).or_insert(of_name);
                    if is_part(*known, of_name) {
                        *known = of_name;
                    }
                    let is_one = *known == of_name || is_part(of_name, *known);
                    assert!(is_one, "{name}: {known}, {of_name} in {}", path.display());
                }
            }
        }
    }
    assert!(names > 10_000, "{names}");
}
