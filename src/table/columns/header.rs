//! What a header names.

use std::collections::HashSet;

use super::Role;
use crate::dataset::Protocol;
use crate::diagnostic::{Code, Report};
use crate::read::grid::Cell;
use crate::read::prose::words;
use crate::vocabulary::transports;

/// Headers of transports, the best first.
#[rustfmt::skip]
pub(super) const TRANSPORT: &[&str] = &[
    "transport protocol", "transport layer protocol", "transport layer", "transport", "transports",
    "l4 protocol", "layer 4 protocol", "l4", "layer 4", "ip protocol", "tcp udp", "tcp or udp", "udp tcp",
    "protocol tcp udp", "protocol", "protocols", "prot", "proto", "protos", "protokoll", "protokolle",
    "protocolo", "protocolos", "protocole", "protocoles", "protocollo", "protokol", "protokół",
    "protocolo de transporte", "протокол", "протоколы", "プロトコル", "协议", "協議", "协议类型", "传输协议", "프로토콜",
];

/// Headers that are those of transports if nothing else stands below them.
#[rustfmt::skip]
pub(super) const TYPE: &[&str] = &[
    "type", "types", "typ", "tipo", "тип", "类型", "種類", "タイプ",
];

/// Headers of what IANA says.
#[rustfmt::skip]
pub(super) const OFFICIAL: &[&str] = &[
    "iana status", "status", "iana", "official", "official unofficial", "registration", "статус", "statut",
    "estado", "stato", "状態", "状态", "상태",
];

/// Headers of service names, the best first.
#[rustfmt::skip]
pub(super) const NAME: &[&str] = &[
    "service name", "service", "services", "name", "keyword", "servicename", "short name", "dienst",
    "dienste", "servicio", "servicios", "serviço", "servico", "serviços", "servizio", "tjänst", "tjeneste",
    "usługa", "сервис", "служба", "サービス", "サービス名", "服务", "服務", "서비스", "nom", "nombre", "nome", "имя", "名称",
    "application", "applications", "app", "program", "anwendung", "aplicación", "aplicação", "приложение",
    "アプリケーション", "应用", "component",
];

/// Headers of protocols, which are service names if they are none of transports.
#[rustfmt::skip]
pub(super) const APPLICATION_PROTOCOL: &[&str] = &[
    "application protocol", "application layer protocol", "protocol", "protocols", "proto", "protokoll",
    "protocolo", "protocole", "protocollo", "протокол", "プロトコル", "协议", "協議", "프로토콜",
];

/// Headers of descriptions, the best first.
#[rustfmt::skip]
pub(super) const DESCRIPTION: &[&str] = &[
    "description", "descriptions", "desc", "beschreibung", "descripción", "descripcion", "descrição",
    "descricao", "descrizione", "описание", "説明", "说明", "描述", "설명", "opis", "beskrivning", "omschrijving",
    "use", "usage", "uses", "used for", "use case", "verwendung", "uso", "utilisation", "użycie",
    "использование", "purpose", "zweck", "propósito", "назначение", "用途", "目的", "용도", "function", "función",
    "função", "fonction", "funktion", "justification", "reason", "why", "motivo", "meaning", "role",
    "details", "comment", "comments", "notes", "note", "remarks", "remark", "bemerkung", "bemerkungen",
    "anmerkung", "kommentar", "remarque", "примечание", "備考", "备注", "application", "applications", "service",
    "services",
];

/// Words of headers of ports.
#[rustfmt::skip]
const PORT: [&str; 35] = [
    "port", "ports", "portnumber", "portnummer", "portnummern", "puerto", "puertos", "porta", "portas",
    "porte", "poort", "poorten", "portti", "portar", "porty", "порт", "порты", "порта", "порту", "ポート",
    "ポート番号", "端口", "端口号", "端口號", "埠", "埠號", "連接埠", "通訊埠", "포트", "포트번호", "cổng", "liman", "nodeport",
    "hostport", "портов",
];

/// Words beside them that leave them ports.
#[rustfmt::skip]
const BESIDE_PORT: [&str; 52] = [
    "s", "es", "number", "numbers", "no", "nr", "num", "nummer", "número", "numero", "numéro", "номер",
    "range", "ranges", "bereich", "default", "standard", "used", "open", "opened", "exposed", "published",
    "listening", "listen", "listener", "required", "tcp", "udp", "sctp", "dccp", "protocol", "protocols",
    "proto", "protocolo", "transport", "type", "source", "src", "destination", "dest", "dst", "target",
    "host", "container", "internal", "external", "local", "remote", "server", "service", "and", "or",
];

/// Words of headers that never stand above ports, service names or descriptions.
#[rustfmt::skip]
const SOMETHING_ELSE: [&str; 78] = [
    "rfc", "rfcs", "year", "code", "codes", "id", "ids", "vlan", "decimal", "hex", "price", "size", "bytes",
    "bits", "count", "total", "page", "pages", "chapter", "no", "nr", "index", "type", "types", "baud",
    "rate", "version", "bit", "layer", "length", "source", "destination", "src", "dst", "from", "to", "host",
    "hostname", "ip", "address", "image", "container", "direction", "interface", "zone", "subnet", "action",
    "rule", "owner", "user", "process", "pid", "state", "status", "scope", "access", "auth", "authentication",
    "encryption", "encrypted", "tls", "secure", "security", "optional", "mandatory", "risk", "severity",
    "category", "group", "os", "vendor", "environment", "node", "date", "url", "link", "reference",
    "references",
];

