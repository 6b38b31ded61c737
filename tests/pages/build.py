"""Builds a page as MediaWiki serves it, or as Parsoid writes it, out of the table in seeds/.

    python3 build.py served|parsoid|tables > page.html

The tables have their spans again: seeds/blank-cells.csv says which blank UDP cells are one with the TCP cell, and a
row that starts with a status shares the port cell of the row above. A section of registered ports, up to nine services
on one port, follows. `tables` gives the three tables alone, as they stand on the served page.

Reads the markdown on its own, so that it proves something about a program that reads it, too.
"""

import csv
import html
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = "List_of_TCP_and_UDP_port_numbers"
ORIGIN = "https://en.wikipedia.org"
STATUSES = {"Yes", "No", "Unofficial", "Assigned", "Reserved", ""}
MOJIBAKE = {"â€“": "–", "â€”": "—", "Â§": "§"}

# Port, then its services: statuses for TCP, UDP, SCTP, DCCP and the description. `=` is one cell with the one before.
REGISTERED = [
    ("1027", [("Reserved", "=", "", "", "")]),
    ("1080", [("Yes", "=", "", "", "[SOCKS](/wiki/SOCKS) proxy")]),
    ("1194", [("Yes", "=", "", "", "[OpenVPN](/wiki/OpenVPN){ovpn}")]),
    ("1293", [("Yes", "=", "", "", "[IPSec](/wiki/IPsec) (Internet Protocol Security)")]),
    ("1521", [("No", "", "", "", "nCUBE License Manager"),
              ("Unofficial", "", "", "", "[Oracle](/wiki/Oracle_Database) database default listener, in future releases<br />official port 2483 (TCP/IP) and 2484 (TCP/IP with SSL)")]),
    ("1965", [("Yes", "=", "", "", "Tivoli NPM"),
              ("Unofficial", "Un­official", "", "", "[Gemini](/wiki/Gemini_(protocol)), a lightweight, collaboratively designed protocol{gemini}")]),
    ("2049", [("Yes", "=", "Yes", "", "[Network File System](/wiki/Network_File_System) (NFS){nfs}")]),
    ("3478", [("Yes", "=", "", "", "[STUN](/wiki/STUN), a protocol for NAT traversal"),
              ("Yes", "=", "", "", "[TURN](/wiki/Traversal_Using_Relays_around_NAT), a protocol for NAT traversal{turn}"),
              ("Yes", "=", "", "", "STUN Behavior Discovery. See also port 5349.")]),
    ("5060", [("Yes", "=", "", "", "[Session Initiation Protocol](/wiki/Session_Initiation_Protocol) (SIP)")]),
    ("5353", [("Assigned", "Yes", "", "", "[Multicast DNS](/wiki/Multicast_DNS) (mDNS)")]),
    ("5355", [("Yes", "=", "", "", "[Link-Local Multicast Name Resolution](/wiki/LLMNR) (LLMNR), _allows_ hosts to resolve names")]),
    ("6000–6063", [("Yes", "=", "", "", "[X11](/wiki/X_Window_System)—used between an X client and server over the network")]),
    ("6881–6887", [("", "Unofficial", "", "", "[BitTorrent](/wiki/BitTorrent) is part of the full range of ports used most often{tag:citation needed}")]),
    ("8000", [("Unofficial", "", "", "", "Commonly used for Internet radio streams such as [SHOUTcast](/wiki/SHOUTcast), [Icecast](/wiki/Icecast) and [iTunes Radio](/wiki/ITunes_Radio){tag:citation needed}"),
              ("Unofficial", "", "", "", "[DynamoDB Local](!DynamoDB_Local)"),
              ("Unofficial", "", "", "", "Django development webserver{django}")]),
    ("8080", [("Yes", "=", "", "", "Alternative port for [HTTP](/wiki/HTTP). See also ports 80 and 8008."),
              ("Unofficial", "", "", "", "[Apache Tomcat](/wiki/Apache_Tomcat){tomcat}"),
              ("Unofficial", "", "", "", "Atlassian JIRA applications"),
              ("Unofficial", "", "", "", "[Kubernetes](/wiki/Kubernetes) API & proxies < 1.20"),
              ("No", "Unofficial", "", "", "[FilePhile](!FilePhile) master/relay server"),
              ("Unofficial", "=", "", "", "Jenkins{tag:jargon}{tomcat}"),
              ("Unofficial", "Yes", "Assigned", "No", "A service that states all four"),
              ("", "", "Unofficial", "=", "A service of SCTP and DCCP"),
              ("Unofficial", "", "", "", "M2MLogger")]),
    ("8443", [("Unofficial", "=", "=", "=", "One cell over all four"),
              ("Unofficial", "", "", "", "iCal over SSL behind no pipe")]),
    ("9418", [("Yes", "=", "", "", "[git](/wiki/Git_(software)), Git pack transfer service")]),
    ("9987", [("", "Unofficial", "", "", "[TeamSpeak](/wiki/TeamSpeak) 3 server default (voice) port{ts}{tomcat}")]),
    ("10000", [("Yes", "=", "", "", "[Network Data Management Protocol](/wiki/NDMP)"),
               ("Unofficial", "", "", "", "[Webmin](/wiki/Webmin), web-based administration tool"),
               ("Unofficial", "", "", "", "[BackupExec](/wiki/Backup_Exec)")]),
    ("25565", [("Unofficial", "", "", "", "[Minecraft](/wiki/Minecraft) (Java Edition) multiplayer server"),
               ("", "Unofficial", "", "", "Minecraft (Java Edition) multiplayer server query")]),
    ("47808–47823", [("Yes", "=", "", "", "[BACnet](/wiki/BACnet) Building Automation and Control Networks (47808₁₀ = BAC0₁₆ to 47823₁₀ = BACF₁₆)")]),
]


