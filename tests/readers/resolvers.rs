//! Real readers of services(5) read the files that portconv makes, and find every name in them.
//!
//! The file stands in place of `/etc/services` in a mount namespace, so that nothing changes on the
//! machine.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::{self, File};
use std::process::{Command, Output};

use crate::needs::{self, Outcome};
use crate::support::{assert_says, portconv, root};
use serde_json::Value;
use tempfile::TempDir;

tests![
    glibc_lists_every_line,
    python_finds_every_name_and_port,
    perl_finds_every_name_and_port,
    musl_finds_every_name_and_port_of_tcp_and_udp,
    go_finds_every_name_of_tcp_and_udp,
    node_finds_the_name_of_every_tcp_port,
    nmap_shows_the_name_of_every_port_of_tcp_udp_and_sctp,
    nmap_takes_ports_in_use_for_the_top_ports,
    nmap_scans_what_it_scanned_with_a_merged_file,
    tshark_shows_the_name_of_every_port,
    nftables_takes_every_name_and_gives_it_back,
    musl_takes_no_words_of_a_description_for_a_service,
    nmap_takes_no_words_of_a_description_for_a_service,
    every_line_suits_every_reader,
    every_port_and_protocol_has_one_line_in_order,
    every_name_stands_for_one_port_of_a_protocol,
    names_and_aliases_of_debian_are_names_here,
    official_services_have_the_names_that_iana_registered,
];

/// A line of a services(5) file: a port, a protocol, and what they are called.
#[derive(Debug, PartialEq)]
struct Line {
    port: u16,
    protocol: String,
    /// The official name, then the aliases.
    names: Vec<String>,
}

impl Line {
    /// `None` if there is nothing but a comment.
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split('#').next()?.split_whitespace().map(String::from);
        let name = words.next()?;
        let pair = words.next().expect(line);
        let (port, protocol) = pair.split_once('/').expect(line);
        Some(Self {
            port: port.parse().expect(line),
            protocol: protocol.into(),
            names: std::iter::once(name).chain(words).collect(),
        })
    }

    fn pair(&self) -> String {
        format!("{}/{}", self.port, self.protocol)
    }

    fn is_tcp_or_udp(&self) -> bool {
        matches!(self.protocol.as_str(), "tcp" | "udp")
    }
}

fn parse(text: &str) -> Vec<Line> {
    text.lines().filter_map(Line::parse).collect()
}

/// Files made from the package's table, in a folder that goes away with this.
struct Made(TempDir);

impl Made {
    fn new(formats: &str) -> Self {
        Self::of("seeds", formats)
    }

    fn of(input: &str, formats: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let output = format!("{}/", folder.path().display());
        done(portconv(
            root(),
            &["--quiet", "--format", formats, "--output", &output, input],
        ));
        Self(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn folder(&self) -> String {
        self.0.path().display().to_string()
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn lines(&self) -> Vec<Line> {
        let lines = parse(&self.text("services"));
        assert!(!lines.is_empty(), "no services");
        lines
    }
}

/// What a program that succeeded wrote.
fn done(output: Output) -> String {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {error}", output.status);
    String::from_utf8(output.stdout).unwrap()
}

/// A file of this test.
fn helper(name: &str) -> String {
    let path = root().join("tests/resolvers").join(name);
    path.display().to_string()
}

fn reference(name: &str) -> String {
    fs::read_to_string(helper(name)).unwrap()
}

/// A shell script in namespaces of its own; what is added to the command are its arguments.
fn isolated(script: &str) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "--net", "sh", "-c"]);
    command.args([script, "sh"]);
    command
}

