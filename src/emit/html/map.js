// The map: a cell for each port, or for a few where cells would be too small to hit. A click, a drag or
// Enter searches for the ports below. `show` lights the cells of the rows that are shown.
function portMap(figure, records, search) {
  const canvas = figure.querySelector("canvas");
  const readout = document.getElementById("readout");
  const hint = readout.textContent;
  const paint = canvas.getContext("2d");
  const first = records.reduce((least, record) => Math.min(least, record.first), 65535);
  const last = records.reduce((most, record) => Math.max(most, record.last), 0);
  const KINDS = ["not in the table", "reserved or no", "unofficial", "official"];
  const COLORS = ["--line", "--reserved", "--unofficial", "--yes"];
  const kinds = new Uint8Array(last - first + 1);
  let lit = kinds;
  let cursor = -1; // a cell
  let dragged; // the cell where a drag began
  let columns, step, cells, side;

  for (const record of records) {
    const { statuses } = record;
    const has = (...names) => Object.values(statuses).some((status) => names.includes(status));
    const kind = has("yes", "assigned") ? 3 : has("unofficial") ? 2 : 1;
    for (let port = record.first; port <= record.last; port++) kinds[port - first] = Math.max(kinds[port - first], kind);
  }

  function caption() {
    const counts = [0, 0, 0, 0];
    for (const kind of kinds) counts[kind]++;
    const spans = counts.map((count, kind) => {
      const span = document.createElement("span");
      span.className = `kind${kind}`;
      span.textContent = `${count} ${KINDS[kind]}`;
      return span;
    });
    document.getElementById("kinds").append(...spans.reverse().flatMap((span) => [span, " "]));
  }

  // As many columns, by sixteens, as leave ten pixels for a cell; more ports a cell from 17 lines on.
  function layout() {
    const width = canvas.clientWidth;
    if (!width) return;
    columns = 16 * Math.min(8, Math.max(1, Math.floor(width / 160)));
    step = 1;
    while (kinds.length / step / columns > 16) step *= 2;
    cells = Math.ceil(kinds.length / step);
    side = width / columns;
    const lines = Math.ceil(cells / columns);
    canvas.style.height = `${lines * side}px`;
    canvas.width = width * devicePixelRatio;
    canvas.height = lines * side * devicePixelRatio;
    draw();
  }

  const portsOf = (cell) => [first + cell * step, Math.min(first + (cell + 1) * step - 1, last)];
  const most = (values, cell) => values.subarray(cell * step, (cell + 1) * step).reduce((a, b) => Math.max(a, b));

  function draw() {
    const style = getComputedStyle(canvas);
    const colors = COLORS.map((name) => style.getPropertyValue(name));
    const [from, to] = chosen();
    paint.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    paint.clearRect(0, 0, canvas.width, canvas.height);
    for (let cell = 0; cell < cells; cell++) {
      const kind = most(kinds, cell);
      const gap = kind ? 0.75 : side * 0.3; // what is not in the table is a dot
      const [x, y] = [(cell % columns) * side, Math.floor(cell / columns) * side];
      paint.fillStyle = colors[kind];
      paint.globalAlpha = kind && !most(lit, cell) ? 0.28 : 1;
      paint.fillRect(x + gap, y + gap, side - 2 * gap, side - 2 * gap);
      if (cell < from || cell > to) continue;
      paint.globalAlpha = 1;
      paint.strokeStyle = style.getPropertyValue("--ink");
      paint.lineWidth = 2;
      paint.strokeRect(x + 1, y + 1, side - 2, side - 2);
    }
  }

  const chosen = () => [cursor, dragged ?? cursor].sort((a, b) => a - b);
  const words = ([from, to]) => (from === to ? `${from}` : `${from}-${to}`);

  function point(cell) {
    cursor = cell;
    const [from, to] = [portsOf(chosen()[0])[0], portsOf(chosen()[1])[1]];
    const rows = records.filter((record) => record.first <= to && record.last >= from);
    const names = rows.map(({ name }) => name).filter(Boolean);
    const kind = from === to && !names.length ? KINDS[kinds[from - first]] : "";
    const said = names.length > 6 ? `${names.length} names` : names.join(", ") || kind;
    readout.textContent = `${words([from, to])} ${said}`.trim();
    canvas.ariaValueNow = from;
    canvas.ariaValueText = readout.textContent;
    draw();
  }

  function choose() {
    if (cursor < 0) return;
    const [from, to] = chosen();
    search(words([portsOf(from)[0], portsOf(to)[1]]));
  }

  function cellAt(event) {
    const x = Math.min(Math.max(Math.floor(event.offsetX / side), 0), columns - 1);
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
  caption();
  new ResizeObserver(layout).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  return {
    first,
    last,
    show(shown) {
      lit = new Uint8Array(kinds.length);
      for (const record of shown) lit.fill(1, record.first - first, record.last - first + 1);
      if (cells) draw();
    },
  };
}

