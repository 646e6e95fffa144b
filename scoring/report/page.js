"use strict";
// The page of a run: unpacks its data on demand and draws it. No library, nothing fetched.

const PALETTE = ["#000000", "#1e93ff", "#f93c31", "#4fcc30", "#ffdc00", "#999999", "#e53aa3", "#ff851b", "#87d8f1", "#921231"];
const state = { data: null, shown: [], filter: "all", text: "", sort: "order", opened: undefined };
const $ = (id) => document.getElementById(id);

function el(tag, properties, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {})) {
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child != null));
  return node;
}

async function unpack(id) {
  const packed = Uint8Array.from(atob($(id).textContent), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

// Grids ---------------------------------------------------------------------------------------------------

const rowsOf = (text) => text.split("/");
const sizeOf = (text) => { const rows = rowsOf(text); return `${rows.length}×${rows[0].length}`; };

function drawGrid(text, most, expected) {
  const rows = rowsOf(text), height = rows.length, width = rows[0].length;
  const cell = Math.max(2, Math.min(24, Math.floor(most / Math.max(height, width))));
  const line = cell >= 6 ? 1 : 0, ratio = Math.ceil(window.devicePixelRatio || 1);
  const canvas = el("canvas", { role: "img", "aria-label": `grid of ${height} rows and ${width} columns` });
  canvas.width = (width * cell + line) * ratio;
  canvas.height = (height * cell + line) * ratio;
  canvas.style.width = `${width * cell + line}px`;
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  pen.fillStyle = "#555";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  const right = expected == null ? null : rowsOf(expected);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      pen.fillStyle = PALETTE[rows[y][x]];
      pen.fillRect(x * cell + line, y * cell + line, cell - line, cell - line);
      if (right && right[y][x] !== rows[y][x]) markWrong(pen, x * cell + line, y * cell + line, cell - line);
    }
  }
  return canvas;
}

function markWrong(pen, x, y, size) {
  const inset = size / 4;
  for (const [colour, width] of [["#000", Math.max(2, size / 4)], ["#fff", Math.max(1, size / 9)]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.beginPath();
    pen.moveTo(x + inset, y + inset); pen.lineTo(x + size - inset, y + size - inset);
    pen.moveTo(x + size - inset, y + inset); pen.lineTo(x + inset, y + size - inset);
    pen.stroke();
  }
}

function gridFigure(title, text, most, mark) {
  const sign = mark == null ? null : el("b", { class: mark ? "good" : "bad" }, mark ? " ✓" : " ✗");
  const body = text == null ? el("p", { class: "soft" }, "none") : drawGrid(text, most);
  return el("figure", {}, el("figcaption", {}, title, sign), body);
}

const sameShape = (one, other) => one != null && sizeOf(one) === sizeOf(other);

// Plots ---------------------------------------------------------------------------------------------------

const SVG = "http://www.w3.org/2000/svg";

function svg(tag, attributes, text) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text != null) node.textContent = text;
  return node;
}

function niceTicks(most) {
  const rough = Math.max(most, 1e-9) / 4, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, n) => n * step);
}

