// The start: the map, its sheets, what pointer and keyboard do, and the state in the address.
"use strict";
{
  const { el } = gk;

  function build() {
    const app = document.getElementById("gk-app");
    app.setAttribute("data-theme", gk.state.theme);
    gk.panel = el("div", { id: "gk-panel", role: "region", "aria-label": gk.t("panel") });
    gk.ground = el("div", { id: "gk-map", role: "application", tabIndex: 0, "aria-label": gk.t("map_keys") });
    gk.side = el("aside", { id: "gk-card", hidden: true, "aria-label": gk.t("card") });
    gk.tip = el("div", { id: "gk-tip", hidden: true, "aria-hidden": "true" });
    gk.tools = el("div", { id: "gk-tools", role: "toolbar", "aria-label": gk.t("tools") });
    gk.drawer = el("section", { id: "gk-drawer", hidden: true });
    gk.live = el("div", { className: "hide", role: "status", "aria-live": "polite" });
    gk.tab = el("button", { id: "gk-tab", type: "button", "aria-expanded": "false", onclick: () => gk.tab.setAttribute("aria-expanded", String(app.classList.toggle("panel-open"))) }, gk.icon("layers"), el("span", {}));
    gk.main = el("main", {}, gk.ground, gk.tools, gk.side, gk.drawer);
    app.replaceChildren(gk.tab, gk.panel, gk.main, gk.tip, gk.live);
    gk.app = app;
  }

  // ---------------------------------------------------------------- map
  function sheets() {
    const add = (name, paint, z) => {
      gk.map.createPane(`gk-${name}`).style.zIndex = z;
      gk.sheets[name] = new gk.Sheet(paint, { pane: `gk-${name}` }).addTo(gk.map);
    };
    gk.sheets = {};
    add("base", gk.paintBase, 210);
    gk.plans.forEach((plan, i) => {
      add(`fills${i}`, gk.paintFills(plan), 220 + i);
      add(`lines${i}`, gk.paintLines(plan), 230 + i);
      add(`marks${i}`, gk.paintMarks(plan), 450 + i);
    });
  }
  gk.whole = () => L.latLngBounds([gk.head.bounds[1], gk.head.bounds[0]], [gk.head.bounds[3], gk.head.bounds[2]]);
  gk.home = () => gk.map.fitBounds(gk.whole(), { animate: false, padding: [16, 16] });

  function tools() {
    const shows = (name) => gk.head.view.shows.includes(name);
    const full = () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen && document.documentElement.requestFullscreen());
    gk.tools.replaceChildren(
      el("div", { className: "group" },
        el("button", { type: "button", title: gk.t("zoom_in"), "aria-label": gk.t("zoom_in"), onclick: () => gk.map.zoomIn() }, "+"),
        el("button", { type: "button", title: gk.t("zoom_out"), "aria-label": gk.t("zoom_out"), onclick: () => gk.map.zoomOut() }, "−"),
        gk.button("home", "whole", gk.home)),
      el("div", { className: "group" }, gk.button("full", "full", full), gk.openTable ? gk.button("table", "table", gk.openTable) : "", gk.ruler && shows("ruler") ? gk.button("ruler", "ruler", gk.ruler) : "", gk.print && shows("print") ? gk.button("print", "print", gk.print) : ""),
      el("div", { className: "north", "aria-label": gk.t("north"), role: "img" }, "N"));
  }

  // ---------------------------------------------------------------- pointer and keyboard
  function where(event) {
    const at = event.latlng, x = gk.x(at.lng), y = gk.y(at.lat);
    return [x, y, 2 ** (gk.map.getZoom() - gk.DEEP)];
  }
  function pointers() {
    let waiting = 0;
    gk.map.on("mousemove", (event) => {
      if (waiting) return;
      waiting = requestAnimationFrame(() => {
        waiting = 0;
        if (gk.planUnder && gk.plans[1]) gk.state.plan = gk.planUnder(event.containerPoint.x);
        const [x, y, scale] = where(event), hover = gk.gridAt(gk.plans[gk.state.plan], x, y);
        const point = gk.pointAt(x, y, scale), notes = gk.notesAt ? gk.notesAt(x, y, scale) : [];
        if (hover !== gk.state.hover) gk.set("hover", { hover });
        gk.drawTip(event.originalEvent.clientX, event.originalEvent.clientY, point, notes);
      });
    });
    gk.map.on("mouseout movestart", () => {
      gk.set("hover", { hover: -1 });
      gk.drawTip(0, 0, null);
    });
    gk.map.on("click", (event) => {
      if (gk.busy) return;
      const [x, y, scale] = where(event), plan = gk.plans[gk.state.plan], cell = gk.cellAt(plan, x, y);
      gk.select(cell < 0 ? -1 : plan.cells.own[cell], { cell, point: gk.pointAt(x, y, scale) });
    });
  }

  // n and p walk through the grids; the arrow keys and +/- are Leaflet's.
  function keys(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || /INPUT|SELECT|TEXTAREA/.test(event.target.tagName)) return;
    if (event.key !== "Escape" && !gk.main.contains(event.target)) return; // single letters act only where the map has the focus
    const plan = gk.plans[gk.state.plan], step = { n: 1, p: -1 }[event.key];
    if (step) gk.select((gk.state.grid + step + plan.count) % plan.count, { go: true });
    else if (event.key === "Enter" && event.target === gk.ground && gk.state.grid >= 0) gk.side.querySelector("h2").focus();
    else if (event.key === "Escape") {
      if (!gk.drawer.hidden && gk.openTable) gk.openTable();
      else gk.select(-1);
      gk.ground.focus();
    } else if (event.key === "/" && document.getElementById("gk-search")) document.getElementById("gk-search").focus();
    else return;
    event.preventDefault();
  }

  // ---------------------------------------------------------------- address
  // #zoom/lat/lon/language/theme/measure/grid: nothing else is remembered.
  function toHash() {
    if (!gk.map) return;
    const at = gk.map.getCenter(), { lang, theme, measure, grid } = gk.state, plan = gk.plans[gk.state.plan];
    const column = gk.plans[0].columns[measure], name = column ? `${column.layer}.${column.name}` : "-";
    const parts = [gk.map.getZoom(), at.lat.toFixed(5), at.lng.toFixed(5), lang, theme, name, grid < 0 ? "" : plan.ids[grid]];
    try {
      history.replaceState(null, "", `#${parts.map(encodeURIComponent).join("/")}`);
    } catch (error) {
      location.hash = parts.map(encodeURIComponent).join("/"); // some browsers refuse it for files
    }
  }
  function fromHash() {
    let parts;
    try {
      parts = location.hash.slice(1).split("/").map(decodeURIComponent);
    } catch (error) {
      return false;
    }
    const [zoom, lat, lon] = parts.slice(0, 3).map(Number), plan = gk.plans[0];
    if (parts.length < 7 || ![zoom, lat, lon].every(Number.isFinite)) return false;
    if (parts[3] === "en" || parts[3] === "zh") gk.state.lang = parts[3];
    if (parts[4] === "dark" || parts[4] === "light") gk.state.theme = parts[4];
    gk.state.measure = parts[5] === "-" ? -1 : Math.max(0, plan.columns.findIndex((column) => `${column.layer}.${column.name}` === parts[5]));
    gk.state.grid = plan.ids.indexOf(parts[6]);
    return [[lat, lon], zoom];
  }

  // ---------------------------------------------------------------- start
  function redraw(topics) {
    const touched = { base: "theme lang layers", fills: "theme measure layers edit", lines: "theme layers edit select hover", marks: "theme lang layers measure time select edit" };
    for (const [name, sheet] of Object.entries(gk.sheets)) if (topics.some((topic) => touched[name.replace(/\d/, "")].includes(topic))) sheet.ask();
  }
  function words() {
    gk.app.setAttribute("data-theme", gk.state.theme);
    document.documentElement.lang = gk.state.lang === "zh" ? "zh-CN" : "en";
    gk.panel.setAttribute("aria-label", gk.t("panel"));
    gk.ground.setAttribute("aria-label", gk.t("map_keys"));
    gk.tab.lastChild.textContent = gk.head.title;
    gk.map.attributionControl.setPrefix("").options.prefix = "";
    tools();
    gk.drawCard();
  }

  gk.start = function () {
    const head = gk.open(document.getElementById("gk-island").textContent);
    gk.plans = head.plans;
    gk.state.lang = head.lang;
    for (const layer of head.points) if (layer.kind === "events") gk.state.off[layer.layer] = true;
    gk.centre(head.bounds);
    gk.plans.forEach(gk.openPlan);
    if (gk.prepare) gk.prepare();
    if (!gk.plans[0].columns.length) gk.state.measure = -1;
    const view = fromHash();
    build();
    const moves = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    gk.map = L.map(gk.ground, { zoomAnimation: moves, fadeAnimation: moves, inertia: moves, zoomControl: false, zoomSnap: 0.25, zoomDelta: 1, maxZoom: 19, minZoom: 8, preferCanvas: true, attributionControl: true, maxBoundsViscosity: 0.6 });
    gk.map.attributionControl.setPrefix("").addAttribution(el("span", {}, head.attribution).innerHTML);
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(gk.map);
    if (view) gk.map.setView(...view);
    else gk.home();
    sheets();
    pointers();
    document.addEventListener("keydown", keys);
    gk.on("lang theme", words);
    gk.on("lang theme measure layers time edit", gk.drawPanel);
    gk.on("select lang measure time edit layers", gk.drawCard);
    gk.on("lang theme measure layers time select hover edit", redraw);
    gk.on("lang theme measure select", toHash);
    gk.map.on("moveend", toHash);
    gk.drawPanel();
    words();
    if (gk.begin) gk.begin.forEach((begin) => begin());
    const notice = document.getElementById("gk-notice");
    if (notice) notice.hidden = true;
    document.documentElement.setAttribute("data-ready", "");
    return gk.map;
  };
}