def fixed(text):
    for wrong, right in MOJIBAKE.items():
        text = text.replace(wrong, right)
    return text


def markdown_tables(text):
    """The legend and the ports: rows of cells, and the definitions of labels behind them."""
    tables, rows, labels = [], [], {}
    for line in fixed(text).splitlines():
        if line.startswith("|"):
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            if not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
                rows.append(cells)
        elif match := re.match(r"\[\^(.*?)\]:\s*\S*#cite_note-(\S*)", line):
            labels[match[1]] = match[2]
        elif rows:
            tables.append((rows, labels))
            rows, labels = [], {}
    return tables + ([(rows, labels)] if rows else [])


URL = r"((?:[^()\s]|\([^()\s]*\))*)"
MARKUP = re.compile(
    r"\[\[(?P<number>[^\]]*)\]\]\([^\s()]*#cite_note-(?P<note>" + URL + r")\)"
    r"|\[_\[(?P<tag>[^\]]*)\]\((?P<guide>" + URL + r")(?: \"[^\"]*\")?\)_\]"
    r"|\[(?P<words>[^\[\]^]*)\]\((?P<url>" + URL + r")(?: \"(?P<title>[^\"]*)\")?\)"
    r"|\[\^(?P<label>[^\]]*)\]|(?P<emphasis>(?<!\w)_|_(?!\w))"
)