function lineChart(title, xs, series, options) {
  const W = 310, H = 195, left = 36, bottom = 32, top = 10, right = 12;
  const place = options.logarithmic ? (x) => Math.log2(Math.max(x, 1)) : (x) => x;
  const lowX = options.logarithmic ? place(xs[0]) : 0, highX = Math.max(place(xs[xs.length - 1]), lowX + 1e-9);
  const highY = Math.max(1, ...series.flatMap((one) => one.ys));
  const px = (x) => left + (place(x) - lowX) / (highX - lowX) * (W - left - right);
  const py = (y) => H - bottom - y / highY * (H - bottom - top);
  const chart = svg("svg", { viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": title });
  for (const tick of niceTicks(highY)) {
    chart.append(svg("line", { class: "axis", x1: left, x2: W - right, y1: py(tick), y2: py(tick) }));
    chart.append(svg("text", { x: left - 6, y: py(tick) + 4, "text-anchor": "end" }, round(tick)));
  }
  const ticks = options.logarithmic ? spread(xs, 6) : niceTicks(xs[xs.length - 1]);
  for (const tick of ticks) {
    chart.append(svg("text", { x: px(tick), y: H - bottom + 16, "text-anchor": "middle" }, options.format(tick)));
  }
  chart.append(svg("text", { x: (W + left) / 2, y: H - 3, "text-anchor": "middle" }, options.label));
  for (const { name, ys, css } of series) {
    const points = (options.logarithmic ? [] : [[0, 0]]).concat(xs.map((x, n) => [x, ys[n]]));
    chart.append(svg("polyline", { class: `curve ${css}`, points: points.map(([x, y]) => `${px(x)},${py(y)}`).join(" ") }));
    for (const [x, y] of points) {
      const dot = svg("circle", { class: `dot ${css}`, cx: px(x), cy: py(y), r: 2.6 });
      dot.append(svg("title", {}, `${name}: ${round(y)} at ${options.format(x)} ${options.label}`));
      chart.append(dot);
    }
  }
  const legend = el("div", { class: "legend" }, series.map(({ name, css }) => el("span", {}, el("i", { class: css }), name)));
  return el("div", { class: "plot" }, el("h3", {}, title), legend, chart);
}

const spread = (xs, most) => xs.filter((_, n) => n % Math.ceil(xs.length / most) === 0);

function barChart(title, bars) {
  const W = 310, row = 20, left = 84, H = Math.max(60, bars.length * row + 6);
  const most = Math.max(1, ...bars.map((bar) => bar.value));
  const chart = svg("svg", { viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": title });
  bars.forEach(({ name, value, css }, n) => {
    const y = n * row + 3, width = Math.max(1, value / most * (W - left - 62));
    chart.append(svg("text", { x: left - 8, y: y + 13, "text-anchor": "end" }, name));
    const bar = svg("rect", { class: `bar ${css || ""}`, x: left, y: y + 2, width, height: row - 7, rx: 2 });
    bar.append(svg("title", {}, `${name}: ${value}`));
    chart.append(bar, svg("text", { x: left + width + 6, y: y + 13 }, value.toLocaleString("en")));
  });
  return el("div", { class: "plot" }, el("h3", {}, title), chart);
}

function timeBars(rows) {
  const seconds = rows.map((row) => row.seconds || row.cpu);
  const edges = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, Infinity];
  const bars = edges.map((edge, n) => ({
    name: edge === Infinity ? "longer" : `under ${edge} s`,
    value: seconds.filter((second) => second < edge && second >= (n ? edges[n - 1] : 0)).length,
  }));
  const used = bars.map((bar) => bar.value > 0);
  return bars.slice(used.indexOf(true), used.lastIndexOf(true) + 1);
}

// Summary -------------------------------------------------------------------------------------------------

const round = (value) => Math.round(value * 10) / 10;
const percent = (share) => share == null ? "–" : `${(share * 100).toFixed(1)}%`;
const clock = (seconds) => seconds < 90 ? `${Math.round(seconds)} s`
  : seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
const counted = (number, name) => `${number} ${name}${number === 1 ? "" : "s"}`;
const sum = (values) => values.reduce((total, value) => total + value, 0);

function tile(value, name, note) {
  return el("div", { class: "tile" }, el("b", {}, value), el("span", {}, name), note ? el("span", {}, note) : null);
}

function tiles(data) {
  const rows = data.rows, numbers = data.numbers, list = [];
  if (numbers) {
    list.push(tile(percent(numbers.vote_2), `score: ${round(numbers.vote_2 * rows.length)} of ${rows.length} tasks`,
      `95%: ${percent(numbers.low)} to ${percent(numbers.high)}`));
    list.push(tile(numbers.solved, "tasks solved in full", `first attempts alone: ${percent(numbers.vote_1)}`));
  }
  const verified = rows.filter((row) => row.verified).length;
  list.push(tile(verified, "tasks with a verified program",
    numbers && verified ? `${percent(numbers.precision)} of them solved` : null));
  if (numbers) list.push(tile(percent(numbers.coverage), "coverage", "a right grid was proposed"));
  const nothing = rows.filter((row) => !row.samples && !row.grids).length;
  list.push(tile(sum(rows.map((row) => row.samples)).toLocaleString("en"), "programs sampled",
    `${sum(rows.map((row) => row.programs)).toLocaleString("en")} distinct`));
  list.push(tile(sum(rows.map((row) => row.grids)).toLocaleString("en"), "direct grids",
    nothing ? `${nothing} tasks with no evidence` : "every task has evidence"));
  list.push(tile(clock(data.seconds), "running time", `${rows.length} tasks`));
  return el("div", { class: "tiles" }, list);
}

function plots(data) {
  const curves = data.curves, box = el("div", { class: "plots" });
  const both = (score, verified) => [
    ...(score ? [{ name: "score (tasks)", ys: score, css: "" }] : []),
    { name: "verified tasks", ys: verified, css: "second" },
  ];
  if (curves.samples.length > 1) {
    box.append(lineChart("Score against samples", curves.samples, both(curves.sampleScore, curves.sampleVerified),
      { logarithmic: true, label: "samples a task", format: String }));
  }
  const unit = data.seconds < 180 ? ["seconds", 1] : data.seconds < 10800 ? ["minutes", 60] : ["hours", 3600];
  box.append(lineChart("Score against time", curves.times.map((second) => second / unit[1]),
    both(curves.timeScore, curves.timeVerified), { label: unit[0], format: (x) => String(round(x)) }));
  box.append(barChart("Verdicts on distinct programs",
    Object.entries(data.kinds).map(([name, value]) => ({ name, value, css: name }))));
  box.append(barChart("Tasks by time spent", timeBars(data.rows)));
  return box;
}

const solved = (row) => row.right != null && row.right === row.tests;
const FILTERS = {
  all: () => true,
  solved,
  unsolved: (row) => row.right != null && !solved(row),
  verified: (row) => row.verified > 0,
  "verified, wrong": (row) => row.verified > 0 && row.right != null && !solved(row),
  "only partial": (row) => !row.verified && row.partial > 0,
  "no evidence": (row) => !row.samples && !row.grids,
};
const SORTS = {
  order: null,
  "by name": (a, b) => a.id < b.id ? -1 : 1,
  verified: (a, b) => b.verified - a.verified || b.partial - a.partial,
  samples: (a, b) => b.samples - a.samples,
  time: (a, b) => (b.seconds || b.cpu) - (a.seconds || a.cpu),
};

function showSummary() {
  const data = state.data, page = $("summary");
  const search = el("input", { id: "search", type: "search", placeholder: "task id", "aria-label": "filter by task id",
    oninput: (event) => { state.text = event.target.value.trim().toLowerCase(); list(); } });
  const buttons = Object.entries(FILTERS)
    .map(([name, test]) => [name, data.rows.filter(test).length])
    .filter(([name, count]) => name === "all" || count)
    .map(([name, count]) => el("button", { "data-filter": name, "aria-pressed": String(name === state.filter),
      onclick: () => { state.filter = name; list(); } }, name, el("small", {}, String(count))));
  const sort = el("select", { "aria-label": "sort", onchange: (event) => { state.sort = event.target.value; list(); } },
    Object.keys(SORTS).map((name) => el("option", { value: name }, name === "order" ? "run's order" : name)));
  page.append(el("h1", {}, data.name), tiles(data), plots(data), el("h2", {}, "Tasks"),
    el("div", { class: "bar-of-filters" }, search, buttons, sort),
    el("div", { class: "cards", id: "cards" }), el("p", { class: "soft", id: "count" }), about(data));
  list();
}

const painter = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    painter.unobserve(entry.target);
    const [input, output] = state.data.rows[entry.target.dataset.place].thumb;
    entry.target.append(drawGrid(input, 68), "→", drawGrid(output, 68));
  }
}, { rootMargin: "300px" });

