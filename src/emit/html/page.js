// What is typed and chosen → the rows that stay. Without this script the page is a plain table.
document.documentElement.className = "js";
addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("search");
  const { q, protocol, status, count } = form.elements;
  const none = document.getElementById("none");
  const records = Array.from(document.querySelectorAll("#ports tbody tr"), read);

  // A row's ports stand in its id: r9.2, r71-74.1.
  function read(row) {
    const [first, last = first] = row.id.slice(1).split(".")[0].split("-").map(Number);
    const cells = [...row.cells];
    const texts = [cells[1], cells.at(-1).firstElementChild];
    const text = texts.map((element) => element.textContent).join(" ").toLowerCase();
    const [tcp, udp, sctp, dccp] = cells.slice(2).map((cell) => cell.className);
    return { row, first, last, texts, text, statuses: { tcp, udp, sctp, dccp } };
  }

  // A number is a port, two with a dash a range that need only touch the row's; all else are words.
  function termsOf(query) {
    const joined = query.toLowerCase().replace(/(\d)\s*[-–]\s*(?=\d)/g, "$1-");
    const terms = { ranges: [], words: [] };
    for (const term of joined.split(/\s+/).filter(Boolean)) {
      const range = /^(\d+)(?:-(\d+))?$/.exec(term);
      if (!range) terms.words.push(term);
      else terms.ranges.push([+range[1], +(range[2] ?? range[1])].sort((a, b) => a - b));
    }
    return terms;
  }

  const found = ({ first, last, text }, { ranges, words }) =>
    ranges.every(([from, to]) => first <= to && last >= from) && words.every((word) => text.includes(word));

  // A protocol alone leaves the rows that use it: "no" is no use.
  function chosen({ statuses }) {
    if (!protocol.value && !status.value) return true;
    const cells = protocol.value ? [statuses[protocol.value]] : Object.values(statuses);
    return cells.some((cell) => (status.value ? cell === status.value : cell && cell !== "no"));
  }

  function show() {
    const terms = termsOf(q.value);
    const shown = [];
    for (const record of records) {
      const stays = found(record, terms) && chosen(record);
      if (stays) shown.push(record);
      if (record.row.hidden === stays) record.row.hidden = !stays;
    }
    const all = `${records.length} rows`;
    count.value = shown.length === records.length ? all : `${shown.length} of ${all}`;
    none.hidden = shown.length > 0;
    mark(shown, terms.words);
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

  // The search stands in the address (#q=53&protocol=udp), so that it can be sent to someone.
  function save() {
    const state = new URLSearchParams();
    for (const field of [q, protocol, status]) if (field.value) state.set(field.name, field.value);
    const address = location.href.split("#")[0];
    history.replaceState(null, "", state.size ? `${address}#${state}` : address);
  }

  function search(state) {
    for (const field of [q, protocol, status]) field.value = state.get(field.name) ?? "";
    for (const field of [protocol, status]) field.selectedIndex = Math.max(field.selectedIndex, 0);
    show();
  }

  function load() {
    clearTimeout(waiting);
    const hash = location.hash.slice(1);
    const target = document.getElementById(hash);
    if (hash.includes("=")) search(new URLSearchParams(hash));
    else if (target?.hidden) {
      search(new URLSearchParams());
      target.scrollIntoView();
    }
  }

  let waiting;
  function changed() {
    show();
    clearTimeout(waiting);
    waiting = setTimeout(save, 300); // browsers refuse an address that changes at every key
  }

  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(changed)); // the event comes before the reset
  addEventListener("hashchange", load);
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      q.focus();
      q.select();
    } else if (event.key === "Escape" && event.target === q && q.value) {
      q.value = "";
      changed();
    }
  });

  // Some browsers forget what a table is when its rows are grids.
  const roles = { table: "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", "thead th": "columnheader", "tbody th": "rowheader", td: "cell" };
  for (const [selector, role] of Object.entries(roles)) {
    for (const element of document.querySelectorAll(selector)) element.setAttribute("role", role);
  }
  load();
});