/// A program that finds the file in place of `/etc/services`.
fn with_services(file: &str, program: &[&str]) -> Command {
    let mut command = isolated(r#"mount --bind "$1" /etc/services && shift && exec "$@""#);
    command.arg(file).args(program);
    command
}

/// Has a program look up the names, aliases and ports of lines, and compares what it finds.
///
/// The program reads lines `NAME PROTOCOL` or `PORT PROTOCOL`, and answers with the port or the name.
fn assert_finds<'a>(
    made: &Made,
    program: &[&str],
    names: impl IntoIterator<Item = &'a Line>,
    ports: impl IntoIterator<Item = &'a Line>,
) {
    let mut expected = Vec::new();
    for line in names {
        let answers = line.names.iter().map(|name| (name.clone(), line.port));
        expected.extend(answers.map(|(name, port)| (name, &line.protocol, port.to_string())));
    }
    for line in ports {
        expected.push((line.port.to_string(), &line.protocol, line.names[0].clone()));
    }
    let questions: Vec<_> = expected
        .iter()
        .map(|(asked, protocol, _)| format!("{asked} {protocol}"))
        .collect();
    fs::write(made.path("questions"), questions.join("\n")).unwrap();
    let mut command = with_services(&made.path("services"), program);
    command.stdin(File::open(made.path("questions")).unwrap());
    let found = done(command.output().unwrap());
    assert_eq!(found.lines().count(), expected.len(), "answers");
    for ((asked, protocol, answer), found) in expected.iter().zip(found.lines()) {
        assert_eq!(found, answer, "{asked} {protocol}");
    }
    println!("{}: {} look-ups", program[0], expected.len());
}

fn glibc_lists_every_line() -> Outcome {
    needs::program("getent")?;
    needs::mounting()?;
    let made = Made::new("services");
    let getent = |keys: &[&str]| {
        let program = ["getent", "-s", "files", "services"];
        let mut getent = with_services(&made.path("services"), &program);
        done(getent.args(keys).output().unwrap())
    };
    assert_eq!(parse(&getent(&[])), made.lines());
    for (key, answer) in [
        ("53/udp", "domain 53/udp dns"),
        ("dns/udp", "domain 53/udp dns"),
        ("ssh/tcp", "ssh 22/tcp"),
        ("20/tcp", "ftp-data 20/tcp"),
    ] {
        assert_eq!(parse(&getent(&[key])), parse(answer), "{key}");
    }
    Ok(())
}

fn python_finds_every_name_and_port() -> Outcome {
    needs::program("python3")?;
    needs::mounting()?;
    let made = Made::new("services");
    let lines = made.lines();
    assert_finds(&made, &["python3", &helper("look_up.py")], &lines, &lines);
    Ok(())
}

fn perl_finds_every_name_and_port() -> Outcome {
    needs::program("perl")?;
    needs::mounting()?;
    let made = Made::new("services");
    let lines = made.lines();
    assert_finds(&made, &["perl", &helper("look_up.pl")], &lines, &lines);
    Ok(())
}

fn compiled_with_musl(made: &Made) -> String {
    let program = made.path("look-up");
    let mut compile = Command::new("musl-gcc");
    compile.args(["-static", "-o", &program, &helper("look_up.c")]);
    done(compile.output().unwrap());
    program
}

fn musl_finds_every_name_and_port_of_tcp_and_udp() -> Outcome {
    needs::program("musl-gcc")?;
    needs::mounting()?;
    let made = Made::new("services");
    let program = compiled_with_musl(&made);
    let mut lines = made.lines();
    lines.retain(Line::is_tcp_or_udp);
    assert_finds(&made, &[&program], &lines, &lines);
    Ok(())
}

fn go_finds_every_name_of_tcp_and_udp() -> Outcome {
    needs::program("go")?;
    needs::mounting()?;
    let made = Made::new("services");
    let program = made.path("look-up");
    let mut compile = Command::new("go");
    compile.args(["build", "-o", &program, &helper("look_up.go")]);
    compile.env("CGO_ENABLED", "0");
    compile.env("GOCACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/go"));
    done(compile.output().unwrap());
    let mut lines = made.lines();
    lines.retain(Line::is_tcp_or_udp);
    assert_finds(&made, &[&program], &lines, []);
    Ok(())
}

/// Node looks up in the C library; it is not worth a package that only this test needs.
fn node_finds_the_name_of_every_tcp_port() -> Outcome {
    needs::program("node")?;
    needs::mounting()?;
    let made = Made::new("services");
    let mut lines = made.lines();
    lines.retain(|line| line.protocol == "tcp");
    assert_finds(&made, &["node", &helper("look_up.js")], [], &lines);
    Ok(())
}