function card(row) {
  const css = row.right == null ? "" : solved(row) ? "solved" : row.right ? "part" : "unsolved";
  const thumb = el("div", { class: "thumb", "data-place": row.place });
  painter.observe(thumb);
  const mark = row.right == null ? null
    : el("span", { class: { solved: "good", part: "half", unsolved: "bad" }[css] }, solved(row) ? "✓" : row.right ? `${row.right}/${row.tests}` : "✗");
  const facts = [row.verified && `${row.verified} verified`, !row.verified && row.partial && `${row.partial} partial`,
    row.samples && counted(row.samples, "sample"), !row.samples && row.grids && counted(row.grids, "grid")];
  return el("a", { class: `card ${css}`, href: `#task/${encodeURIComponent(row.id)}`, "data-task": row.id },
    el("div", { class: "name" }, row.id, mark), thumb, el("div", { class: "facts" }, facts.filter(Boolean).join(", ")));
}

function list() {
  const rows = state.data.rows.filter((row) => FILTERS[state.filter](row) && row.id.toLowerCase().includes(state.text));
  if (SORTS[state.sort]) rows.sort(SORTS[state.sort]);
  state.shown = rows;
  for (const row of rows) row.card ??= card(row);
  $("cards").replaceChildren(...rows.map((row) => row.card));
  $("count").textContent = rows.length ? `${rows.length} of ${state.data.rows.length} tasks` : "no task passes this filter";
  for (const button of document.querySelectorAll("[data-filter]")) {
    button.setAttribute("aria-pressed", String(button.dataset.filter === state.filter));
  }
}

