// Paper: the map as pages, with one legend, a scale bar and its source; one page for the whole, or one per grid.
"use strict";
{
  const { el, said, t } = gk;
  const SIZES = { A4: [210, 297], A3: [297, 420] }, MARGIN = 10, MM = 96 / 25.4, MOST = 120;
  const asked = { size: "A4", turned: "landscape", what: "map" };
  let rule = -1;

  function scaleBar(camera) {
    const middle = (gk.head.bounds[1] + gk.head.bounds[3]) / 2, metres = (156543.03392 * Math.cos((middle * Math.PI) / 180)) / 2 ** camera.zoom;
    const rough = metres * 110, power = 10 ** Math.floor(Math.log10(rough)), round = [5, 2, 1].map((n) => n * power).find((n) => n <= rough);
    const line = el("span.scale", round < 1000 ? `${round} m` : `${round / 1000} km`);
    line.style.width = `${round / metres}px`;
    return line;
  }
  function drawing(plan, grid, box, width, height) {
    const ratio = asked.what === "atlas" ? 2 : 2.5, canvas = el("canvas", { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    const camera = gk.aim(box, width, height, ratio), context = canvas.getContext("2d");
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    gk.framed = grid;
    for (const paint of [gk.paintBase, gk.paintFills(plan), gk.paintLines(plan), gk.paintMarks(plan)]) paint(context, camera);
    return [canvas, camera];
  }
  function page(plan, grid) {
    const [short, long] = SIZES[asked.size], wideways = asked.turned === "landscape", [w, h] = wideways ? [long, short] : [short, long];
    const wide = (w - 2 * MARGIN) * MM - 2, high = (h - 2 * MARGIN) * MM - 2;
    const aside = wideways ? 210 : 0, below = wideways ? 0 : 190;
    const bounds = gk.head.bounds, whole = [gk.x(bounds[0]), gk.y(bounds[3]), gk.x(bounds[2]), gk.y(bounds[1])];
    const [canvas, camera] = drawing(plan, grid, grid < 0 ? whole : plan.boxes[grid], wide - aside - 2, high - 96 - below);
    const { head } = gk, stamp = gk.stamp(head);
    return el(`section.page.${wideways ? "wide" : "tall"}`,
      el("header", el("h1", grid < 0 ? head.title : `${plan.ids[grid]} ${(plan.names && plan.names[grid]) || ""}`), el("p", grid < 0 ? said(head.view.title) : `${head.title} · ${gk.parentOf(plan, grid)}`)),
      el("div.sheet", canvas, el("div.key", grid < 0 ? gk.legend() : el("div", gk.card(plan, grid)), grid < 0 && pointKey())),
      el("footer", el("span.north", "N"), scaleBar(camera), el("span.grow", [head.attribution, head.made, stamp].filter(Boolean).join(" · "))));
  }
  function pointKey() {
    const mark = (title, ...dot) => el("li", gk.dot(...dot), title);
    const over = ["findings", "changes"].flatMap((group) => (gk.overlayRows ? gk.overlayRows(group, (title, key, dot) => !gk.state.off[key] && mark(title, ...dot)) : []));
    return el("ul.points", ...gk.shown().map((layer) => mark(said(layer.title), layer.colour, layer.kind)), ...over);
  }

  function pages() {
    const plan = gk.plans[gk.state.plan], { what } = asked;
    if (what === "map") return [page(plan, -1)];
    if (what === "grid") return [page(plan, gk.state.grid)];
    const grids = [...plan.ids.keys()].filter((grid) => what === "atlas" || plan.parentOf[grid] === Number(what));
    return [page(plan, -1), ...grids.slice(0, MOST).map((grid) => page(plan, grid))];
  }
  gk.drawPaper = function () {
    const theme = gk.state.theme, sheet = document.styleSheets[document.styleSheets.length - 1];
    [gk.printing, gk.state.theme] = [true, "light"];
    try {
      gk.paper.replaceChildren(...pages());
    } finally {
      [gk.printing, gk.state.theme] = [false, theme];
    }
    if (rule >= 0) sheet.deleteRule(rule);
    rule = sheet.insertRule(`@page { size: ${asked.size} ${asked.turned}; margin: ${MARGIN}mm; }`, sheet.cssRules.length);
  };

  function bar() {
    const plan = gk.plans[gk.state.plan];
    const pick = (key, pairs, value) => gk.pick(t(key), pairs, (chosen) => { asked[key] = chosen; gk.drawPaper(); }, value);
    const what = [["map", t("whole")], gk.state.grid >= 0 && ["grid", plan.ids[gk.state.grid]], ...plan.parents.map(([, name], i) => [String(i), name]), ["atlas", t("atlas")]].filter(Boolean);
    return el("div.paper-bar", { role: "toolbar", label: t("print") },
      pick("what", what, asked.what), pick("size", Object.keys(SIZES).map((size) => [size, size]), asked.size),
      pick("turned", ["portrait", "landscape"].map((way) => [way, t(way)]), asked.turned),
      gk.press([gk.icon("print"), ` ${t("print")}`], () => window.print(), { className: "first" }), gk.button("close", "close", gk.print));
  }
  gk.print = function (what) {
    const opening = !gk.desk;
    if (!opening) {
      gk.desk.remove();
      gk.desk = null;
    } else {
      asked.what = typeof what === "string" ? what : "map";
      gk.paper = el("div", { id: "gk-paper" });
      gk.desk = el("div", { id: "gk-desk", role: "dialog", label: t("print") }, bar(), gk.paper);
      gk.app.append(gk.desk);
      gk.drawPaper();
      gk.desk.querySelector("select").focus();
    }
    gk.app.classList.toggle("printing", opening);
  };
  // Ctrl+P without the button prints the same page.
  let by = false;
  window.addEventListener("beforeprint", () => {
    by = !gk.desk;
    if (by) gk.print();
  });
  window.addEventListener("afterprint", () => by && gk.desk && gk.print());
    gk.begin.push(() => gk.head.view.opens === "atlas" && gk.print("atlas"));
}
