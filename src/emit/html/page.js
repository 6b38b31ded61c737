// What is typed, chosen and clicked → the rows that stay, and their order. Without it the page is a plain table.
document.documentElement.className = "js";
addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("search");
  const { q, protocol, status, count } = form.elements;
  const [note, none, said] = ["note", "none", "said"].map((id) => document.getElementById(id));
  const body = document.querySelector("#ports tbody");
  const headers = [...document.querySelectorAll("#ports thead th")];
  const columns = headers.map(({ textContent }) => textContent.toLowerCase());
  const protocols = columns.filter((_, index) => headers[index].className === "protocol");
  const records = Array.from(body.rows, read);
  const ranks = Array.from(status, ({ value }) => value).slice(1);
  let sorted = ""; // a column, with a dash in front for descending; blank for the order of the source

  // A row's ports stand in its id: r9.2, r71-74.1.
  function read(row, index) {
    const [first, last = first] = row.id.slice(1).split(".")[0].split("-").map(Number);
    const cells = [...row.cells];
    const parts = [...cells.at(-1).querySelectorAll(":scope > :is(span, small)")];
    const texts = [
      ...cells.slice(1, -1).filter((cell, at) => headers[at + 1].className !== "protocol" || cell.className === "other"),
      ...parts.filter(({ textContent }) => !textContent.startsWith("[")), // without tags
    ];
    const text = texts.map((element) => element.textContent).join(" ").toLowerCase();
    const statuses = Object.fromEntries(protocols.map((name) => [name, cells[columns.indexOf(name)].className]));
    return { row, index, first, last, texts, text, statuses, cells, name: cells[1].querySelector("code")?.textContent ?? "" };
  }

  // Ports are `53`, `60-72`, `80,443`, `port 53`, `:53`, `#53` or `53/udp`; one of several is enough. All else
  // are words, and each must be there.
  function termsOf(query) {
    const text = query.toLowerCase()
      .replace(/(\d)\s*[-–—]\s*(?=\d)/g, "$1-")
      .replace(/(\d)\s*\/\s*(?=\d)/g, "$1,")
      .replace(/\s*\/\s*(?=(tcp|udp|sctp|dccp)\b)/g, "/")
      .replace(/\bports?\s*[:=]?\s*(?=[:#]?\d)/g, "");
    const terms = { ports: [], words: [] };
    for (const term of text.split(/[\s,;]+/).filter(Boolean)) {
      const [, from, to = from, port] = /^[:#]?(\d+)(?:-(\d+))?(?:\/(tcp|udp|sctp|dccp))?$/.exec(term) ?? [];
      if (from) terms.ports.push({ from: Math.min(from, to), to: Math.max(from, to), protocol: port });
      else terms.words.push(...term.replace(/^[:#](?=.)/, "").split(/\/(?=(?:tcp|udp|sctp|dccp)$)/).filter(Boolean));
    }
    return terms;
  }

  // "no" is no use.
  const uses = ({ statuses }, name) => Boolean(statuses[name]) && statuses[name] !== "no";
  const holds = ({ first, last }, { from, to }) => first <= to && last >= from;
  const hasPort = (record, port) => holds(record, port) && (!port.protocol || uses(record, port.protocol));
  const hasPorts = (record, { ports }) => !ports.length || ports.some((port) => hasPort(record, port));
  const hasWords = (record, { words }) => words.every((word) => record.text.includes(word) || uses(record, word));
  const mentions = ({ text }, { ports }) => ports.some(({ from, to }) => from === to && new RegExp(`(?<!\\d)${from}(?!\\d)`).test(text));

  // Numbers are ports first. Where no row has them, rows that mention them in their text will do.
  function find(terms) {
    const found = records.filter((record) => hasPorts(record, terms) && hasWords(record, terms));
    if (found.length || !terms.ports.length) return { found };
    return { found: records.filter((record) => mentions(record, terms) && hasWords(record, terms)), mentioned: true };
  }

  const cellsOf = ({ statuses }) => (protocol.value ? [statuses[protocol.value]] : Object.values(statuses));
  const hasProtocol = (record) => !protocol.value || uses(record, protocol.value);
  const isChosen = (record) => (status.value ? cellsOf(record).includes(status.value) : hasProtocol(record));

  function show() {
    const terms = termsOf(q.value);
    const { found, mentioned } = find(terms);
    const shown = found.filter(isChosen);
    const stays = new Set(shown);
    for (const record of records) if (record.row.hidden === stays.has(record)) record.row.hidden = !record.row.hidden;
    const all = records.length === 1 ? "1 row" : `${records.length} rows`;
    count.value = shown.length === records.length ? all : `${shown.length} of ${all}`;
    none.hidden = shown.length > 0;
    note.textContent = noteOn(terms, shown, mentioned);
    countStatuses(found);
    map.show(shown);
    mark(shown, mentioned ? [...terms.words, ...terms.ports.map(({ from }) => `${from}`)] : terms.words);
  }

  // How many of the rows found would stay if a status were chosen.
  function countStatuses(found) {
    const counts = { "": 0 };
    for (const record of found) {
      if (hasProtocol(record)) counts[""]++;
      for (const name of new Set(cellsOf(record).filter(Boolean))) counts[name] = (counts[name] ?? 0) + 1;
    }
    for (const option of status) option.nextElementSibling.textContent = counts[option.value] ?? 0;
  }

  // Where ports are asked for that no row has, what range there is.
  function noteOn({ ports }, shown, mentioned) {
    const unknown = ports.filter((port) => !records.some((record) => holds(record, port)));
    const list = unknown.map(({ from, to }) => (from === to ? from : `${from}–${to}`)).join(", ");
    const notes = list ? [`No row has port ${list}. The table covers ports ${map.first} to ${map.last}.`] : [];
    if (mentioned && shown.length) notes.push(`${shown.length === 1 ? "This row mentions" : "These rows mention"} the number in the text.`);
    return notes.join(" ");
  }

  // The words found, lit up; so many rows that nobody reads them are left as they are.
  function mark(shown, words) {
    if (!globalThis.CSS?.highlights) return;
    const hits = words.length && shown.length < 500 ? shown.flatMap(({ texts }) => texts.flatMap((t) => hitsIn(t, words))) : [];
    CSS.highlights.set("hit", new Highlight(...hits));
  }

  function hitsIn(element, words) {
    const hits = [];
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode()); ) {
      const text = node.data.toLowerCase();
      if (text.length !== node.length) continue;
      for (const word of words) {
        for (let at = -1; (at = text.indexOf(word, at + 1)) >= 0; ) {
          const hit = new Range();
          hit.setStart(node, at);
          hit.setEnd(node, at + word.length);
          hits.push(hit);
        }
      }
    }
    return hits;
  }

  // Rows without a value stand last, whichever way.
  function sort(column) {
    const [name, sign] = column.startsWith("-") ? [column.slice(1), -1] : [column, 1];
    const at = columns.indexOf(name);
    sorted = at < 0 ? "" : column;
    const collator = new Intl.Collator("en", { numeric: true });
    const key = {
      port: ({ first, last }) => first * 65536 + last,
      name: ({ name }) => name || undefined,
    }[name] ?? (protocols.includes(name)
      ? ({ statuses }) => (statuses[name] ? ranks.indexOf(statuses[name]) : undefined)
      : ({ cells }) => cells[at].textContent || undefined);
    const compare = (a, b) => (typeof a === "string" ? collator.compare(a, b) : a - b);
    const rows = records.map((record) => ({ record, value: sorted ? key(record) : record.index }));
    rows.sort((a, b) => (a.value === undefined) - (b.value === undefined) || (a.value !== undefined && sign * compare(a.value, b.value)) || a.record.index - b.record.index);
    const fragment = new DocumentFragment();
    for (const { record } of rows) fragment.append(record.row);
    body.append(fragment);
    for (const [index, header] of headers.entries()) {
      if (sorted && index === at) header.ariaSort = sign > 0 ? "ascending" : "descending";
      else header.removeAttribute("aria-sort");
    }
  }

  for (const [index, header] of headers.entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = header.textContent;
    header.replaceChildren(button);
    button.addEventListener("click", () => {
      const next = { [columns[index]]: `-${columns[index]}`, [`-${columns[index]}`]: "" };
      sort(next[sorted] ?? columns[index]);
      save();
    });
  }

  // The search stands in the address (#q=53&protocol=udp), so that it can be sent to someone.
  function save() {
    const state = new URLSearchParams();
    for (const field of [q, protocol]) if (field.value) state.set(field.name, field.value);
    if (status.value) state.set("status", status.value);
    if (sorted) state.set("sort", sorted);
    const address = location.href.split("#")[0];
    history.replaceState(null, "", state.size ? `${address}#${state}` : address);
  }

  function search(state) {
    for (const field of [q, protocol]) field.value = state.get(field.name) ?? "";
    protocol.selectedIndex = Math.max(protocol.selectedIndex, 0);
    const value = state.get("status") ?? "";
    status.value = ranks.includes(value) ? value : "";
    if ((state.get("sort") ?? "") !== sorted) sort(state.get("sort") ?? "");
    show();
  }

  // A row that the address names is shown, whatever hid it, in the middle of the screen.
  function load() {
    clearTimeout(waiting);
    const hash = location.hash.slice(1);
    const target = document.getElementById(hash);
    if (hash.includes("=")) search(new URLSearchParams(hash));
    else if (target?.parentNode === body) {
      if (target.hidden) search(new URLSearchParams());
      const { top, bottom } = target.getBoundingClientRect();
      if (top < form.offsetHeight + body.previousElementSibling.offsetHeight || bottom > innerHeight) target.scrollIntoView({ block: "center" });
    }
  }

  let waiting;
  function changed() {
    show();
    clearTimeout(waiting);
    waiting = setTimeout(save, 300); // browsers refuse an address that changes at every key
  }

  // A port is the link to its row. A click copies it, and leaves the row where it is.
  body.addEventListener("click", (event) => {
    const link = event.target.closest("th a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const y = scrollY;
    location.hash = link.hash;
    link.focus({ preventScroll: true }); // which going to a row takes away
    scrollTo(scrollX, y);
    const copied = navigator.clipboard?.writeText(link.href) ?? Promise.reject();
    copied.then(() => say(`Link to port ${link.textContent} copied`), () => say("The link is in the address bar"));
  });

  let saying;
  function say(words) {
    said.textContent = words;
    clearTimeout(saying);
    saying = setTimeout(() => (said.textContent = ""), 4000);
  }

  // From the search down into the rows, and among them.
  function move(event) {
    const links = () => records.length && [...body.rows].filter(({ hidden }) => !hidden).map((row) => row.querySelector("th a"));
    const here = event.target.closest("#ports tbody tr");
    if (event.target === q) {
      if (event.key !== "ArrowDown" && event.key !== "Enter") return;
      links()[0]?.focus();
    } else if (here && ["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) {
      const all = links();
      const at = all.indexOf(here.querySelector("th a"));
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
      (to < 0 ? q : all[Math.min(to, all.length - 1)]).focus();
    } else return;
    event.preventDefault();
  }

  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(changed)); // the event comes before the reset
  addEventListener("hashchange", load);
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typing = event.target.closest?.("input[type=search], select, textarea");
    if (event.key === "/" && !typing) {
      event.preventDefault();
      q.focus();
      q.select();
    } else if (event.key === "Escape" && event.target === q && q.value) {
      q.value = "";
      changed();
    } else if (event.key === "Escape" && event.target.closest?.("#ports")) q.focus();
    else move(event);
  });

  // Some browsers forget what a table is when its rows are grids.
  const roles = { table: "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", "thead th": "columnheader", "tbody th": "rowheader", td: "cell" };
  for (const [selector, role] of Object.entries(roles)) {
    for (const element of document.querySelectorAll(selector)) element.setAttribute("role", role);
  }

  // The header of the table sticks below the search, however many lines that has.
  const stick = () => document.documentElement.style.setProperty("--top", `${form.offsetHeight}px`);
  new ResizeObserver(stick).observe(form);
  const map = portMap(document.getElementById("map"), records, (query) => {
    q.value = query;
    changed();
  });
  stick();
  show();
  load();
  addEventListener("load", () => requestAnimationFrame(load)); // the browser has gone to the row by then, as if nothing stuck
});