function about(data) {
  const sessions = data.events.map((event) => el("tr", {}, el("td", {}, event.kind), el("td", {}, event.clock),
    el("td", { class: "number" }, clock(event.at))));
  return el("div", {}, el("h2", {}, "About this run"),
    el("div", { class: "scroll" }, el("table", {}, el("tr", {}, el("th", {}, "event"), el("th", {}, "when (UTC)"), el("th", { class: "number" }, "running for")), sessions)),
    el("details", {}, el("summary", {}, "configuration"), el("pre", {}, JSON.stringify(data.config, null, 2))),
    el("details", {}, el("summary", {}, "versions and hardware"),
      el("pre", {}, JSON.stringify((data.events[0] || {}).data || {}, null, 2))));
}

// One task ------------------------------------------------------------------------------------------------

const WORDS = "def return if elif else for while in not and or is None True False import from as lambda with try except finally raise class pass break continue yield assert global nonlocal match case";
const TOKENS = new RegExp([
  "(#[^\\n]*)",
  "('''[\\s\\S]*?'''|\"\"\"[\\s\\S]*?\"\"\"|'(?:\\\\.|[^'\\\\\\n])*'|\"(?:\\\\.|[^\"\\\\\\n])*\")",
  `\\b(${WORDS.replaceAll(" ", "|")})\\b`,
  "\\b(\\d[\\w.]*)",
  "\\b([A-Za-z_]\\w*)(?=\\()",
].join("|"), "g");

function highlighted(source) {
  const box = el("pre", {}), kinds = ["c", "s", "k", "n", "f"];
  let from = 0;
  for (const found of source.matchAll(TOKENS)) {
    const kind = kinds[found.slice(1).findIndex((part) => part !== undefined)];
    box.append(source.slice(from, found.index), el("span", { class: kind }, found[0]));
    from = found.index + found[0].length;
  }
  box.append(source.slice(from));
  return box;
}

const cellsMost = () => Math.min(220, Math.max(120, (document.documentElement.clientWidth - 90) / 2));

async function showTask(row) {
  const task = await unpack(`data-${row.place}`);
  if (state.opened !== row.id) return;
  const page = $("task"), most = cellsMost();
  const status = row.right == null ? "" : solved(row) ? "solved" : `${row.right} of ${row.tests} test inputs right`;
  page.replaceChildren(
    el("h1", {}, el("span", { class: "mono" }, row.id), " ", el("small", { class: solved(row) ? "good" : "bad" }, status)),
    el("h2", {}, "Training pairs"),
    el("div", { class: "pairs" }, task.train.map(([input, output], n) => el("div", { class: "pair" },
      gridFigure(`train ${n}: ${sizeOf(input)}`, input, most), "→", gridFigure(sizeOf(output), output, most)))),
    ...task.tests.map((test, n) => testSection(test, n, task.tests.length, most)),
    ...groupSection(task, most), ...missSection(task, most), ...errorSection(task), ...programSection(task));
  page.dataset.ready = row.id;
  window.scrollTo(0, 0);
}

