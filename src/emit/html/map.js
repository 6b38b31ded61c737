// The map: a cell for each port, or for a few where cells would be too small to hit. A click, a drag or
// Enter searches for the ports below. `show` lights the cells of the rows that are shown.
function portMap(figure, records, search) {
  const canvas = figure.querySelector("canvas");
  const readout = document.getElementById("readout");
  const hint = matchMedia("(hover: none)").matches ? "Tap a port, or drag over several" : "Click a port, or drag over several";
  const paint = canvas.getContext("2d");
  const least = records.reduce((least, record) => Math.min(least, record.first), 65535);
  const most = records.reduce((most, record) => Math.max(most, record.last), 0);
  // Whole blocks of 1024 ports, so that each line starts at a round number.
  const first = least & ~1023;
  const last = most | 1023;
  const STATUSES = [[], ["reserved", "no", "other"], ["unofficial"], ["yes", "assigned"]];
  const COLORS = ["--line", "--reserved", "--unofficial", "--yes"];
  const found = new Set();
  const kinds = new Uint8Array(last - first + 1);
  let lit = kinds;
  let cursor = -1; // a cell
  let dragged; // the cell where a drag began
  let columns, step, cells, side;
  const FONT = "10px system-ui, sans-serif";
  paint.font = FONT;
  const gutter = Math.ceil(paint.measureText(last).width) + 9;

  for (const record of records) {
    const statuses = Object.values(record.statuses);
    const kind = Math.max(1, STATUSES.findLastIndex((names) => names.some((name) => statuses.includes(name))));
    for (const status of statuses) found.add(status);
    for (let port = record.first; port <= record.last; port++) kinds[port - first] = Math.max(kinds[port - first], kind);
  }

  // In the words of the table; where all ports are of one kind, there is nothing to tell apart.
  const counts = [0, 0, 0, 0];
  for (const kind of kinds) counts[kind]++;
  const isOnly = counts.slice(1).filter(Boolean).length === 1;
  const words = STATUSES.map((names) => (isOnly ? "" : names.filter((name) => found.has(name)).join(" or ")) || "in the table");
  words[0] = "not in the table";

  function caption() {
    const spans = counts.map((count, kind) => {
      const span = document.createElement("span");
      span.className = `kind${kind}`;
      span.textContent = kind ? `${count} ${words[kind]}` : words[kind];
      return span;
    });
    document.getElementById("kinds").append(...spans.filter((_, kind) => counts[kind]).reverse().flatMap((span) => [span, " "]));
  }

  // The first port of each line stands before it. As many columns as leave nine pixels for a cell; more ports
  // a cell from 17 lines on.
  function layout() {
    const width = canvas.clientWidth - gutter;
    if (width <= 0) return;
    columns = [128, 64, 32].find((columns) => width / columns >= 9) ?? 16;
    step = 1;
    while (kinds.length / step / columns > 16) step *= 2;
    cells = Math.ceil(kinds.length / step);
    side = width / columns;
    const lines = Math.ceil(cells / columns);
    canvas.style.height = `${lines * side}px`;
    canvas.width = (width + gutter) * devicePixelRatio;
    canvas.height = lines * side * devicePixelRatio;
    draw();
  }

  const portsOf = (cell) => [first + cell * step, Math.min(first + (cell + 1) * step - 1, last)];
  const peak = (values, cell) => values.subarray(cell * step, (cell + 1) * step).reduce((a, b) => Math.max(a, b));

  function draw() {
    const style = getComputedStyle(canvas);
    const colors = COLORS.map((name) => style.getPropertyValue(name));
    const [from, to] = chosen();
    paint.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    paint.clearRect(0, 0, canvas.width, canvas.height);
    Object.assign(paint, { font: FONT, textAlign: "right", textBaseline: "middle" });
    for (let cell = 0; cell < cells; cell++) {
      const kind = peak(kinds, cell);
      const gap = kind ? 0.75 : side * 0.3; // what is not in the table is a dot
      const [x, y] = [gutter + (cell % columns) * side, Math.floor(cell / columns) * side];
      if (cell % columns === 0) {
        paint.globalAlpha = 1;
        paint.fillStyle = style.getPropertyValue("--quiet");
        paint.fillText(portsOf(cell)[0], gutter - 7, y + side / 2 + 0.5);
      }
      paint.fillStyle = colors[kind];
      paint.globalAlpha = kind && !peak(lit, cell) ? 0.28 : 1;
      paint.fillRect(x + gap, y + gap, side - 2 * gap, side - 2 * gap);
      if (cell < from || cell > to) continue;
      paint.globalAlpha = 1;
      paint.strokeStyle = style.getPropertyValue("--ink");
      paint.lineWidth = 2;
      paint.strokeRect(x + 1, y + 1, side - 2, side - 2);
    }
  }

  const chosen = () => [cursor, dragged ?? cursor].sort((a, b) => a - b);
  const range = ([from, to]) => (from === to ? `${from}` : `${from}-${to}`);

  function point(cell) {
    cursor = cell;
    const [from, to] = [portsOf(chosen()[0])[0], portsOf(chosen()[1])[1]];
    const rows = records.filter((record) => record.first <= to && record.last >= from);
    const names = rows.map(({ name }) => name).filter(Boolean);
    const kind = from === to && !names.length ? words[kinds[from - first]] : "";
    const said = names.length > 6 ? `${names.length} names` : names.join(", ") || kind;
    readout.textContent = `${range([from, to])} ${said}`.trim();
    canvas.ariaValueNow = from;
    canvas.ariaValueText = readout.textContent;
    draw();
  }

  function choose() {
    if (cursor < 0) return;
    const [from, to] = chosen();
    search(range([portsOf(from)[0], portsOf(to)[1]]));
  }

  function cellAt(event) {
    const x = Math.min(Math.max(Math.floor((event.offsetX - gutter) / side), 0), columns - 1);
    const y = Math.max(Math.floor(event.offsetY / side), 0);
    return Math.min(y * columns + x, cells - 1);
  }

  function leave() {
    dragged = undefined;
    cursor = -1;
    readout.textContent = hint;
    draw();
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    dragged = cellAt(event);
    point(dragged);
  });
  canvas.addEventListener("pointermove", (event) => point(cellAt(event)));
  canvas.addEventListener("pointerup", () => {
    if (dragged === undefined) return;
    choose();
    dragged = undefined;
    draw();
  });
  canvas.addEventListener("pointercancel", leave);
  canvas.addEventListener("pointerleave", () => dragged === undefined && leave());
  canvas.addEventListener("blur", leave);
  canvas.addEventListener("keydown", (event) => {
    const moves = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, Home: -cells, End: cells };
    const move = moves[event.key];
    if (move) point(Math.min(Math.max(cursor < 0 ? 0 : cursor + move, 0), cells - 1));
    else if (event.key === "Enter" || event.key === " ") choose();
    else return;
    event.preventDefault();
  });

  canvas.ariaValueMin = first;
  canvas.ariaValueMax = last;
  canvas.ariaValueNow = first;
  canvas.ariaValueText = `${first}`;
  figure.hidden = false;
  readout.textContent = hint;
  caption();
  new ResizeObserver(layout).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  return {
    first: least,
    last: most,
    show(shown) {
      lit = new Uint8Array(kinds.length);
      for (const record of shown) lit.fill(1, record.first - first, record.last - first + 1);
      if (cells) draw();
    },
  };
}