/// A header, and its words in lower case.
#[derive(Debug)]
pub(super) struct Header {
    text: String,
    words: Vec<String>,
    /// The words with single blanks between.
    plain: String,
}

impl Header {
    pub(super) fn of(text: &str) -> Self {
        let is_part = |c: char| !c.is_alphanumeric() && c != '_';
        let words: Vec<_> = text
            .split(is_part)
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        Self {
            text: text.to_owned(),
            plain: words.join(" "),
            words,
        }
    }

    /// The header as it stands.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// A role, and where in a list of names the header stands.
    pub(super) fn is_one_of(&self, role: Role, names: &[&str]) -> Option<(Role, usize)> {
        let rank = names.iter().position(|name| *name == self.plain)?;
        Some((role, rank))
    }

    /// The transport protocol that the header is the name of.
    pub(super) fn protocol(&self) -> Option<Protocol> {
        match self.words.as_slice() {
            [word] => transports::protocol(word),
            _ => None,
        }
    }

    /// Whether the header is that of ports, and how surely: 0 if it says no more than that.
    pub(super) fn port(&self) -> Option<usize> {
        if !self.words.iter().any(|word| is_port(word)) {
            return None;
        }
        let others = self.words.iter().filter(|word| !is_port(word));
        if others
            .clone()
            .all(|word| BESIDE_PORT.contains(&word.as_str()))
        {
            let is_number = |word: &String| BESIDE_PORT[..12].contains(&word.as_str());
            return Some(others.filter(|word| !is_number(word)).count());
        }
        // A caption in front of the header: "Well-known ports Port".
        let (last, caption) = self.words.split_last()?;
        (is_port(last) && caption.iter().any(|word| is_port(word))).then_some(0)
    }

    /// The protocol that the header names the ports of: `TCP port`, but not `TCP/UDP port`.
    pub(super) fn port_of(&self) -> Option<Protocol> {
        self.port()?;
        let mut protocols = self
            .words
            .iter()
            .filter_map(|word| transports::protocol(word));
        protocols.next().filter(|_| protocols.next().is_none())
    }

    /// Whether the header says that its column is none of ours.
    pub(super) fn is_of_something_else(&self) -> bool {
        let is_known = |word: &String| SOMETHING_ELSE.contains(&word.as_str());
        let is_protocol_number = self.words.len() > 1 && self.words[0].starts_with("protocol");
        self.words.iter().any(is_known) || is_protocol_number || self.text == "#"
    }
}

fn is_port(word: &str) -> bool {
    PORT.contains(&word)
}

/// Whether a heading or caption speaks of ports.
pub(super) fn speaks_of_ports(text: &str) -> bool {
    Header::of(text).words.iter().any(|word| is_port(word))
}

/// Whether a row names columns, that of the ports among them.
pub(in crate::table) fn names_columns<'c, 'a: 'c>(
    row: impl Iterator<Item = Option<&'c Cell<'a>>>,
) -> bool {
    let headers: Vec<_> = row
        .map(|cell| Header::of(&cell.map(words).unwrap_or_default()))
        .collect();
    let is_port = |header: &Header| header.port() == Some(0) || header.port_of().is_some();
    let is_other = |header: &Header| {
        let mut lists = [TRANSPORT, TYPE, OFFICIAL, NAME, DESCRIPTION].into_iter();
        let is_known = lists.any(|names| header.is_one_of(Role::Extra, names).is_some());
        is_known || header.protocol().is_some()
    };
    headers.iter().any(is_port) && headers.iter().any(is_other)
}

/// Whether one of some headers is that of ports.
pub(in crate::table) fn has_port_header(headers: &[Option<&Cell<'_>>]) -> bool {
    let mut headers = headers
        .iter()
        .flatten()
        .map(|cell| Header::of(&words(cell)));
    headers.any(|header| header.port().is_some())
}

/// The most bytes of a header that become the name of a column: it stands with every record, and YAML
/// knows no key of more than 1024 characters.
const MAX_BYTES: usize = 100;

/// The names of columns: their headers, cut where they are too long, and each once.
pub(super) fn unique<'h>(headers: impl Iterator<Item = &'h Header>) -> Vec<String> {
    let mut taken = HashSet::from([String::new()]);
    let unique = |(column, header): (usize, &Header)| {
        let mut name = header.text[..header.text.floor_char_boundary(MAX_BYTES)].to_owned();
        let mut unique = name.clone();
        while !taken.insert(unique.clone()) {
            unique = numbered(&name, column);
            // An earlier header has these very words: that name is taken, too.
            name.push('′');
        }
        unique
    };
    headers.enumerate().map(unique).collect()
}

/// The name of a column whose header is blank or stands above another one, too.
fn numbered(header: &str, column: usize) -> String {
    format!("{header} (column {})", column + 1)
        .trim_start()
        .to_owned()
}

/// Reports the headers that are too long to be a column's name as they are.
pub(in crate::table) fn report_long_headers(headers: &[&Cell<'_>], report: &mut Report<'_>) {
    for cell in headers {
        let name = words(cell);
        if name.len() > MAX_BYTES {
            let message = format!("a header is cut: {name:?}");
            report.push(Code::LongHeader, cell.span.clone(), message);
        }
    }
}
