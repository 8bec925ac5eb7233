// Over the grids: what the audit found and what changed between two plans, told apart in grey by hatch, dash and shape.
"use strict";
{
  const { el, number, said, t } = gk;
  // Colour, dash, and which way the hatching runs: 1 up, -1 down, 2 both.
  const MARKS = { fail: ["#b3261e", [], 2], warn: ["#8f5200", [5, 4], 1], moved: ["#5b2a86", [], -1], gone: ["#b3261e", [2, 4], 1], new: ["#00604a", [], 1] };
  const VEIL = "rgba(255,255,255,.88)"; // under marks, in either theme: they stay readable on dark classes
  const shown = () => gk.head.overlays.filter(({ key }) => !gk.state.off[key]);

  function open(entry) {
    gk.openBase(entry);
    gk.lazily(entry, "noteOf", () => gk.integers(entry.note));
    gk.lazily(entry, "gridOf", () => gk.integers(entry.grid));
    return entry;
  }
  function symbols(context, camera, { mark, px, py }, colour, taken) {
    context.beginPath();
    px.forEach((east, i) => {
      const [x, y] = gk.pixel(camera, east, py[i]);
      taken.push([x - 7, y - 7, x + 7, y + 7]);
      if (mark === "fail") context.rect(x - 5, y - 5, 10, 10);
      else [[0, -7], [7, 5], [-7, 5], [0, -7]].forEach(([dx, dy], k) => context[k ? "lineTo" : "moveTo"](x + dx, y + dy));
    });
    Object.assign(context, { fillStyle: colour, strokeStyle: "#fff", lineWidth: 1.6 });
    context.fill();
    context.stroke();
  }
  function wash(context, camera, path) {
    gk.lens(context, camera);
    context.fillStyle = VEIL;
    context.globalAlpha = 0.5;
    context.fill(path);
    context.globalAlpha = 1;
  }
  gk.paintPlaces = function (context, camera, taken) {
    for (const entry of shown()) if (!entry.of) symbols(context, camera, open(entry), MARKS[entry.mark][0], taken);
  };
  gk.paintOverlays = function (context, camera) {
    for (const entry of shown().filter(({ of }) => of)) {
      const [colour, dash, way] = MARKS[entry.mark];
      for (const { path, box } of open(entry).runs) {
        if (!gk.sees(camera, box)) continue;
        if (entry.of === 2) {
          wash(context, camera, path);
          gk.hatched(context, camera, path, colour, way);
        }
        gk.lens(context, camera);
        if (entry.of === 1) gk.stroke(context, camera, path, VEIL, 8);
        gk.stroke(context, camera, path, colour, entry.of === 1 ? 4 : 1.6, dash);
      }
    }
  };

  // ---------------------------------------------------------------- pointer
  const HIT = [
    ({ px, py }, i, x, y, near) => Math.hypot(px[i] - x, py[i] - y) < near,
    ({ px, py }, i, x, y, near) => L.LineUtil.pointToSegmentDistance(L.point(x, y), L.point(px[i], py[i]), L.point(px[i + 1], py[i + 1])) < near,
    ({ px, py }, i, x, y) => x < gk.crossing(px, py, i + 1, y),
  ];
  function hits(entry, shape, x, y, near) {
    const { partsAt, sizesAt, of } = open(entry);
    let found = 0;
    for (let line = partsAt[shape]; line < partsAt[shape + 1]; line++) for (let i = sizesAt[line]; i < sizesAt[line + 1] - (of > 0); i++) found += HIT[of](entry, i, x, y, near);
    return of === 2 ? found % 2 : found;
  }
  const say = (entry, shape) => `${said(entry.title)}${entry.group === "findings" ? ` · ${t(entry.mark)}` : ""}${t("colon")}${said(entry.notes[entry.noteOf[shape]])}`;
  gk.notesAt = function (x, y, scale) {
    const found = [], near = 6 / scale, wide = { scale: 1, x: x - near, y: y - near, width: 2 * near, height: 2 * near };
    for (const entry of shown()) {
      for (const { box, first, end } of open(entry).runs) {
        if (!gk.sees(wide, box)) continue;
        for (let shape = first; shape < end; shape++) if (hits(entry, shape, x, y, near)) found.push(say(entry, shape));
      }
    }
    return [...new Set(found)].slice(0, 4);
  };
  gk.findingsOf = function (plan, grid) {
    const notes = gk.head.overlays.filter(({ group }) => group === "findings" && plan === gk.plans[0]).map(open);
    const found = notes.flatMap((entry) => [...entry.gridOf.keys()].filter((shape) => entry.gridOf[shape] === grid).map((shape) => say(entry, shape)));
    return found.length > 0 && el("section", el("h3", t("findings")), el("ul.notes", ...[...new Set(found)].map((text) => el("li", text))));
  };

  // ---------------------------------------------------------------- lists
  // One row for each key: a rule's points, lines and areas are switched together.
  gk.overlayRows = function (group, row) {
    const rows = new Map();
    for (const entry of gk.head.overlays) if (entry.group === group) rows.set(entry.key, { ...entry, n: entry.n + (rows.has(entry.key) ? rows.get(entry.key).n : 0) });
    return [...rows.values()].map(({ key, mark, title, n }) => row(`${said(title)}${group === "findings" ? ` · ${t(mark)}` : ""} (${number(n)})`, key, [MARKS[mark][0], mark]));
  };
  gk.drawChanges = function () {
    if (!gk.head.changes) return "";
    const { facts, flows } = gk.head.changes, metres = (value) => `${number(value)} m`;
    const go = (to) => gk.select(gk.plans[0].ids.indexOf(to), { go: true });
    return gk.section("changes",
      el("p", t("moved", number(facts.people_moved), number(facts.people), number(facts.share_moved * 100, 1))),
      el("p.quiet", t("changed", number(facts.units_moved), metres(facts.border_gone_m), metres(facts.border_new_m))),
      ...gk.overlayRows("changes", gk.check),
      el("ul.notes.flows", ...flows.map(([from, to, n]) => el("li", gk.plain(`${from} → ${to}`, () => go(to)), el("small", t("n_people", number(n)))))));
  };
}