/// Lets nmap scan its own machine, and returns the pairs with the names that it shows.
fn nmap(made: &Made, arguments: &[&str]) -> BTreeMap<String, String> {
    let mut command = isolated(r#"ip link set lo up && exec nmap -n -dd "$@" 127.0.0.1"#);
    let output = command.args(arguments).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "complaints");
    let shown = done(output);
    let read = format!("Read from {}: nmap-services.", made.folder());
    assert!(shown.contains(&read), "nmap read another file: {shown}");
    let ports = shown
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
    ports
        .map(|line| line.split_whitespace().map(String::from))
        .map(|mut words| (words.next().unwrap(), words.nth(1).unwrap()))
        .collect()
}

fn nmap_shows_the_name_of_every_port_of_tcp_udp_and_sctp() -> Outcome {
    needs::program("nmap")?;
    needs::program("ip")?;
    needs::mounting()?;
    let made = Made::new("services,nmap");
    let lines = made.lines();
    let known = lines.iter().filter(|line| line.protocol != "dccp");
    let expected: BTreeMap<_, _> = known
        .map(|line| (line.pair(), line.names[0].clone()))
        .collect();
    let (file, folder) = (made.path("nmap-services"), made.folder());
    let scans = ["-sS", "-sU", "-sY"];
    let as_file = [&["--servicedb", &file, "--top-ports", "65535"][..], &scans].concat();
    assert_eq!(nmap(&made, &as_file), expected);
    let in_folder = [&["--datadir", &folder, "-p", "[1-65535]"][..], &scans].concat();
    assert_eq!(nmap(&made, &in_folder), expected);
    println!("nmap: {} ports", expected.len());
    Ok(())
}

/// The file that nmap comes with, under another name: ours must not be where nmap looks first.
const STOCK: &str = "/usr/share/nmap/nmap-services";

