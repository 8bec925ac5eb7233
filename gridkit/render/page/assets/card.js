// The card of a grid or a point, and the pointer's tip.
"use strict";
{
	const { joined, number, said, state, t, views } = gk;

	const kindOf = (layer, i) => said(layer.categories?.[layer.category[i]]);
	// Events by class, as many as count now.
	function byClass(layer, grid) {
		const found = new Map(),
			counts = gk.counting(layer);
		layer.gridOf.forEach((own, i) => {
			if (own !== grid || !counts(i)) return;
			const name = kindOf(layer, i) || t("no_class");
			found.set(name, (found.get(name) || 0) + 1);
		});
		const rows = [...found].sort((a, b) => b[1] - a[1]),
			all = rows.reduce((sum, [, n]) => sum + n, 0);
		return {
			title: `${said(layer.title)} · ${number(all)}`,
			rows: rows.length > 1 && rows.slice(0, 6).map(([name, n]) => ({ name, value: number(n) })),
		};
	}
	// All that is not known is one row.
	function gathered(rows) {
		const lacks = rows.filter(({ value }) => value === "–"),
			told = rows.filter((row) => !lacks.includes(row));
		return lacks[1] ? [...told, { name: t("no_value"), value: joined(lacks.map(({ name }) => name)) }] : rows;
	}
	// What is known of a grid, as sections of rows: texts of its own, or values of columns.
	gk.card = function (plan, grid) {
		function row({ name, values = [], columns = [], ways, few }) {
			const told = columns.map((column) => gk.share(plan.columns[column], grid)),
				last = told.length - 1;
			if (ways && /\d/.test(told[last])) told[last] = said(ways[Number(few.includes(grid))]).replace("{0}", told[last]);
			return { name: said(name), value: joined([...told, said(values[grid])]) };
		}
		// The heading says the name already.
		const name = gk.said(plan.called[grid]);
		const sections = plan.card
			.map(({ title, rows, figures }) => {
				const told = rows.map(row).filter(({ value }) => value && value !== name);
				return { title: said(title), figures, rows: gathered(told) };
			})
			.filter(({ rows }) => rows.length);
		// Residents read whom to turn to and what is near; figures wait.
		const open = gk.head.view.audience === "public",
			folded = open && sections.filter(({ figures }) => figures);
		const notes = (plan.findings[grid] || []).map((text) => ({ text }));
		return {
			title: name || plan.ids[grid],
			id: !open && name && !name.includes(plan.ids[grid]) && plan.ids[grid],
			parent: gk.parentName(plan, grid),
			notes,
			folded,
			code: open && `${t("code")} ${plan.ids[grid]}`,
			sections: [
				...sections.filter(({ figures }) => !open || !figures),
				...gk.head.points.filter(({ kind }) => kind === "events").map((layer) => byClass(layer, grid)),
			],
		};
	};
	function pointCard({ layer, i }) {
		const rows = [
			["name", layer.labels?.[i]],
			["class", kindOf(layer, i)],
			["status", layer.statuses?.[layer.status[i]]],
			["time", gk.timeOf(layer, i)],
		];
		return { sections: [{ rows: rows.filter(([, value]) => value).map(([key, value]) => ({ name: t(key), value })) }] };
	}
	views.card = function () {
		const { grid, point } = state;
		if (point) return { ...pointCard(point), title: point.layer.title };
		return grid >= 0 && gk.shows("card") && { ...gk.card(gk.here(), grid), ...gk.editing?.(grid) };
	};

	// With less of the map beside a card a grid is only brought there, at the zoom it has.
	const LEAST = 96;
	/** @param {number[]} box @param {number[]} beside @param {number} zoom */
	function bring(box, [east, south], zoom) {
		const { x, y } = gk.map.getSize(),
			room = L.point(x - 60 - east, y - 60 - south);
		if (Math.min(room.x, room.y) >= LEAST) {
			const padding = { paddingTopLeft: [60, 60], paddingBottomRight: [east, south], animate: false };
			gk.map.fitBounds(gk.bounds(box), { maxZoom: zoom, ...padding });
			return;
		}
		const middle = gk.map.project(gk.bounds(box).getCenter(), gk.map.getZoom());
		const to = middle.add([(east - 60) / 2, (south - 60) / 2]);
		gk.map.setView(gk.map.unproject(to, gk.map.getZoom()), gk.map.getZoom(), { animate: false });
	}
	// What the card covers: the map's right, on a phone its lower part; the table below.
	function covered() {
		const { x, y } = gk.map.getSize(),
			{ offsetLeft, offsetTop, offsetWidth } = gk.at("card");
		return offsetWidth > x / 2
			? [60, y - offsetTop + 30]
			: [offsetWidth ? x - offsetLeft + 30 : 60, gk.at("drawer").offsetHeight + 60];
	}
	function uncover(box) {
		const { x, y } = gk.map.getSize(),
			[east, south] = covered();
		if (gk.at("card").offsetWidth <= x / 2) return;
		const seen = L.bounds([0, 0], [x - east, y - south]),
			corners = [box.slice(0, 2), box.slice(2)].map((at) => gk.map.latLngToContainerPoint(gk.latlng(at)));
		if (seen.contains(L.bounds(corners))) return;
		bring(box, [60, south], gk.map.getZoom());
	}
	gk.do.close = () => gk.select(-1);
	/** @param {number} grid @param {{cell?: number, point?: any, at?: any, go?: boolean, focus?: boolean}} [more] */
	gk.select = function (grid, { cell = -1, point = null, at = null, go, focus } = {}) {
		gk.set({ grid, point, cell, at });
		if (grid < 0) return;
		const plan = gk.here();
		gk.tell(`${gk.called(plan, grid)}, ${gk.parentName(plan, grid)}`);
		if (go) bring(plan.boxes[grid], covered(), 16);
		// On a phone the card lies over the lower part: its grid stays above it.
		else uncover(plan.boxes[grid]);
		if (focus) gk.at("card").querySelector("h2")?.focus();
	};

	views.tip = function () {
		const { hover, under: point, notes = [] } = state,
			plan = gk.here(),
			column = hover >= 0 && gk.columnOf(plan);
		const title = point ? said(point.layer.labels?.[point.i]) || point.layer.title : gk.called(plan, hover);
		const line = point ? gk.timeOf(point.layer, point.i) : column && `${said(column.title)} ${gk.value(column, hover)}`;
		return (title || notes.length > 0) && { title, lines: [line, ...notes].filter(Boolean).map((text) => ({ text })) };
	};
}
