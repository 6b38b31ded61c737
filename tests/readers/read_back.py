"""Reads ports.yaml, ports.csv and ports.sqlite of a folder and compares them with its ports.json.

Prints every difference; exit code 1 if there is one, 3 if PyYAML is absent.
Nothing of portconv is used here.
"""

import csv
import json
import sqlite3
import sys
from pathlib import Path

try:
    import yaml
except ImportError:
    sys.exit(3)

PROTOCOLS = ["tcp", "udp", "sctp", "dccp"]


def from_yaml(folder):
    with open(folder / "ports.yaml", encoding="utf-8") as file:
        return yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def csv_row(record):
    """The row of ports.csv that a record of ports.json should have."""
    row = {
        "id": record["id"],
        "first_port": str(record["first_port"]),
        "last_port": str(record["last_port"]),
        "name": record["name"] or "",
        "aliases": ";".join(record["aliases"]),
        "name_source": record["name_source"] or "",
        "description": record["description"],
        "citations": ";".join(record["citations"]),
        "links": " ".join(link["url"] for link in record["links"]),
        "tags": ";".join(record["tags"]),
        "line": str(record["source"]["line"]),
    }
    for protocol in PROTOCOLS:
        assignment = record[protocol] or {"status": "", "basis": ""}
        row[protocol] = assignment["status"]
        row[protocol + "_basis"] = assignment["basis"]
    return row


def from_csv(folder):
    with open(folder / "ports.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def column(database, query, *values):
    return [row[0] for row in database.execute(query, values)]


def assignment(database, record, protocol):
    query = "select status, basis, text from assignments where record_id = ? and protocol = ?"
    for status, basis, text in database.execute(query, (record, protocol)):
        cited = column(
            database,
            "select citation_id from assignment_citations where record_id = ? and protocol = ? order by position",
            record,
            protocol,
        )
        words = {} if text is None else {"text": text}
        return {"status": status, **words, "basis": basis, "citations": cited}
    return None


def attribution(database):
    known = dict(database.execute("select key, value from meta"))
    return {key: known.get(key) for key in ("title", "url", "license")} if known else None


def from_sqlite(folder):
    """The whole tree of ports.json, from the tables."""
    database = sqlite3.connect(f"file:{folder / 'ports.sqlite'}?mode=ro", uri=True)
    assert column(database, "pragma integrity_check") == ["ok"]
    assert column(database, "pragma foreign_key_check") == []
    tree = {
        "schema_version": column(database, "pragma user_version")[0],
        "attribution": attribution(database),
        "sources": [
            {"path": path, "sha256": sha256}
            for path, sha256 in database.execute("select name, sha256 from sources order by id")
        ],
        "statuses": [],
        "citations": [],
        "records": [],
    }
    for status, meaning in database.execute(
        "select name, meaning from statuses where meaning is not null order by rowid"
    ):
        cited = "select citation_id from status_citations where status = ? order by position"
        tree["statuses"].append(
            {"status": status, "meaning": meaning, "citations": column(database, cited, status)}
        )
    for id, url, text in database.execute("select id, url, text from citations order by rowid"):
        tree["citations"].append({"id": id, "url": url, **({} if text is None else {"text": text})})
    query = (
        "select records.id, first_port, last_port, records.name, name_source, description, "
        "sources.name, line, shifted "
        "from records join sources on sources.id = source_id order by records.rowid"
    )
    for id, first, last, name, name_source, description, path, line, shifted in database.execute(query):
        extra = dict(
            database.execute("select header, text from extra where record_id = ? order by position", (id,))
        )
        links = database.execute(
            "select text, url, missing from links where record_id = ? order by position", (id,)
        )
        record = {
            "id": id,
            "first_port": first,
            "last_port": last,
            "name": name,
            "aliases": column(database, "select name from aliases where record_id = ? order by position", id),
            "name_source": name_source,
            **{protocol: assignment(database, id, protocol) for protocol in PROTOCOLS},
            "description": description,
            "links": [
                {"text": text, "url": url, "missing": bool(missing)} for text, url, missing in links
            ],
            "citations": column(
                database,
                "select citation_id from record_citations where record_id = ? order by position",
                id,
            ),
            "tags": column(database, "select tag from tags where record_id = ? order by position", id),
            **({"extra": extra} if extra else {}),
            "source": {"path": path, "line": line, "shifted": bool(shifted)},
        }
        tree["records"].append(record)
    return tree


def view(folder):
    database = sqlite3.connect(f"file:{folder / 'ports.sqlite'}?mode=ro", uri=True)
    return sorted(database.execute("select port, protocol, record_id, status, basis, name from ports"))


def view_of(tree):
    """One row for each single port and protocol that has a status."""
    return sorted(
        (port, protocol, record["id"], record[protocol]["status"], record[protocol]["basis"], record["name"])
        for record in tree["records"]
        for protocol in PROTOCOLS
        if record[protocol]
        for port in range(record["first_port"], record["last_port"] + 1)
    )


def differences(what, expected, got):
    """Compares typed: 0 is not false, and the order of keys counts."""
    if isinstance(expected, dict) and isinstance(got, dict) and list(expected) == list(got):
        for key in expected:
            yield from differences(f"{what}.{key}", expected[key], got[key])
    elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        for index, pair in enumerate(zip(expected, got)):
            yield from differences(f"{what}[{index}]", *pair)
    elif type(expected) is not type(got) or expected != got:
        yield f"{what}: expected {expected!r}, got {got!r}"


def main(folder):
    with open(folder / "ports.json", encoding="utf-8") as file:
        tree = json.load(file)
    assert tree["records"], "there is nothing to compare"
    found = [
        *differences("yaml", tree, from_yaml(folder)),
        *differences("sqlite", tree, from_sqlite(folder)),
        *differences("view ports", view_of(tree), view(folder)),
    ]
    rows = from_csv(folder)
    expected = [csv_row(record) for record in tree["records"]]
    by_key = [{key: row[key] for key in expected[0]} for row in rows]
    found += differences("csv", expected, by_key)
    found += differences("csv columns", sorted(expected[0]), sorted(rows[0]))
    print(*found, sep="\n")
    print(f"{len(tree['records'])} records compared")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
