// The panel: title, what colours the grids, the one legend, the list of layers.
"use strict";
{
  const { el } = gk;
  const check = gk.check = (label, key, swatch) =>
    el("label", { className: "row" },
      el("input", { type: "checkbox", checked: !gk.state.off[key], onchange: (event) => gk.toggle(key, !event.target.checked) }),
      swatch && el("span", { className: `dot ${swatch[1]}`, style: `background:${swatch[0]}` }), el("span", { className: "grow" }, label));
  gk.toggle = (key, off) => gk.set("layers", { off: { ...gk.state.off, [key]: off } });
  const swatch = (colour) => {
    const box = el("span", { className: "swatch" });
    box.style.background = colour;
    return box;
  };

  // ---------------------------------------------------------------- legend
  gk.ranges = function (column) {
    const show = (value) => (column.percent ? gk.number(value * 100, column.digits) : gk.number(value, column.digits));
    const { breaks } = column;
    if (!breaks.length) return [gk.t("all_one")];
    return [...breaks.map((high, i) => (i ? `${show(breaks[i - 1])} – ${show(high)}` : `< ${show(high)}`)), `≥ ${show(breaks[breaks.length - 1])}`];
  };
  gk.legend = function () {
    const [plan] = gk.plans, column = plan.columns[gk.state.measure];
    if (!column) return el("p", { className: "quiet" }, gk.t("tints_about"));
    const counts = new Map();
    column.of.forEach((value) => counts.set(gk.classOf(column, value), (counts.get(gk.classOf(column, value)) || 0) + 1));
    const most = Math.max(...counts.values());
    const line = (colour, text, n) => {
      const bar = el("span", { className: "bar" });
      bar.style.width = `${(n / most) * 100}%`;
      return el("li", {}, colour ? swatch(colour) : el("span", { className: "swatch none" }), el("span", { className: "range" }, text), el("span", { className: "bars", "aria-hidden": "true" }, bar), el("span", { className: "n" }, gk.number(n)));
    };
    const unit = column.percent ? "%" : gk.said(column.unit);
    return el("div", { className: "legend" },
      el("p", { className: "quiet" }, `${gk.titleOf(column)}${unit ? ` (${unit})` : ""} · ${gk.t("grids_per_class")}`),
      el("ul", {}, ...gk.ranges(column).map((text, i) => line(column.colours[i], text, counts.get(i) || 0)).reverse(),
        counts.has(-1) && line(null, column.of.includes("hidden") ? gk.t("withheld", gk.head.view.least) : gk.t("no_value"), counts.get(-1))));
  };

  // ---------------------------------------------------------------- layers
  const MODES = ["points", "clusters", "heat"];
  function pointRows(layer) {
    const rows = [check(`${gk.said(layer.title)} (${gk.number(layer.x.n)})`, layer.layer, [layer.colour, layer.kind])];
    if (layer.kind !== "events" || gk.state.off[layer.layer]) return rows;
    rows.push(el("div", { className: "modes", role: "group", "aria-label": gk.said(layer.title) },
      ...MODES.map((mode) => el("button", { type: "button", "aria-pressed": String(gk.modeOf(layer) === mode), onclick: () => gk.set("layers", { modes: { ...gk.state.modes, [layer.layer]: mode } }) }, gk.t(mode)))));
    const classes = layer.categories || [];
    if (classes.length > 1) {
      const names = classes.length > 8 ? [...classes.slice(0, 7), gk.t("others")] : classes;
      rows.push(el("div", { className: "classes" }, ...names.map((name, i) => check(name, `${layer.layer}/${i}`, gk.modeOf(layer) === "points" && [gk.KINDS[i], "events"]))));
    }
    return rows;
  }
  function layerList() {
    const { base, points } = gk.head;
    const found = gk.overlayRows ? gk.overlayRows("findings", check) : [];
    const some = (...names) => names.some((name) => base[name]);
    return el("div", {},
      check(gk.t("grids"), "grids"), check(gk.t("borders"), "borders"), gk.plans[0].cells.grid && check(gk.t("units"), "units"), check(gk.t("codes"), "codes"),
      points.length > 0 && el("h3", {}, gk.t("on_top")), ...points.flatMap(pointRows),
      ...(found.length ? [el("h3", {}, gk.t("findings")), ...found] : []),
      Object.keys(base).length > 0 && el("h3", {}, gk.t("ground")), some("roads", "rails") && check(gk.t("roads"), "roads"),
      some("water", "green", "waterways") && check(gk.t("nature"), "nature"), some("buildings", "compounds") && check(gk.t("buildings"), "buildings"), check(gk.t("labels"), "labels"), gk.drawTiles && check(gk.t("tiles"), "tiles"), gk.drawTiles && gk.drawTiles());
  }

  // ---------------------------------------------------------------- panel
  gk.section = (key, ...children) => el("details", { className: "part", open: true }, el("summary", {}, el("h2", {}, gk.t(key))), ...children);
  function measures() {
    const pick = el("select", { id: "gk-measure", onchange: () => gk.set("measure", { measure: Number(pick.value) }) },
      ...gk.plans[0].columns.map((column, i) => el("option", { value: i, selected: i === gk.state.measure }, gk.titleOf(column))),
      el("option", { value: -1, selected: gk.state.measure < 0 }, gk.t("tints")));
    return el("div", {}, el("label", { htmlFor: "gk-measure", className: "hide" }, gk.t("colour_by")), pick);
  }
  function heading() {
    const { head, state } = gk, view = head.view;
    const { count, people } = gk.plans[0];
    const facts = [gk.t("n_grids", gk.number(count)), people && gk.t("n_people", gk.number(people)), head.made].filter(Boolean);
    return el("div", { className: "head" },
      el("div", { className: "top" },
        el("span", { className: `stamp ${view.audience}` }, view.audience === "internal" ? gk.t("internal") : head.approval ? gk.t("approved", head.approval) : gk.t("no_approval")),
        el("button", { type: "button", className: "lang", lang: state.lang === "zh" ? "en" : "zh", onclick: () => gk.set("lang", { lang: state.lang === "zh" ? "en" : "zh" }) }, state.lang === "zh" ? "English" : "中文"),
        gk.button("moon", "dark", () => gk.set("theme", { theme: state.theme === "dark" ? "light" : "dark" }), { "aria-pressed": String(state.theme === "dark") })),
      el("h1", {}, head.title), el("p", { className: "quiet" }, `${gk.said(view.title)} · ${facts.join(" · ")}`));
  }
  const open = {};
  gk.drawPanel = function () {
    const parts = gk.panel.querySelectorAll("details");
    parts.forEach((part, i) => (open[i] = part.open));
    const held = document.activeElement && gk.panel.contains(document.activeElement) ? [...gk.panel.querySelectorAll("button,input,select,summary")].indexOf(document.activeElement) : -1;
    const legend = gk.section("colour_by", measures(), gk.legend());
    gk.panel.replaceChildren(heading(), gk.drawSearch ? gk.drawSearch() : "", legend, gk.drawChanges ? gk.drawChanges() : "", gk.drawTime ? gk.drawTime() : "", gk.section("layers", layerList()), gk.drawEdits ? gk.drawEdits() : "");
    gk.panel.querySelectorAll("details").forEach((part, i) => i in open && (part.open = open[i]));
    if (held >= 0) [...gk.panel.querySelectorAll("button,input,select,summary")][held]?.focus();
  };
}