fn nmap_scans_what_it_scanned_with_a_merged_file() -> Outcome {
    needs::program("nmap")?;
    needs::program("ip")?;
    needs::mounting()?;
    let made = Made(tempfile::tempdir().unwrap());
    let output = format!("{}/", made.folder());
    let merge = [
        "--quiet",
        "--builtin",
        "--format=nmap",
        "--merge",
        STOCK,
        "--output",
        &output,
    ];
    done(portconv(root(), &merge));
    let scanned = |arguments: &[&str]| {
        let mut command = isolated(r#"ip link set lo up && exec nmap -n -v -oG - "$@" 127.0.0.1"#);
        let shown = done(command.args(arguments).output().unwrap());
        let line = shown
            .lines()
            .find(|line| line.starts_with("# Ports scanned:"));
        line.unwrap().to_owned()
    };
    let stock = scanned(&[]);
    assert!(stock.contains("TCP(1000;"), "{stock}");
    assert_eq!(scanned(&["--datadir", &made.folder()]), stock);
    assert_eq!(
        scanned(&["-F", "--datadir", &made.folder()]),
        scanned(&["-F"])
    );
    // Our names where we have some, the others' where not, and our ports that the file lacks.
    let names = nmap(
        &made,
        &["--datadir", &made.folder(), "-d", "-p", "T:[1-65535]"],
    );
    let services = Made::new("services").lines();
    for line in services.iter().filter(|line| line.protocol == "tcp") {
        assert_eq!(names.get(&line.pair()), Some(&line.names[0]));
    }
    assert_eq!(names.get("3306/tcp").map(String::as_str), Some("mysql"));
    assert!(names.len() > 8000, "{}", names.len());
    Ok(())
}

fn nmap_takes_ports_in_use_for_the_top_ports() -> Outcome {
    needs::program("nmap")?;
    needs::program("ip")?;
    needs::mounting()?;
    let made = Made::new("nmap,json");
    let top = nmap(&made, &["--datadir", &made.folder(), "--top-ports", "10"]);
    assert_eq!(top.len(), 10);
    let in_use = pairs_of_status(&made, &["yes"]);
    let others = top.keys().find(|pair| !in_use.contains(*pair));
    assert_eq!(others, None);
    Ok(())
}

/// A packet to a port, in IPv4, as a record of a pcap file.
fn packet(line: &Line) -> Vec<u8> {
    let (number, rest): (u8, &[u8]) = match line.protocol.as_str() {
        "tcp" => (6, &[0, 0, 0, 0, 0, 0, 0, 0, 0x50, 2, 0, 0, 0, 0, 0, 0]), // SYN
        "udp" => (17, &[0, 8, 0, 0]),                                       // of 8 bytes
        "sctp" => (132, &[0; 8]),
        "dccp" => (33, &[5, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), // a request
        other => panic!("{other}"),
    };
    let length = u8::try_from(24 + rest.len()).unwrap();
    let record = [0, 0, 0, 0, 0, 0, 0, 0, length, 0, 0, 0, length, 0, 0, 0];
    let start = [0x45, 0, 0, length, 0, 0, 0, 0, 64, number, 0, 0];
    let addresses = [127, 0, 0, 1, 127, 0, 0, 1];
    let ports = [50_000, line.port].map(u16::to_be_bytes).concat();
    [&record[..], &start, &addresses, &ports, rest].concat()
}

/// A pcap file with a packet to every port.
fn capture(lines: &[Line]) -> Vec<u8> {
    const IPV4: u32 = 228;
    let header = [0xa1b2_c3d4, 2 | 4 << 16, 0, 0, 65535, IPV4];
    let mut capture: Vec<u8> = header.into_iter().flat_map(u32::to_le_bytes).collect();
    capture.extend(lines.iter().flat_map(packet));
    capture
}

fn tshark_shows_the_name_of_every_port() -> Outcome {
    needs::program("tshark")?;
    let made = Made::new("services,wireshark");
    let lines = made.lines();
    fs::write(made.path("every-port.pcap"), capture(&lines)).unwrap();
    let port = "tcp.dstport or udp.dstport or sctp.dstport or dccp.dstport";
    let columns = format!(r#"gui.column.format:"Port","%Cus:{port}:0:R","Protocol","%p""#);
    let mut tshark = Command::new("tshark");
    tshark.env("WIRESHARK_CONFIG_DIR", made.path("wireshark"));
    tshark.args(["-r", &made.path("every-port.pcap")]);
    tshark.args(["-N", "t", "-o", &columns]);
    let shown = done(tshark.output().unwrap());
    let line = |line: &Line| {
        let protocol = line.protocol.to_uppercase();
        format!("{} ({}) {protocol}", line.names[0], line.port)
    };
    let expected: Vec<_> = lines.iter().map(line).collect();
    assert_eq!(shown.lines().map(str::trim).collect::<Vec<_>>(), expected);
    println!("tshark: {} packets", expected.len());
    Ok(())
}

/// Loads nftables rules in a namespace, and returns the ports that it then lists.
fn nft(made: &Made, flags: &str) -> Vec<String> {
    const SCRIPT: &str = r#"mount --bind "$1" /etc/services && nft -c -f "$2" && nft -f "$2" && nft "$3" list ruleset"#;
    let mut nft = isolated(SCRIPT);
    nft.args([made.path("services"), made.path("rules"), flags.into()]);
    let listed = done(nft.output().unwrap());
    let ports = listed.lines().filter_map(|rule| rule.split_once(" dport "));
    ports
        .map(|(_, port)| port.trim_matches('"').into())
        .collect()
}

fn nftables_takes_every_name_and_gives_it_back() -> Outcome {
    needs::program("nft")?;
    needs::mounting()?;
    needs::success(&mut isolated("nft list ruleset"), "nf_tables in the kernel")?;
    let made = Made::new("services");
    let lines = made.lines();
    let rules: Vec<_> = lines
        .iter()
        .flat_map(|line| line.names.iter().map(move |name| (line, name)))
        .collect();
    let text: Vec<_> = rules
        .iter()
        .map(|(line, name)| format!("{} dport \"{name}\"", line.protocol))
        .collect();
    let table = format!("table inet t {{\nchain c {{\n{}\n}}\n}}\n", text.join("\n"));
    fs::write(made.path("rules"), table).unwrap();
    let ports: Vec<_> = rules
        .iter()
        .map(|(line, _)| line.port.to_string())
        .collect();
    assert_eq!(nft(&made, "-n"), ports);
    // nftables asks for the name of a port of any protocol, and gets that of the first line.
    let first = |port| lines.iter().find(|line| line.port == port).unwrap();
    let names: Vec<_> = rules
        .iter()
        .map(|(line, _)| &first(line.port).names[0])
        .collect();
    assert_eq!(nft(&made, "-S").iter().collect::<Vec<_>>(), names);
    println!("nft: {} rules", rules.len());
    Ok(())
}

/// A table whose descriptions are longer than a reader's buffer, and read like lines from there on.
fn table_of_long_descriptions() -> Made {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("long.md");
    let words = "ghost 4444/tcp 0.5 ".repeat(300);
    let table = format!("| Port | TCP | Description |\n|--|--|--|\n| 81 | Yes | Long {words}|\n");
    fs::write(&input, table).unwrap();
    Made::of(input.to_str().unwrap(), "services,nmap,wireshark")
}

fn musl_takes_no_words_of_a_description_for_a_service() -> Outcome {
    needs::program("musl-gcc")?;
    needs::mounting()?;
    let made = table_of_long_descriptions();
    fs::write(made.path("question"), "ghost tcp").unwrap();
    let mut ask = with_services(&made.path("services"), &[&compiled_with_musl(&made)]);
    ask.stdin(File::open(made.path("question")).unwrap());
    assert_eq!(done(ask.output().unwrap()), "-\n");
    Ok(())
}

fn nmap_takes_no_words_of_a_description_for_a_service() -> Outcome {
    needs::program("nmap")?;
    needs::program("ip")?;
    needs::mounting()?;
    let made = table_of_long_descriptions();
    let shown = nmap(&made, &["--datadir", &made.folder(), "-p", "[1-65535]"]);
    assert_eq!(shown.into_keys().collect::<Vec<_>>(), ["81/tcp"]);
    Ok(())
}

/// Whether RFC 6335 §5.1 allows the name, and Go finds it, which looks for lower case only.
fn is_service_name(name: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=15).contains(&name.len())
        && name.chars().all(is_allowed)
        && name.contains(|c: char| c.is_ascii_lowercase())
        && !format!("-{name}-").contains("--")
}

fn every_line_suits_every_reader() -> Outcome {
    let text = Made::new("services").text("services");
    assert!(text.ends_with('\n') && !text.contains('\r'));
    for line in text.lines() {
        assert!(line.len() < 127, "long: {line}");
        assert!(!line.starts_with([' ', '\t']), "indented: {line}");
    }
    for line in parse(&text) {
        assert!(
            line.names.iter().all(|name| is_service_name(name)),
            "{line:?}"
        );
    }
    Ok(())
}

fn every_port_and_protocol_has_one_line_in_order() -> Outcome {
    let lines = Made::new("services").lines();
    let place = |line: &Line| {
        let protocols = ["tcp", "udp", "sctp", "dccp"];
        let protocol = protocols.iter().position(|known| *known == line.protocol);
        (line.port, protocol.expect("a transport protocol"))
    };
    for two in lines.windows(2) {
        assert!(place(&two[0]) < place(&two[1]), "{two:?}");
    }
    Ok(())
}

fn every_name_stands_for_one_port_of_a_protocol() -> Outcome {
    let lines = Made::new("services").lines();
    let mut ports = HashMap::new();
    for line in &lines {
        for name in &line.names {
            let before = ports.insert((name, &line.protocol), line.port);
            assert_eq!(before, None, "{name} {}", line.pair());
        }
    }
    for port in 71..=74 {
        let name = format!("netrjs-{}", port - 70);
        assert_eq!(ports[&(&name, &"udp".into())], port);
    }
    Ok(())
}

/// The pairs of port and protocol that the table gives one of the statuses, ranges expanded.
fn pairs_of_status(made: &Made, statuses: &[&str]) -> BTreeSet<String> {
    let document: Value = serde_json::from_str(&made.text("ports.json")).unwrap();
    let mut pairs = BTreeSet::new();
    for record in document["records"].as_array().unwrap() {
        let port = |key: &str| record[key].as_u64().unwrap();
        for protocol in ["tcp", "udp", "sctp", "dccp"] {
            let status = record[protocol]["status"].as_str();
            if status.is_some_and(|status| statuses.contains(&status)) {
                let ports = port("first_port")..=port("last_port");
                pairs.extend(ports.map(|port| format!("{port}/{protocol}")));
            }
        }
    }
    pairs
}

/// The names of each pair of port and protocol.
type Names = BTreeMap<String, Vec<String>>;

/// The names of lines, spelled as portconv spells them.
fn names(lines: &[Line]) -> Names {
    let respelled = |name: &String| name.to_lowercase().replace('_', "-");
    lines
        .iter()
        .map(|line| (line.pair(), line.names.iter().map(respelled).collect()))
        .collect()
}

/// The pairs among which one side lacks names of the other, out of so many that both have.
fn lacking<'a>(
    ours: &'a Names,
    theirs: &'a Names,
    is_lacking: impl Fn(&[String], &[String]) -> bool,
) -> (Vec<&'a str>, usize) {
    let shared = || {
        ours.iter()
            .filter_map(|(pair, ours)| Some((pair, ours, theirs.get(pair)?)))
    };
    let lacking = shared().filter(|(_, ours, theirs)| is_lacking(ours, theirs));
    (
        lacking.map(|(pair, ..)| pair.as_str()).collect(),
        shared().count(),
    )
}

/// The page that says how many names agree.
const FORMATS: &str = "docs/formats.md";

fn names_and_aliases_of_debian_are_names_here() -> Outcome {
    let ours = names(&Made::new("services").lines());
    let debian = names(&parse(&reference("netbase-services")));
    let found = lacking(&ours, &debian, |ours, theirs| {
        !theirs.iter().all(|name| ours.contains(name))
    });
    assert_eq!(found, (vec![], 121));
    assert_says(FORMATS, "all 121 pairs that are also in Debian's netbase");
    Ok(())
}

/// Official pairs whose line starts with a name that is not IANA's, and why. One name stands for one port.
const OTHER_NAMES: [(&str, &str); 5] = [
    ("3/tcp", "compressnet is port 2"),
    ("3/udp", "compressnet is port 2"),
    ("654/tcp", "the table describes MMP; aodv is an alias"),
    ("85/tcp", "mit-ml-dev is port 83"),
    ("85/udp", "mit-ml-dev is port 83"),
];

/// The names that IANA registered for ports up to 1023, where the table has an official service.
fn registered_names(official: &BTreeSet<String>) -> Names {
    let line = |row: &str| {
        let cells: Vec<_> = row.split('\t').collect();
        Line {
            port: cells[0].parse().unwrap(),
            protocol: cells[1].into(),
            names: cells[2].split(' ').map(String::from).collect(),
        }
    };
    let table = reference("registered-names.tsv");
    let mut registered = names(&table.lines().skip(1).map(line).collect::<Vec<_>>());
    registered.retain(|pair, _| official.contains(pair));
    registered
}

fn official_services_have_the_names_that_iana_registered() -> Outcome {
    let made = Made::new("services,json");
    let ours = names(&made.lines());
    let iana = registered_names(&pairs_of_status(&made, &["yes", "assigned"]));
    let (nowhere, compared) = lacking(&ours, &iana, |ours, theirs| {
        !ours.iter().any(|name| theirs.contains(name))
    });
    let (not_first, _) = lacking(&ours, &iana, |ours, theirs| !theirs.contains(&ours[0]));
    assert_eq!(not_first, OTHER_NAMES.map(|(pair, _)| pair));
    assert_eq!(nowhere, ["3/tcp", "3/udp", "85/tcp", "85/udp"]);
    assert_eq!((compared, iana.len()), (448, 448));
    assert!(nowhere.len() * 100 <= compared, "less than 99 %");
    let agreeing = compared - nowhere.len();
    let permille = 1000 * agreeing / compared;
    let share = format!("{}.{} %", permille / 10, permille % 10);
    assert_says(
        FORMATS,
        &format!("{agreeing} of {compared} official pairs ({share})"),
    );
    Ok(())
}