function testSection(test, n, count, most) {
  const right = (grid) => test.expected == null ? null : grid === test.expected;
  const figures = [gridFigure("input", test.input, most),
    ...test.attempts.map((grid, k) => gridFigure(`attempt ${k + 1}`, grid, most, right(grid)))];
  if (test.expected != null) figures.push(gridFigure("expected", test.expected, most));
  const rows = test.ballots.map((ballot, place) => el("tr", { class: place < 2 ? "chosen" : "" },
    el("td", { class: "number" }, String(place + 1)), el("td", {}, drawGrid(ballot.grid, 60)),
    el("td", {}, ballot.tier), el("td", { class: ballot.right ? "good" : "bad" }, ballot.right == null ? "" : ballot.right ? "✓" : "✗"),
    el("td", {}, ballot.why)));
  const tally = rows.length
    ? el("div", { class: "scroll" }, el("table", {}, el("tr", {}, ["place", "answer", "tier", "", "why"].map((name) => el("th", {}, name))), rows))
    : el("p", { class: "half" }, "Nothing was proposed; both attempts are fillers.");
  const more = test.moreBallots ? el("p", { class: "soft" }, `and ${test.moreBallots} more answers`) : null;
  return el("section", {}, el("h2", {}, count > 1 ? `Test input ${n}` : "Test input"), el("div", { class: "row" }, figures), tally, more);
}

function programBlock(program) {
  const about = `${program.origin} · ${counted(program.samples, "sample")} · ${program.key}`
    + (program.takes ? ` · takes ${program.takes}` : "")
    + (program.augmented ? " · written for a turned or mirrored view" : "");
  return el("div", {}, el("div", { class: "soft" }, about), highlighted(program.source));
}

function groupSection(task, most) {
  if (!task.groups.length) return [];
  const total = sum(task.groups.map((group) => group.count));
  return [el("h2", {}, `Verified programs: ${total}, in groups of equal output`),
    ...task.groups.map((group) => {
      const all = group.right && group.right.every(Boolean);
      const [first, ...others] = group.programs;
      return el("div", { class: `group ${group.right == null ? "" : all ? "right" : "wrong"}` },
        el("h3", {}, `${counted(group.count, "program")}, ${counted(group.samples, "sample")}`),
        el("div", { class: "row" }, group.outputs.map((grid, n) => gridFigure(`test ${n}`, grid, most * 0.7, group.right && group.right[n])),
          el("div", { style: "flex: 1 1 22rem; min-width: 0" }, programBlock(first))),
        others.length ? el("details", {}, el("summary", {}, `${others.length} more of its programs`), others.map(programBlock)) : null);
    }),
    ...(task.moreGroups ? [el("p", { class: "soft" }, `and ${task.moreGroups} more groups`)] : [])];
}

function missSection(task, most) {
  if (!task.misses.length) return [];
  return [el("h2", {}, "Nearest misses"), ...task.misses.map((miss) => {
    const figures = miss.outputs.map((grid, n) => {
      const expected = task.train[n][1];
      if (grid == null) return gridFigure(`train ${n}: none`, null, most);
      if (!sameShape(grid, expected)) return gridFigure(`train ${n}: ${sizeOf(grid)}, not ${sizeOf(expected)}`, grid, most * 0.6);
      const right = grid === expected;
      return el("figure", {}, el("figcaption", {}, `train ${n}: `, el("span", { class: right ? "good" : "bad" }, right ? "right" : `${wrongCells(grid, expected)} wrong`)),
        drawGrid(grid, most * 0.6, expected));
    });
    const pairs = [...miss.correct].filter((mark) => mark === "1").length;
    return el("div", { class: "group" }, el("h3", {}, `${pairs} of ${miss.correct.length} training pairs`),
      el("div", { class: "row" }, figures), el("details", {}, el("summary", {}, "source"), programBlock(miss)));
  })];
}

function wrongCells(grid, expected) {
  let wrong = 0;
  for (let n = 0; n < grid.length; n++) wrong += grid[n] !== expected[n];
  return counted(wrong, "cell");
}