class Form:
    """How a page writes links and citations."""

    def __init__(self, is_parsoid):
        self.is_parsoid = is_parsoid
        self.notes = []
        self.about = 0

    def inline(self, text, labels):
        """Markdown to HTML."""
        parts, end, is_open = [], 0, False
        for match in MARKUP.finditer(text):
            parts.append(html.escape(text[end:match.start()], quote=False))
            end = match.end()
            if match["note"] is not None:
                parts.append(self.citation(match["note"]))
            elif match["label"] is not None:
                parts.append(self.citation(labels[match["label"]]))
            elif match["tag"] is not None:
                parts.append(self.tag(match["tag"], match["guide"]))
            elif match["emphasis"] is not None:
                parts.append("</i>" if is_open else "<i>")
                is_open = not is_open
            else:
                parts.append(self.link(match["words"], match["url"], match["title"]))
        return "".join(parts) + html.escape(text[end:], quote=False)

    def link(self, words, url, title):
        name = url.rsplit("/", 1)[-1]
        words = self.inline(words, {})
        if "redlink=1" in url:
            name = re.search(r"title=([^&]*)", url)[1]
            title = title or name.replace("_", " ") + " (page does not exist)"
            if self.is_parsoid:
                url = f"./{name}?action=edit&amp;redlink=1"
                return f'<a rel="mw:WikiLink" href="{url}" title="{html.escape(title)}" class="new" typeof="mw:LocalizedAttrs" data-mw-i18n=\'{{"title":{{"lang":"x-page","key":"red-link-title","params":["{name}"]}}}}\'>{words}</a>'
            url = url.removeprefix(ORIGIN).replace("&", "&amp;")
            return f'<a href="{url}" class="new" title="{html.escape(title)}">{words}</a>'
        local = url.removeprefix(ORIGIN)
        if not local.startswith("/wiki/"):
            rel = "mw:ExtLink nofollow" if self.is_parsoid else "nofollow"
            return f'<a rel="{rel}" class="external text" href="{html.escape(url)}">{words}</a>'
        title = html.escape(title or name.replace("_", " "))
        if self.is_parsoid:
            url = "./" + local.removeprefix("/wiki/")
            return f'<a rel="mw:WikiLink" href="{html.escape(url)}" title="{title}">{words}</a>'
        return f'<a href="{html.escape(local)}" title="{title}">{words}</a>'

    def citation(self, note):
        if note not in self.notes:
            self.notes.append(note)
        number = self.notes.index(note) + 1
        href = html.escape(note)
        if self.is_parsoid:
            self.about += 1
            data = html.escape('{"name":"ref","attrs":{"name":"%s"},"body":{"id":"mw-reference-text-cite_note-%s"}}' % (note, note))
            return (f'<sup about="#mwt{self.about}" class="mw-ref reference" id="cite_ref-{href}_{number}-0" rel="dc:references" typeof="mw:Extension/ref" data-mw="{data}">'
                    f'<a href="./{PAGE}#cite_note-{href}" id="mwAb{self.about}"><span class="mw-reflink-text" id="mwAc{self.about}"><span class="cite-bracket" id="mwAd{self.about}">[</span>{number}<span class="cite-bracket" id="mwAe{self.about}">]</span></span></a></sup>')
        return f'<sup id="cite_ref-{href}_{number}-0" class="reference"><a href="#cite_note-{href}"><span class="cite-bracket">&#91;</span>{number}<span class="cite-bracket">&#93;</span></a></sup>'

    def tag(self, words, url):
        name = url.rsplit("/", 1)[-1]
        link = self.link(words, f"{ORIGIN}/wiki/{name}", name.replace("_", " "))
        attributes = ' about="#mwt9" typeof="mw:Transclusion" data-mw=\'{"parts":[{"template":{"target":{"wt":"jargon inline"}}}]}\'' if self.is_parsoid else ""
        return f'<sup class="noprint Inline-Template" style="white-space:nowrap;"{attributes}>&#91;<i>{link}</i>&#93;</sup>'

    def attributes(self, words):
        if not self.is_parsoid or not words:
            return ""
        return ' typeof="mw:Transclusion" data-mw=\'{"parts":[{"template":{"target":{"wt":"%s","href":"./Template:%s"},"params":{},"i":0}}]}\'' % (words, words)

    def section(self, title):
        anchor = title.replace(" ", "_")
        if self.is_parsoid:
            return f'<section data-mw-section-id="2" id="mwBQ"><h2 id="{anchor}">{title}</h2>\n'
        edit = ('<span class="mw-editsection"><span class="mw-editsection-bracket">[</span>'
                f'<a href="/w/index.php?title={PAGE}&amp;action=edit&amp;section=2" title="Edit section: {title}"><span>edit</span></a>'
                '<span class="mw-editsection-bracket">]</span></span>')
        return f'<div class="mw-heading mw-heading2"><h2 id="{anchor}">{title}</h2>{edit}</div>\n'

    def end_of_section(self):
        return "</section>\n" if self.is_parsoid else ""


STYLES = {"Yes": ("table-yes", "#9EFF9E"), "No": ("table-no", "#FFC7C7"), "Unofficial": ("table-partial", "#FFB"),
          "Assigned": ("table-maybe", "#BFD"), "Reserved": ("table-dark", "#CCC")}


def status_cell(form, content, columns, rows=1):
    plain = re.sub(r"<[^>]*>", "", content)
    word = plain.split("&#91;")[0].split("[")[0].replace("\u00ad", "")
    style = ""
    if word in STYLES:
        name, colour = STYLES[word]
        style = f' class="{name}" style="background: {colour}; color: black; vertical-align: middle; text-align: center;"'
    spans = (f' colspan="{columns}"' if columns > 1 else "") + (f' rowspan="{rows}"' if rows > 1 else "")
    return f"<td{spans}{style}{form.attributes(word)}>{content}\n</td>"


