// The card of a grid, and the tip that follows the pointer.
"use strict";
{
  const { el } = gk;

  function byClass(layer, grid) {
    gk.openPoints(layer);
    const counts = new Map();
    let all = 0;
    for (let i = 0; i < layer.count; i++) {
      if (layer.gridOf[i] !== grid || !gk.counts(layer, i)) continue;
      all++;
      const name = layer.categoryOf && layer.categoryOf[i] >= 0 ? layer.categories[layer.categoryOf[i]] : gk.t("no_class");
      counts.set(name, (counts.get(name) || 0) + 1);
    }
    const rows = [...counts].sort((a, b) => b[1] - a[1]);
    return el("section", {}, el("h3", {}, `${gk.said(layer.title)} · ${gk.number(all)}`),
      rows.length > 1 && el("dl", {}, ...rows.slice(0, 6).flatMap(([name, n]) => [el("dt", {}, name), el("dd", {}, gk.number(n))])));
  }
  function inGrid(layer, grid) {
    gk.openPoints(layer);
    const names = [];
    for (let i = 0; i < layer.count; i++) if (layer.gridOf[i] === grid) names.push(layer.labels[i] || gk.t("unnamed"));
    return names.length > 0 && el("section", {}, el("h3", {}, `${gk.said(layer.title)} · ${names.length}`), el("p", {}, names.slice(0, 8).join("、") + (names.length > 8 ? " …" : "")));
  }
  const facts = (pairs) => el("dl", {}, ...pairs.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));

  gk.card = function (plan, grid) {
    const parent = plan.parents[plan.parentOf[grid]];
    const groups = new Map();
    for (const column of plan.columns) {
      const service = column.kind === "coverage" || column.kind === "onestop", layer = gk.said(gk.head.layers[column.layer]);
      const title = column.kind === "balance" ? "" : service ? gk.t("services") : layer;
      if (!groups.has(title)) groups.set(title, new Map());
      // Of each service the first measure is enough here; the table has them all.
      const rows = groups.get(title), key = service ? layer : gk.said(column.title);
      if (!rows.has(key)) rows.set(key, gk.value(column, column.of[grid]));
    }
    const texts = plan.texts.map((line) => [gk.said(line.title), ((gk.state.lang === "en" && line.english) || line.values)[grid]]).filter(([, text]) => text);
    return [el("p", { className: "quiet" }, parent[1]), texts.length > 0 && facts(texts), gk.findingsOf && gk.findingsOf(plan, grid),
      ...[...groups].map(([title, rows]) => el("section", {}, title && el("h3", {}, title), facts([...rows]))),
      ...gk.head.points.filter((layer) => layer.kind === "events").map((layer) => byClass(layer, grid)),
      ...gk.head.points.filter((layer) => layer.kind === "facilities").map((layer) => inGrid(layer, grid))];
  };

  function pointCard({ layer, i }) {
    const rows = [];
    if (layer.labels && layer.labels[i]) rows.push([gk.t("name"), layer.labels[i]]);
    if (layer.categoryOf && layer.categoryOf[i] >= 0) rows.push([gk.t("class"), layer.categories[layer.categoryOf[i]]]);
    if (layer.statusOf && layer.statusOf[i] >= 0) rows.push([gk.t("status"), layer.statuses[layer.statusOf[i]]]);
    if (layer.when && layer.when[i] >= 0) rows.push([gk.t("time"), gk.minute(layer.when[i] + layer.since)]);
    return [facts(rows)];
  }

  gk.drawCard = function () {
    const { grid, point } = gk.state, plan = gk.plans[gk.state.plan];
    const shown = point || (grid >= 0 && gk.head.view.shows.includes("card"));
    gk.side.hidden = !shown;
    if (!shown) return;
    const title = point ? gk.said(point.layer.title) : plan.ids[grid];
    gk.side.replaceChildren(
      el("div", { className: "top" }, el("h2", { tabIndex: -1 }, title), gk.button("close", "close", () => gk.select(-1))),
      el("div", { className: "body" }, !point && gk.drawMove ? gk.drawMove(plan, grid) : "", ...(point ? pointCard(point) : gk.card(plan, grid)).filter(Boolean)));
  };

  gk.select = function (grid, options = {}) {
    gk.set("select", { grid, point: options.point || null, cell: options.cell === undefined ? -1 : options.cell });
    const plan = gk.plans[gk.state.plan];
    if (grid < 0) return;
    gk.tell(`${plan.ids[grid]}, ${plan.parents[plan.parentOf[grid]][1]}`);
    if (options.go) gk.map.fitBounds(gk.bounds(plan.boxes[grid]), { maxZoom: 16, padding: [80, 80] });
    if (options.focus) gk.side.querySelector("h2")?.focus();
  };

  gk.drawTip = function (x, y, point, notes = []) {
    const { hover } = gk.state, plan = gk.plans[gk.state.plan], column = gk.columnOf(plan);
    gk.tip.hidden = hover < 0 && !point && !notes.length;
    if (gk.tip.hidden) return;
    const name = point ? point.layer.labels?.[point.i] || gk.said(point.layer.title) : plan.ids[hover] || "";
    const line = point ? point.layer.when && gk.minute(point.layer.when[point.i] + point.layer.since) : column && hover >= 0 && `${gk.titleOf(column)} ${gk.value(column, column.of[hover])}`;
    gk.tip.replaceChildren(el("strong", {}, name), ...[line, ...notes].filter(Boolean).map((text) => el("div", {}, text)));
    const left = Math.min(x + 14, innerWidth - gk.tip.offsetWidth - 8);
    gk.tip.style.transform = `translate(${left}px,${y + 18 + gk.tip.offsetHeight > innerHeight ? y - gk.tip.offsetHeight - 10 : y + 14}px)`;
  };
}
