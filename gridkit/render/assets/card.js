// The card of a grid, and the tip that follows the pointer.
"use strict";
{
  const { el, facts, number, said, t } = gk;
  const titled = (title, ...children) => el("section", title && el("h3", title), ...children);

  function byClass(layer, grid) {
    const counts = new Map();
    let all = 0;
    layer.gridOf.forEach((own, i) => {
      if (own !== grid || !gk.counts(layer, i)) return;
      const name = gk.kindOf(layer, "category", i) || t("no_class");
      counts.set(name, (counts.get(name) || 0) + 1);
      all++;
    });
    const rows = [...counts].sort((a, b) => b[1] - a[1]);
    return titled(`${said(layer.title)} · ${number(all)}`, rows.length > 1 && facts(rows.slice(0, 6).map(([name, n]) => [name, number(n)])));
  }
  function inGrid(layer, grid) {
    const names = layer.labels.filter((_, i) => layer.gridOf[i] === grid).map((name) => name || t("unnamed"));
    return names.length > 0 && titled(`${said(layer.title)} · ${names.length}`, el("p", names.slice(0, 8).join("、") + (names.length > 8 ? " …" : "")));
  }

  gk.card = function (plan, grid) {
    const groups = new Map(), points = gk.head.points.map(gk.openPoints);
    for (const column of plan.columns) {
      const { kind, layer, title } = column;
      const service = kind === "coverage" || kind === "onestop", named = said(gk.head.layers[layer]);
      const group = kind === "balance" ? "" : service ? t("services") : named, key = service ? named : said(title);
      // Of each service the first measure is enough here; the table has them all.
      if (!groups.has(group)) groups.set(group, new Map());
      if (!groups.get(group).has(key)) groups.get(group).set(key, gk.value(column, column.of[grid]));
    }
    const texts = plan.texts.map((line) => [said(line.title), ((gk.state.lang === "en" && line.english) || line.values)[grid]]).filter(([, text]) => text);
    return [
      el("p.quiet", gk.parentOf(plan, grid)), texts.length > 0 && facts(texts), gk.findingsOf && gk.findingsOf(plan, grid),
      [...groups].map(([title, rows]) => titled(title, facts([...rows]))),
      points.map((layer) => layer.kind === "events" && byClass(layer, grid)), points.map((layer) => layer.kind === "facilities" && inGrid(layer, grid)),
    ].flat();
  };
  function pointCard({ layer, i }) {
    const rows = [["name", layer.labels && layer.labels[i]], ["class", gk.kindOf(layer, "category", i)], ["status", gk.kindOf(layer, "status", i)], ["time", gk.timeOf(layer, i)]];
    return facts(rows.filter(([, text]) => text).map(([key, text]) => [t(key), text]));
  }

  gk.drawCard = function () {
    const { grid, point } = gk.state, plan = gk.plans[gk.state.plan];
    gk.side.hidden = !(point || (grid >= 0 && gk.shows("card")));
    if (gk.side.hidden) return;
    gk.side.replaceChildren(
      el("div.top", el("h2", { tabIndex: -1 }, point ? said(point.layer.title) : plan.ids[grid]), gk.button("close", "close", () => gk.select(-1))),
      el("div.body", !point && gk.drawMove && gk.drawMove(plan, grid), point ? pointCard(point) : gk.card(plan, grid)));
  };

  gk.select = function (grid, { cell = -1, point = null, go, focus } = {}) {
    gk.set("select", { grid, point, cell });
    const plan = gk.plans[gk.state.plan];
    if (grid < 0) return;
    gk.tell(`${plan.ids[grid]}, ${gk.parentOf(plan, grid)}`);
    if (go) gk.map.fitBounds(gk.bounds(plan.boxes[grid]), { maxZoom: 16, padding: [80, 80] });
    if (focus) gk.side.querySelector("h2")?.focus();
  };

  gk.drawTip = function (x, y, point, notes = []) {
    const { hover } = gk.state, plan = gk.plans[gk.state.plan], column = hover >= 0 && gk.columnOf(plan), { tip } = gk;
    tip.hidden = hover < 0 && !point && !notes.length;
    if (tip.hidden) return;
    const name = point ? point.layer.labels?.[point.i] || said(point.layer.title) : plan.ids[hover];
    const line = point ? gk.timeOf(point.layer, point.i) : column && `${gk.titleOf(column)} ${gk.value(column, column.of[hover])}`;
    tip.replaceChildren(el("strong", name), ...[line, ...notes].filter(Boolean).map((text) => el("div", text)));
    const left = Math.min(x + 14, innerWidth - tip.offsetWidth - 8);
    tip.style.transform = `translate(${left}px,${y + 18 + tip.offsetHeight > innerHeight ? y - tip.offsetHeight - 10 : y + 14}px)`;
  };
}