def row(form, port, rows, statuses, description):
    """One row; `=` is a status cell that is one with the cell before it, and a port of None lies in the row above."""
    cells = []
    if port is not None:
        spans = f' rowspan="{rows}"' if rows > 1 else ""
        sort = f' data-sort-value="{int(re.search(r"[0-9]+", re.sub("<[^>]*>", "", port))[0]):05}"'
        cells.append(f"<td{spans}{sort}>{port}\n</td>")
    at = 0
    while at < len(statuses):
        columns = 1
        while at + columns < len(statuses) and statuses[at + columns] == "=":
            columns += 1
        cells.append(status_cell(form, statuses[at], columns))
        at += columns
    cells.append(f"<td>{description}\n</td>")
    return "<tr>\n" + "\n".join(cells) + "</tr>\n"


def table(caption, header, rows):
    cells = "\n".join(f'<th scope="col">{cell}\n</th>' for cell in header)
    return (f'<table class="wikitable sortable" style="text-align: left;">\n<caption>{caption}\n</caption>\n'
            f"<tbody><tr>\n{cells}</tr>\n{''.join(rows)}</tbody></table>\n")


def squeezed(content):
    """The letters and digits of some HTML, without citations and tags."""
    return re.sub(r"[\W_]", "", html.unescape(re.sub(r"<sup.*?</sup>|<[^>]*>", "", content))).lower()


def merged_cells():
    """Ports and description to whether the UDP cell is one with the TCP cell."""
    with open(ROOT / "seeds/blank-cells.csv", newline="", encoding="utf-8") as file:
        facts = csv.DictReader(line for line in file if not line.startswith("#"))
        return {(int(fact["first_port"]), squeezed(fact["description"])): fact["udp"] == "merged" for fact in facts}


def well_known(form, rows, labels):
    """The rows of the seed, each with its spans."""
    facts, groups, used = merged_cells(), [], 0
    for cells in rows:
        number = re.search(r"^\[?([0-9]+)", cells[0])
        if number:
            groups.append((form.inline(cells[0], labels), int(number[1]), []))
            cells = cells[1:]
        elif not cells[-1] and len(cells) == 6 and groups:
            cells = cells[:-1]
        _, port, services = groups[-1]
        *statuses, description = [form.inline(cell, labels) for cell in cells]
        if statuses[0] and not statuses[1]:
            used += 1
            if facts[port, squeezed(description)]:
                statuses[1] = "="
        services.append((statuses, description))
    assert used == len(facts), (used, len(facts))
    lines = []
    for port, _, services in groups:
        for at, (statuses, description) in enumerate(services):
            lines.append(row(form, port if at == 0 else None, len(services), statuses, description))
    return lines


def registered(form):
    def inline(text):
        text = text.replace("(!", f"({ORIGIN}/w/index.php?action=edit&redlink=1&title=").replace("](/wiki/", f"]({ORIGIN}/wiki/")
        text = re.sub(r"\{tag:([^}]*)\}", lambda tag: f"[_[{tag[1]}]({ORIGIN}/wiki/Wikipedia:{tag[1].capitalize().replace(' ', '_')})_]", text)
        text = re.sub(r"\{(\w+)\}", r"[^\1]", text)
        return form.inline(text, LABELS).replace("&lt;br /&gt;", "<br />")

    lines = []
    for port, services in REGISTERED:
        for at, (*statuses, description) in enumerate(services):
            lines.append(row(form, port if at == 0 else None, len(services), statuses, inline(description)))
    return lines


LABELS = {name: f"{name}-{150 + at}" for at, name in enumerate(["ovpn", "gemini", "nfs", "turn", "django", "tomcat", "ts"])}

