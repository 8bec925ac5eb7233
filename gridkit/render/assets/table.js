// The table of all grids: sortable, and the way to every grid without a pointer.
"use strict";
{
  const { el } = gk;
  const STEP = 500;
  let by = -1, down = false, most = STEP;

  function order(plan) {
    const column = plan.columns[by];
    const key = (grid) => (column ? (typeof column.of[grid] === "number" ? column.of[grid] : -Infinity) : plan.ids[grid]);
    const rows = [...plan.ids.keys()].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a - b));
    return down ? rows.reverse() : rows;
  }
  function head(text, i) {
    const sorted = i === by;
    const turn = () => {
      [by, down] = [i, sorted ? !down : i >= 0];
      gk.drawTable();
      gk.drawer.querySelectorAll("th button")[i + 1].focus();
    };
    return el("th", { scope: "col", "aria-sort": sorted ? (down ? "descending" : "ascending") : "none" }, el("button", { type: "button", onclick: turn }, `${text}${sorted ? (down ? " ▾" : " ▴") : ""}`));
  }
  gk.drawTable = function () {
    if (gk.drawer.hidden) return;
    const plan = gk.plans[gk.state.plan];
    const rows = order(plan).slice(0, most).map((grid) =>
      el("tr", { className: grid === gk.state.grid ? "on" : "" },
        el("th", { scope: "row" }, el("button", { type: "button", onclick: () => gk.select(grid, { go: true }) }, plan.ids[grid])),
        ...plan.columns.map((column) => el("td", {}, gk.value(column, column.of[grid], true)))));
    const at = gk.drawer.querySelector(".scroll")?.scrollTop;
    gk.drawer.setAttribute("aria-label", gk.t("table"));
    gk.drawer.replaceChildren(
      el("div", { className: "top" }, el("h2", { className: "grow" }, gk.t("table")), gk.button("close", "close", gk.openTable)),
      el("div", { className: "scroll", tabIndex: 0, role: "group", "aria-label": gk.t("table") },
        el("table", {}, el("thead", {}, el("tr", {}, head(gk.t("code"), -1), ...plan.columns.map((column, i) => head(gk.titleOf(column), i)))), el("tbody", {}, ...rows)),
        plan.count > most && el("button", { type: "button", onclick: () => gk.drawTable((most += STEP)) }, gk.t("more", gk.number(plan.count - most)))));
    gk.drawer.querySelector(".scroll").scrollTop = at || 0;
  };
  gk.openTable = function () {
    gk.drawer.hidden = !gk.drawer.hidden;
    gk.drawTable();
    if (!gk.drawer.hidden) gk.drawer.querySelector("th button").focus();
  };
  gk.on("lang select edit", () => gk.drawTable());
}
