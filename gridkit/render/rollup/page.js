"use strict";
(function () {
  const held = JSON.parse(document.getElementById("island").textContent);
  const page = document.getElementById("page");
  const paths = new Map(Object.entries(held.outlines.paths || {})); // a district may be called like what every object has
  const spots = new Map(Object.entries(held.outlines.spots || {}));
  const STEP = 200;
  const state = { lang: held.lang, text: "", failed: false, sort: "", up: true, shown: STEP };

  function make(tag, settings, children) {
    const found = document.createElement(tag);
    for (const [name, value] of Object.entries(settings || {})) {
      if (name === "text") found.textContent = value;
      else if (name.startsWith("on")) found.addEventListener(name.slice(2), value);
      else found.setAttribute(name, value);
    }
    for (const each of children || []) if (each) found.append(each);
    return found;
  }
  function drawn(tag, settings) {
    const found = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(settings)) found.setAttribute(name, value);
    return found;
  }
  const said = (name) => held.words[state.lang][name];
  const done = (row) => row.state === "made" || row.state === "kept";
  const number = (value, digits) =>
    value === null || value === undefined ? "–" : value.toLocaleString(state.lang, { maximumFractionDigits: digits || 0 });
  const share = (value) =>
    value === null || value === undefined ? "–" : value.toLocaleString(state.lang, { style: "percent", maximumFractionDigits: 1 });
  const way = (row, file) => row.folder.split("/").concat(file.split("/")).map(encodeURIComponent).join("/");
  const kind = (row) => (done(row) ? (row.rules ? "heed" : "done") : "failed");
  const called = (file) => (held.titles[file] ? held.titles[file][state.lang] : file);
  function legend() {
    const drawn = new Set(held.rows.filter((row) => paths.has(row.id)).map(kind));
    const kinds = ["done", "heed", "failed"].filter((each) => drawn.has(each));
    const words = { done: "done", heed: "rules", failed: "failed" };
    if (kinds.length < 2) return null;
    return make("p", { class: "legend" }, kinds.map((each) => make("span", {}, [make("i", { class: each }), said(words[each])])));
  }
  function first(row) {
    const pages = row.files.filter((name) => name.endsWith(".html"));
    return pages.includes("planner.html") ? "planner.html" : pages[0];
  }

  const COLUMNS = [
    ["name", (row) => row.name, null],
    ["grids", (row) => row.grids, (value) => number(value)],
    ["people", (row) => row.people, (value) => number(value)],
    ["mean", (row) => row.mean, (value) => number(value, 1)],
    ["in_range", (row) => row.in_range, share],
    ["rules", (row) => row.rules, (value) => number(value)],
  ];

  function rows() {
    const wanted = state.text.trim().toLocaleLowerCase();
    const found = held.rows.filter(
      (row) =>
        (!state.failed || !done(row)) &&
        (!wanted || row.name.toLocaleLowerCase().includes(wanted) || row.id.toLocaleLowerCase().includes(wanted)),
    );
    const column = COLUMNS.find((each) => each[0] === state.sort);
    if (!column) return found;
    const way = state.up ? 1 : -1;
    const order = new Intl.Collator(state.lang, { numeric: true });
    return found.sort((a, b) => {
      const [x, y] = [column[1](a), column[1](b)];
      if (x === null || x === undefined) return 1;
      if (y === null || y === undefined) return -1;
      return way * (typeof x === "number" ? x - y : order.compare(x, y));
    });
  }

  function line(row) {
    const own = first(row);
    const name = own && done(row) ? make("a", { href: way(row, own), text: row.name }) : make("span", { text: row.name });
    const cells = [make("th", { scope: "row" }, [name, row.id === row.name ? null : make("small", { text: row.id })])];
    if (!done(row)) {
      const why = row.why ? row.why[state.lang] : "";
      cells.push(make("td", { colspan: COLUMNS.length, class: "why" }, [make("b", { text: said(row.state === "left" ? "left" : "failed") }), " " + why]));
      return make("tr", { class: "failed" }, cells);
    }
    for (const [title, value, form] of COLUMNS.slice(1)) {
      const held = value(row);
      const cell = make("td", { text: form(held), "data-title": said(title) });
      if ((title === "rules" && held > 0) || (title === "in_range" && held !== null && held < 0.9)) cell.className = "heed";
      cells.push(cell);
    }
    const files = row.files.map((file) => make("a", { href: way(row, file), text: called(file.replace(/^.*\//, "")) }));
    cells.push(make("td", { class: "files", "data-title": said("papers") }, files));
    return make("tr", {}, cells);
  }

  let body, more, none;
  function fill() {
    const every = rows();
    body.replaceChildren(...every.slice(0, state.shown).map(line));
    none.hidden = every.length > 0;
    more.hidden = every.length <= state.shown;
    more.textContent = said("more") + " (" + number(every.length - state.shown) + ")";
    const there = new Set(every.map((row) => row.id));
    for (const each of document.querySelectorAll("[data-id]")) each.classList.toggle("away", !there.has(each.dataset.id));
  }

  function picture() {
    if (!paths.size) return null;
    const [wide, high] = held.outlines.size;
    const found = drawn("svg", { viewBox: `-4 -4 ${wide + 8} ${high + 8}`, role: "img", "aria-label": said("picture") });
    for (const row of held.rows) {
      if (!paths.has(row.id)) continue;
      const shape = drawn("path", { d: paths.get(row.id), "fill-rule": "evenodd", "data-id": row.id, class: kind(row) });
      const name = drawn("title", {});
      name.textContent = row.name + (done(row) ? " · " + number(row.grids) + " " + said("grids") : " · " + (row.why ? row.why[state.lang] : ""));
      shape.append(name);
      shape.addEventListener("click", () => {
        const own = first(row);
        if (own && done(row)) location.href = way(row, own);
      });
      found.append(shape);
    }
    return found;
  }

  // Names of districts, of the size of other texts whatever the picture's, where their area has room for them.
  const SIZE = 12;
  function named() {
    const found = document.querySelector("svg");
    if (!found) return;
    for (const each of found.querySelectorAll("text")) each.remove();
    const [wide, high] = held.outlines.size;
    const scale = Math.min(found.clientWidth / (wide + 8), found.clientHeight / (high + 8));
    for (const row of held.rows) {
      const [x, y, radius] = spots.get(row.id) || [0, 0, 0];
      if (!paths.has(row.id) || radius * scale < SIZE) continue;
      const text = drawn("text", { x, y, "font-size": SIZE / scale, "data-id": row.id });
      text.textContent = row.name;
      found.append(text);
      if (text.getComputedTextLength() > 1.95 * radius) text.remove();
    }
  }
  window.addEventListener("resize", named);

  function whole() {
    document.documentElement.lang = state.lang;
    const counted = held.facts.made + held.facts.kept;
    const figures = [
      [counted, "districts"],
      [held.facts.grids, "grids"],
      [held.facts.people, "people"],
      [held.facts.failed, "failed"],
      [held.facts.left, "left"],
    ].filter(([value, name]) => value || !["failed", "left"].includes(name));
    body = make("tbody");
    none = make("p", { class: "none", text: said("none") });
    more = make("button", { type: "button", onclick: () => { state.shown += STEP; fill(); } });
    const heads = COLUMNS.map(([name]) =>
      make("th", { scope: "col", "aria-sort": state.sort === name ? (state.up ? "ascending" : "descending") : "none" }, [
        make("button", {
          type: "button", text: said(name),
          onclick: () => { state.up = state.sort === name ? !state.up : name === "name"; state.sort = name; whole(); },
        }),
      ]),
    );
    const search = make("input", {
      type: "search", value: state.text, placeholder: said("search"), "aria-label": said("search"),
      oninput: (event) => { state.text = event.target.value; state.shown = STEP; fill(); },
    });
    const broken = held.facts.failed + held.facts.left;
    const only = broken ? make("label", {}, [
      make("input", { type: "checkbox", ...(state.failed ? { checked: "" } : {}), onchange: (event) => { state.failed = event.target.checked; fill(); } }),
      said("only_failed"),
    ]) : null;
    const tongues = make("select", { "aria-label": said("language"), onchange: (event) => { state.lang = event.target.value; whole(); } },
      Object.keys(held.words).map((code) => make("option", { value: code, text: code === "zh" ? "中文" : code === "en" ? "English" : code, ...(code === state.lang ? { selected: "" } : {}) })));
    page.replaceChildren(
      make("header", {}, [make("h1", { text: held.title }), tongues]),
      make("dl", {}, figures.map(([value, name]) => make("div", { class: name }, [make("dd", { text: number(value) }), make("dt", { text: said(name) })]))),
      ...[picture(), legend()].filter(Boolean),
      make("div", { class: "tools" }, [search, only, make("a", { href: "rollup.xlsx", text: said("rollup") })]),
      make("div", { class: "wide" }, [make("table", {}, [make("thead", {}, [make("tr", {}, [...heads, make("th", { scope: "col", text: said("papers") })])]), body])]),
      none, more,
    );
    named();
    fill();
  }
  whole();
})();