NAVBOX = """<div class="navbox-styles"><style data-mw-deduplicate="TemplateStyles:r1129693374">.mw-parser-output .hlist dl{margin:0}</style></div>
<div role="navigation" class="navbox" aria-labelledby="Internet"><table class="nowraplinks hlist mw-collapsible autocollapse navbox-inner" style="border-spacing:0;background:transparent;color:inherit"><tbody><tr><th scope="col" class="navbox-title" colspan="2"><div class="navbar plainlinks hlist navbar-mini"><ul><li class="nv-view"><a href="/wiki/Template:Internet" title="Template:Internet"><abbr title="View this template">v</abbr></a></li></ul></div><div id="Internet"><a href="/wiki/Internet">Internet</a> ports</div></th></tr><tr><th scope="row" class="navbox-group" style="width:1%">Transport</th><td class="navbox-list-with-group navbox-list navbox-odd"><table class="nowraplinks navbox-subgroup" style="border-spacing:0"><tbody><tr><td><ul><li><a href="/wiki/TCP">TCP</a></li><li><a href="/wiki/UDP">UDP</a></li></ul></td></tr></tbody></table></td></tr></tbody></table></div>
"""
SIDEBAR = """<table class="box-More_citations_needed plainlinks metadata ambox ambox-content" role="presentation"><tbody><tr><td class="mbox-image"><div class="mbox-image-div"><span typeof="mw:File"><a href="/wiki/File:Question_book.svg" class="mw-file-description"><img alt="" src="//upload.wikimedia.org/q.png" decoding="async" width="50" height="39" /></a></span></div></td><td class="mbox-text"><div class="mbox-text-span">This article <b>needs additional citations</b>.<span class="hide-when-compact"> Please help.</span></div></td></tr></tbody></table>
"""


def references(form):
    items = "".join(
        f'<li id="cite_note-{html.escape(note)}"><span class="mw-cite-backlink"><b><a href="#cite_ref-{html.escape(note)}_{at}-0">^</a></b></span> '
        f'<span class="reference-text">Footnote {at}, port 80 and others.</span>\n</li>\n'
        for at, note in enumerate(form.notes, 1))
    return f'<div class="reflist"><div class="mw-references-wrap mw-references-columns"><ol class="references">\n{items}</ol></div></div>\n'


def page(kind):
    form = Form(kind == "parsoid")
    (legend_rows, legend_labels), (port_rows, port_labels) = markdown_tables((ROOT / "seeds/well-known-ports.md").read_text("utf-8"))
    header, *rows = legend_rows
    lines = [f"<tr>\n{status_cell(form, form.inline(word, legend_labels), 1)}\n<td>{form.inline(meaning, legend_labels)}\n</td></tr>\n" for word, meaning in rows]
    legend = table("Legend of cells used down below in tables for TCP and UDP port numbers", header, lines)
    header, *rows = port_rows
    first = table("Well-known ports", header, well_known(form, rows, port_labels))
    second = table("Registered ports", header, registered(form))
    if kind == "tables":
        return legend + "\n" + first + "\n" + second
    body = (SIDEBAR + "<p>This is a list of port numbers.</p>\n"
            + form.section("Table legend") + legend + form.end_of_section()
            + form.section("Well-known ports") + "<p>The port numbers in the range from 0 to 1023.</p>\n" + first + form.end_of_section()
            + form.section("Registered ports") + second + form.end_of_section()
            + form.section("References") + references(form) + NAVBOX + form.end_of_section())
    if form.is_parsoid:
        return (f'<!DOCTYPE html>\n<html prefix="dc: http://purl.org/dc/terms/ mw: http://mediawiki.org/rdf/" about="{ORIGIN}/wiki/Special:Redirect/revision/1300000000">'
                f'<head prefix="mwr: {ORIGIN}/wiki/Special:Redirect/"><meta charset="utf-8"/><title>List of TCP and UDP port numbers</title><base href="//en.wikipedia.org/wiki/"/></head>'
                f'<body id="mwAA" lang="en" class="mw-content-ltr sitedir-ltr ltr mw-body-content parsoid-body mediawiki mw-parser-output" dir="ltr" data-mw-parsoid-version="0.21.0">'
                f'<link rel="mw:PageProp/Category" href="./Category:Internet_protocols"/>{body}</body></html>\n')
    return (f'<!DOCTYPE html>\n<html class="client-nojs vector-feature-language-in-header-enabled" lang="en" dir="ltr">\n<head>\n<meta charset="UTF-8">\n<title>List of TCP and UDP port numbers - Wikipedia</title>\n'
            f'<script>(function(){{var className="client-js";if(a<b)document.write("<table><tr><td>80</td></tr></table>");}}());</script>\n<link rel="canonical" href="{ORIGIN}/wiki/{PAGE}">\n</head>\n'
            f'<body class="skin--responsive mediawiki"><div class="mw-content-ltr mw-parser-output" lang="en" dir="ltr"><div class="shortdescription nomobile noexcerpt noprint searchaux" style="display:none">None</div>\n{body}'
            '<!-- \nNewPP limit report\n| not | a | table |\n|---|---|---|\n-->\n</div></body>\n</html>\n')


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(page(sys.argv[1]))
