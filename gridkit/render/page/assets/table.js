// The table of all grids: sortable, and the way to every grid without a pointer.
"use strict";
{
	// Thousands of rows of elements would freeze a phone: a few screens come at once, more when asked for.
	const FIRST = 40,
		STEP = 160;
	let open = false,
		by = -1,
		down = false,
		most = FIRST;

	gk.views.table = function () {
		if (!open) return null;
		const plan = gk.here(),
			columns = plan.columns.filter(Boolean),
			value = (grid) => columns[by].of[grid],
			key = (grid) => (by < 0 ? plan.ids[grid] : typeof value(grid) === "number" ? value(grid) : -Infinity);
		const grids = [...plan.ids.keys()].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a - b));
		if (down) grids.reverse();
		const way = down ? "descending" : "ascending",
			titles = [gk.t("code"), ...columns.map(({ title }) => title)],
			heads = titles.map((text, i) => ({ i: i - 1, text, sorted: i - 1 === by ? way : "none" }));
		const rows = grids.slice(0, most).map((grid) => ({
			grid,
			id: gk.called(plan, grid),
			chosen: grid === gk.state.grid ? "on" : "off",
			cells: columns.map((column) => ({ text: gk.value(column, grid, true) })),
		}));
		return { heads, rows, more: plan.ids.length > most && gk.t("more", gk.number(plan.ids.length - most)) };
	};
	gk.do.table = function () {
		open = !open;
		gk.show("table");
		gk.views.address();
		if (open) gk.at("drawer").querySelector("th button").focus();
		return open;
	};
	gk.do.sort = function ({ i }) {
		[by, down] = [i, i === by ? !down : i >= 0];
		gk.show("table");
		gk.views.address();
	};
	// In the address: open, the column's number and the way it is sorted.
	gk.kept.table = [
		() => (open ? `${by}${down ? "d" : "u"}` : ""),
		function (text) {
			const [, column, way] = /^(-?\d+)([du])$/.exec(text) || [];
			open = Boolean(way);
			by = way && gk.here().columns.filter(Boolean)[column] ? Number(column) : -1;
			down = way === "d";
			gk.show("table");
		},
	];
	gk.do.more = function () {
		most += STEP;
		gk.show("table");
	};
	// Another grid is marked where it stands: filling thousands of cells anew would take longer than a click may.
	gk.watch("grid", () => {
		for (const row of gk.at("drawer").querySelectorAll("tbody tr")) {
			row.className = row.model.grid === gk.state.grid ? "on" : "off";
		}
	});
	gk.do.row = ({ grid }) => gk.select(grid, { go: true });
}
