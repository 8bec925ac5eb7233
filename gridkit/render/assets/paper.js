// Paper: the map as pages, with one legend, a scale bar and its source; one page for the whole, or one per grid.
"use strict";
{
  const { el } = gk;
  const SIZES = { A4: [210, 297], A3: [297, 420] }, MARGIN = 10, MM = 96 / 25.4, MOST = 120;
  const asked = { size: "A4", wide: true, what: "map" };
  let rule = -1;

  function scaleBar(camera) {
    const middle = (gk.head.bounds[1] + gk.head.bounds[3]) / 2, metres = (156543.03392 * Math.cos((middle * Math.PI) / 180)) / 2 ** camera.zoom;
    const rough = metres * 110, power = 10 ** Math.floor(Math.log10(rough)), round = [5, 2, 1].map((n) => n * power).find((n) => n <= rough);
    const line = el("span", { className: "scale" }, round < 1000 ? `${round} m` : `${round / 1000} km`);
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
    const [short, long] = SIZES[asked.size], [w, h] = asked.wide ? [long, short] : [short, long];
    const wide = (w - 2 * MARGIN) * MM - 2, high = (h - 2 * MARGIN) * MM - 2;
    const aside = asked.wide ? 210 : 0, below = asked.wide ? 0 : 190;
    const bounds = gk.head.bounds, whole = [gk.x(bounds[0]), gk.y(bounds[3]), gk.x(bounds[2]), gk.y(bounds[1])];
    const [canvas, camera] = drawing(plan, grid, grid < 0 ? whole : plan.boxes[grid], wide - aside - 2, high - 96 - below);
    const { head } = gk, stamp = head.view.audience === "internal" ? gk.t("internal") : head.approval ? gk.t("approved", head.approval) : gk.t("no_approval");
    return el("section", { className: `page ${asked.wide ? "wide" : "tall"}` },
      el("header", {}, el("h1", {}, grid < 0 ? head.title : `${plan.ids[grid]} ${(plan.names && plan.names[grid]) || ""}`), el("p", {}, grid < 0 ? gk.said(head.view.title) : `${head.title} · ${plan.parents[plan.parentOf[grid]][1]}`)),
      el("div", { className: "sheet" }, canvas, el("div", { className: "key" }, grid < 0 ? gk.legend() : el("div", {}, ...gk.card(plan, grid).filter(Boolean)), grid < 0 && pointKey())),
      el("footer", {}, el("span", { className: "north" }, "N"), scaleBar(camera), el("span", { className: "grow" }, [head.attribution, head.made, stamp].filter(Boolean).join(" · "))));
  }
  function pointKey() {
    const mark = (title, colour, kind) => el("li", {}, el("span", { className: `dot ${kind}`, style: `background:${colour}` }), title);
    const over = ["findings", "changes"].flatMap((group) => (gk.overlayRows ? gk.overlayRows(group, (title, key, [colour, kind]) => !gk.state.off[key] && mark(title, colour, kind)) : []));
    return el("ul", { className: "points" }, ...gk.shown().map((layer) => mark(gk.said(layer.title), layer.colour, layer.kind)), ...over);
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
    rule = sheet.insertRule(`@page { size: ${asked.size} ${asked.wide ? "landscape" : "portrait"}; margin: ${MARGIN}mm; }`, sheet.cssRules.length);
  };

  function bar() {
    const plan = gk.plans[gk.state.plan];
    const pick = (key, options, change) => {
      const select = el("select", { "aria-label": gk.t(key), onchange: () => { change(select.value); gk.drawPaper(); } }, ...options.map(([value, text, selected]) => el("option", { value, selected }, text)));
      return select;
    };
    const what = [["map", gk.t("whole")], gk.state.grid >= 0 && ["grid", plan.ids[gk.state.grid]], ...plan.parents.map(([, name], i) => [String(i), name]), ["atlas", gk.t("atlas")]].filter(Boolean);
    return el("div", { className: "paper-bar", role: "toolbar", "aria-label": gk.t("print") },
      pick("what", what.map(([value, text]) => [value, text, value === asked.what]), (value) => (asked.what = value)),
      pick("size", Object.keys(SIZES).map((size) => [size, size, size === asked.size]), (value) => (asked.size = value)),
      pick("turned", [["", gk.t("portrait"), !asked.wide], ["1", gk.t("landscape"), asked.wide]], (value) => (asked.wide = Boolean(value))),
      el("button", { type: "button", className: "first", onclick: () => window.print() }, gk.icon("print"), ` ${gk.t("print")}`), gk.button("close", "close", gk.print));
  }
  gk.print = function (what) {
    const opening = !gk.desk;
    if (!opening) {
      gk.desk.remove();
      gk.desk = null;
    } else {
      asked.what = typeof what === "string" ? what : "map";
      gk.paper = el("div", { id: "gk-paper" });
      gk.desk = el("div", { id: "gk-desk", role: "dialog", "aria-label": gk.t("print") }, bar(), gk.paper);
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
  gk.begin = gk.begin || [];
  gk.begin.push(() => gk.head.view.opens === "atlas" && gk.print("atlas"));
}
