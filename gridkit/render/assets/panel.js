// The panel: title, what colours the grids, the one legend, the list of layers.
"use strict";
{
  const { el, number, said, set, state, t } = gk;
  const toggle = (key, off) => set("layers", { off: { ...state.off, [key]: off } });
  const swatch = (kind, colour) => el(kind, { style: `background:${colour}` });
  gk.dot = (colour, kind) => swatch(`span.dot.${kind}`, colour);
  gk.check = (label, key, dot) => el("label.row", el("input", { type: "checkbox", checked: !state.off[key], onchange: (event) => toggle(key, !event.target.checked) }), dot && gk.dot(...dot), el("span.grow", label));
  const checks = (...keys) => keys.map((key) => key && gk.check(t(key), key));
  const titled = (key, rows) => rows.some(Boolean) && [el("h3", t(key)), ...rows];

  // ---------------------------------------------------------------- legend
  function ranges({ breaks, percent, digits }) {
    const show = (value) => number(percent ? value * 100 : value, digits), last = breaks.length - 1;
    return last < 0 ? [t("all_one")] : [...breaks.map((high, i) => (i ? `${show(breaks[i - 1])} – ${show(high)}` : `< ${show(high)}`)), `≥ ${show(breaks[last])}`];
  }
  gk.legend = function () {
    const column = gk.plans[0].columns[state.measure];
    if (!column) return el("p.quiet", t("tints_about"));
    const counts = new Map(), unit = column.percent ? "%" : said(column.unit);
    for (const at of column.of.map((value) => gk.classOf(column, value))) counts.set(at, (counts.get(at) || 0) + 1);
    const most = Math.max(...counts.values());
    const line = (box, text, n = 0) => el("li", box, el("span.range", text), el("span.bars", { "aria-hidden": "true" }, el("span.bar", { style: `width:${(n / most) * 100}%` })), el("span.n", number(n)));
    return el("div.legend",
      el("p.quiet", `${gk.titleOf(column)}${unit ? ` (${unit})` : ""} · ${t("grids_per_class")}`),
      el("ul", ranges(column).map((text, i) => line(swatch("span.swatch", column.colours[i]), text, counts.get(i))).reverse(),
        counts.has(-1) && line(el("span.swatch.none"), column.of.includes("hidden") ? t("withheld", gk.head.view.least) : t("no_value"), counts.get(-1))));
  };

  // ---------------------------------------------------------------- layers
  function pointRows(layer) {
    const { layer: key, colour, kind, categories = [] } = layer, title = said(layer.title), mode = gk.modeOf(layer);
    const row = gk.check(`${title} (${number(layer.x.n)})`, key, [colour, kind]);
    if (kind !== "events" || state.off[key]) return [row];
    const names = categories.length > 8 ? [...categories.slice(0, 7), t("others")] : categories;
    return [row,
      el("div.modes", { role: "group", label: title }, ["points", "clusters", "heat"].map((each) => gk.press(t(each), () => set("layers", { modes: { ...state.modes, [key]: each } }), { "aria-pressed": String(mode === each) }))),
      names.length > 1 && el("div.classes", names.map((name, i) => gk.check(name, `${key}/${i}`, mode === "points" && [gk.KINDS[i], "events"])))];
  }
  function layerList() {
    const { base, points } = gk.head, some = (key, ...names) => names.some((name) => base[name]) && key;
    return el("div",
      checks("grids", "borders", gk.plans[0].cells.grid && "units", "codes"),
      titled("on_top", points.flatMap(pointRows)), titled("findings", gk.overlayRows ? gk.overlayRows("findings", gk.check) : []),
      titled("ground", checks(some("roads", "roads", "rails"), some("nature", "water", "green", "waterways"), some("buildings", "buildings", "compounds"), "labels", gk.drawTiles && "tiles")),
      gk.drawTiles && gk.drawTiles());
  }

  // ---------------------------------------------------------------- panel
  gk.section = (key, ...children) => el("details.part", { open: true }, el("summary", el("h2", t(key))), ...children);
  function measures() {
    const pairs = [...gk.plans[0].columns.map((column, i) => [i, gk.titleOf(column)]), [-1, t("tints")]];
    const pick = gk.pick(t("colour_by"), pairs, (value) => set("measure", { measure: Number(value) }), state.measure);
    pick.id = "gk-measure";
    return pick;
  }
  function heading() {
    const { head } = gk, { count, people } = gk.plans[0], next = state.lang === "zh" ? "en" : "zh", dark = state.theme === "dark";
    const facts = [said(head.view.title), t("n_grids", number(count)), people && t("n_people", number(people)), head.made].filter(Boolean);
    return el("div.head",
      el("div.top", el(`span.stamp.${head.view.audience}`, gk.stamp(head)),
        gk.press(next === "en" ? "English" : "中文", () => set("lang", { lang: next }), { className: "lang", lang: next }),
        gk.button("moon", "dark", () => set("theme", { theme: dark ? "light" : "dark" }), { "aria-pressed": String(dark) })),
      el("h1", head.title), el("p.quiet", facts.join(" · ")));
  }
  const open = {}, DRAWN = [() => gk.section("colour_by", measures(), gk.legend()), "drawChanges", "drawTime", () => gk.section("layers", layerList()), "drawEdits"];
  gk.drawPanel = function () {
    const all = (kinds) => [...gk.panel.querySelectorAll(kinds)], focusable = "button,input,select,summary";
    all("details").forEach((part, i) => (open[i] = part.open));
    const held = all(focusable).indexOf(document.activeElement), parts = DRAWN.map((draw) => (draw.call ? draw() : gk[draw] && gk[draw]()));
    gk.panel.replaceChildren(...[heading(), gk.drawSearch && gk.drawSearch(), ...parts].filter(Boolean));
    all("details").forEach((part, i) => i in open && (part.open = open[i]));
    if (held >= 0) all(focusable)[held]?.focus();
  };
}