function errorSection(task) {
  const gaveUp = task.gaveUp.map(([proposer, error]) => el("p", { class: "half" }, `${proposer} gave up: ${error}`));
  if (!task.errors.length) return gaveUp;
  return [el("h2", {}, "Failures by kind"), ...gaveUp, el("div", { class: "scroll" }, el("table", {},
    el("tr", {}, el("th", { class: "number" }, "programs"), el("th", {}, "verdict"), el("th", {}, "error")),
    task.errors.map(([kind, count, example]) => el("tr", {}, el("td", { class: "number" }, String(count)), el("td", {}, kind),
      el("td", {}, el("code", {}, example))))))];
}

function programSection(task) {
  if (!task.programs.length) return [];
  const body = el("tbody", {}), heads = ["program", "verdict", "pairs", "samples", "log-probability", "bits", "characters", "CPU s"];
  let shown = 0;
  const more = el("button", { onclick: () => grow() }, "show more");
  const grow = () => {
    for (const row of task.programs.slice(shown, shown + 100)) {
      body.append(el("tr", {}, row.map((value, n) => el("td", { class: n === 0 ? "mono" : n > 2 ? "number" : "" },
        n === 2 ? [...value].map((mark) => mark === "1" ? "●" : "○").join("") : value == null ? "–" : String(value)))));
    }
    shown += 100;
    more.hidden = shown >= task.programs.length;
  };
  const details = el("details", { ontoggle: () => { if (!shown) grow(); } },
    el("summary", {}, `${task.programs.length} distinct programs`),
    el("div", { class: "scroll" }, el("table", {}, el("thead", {}, el("tr", {}, heads.map((name, n) => el("th", { class: n > 2 ? "number" : "" }, name)))), body)), more);
  return [el("h2", {}, "All programs"), details];
}

// Ways around ---------------------------------------------------------------------------------------------

function route() {
  const found = /^#task\/(.+)$/.exec(location.hash);
  const row = found && state.data.rows.find((one) => one.id === decodeURIComponent(found[1]));
  const before = state.opened;
  if (before === (row ? row.id : null)) return;
  state.opened = row ? row.id : null;
  $("summary").hidden = Boolean(row);
  $("task").hidden = !row;
  $("previous").hidden = $("next").hidden = !row;
  $("where").textContent = row ? row.id : state.data.config.dataset || "";
  if (row) showTask(row);
  else if (before) {
    const card = document.querySelector(`[data-task="${CSS.escape(before)}"]`);
    if (card) { card.scrollIntoView({ block: "center" }); card.focus(); }
  }
}

// hashchange comes later: keys pressed faster than that would otherwise start from the task before
function go(hash) { location.hash = hash; route(); }

function step(by) {
  const rows = state.shown.length ? state.shown : state.data.rows;
  if (state.opened) {
    const place = rows.findIndex((row) => row.id === state.opened);
    const next = rows[(place + by + rows.length) % rows.length];
    go(`#task/${encodeURIComponent(next.id)}`);
    return;
  }
  const current = rows.findIndex((row) => row.card === document.activeElement);
  const next = rows[Math.min(rows.length - 1, Math.max(0, current + by))];
  if (next) { next.card.focus(); next.card.scrollIntoView({ block: "nearest" }); }
}

function setTheme(theme) { document.documentElement.dataset.theme = theme; }
const otherTheme = () => setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  if (typing) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const keys = {
    "/": () => { go(""); $("search").focus(); },
    j: () => step(1), k: () => step(-1), n: () => step(1), p: () => step(-1),
    d: otherTheme, "?": () => $("keys").showModal(),
    ...(state.opened ? { ArrowRight: () => step(1), ArrowLeft: () => step(-1), Escape: () => go(""), u: () => go("") } : {}),
  };
  if (keys[event.key] && !$("keys").open) {
    event.preventDefault();
    keys[event.key]();
  }
});

async function start() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  setTheme(dark.matches ? "dark" : "light");
  dark.addEventListener("change", () => setTheme(dark.matches ? "dark" : "light"));
  $("theme").addEventListener("click", otherTheme);
  $("help").addEventListener("click", () => $("keys").showModal());
  $("previous").addEventListener("click", () => step(-1));
  $("next").addEventListener("click", () => step(1));
  state.data = await unpack("data-summary");
  state.data.rows.forEach((row, place) => { row.place = place; });
  showSummary();
  window.addEventListener("hashchange", route);
  route();
  document.body.dataset.ready = "yes";
}

start();
