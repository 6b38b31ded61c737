//! Names for tables without curated facts: derived ones, and those of a registry in either format.

use crate::support::no_facts;
use portconv::Registry;
use portconv::Source;
use portconv::dataset::{NameSource, Record};
use portconv::diagnostic::Code;
use portconv::{Conversion, Facts, convert};

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
    let read = |text: &str| Registry::read(Source::decode("registry", text).unwrap()).unwrap();
    let registry = (!registry.is_empty()).then(|| read(registry));
    convert(
        &[Source::decode("t.md", TABLE).unwrap()],
        &Facts {
            registry,
            ..no_facts()
        },
    )
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

#[test]
fn without_a_registry_names_are_derived() {
    let conversion = conversion("");
    for (port, expected) in [
        (1080, "socks-proxy"),
        (2049, "nfs"),
        (5000, "upnp"),
        (6000, "x11"),
        (7001, "weblogic-server"),
    ] {
        assert_eq!(name(&conversion, port), (expected, NameSource::Derived));
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
