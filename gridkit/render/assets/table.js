// The table of all grids: sortable, and the way to every grid without a pointer.
"use strict";
{
  const { el, t } = gk;
  const STEP = 500;
  let by = -1, down = false, most = STEP;

  function order(plan) {
    const column = plan.columns[by];
    const key = (grid) => (column ? (typeof column.of[grid] === "number" ? column.of[grid] : -Infinity) : plan.ids[grid]);
    const rows = [...plan.ids.keys()].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a - b));
    return down ? rows.reverse() : rows;
  }
  function head(text, i) {
    const sorted = i === by, [sort, sign] = !sorted ? ["none", ""] : down ? ["descending", " ▾"] : ["ascending", " ▴"];
    const turn = () => {
      [by, down] = [i, sorted ? !down : i >= 0];
      draw();
      gk.drawer.querySelectorAll("th button")[i + 1].focus();
    };
    return el("th", { scope: "col", "aria-sort": sort }, gk.press(text + sign, turn));
  }
  function draw() {
    if (gk.drawer.hidden) return;
    const plan = gk.plans[gk.state.plan], { columns, count, ids } = plan, at = gk.drawer.querySelector(".scroll")?.scrollTop || 0;
    const row = (grid) =>
      el(grid === gk.state.grid ? "tr.on" : "tr",
        el("th", { scope: "row" }, gk.press(ids[grid], () => gk.select(grid, { go: true }))), columns.map((column) => el("td", gk.value(column, column.of[grid], true))));
    gk.drawer.setAttribute("aria-label", t("table"));
    gk.drawer.replaceChildren(
      el("div.top", el("h2.grow", t("table")), gk.button("close", "close", gk.table)),
      el("div.scroll", { tabIndex: 0, role: "group", label: t("table") },
        el("table", el("thead", el("tr", head(t("code"), -1), columns.map((column, i) => head(gk.titleOf(column), i)))), el("tbody", order(plan).slice(0, most).map(row))),
        count > most && gk.press(t("more", gk.number(count - most)), () => draw((most += STEP)))));
    gk.drawer.querySelector(".scroll").scrollTop = at;
  }
  gk.table = function () {
    gk.drawer.hidden = !gk.drawer.hidden;
    draw();
    if (!gk.drawer.hidden) gk.drawer.querySelector("th button").focus();
  };
  gk.on("lang select edit", draw);
}
