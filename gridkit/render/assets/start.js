// The start: the map, its sheets, what pointer and keyboard do, and the state in the address.
"use strict";
{
  const { el, state, t } = gk;
  const here = () => gk.plans[state.plan];

  function build() {
    gk.app = document.getElementById("gk-app");
    gk.panel = el("div", { id: "gk-panel", role: "region" });
    gk.ground = el("div", { id: "gk-map", role: "application", tabIndex: 0 });
    gk.side = el("aside", { id: "gk-card", hidden: true });
    gk.tip = el("div", { id: "gk-tip", hidden: true, "aria-hidden": "true" });
    gk.tools = el("div", { id: "gk-tools", role: "toolbar" });
    gk.drawer = el("section", { id: "gk-drawer", hidden: true });
    gk.live = el("div.hide", { role: "status", "aria-live": "polite" });
    gk.tab = el("button", { id: "gk-tab", "aria-expanded": "false", onclick: unfold }, gk.icon("layers"), el("span"));
    gk.main = el("main", gk.ground, gk.tools, gk.side, gk.drawer);
    gk.app.replaceChildren(gk.tab, gk.panel, gk.main, gk.tip, gk.live);
  }

  // On a phone the panel is a drawer under the map.
  function unfold() {
    gk.tab.setAttribute("aria-expanded", String(gk.app.classList.toggle("panel-open")));
    gk.map.invalidateSize();
  }

  // ---------------------------------------------------------------- map
  function sheets() {
    gk.sheets = {};
    const add = (name, paint, z) => {
      gk.map.createPane(`gk-${name}`).style.zIndex = z;
      gk.sheets[name] = new gk.Sheet(paint, { pane: `gk-${name}` }).addTo(gk.map);
    };
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
    const full = () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen?.());
    const group = (...buttons) => el("div.group", buttons.map(([icon, key, act]) => act && gk.button(icon, key, act)));
    gk.tools.replaceChildren(
      group(["plus", "zoom_in", () => gk.map.zoomIn()], ["minus", "zoom_out", () => gk.map.zoomOut()], ["home", "whole", gk.home]),
      group(["full", "full", full], ...["table", "ruler", "print"].map((name) => [name, name, gk.shows(name) && gk[name]])),
      el("div.north", { label: t("north"), role: "img" }, "N"));
  }

  // ---------------------------------------------------------------- pointer and keyboard
  const spot = ({ latlng }) => [gk.x(latlng.lng), gk.y(latlng.lat), 2 ** (gk.map.getZoom() - gk.DEEP)];
  function pointers() {
    let waiting = 0;
    gk.map.on("mousemove", (event) => {
      waiting = waiting || requestAnimationFrame(() => {
        waiting = 0;
        if (gk.planUnder) state.plan = gk.planUnder(event.containerPoint.x);
        const at = spot(event), hover = gk.gridAt(here(), ...at), { clientX, clientY } = event.originalEvent;
        if (hover !== state.hover) gk.set("hover", { hover });
        gk.drawTip(clientX, clientY, gk.pointAt(...at), gk.notesAt && gk.notesAt(...at));
      });
    });
    gk.map.on("mouseout movestart", () => {
      gk.set("hover", { hover: -1 });
      gk.drawTip(0, 0, null);
    });
    gk.map.on("click", (event) => {
      if (gk.busy) return;
      const at = spot(event), cell = gk.cellAt(here(), ...at);
      gk.select(cell < 0 ? -1 : here().cells.own[cell], { cell, point: gk.pointAt(...at) });
    });
  }

  // n and p walk through the grids; the arrow keys and +/- are Leaflet's.
  const walk = (step) => () => gk.select((state.grid + step + here().count) % here().count, { go: true });
  const KEYS = {
    n: walk(1),
    p: walk(-1),
    Enter: (event) => (event.target === gk.ground && state.grid >= 0 ? gk.side.querySelector("h2").focus() : false),
    "/": () => (document.getElementById("gk-search") ? document.getElementById("gk-search").focus() : false),
    Escape() {
      if (!gk.drawer.hidden && gk.table) gk.table();
      else gk.select(-1);
      gk.ground.focus();
    },
  };
  function keys(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || /INPUT|SELECT|TEXTAREA/.test(event.target.tagName)) return;
    if (event.key !== "Escape" && !gk.main.contains(event.target)) return; // single letters act only where the map has the focus
    if (Object.keys(KEYS).includes(event.key) && KEYS[event.key](event) !== false) event.preventDefault();
  }

  // ---------------------------------------------------------------- address
  // #zoom/lat/lon/language/theme/measure/grid: nothing else is remembered.
  const nameOf = ({ layer, name }) => `${layer}.${name}`;
  function toHash() {
    const at = gk.map.getCenter(), { lang, theme, measure, grid } = state, column = gk.plans[0].columns[measure];
    const parts = [gk.map.getZoom(), at.lat.toFixed(5), at.lng.toFixed(5), lang, theme, column ? nameOf(column) : "-", here().ids[grid] || ""];
    const hash = parts.map(encodeURIComponent).join("/");
    try {
      history.replaceState(null, "", `#${hash}`);
    } catch (error) {
      location.hash = hash; // some browsers refuse it for files
    }
  }
  function fromHash() {
    try {
      const [zoom, lat, lon, lang, theme, measure, grid] = location.hash.slice(1).split("/").map(decodeURIComponent), [plan] = gk.plans;
      if (grid === undefined || ![zoom, lat, lon].every((part) => Number.isFinite(Number(part)))) return false;
      if (["en", "zh"].includes(lang)) state.lang = lang;
      if (["dark", "light"].includes(theme)) state.theme = theme;
      state.measure = measure === "-" ? -1 : Math.max(0, plan.columns.findIndex((column) => nameOf(column) === measure));
      state.grid = plan.ids.indexOf(grid);
      return [[lat, lon].map(Number), Number(zoom)];
    } catch (error) {
      return false;
    }
  }

  // ---------------------------------------------------------------- start
  const TOUCHED = { base: "theme lang layers", fills: "theme measure layers edit", lines: "theme layers edit select hover", marks: "theme lang layers measure time select edit" };
  function redraw(topics) {
    for (const [name, sheet] of Object.entries(gk.sheets)) if (topics.some((topic) => TOUCHED[name.replace(/\d/, "")].includes(topic))) sheet.ask();
  }
  function words() {
    gk.app.setAttribute("data-theme", state.theme);
    document.documentElement.lang = state.lang === "zh" ? "zh-CN" : "en";
    for (const [name, key] of [["panel", "panel"], ["ground", "map_keys"], ["side", "card"], ["tools", "tools"]]) gk[name].setAttribute("aria-label", t(key));
    gk.tab.lastChild.textContent = gk.head.title;
    tools();
    gk.drawCard();
  }

  gk.start = function () {
    const head = gk.open(document.getElementById("gk-island").textContent), moves = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    gk.plans = head.plans;
    state.lang = head.lang;
    for (const layer of head.points) if (layer.kind === "events") state.off[layer.layer] = true;
    for (const { key, mark } of head.overlays) if (mark === "warn") state.off[key] = true; // they wait in the list
    gk.centre(head.bounds);
    gk.plans.forEach(gk.openPlan);
    if (gk.prepare) gk.prepare();
    if (!gk.plans[0].columns.length) state.measure = -1;
    const view = fromHash();
    build();
    gk.map = L.map(gk.ground, { zoomAnimation: moves, fadeAnimation: moves, inertia: moves, zoomControl: false, zoomSnap: 0.25, maxZoom: 19, minZoom: 8, preferCanvas: true, maxBoundsViscosity: 0.6 });
    gk.map.attributionControl.setPrefix("").addAttribution(el("span", head.attribution).innerHTML);
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
    gk.begin.forEach((begin) => begin());
    document.getElementById("gk-notice").hidden = true;
    document.documentElement.setAttribute("data-ready", "");
    return gk.map;
  };
}
