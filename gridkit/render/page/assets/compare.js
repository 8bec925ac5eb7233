// Two plans: one map of what changes, the two beside each other in small, and a bar to swipe between them on demand.
"use strict";
{
	const KNOB = 36, // the bar is the middle of a slider's thumb
		SMALL = [136, 112],
		ARROWS = 15, // so many flows are drawn; more would hide the map
		LEAST = 30; // pixels between two grids that an arrow needs
	const { said, state, t } = gk;
	let swiping = false;
	const bar = () => gk.at("swipe");
	const cut = () => KNOB / 2 + ((gk.map.getSize().x - KNOB) * bar().value) / 100;
	gk.planUnder = (x) => (swiping && x < cut() ? 1 : 0);
	// Where a plan's names may stand: no name is cut by the bar.
	gk.edgesOf = function (plan, { width }) {
		if (!swiping || gk.printing) return [0, width];
		const edge = cut() + (width - gk.map.getSize().x) / 2;
		return plan === gk.plans[1] ? [0, edge] : [edge, width];
	};

	// The plan before is on the left; without the bar the new one is all there is.
	function clip() {
		const { x: width, y: height } = gk.map.getSize(),
			{ x, y } = gk.map.containerPointToLayerPoint([0, 0]),
			edge = swiping ? cut() : 0;
		for (const [plan, left, right] of [
			[1, 0, edge],
			[0, edge, width],
		]) {
			for (const name of ["ground", "marks"]) {
				const { style } = gk.map.getPane(`gk-${name}${plan}`);
				style.clip = swiping ? `rect(${y}px,${x + right}px,${y + height}px,${x + left}px)` : "";
				style.display = swiping || !plan ? "" : "none";
			}
		}
	}
	function moved() {
		clip();
		for (const plan of [0, 1]) gk.sheets[`marks${plan}`].ask();
	}
	gk.do.swipe = moved;
	gk.do.turn = function () {
		bar().value = bar().value > 50 ? 0 : 100;
		moved();
	};
	gk.do.swiping = function () {
		swiping = !swiping;
		bar().hidden = !swiping;
		for (const plan of [0, 1]) gk.sheets[`ground${plan}`].ask();
		moved();
		gk.show("pair");
		if (swiping) bar().focus();
	};
	gk.views.pair = function () {
		const [after, before] = gk.plans.map(({ title }) => title);
		return { before, after, swiping, differ: swiping && said(before) !== said(after) };
	};

	// ---------------------------------------------------------------- who goes where, as arrows
	// From the old grid to the new one, as wide as many go; of the grid that is chosen all, else the largest.
	function flowing() {
		const { flows } = gk.head.changes,
			own = gk.plans[0].ids[state.grid],
			of = flows.filter((flow) => flow.includes(own));
		return (of.length ? of : flows).slice(0, ARROWS);
	}
	gk.paintFlows = function (pen) {
		if (swiping || pen.without || state.off["changes/moved"]) return;
		const most = Math.max(...gk.head.changes.flows.map(([, , people]) => people), 1),
			[after, before] = gk.plans,
			{ ink } = pen;
		gk.flat(pen);
		for (const [from, to, people] of flowing()) {
			const [one, other] = [before.ids.indexOf(from), after.ids.indexOf(to)];
			if (one < 0 || other < 0) continue;
			const [x, y] = gk.pixel(pen, before.spots.at[one]),
				[east, south] = gk.pixel(pen, after.spots.at[other]),
				far = Math.hypot(east - x, south - y);
			if (far < LEAST) continue;
			const wide = 2 + 5 * Math.sqrt(people / most),
				[dx, dy] = [(east - x) / far, (south - y) / far],
				head = wide + 6;
			// The names stand at both ends: the arrow is between them, with a point as long as it is broad.
			const [tail, tip] = [0.16 * far, 0.84 * far],
				at = (along, aside) => [x + dx * along - dy * aside, y + dy * along + dx * aside],
				path = new Path2D();
			gk.trace(path, [
				at(tail, wide / 2),
				at(tip - head, wide / 2),
				at(tip - head, head / 1.6),
				at(tip, 0),
				at(tip - head, -head / 1.6),
				at(tip - head, -wide / 2),
				at(tail, -wide / 2),
			]);
			path.closePath();
			Object.assign(ink, { fillStyle: gk.tint("unit_moved"), strokeStyle: gk.tint("halo") });
			Object.assign(ink, { lineWidth: 2.4, lineJoin: "round" });
			ink.setLineDash([]);
			ink.stroke(path);
			ink.fill(path);
		}
	};

	// ---------------------------------------------------------------- what changes, before and after in small
	// Where anything changes: the table of ground that moves, or the whole where none does.
	function changing() {
		const tables = Object.entries(gk.head.tables).filter(([name]) => name.startsWith("changes/moved"));
		const boxes = tables.flatMap(([, table]) => gk.runsOf(table).map(({ box }) => box));
		return gk.boxOf(boxes.length ? boxes : gk.plans[0].boxes);
	}
	// Before, the borders that went; after, those that came.
	function small(plan, title, without) {
		const [wide, high] = SMALL,
			ratio = 2,
			canvas = gk.canvas(wide * ratio, high * ratio),
			[west, north, east, south] = changing(),
			scale = 0.75 * Math.min(wide / (east - west), high / (south - north), 2 ** (16 - gk.DEEP) * 4),
			zoom = gk.DEEP + Math.log2(scale);
		const pen = gk.pen(
			canvas.getContext("2d"),
			zoom,
			((west + east) / 2) * scale - wide / 2,
			((north + south) / 2) * scale - high / 2,
			wide,
			high,
			ratio,
		);
		Object.assign(canvas.style, { width: `${wide}px`, height: `${high}px` });
		canvas.setAttribute("role", "img");
		canvas.setAttribute("aria-label", title);
		gk.paintGround(plan)({ ...pen, without });
		gk.flat(pen);
		Object.assign(pen.ink, { textAlign: "center", textBaseline: "middle" });
		// In so small a picture only those that give or take are named, and none where they are many.
		const named = new Set(gk.head.changes.flows.flatMap(([from, to]) => [from, to]));
		for (const grid of named.size > 12 ? [] : named) {
			const at = plan.ids.indexOf(grid);
			if (at >= 0) gk.nameOne(pen, plan, at);
		}
		return canvas;
	}
	gk.views.changes = function () {
		const { changed, told, flows, sizes } = gk.head.changes,
			[after, before] = gk.plans;
		return {
			changed: t("changed", ...changed),
			rows: gk.layerRows("changes"),
			pictures: [
				{ canvas: small(before, t("before"), "changes/new"), title: t("before"), about: before.title },
				{ canvas: small(after, t("after"), "changes/gone"), title: t("after"), about: after.title },
			],
			arrows: flows.length > 1 && t("arrows", gk.number(Math.min(flows.length, ARROWS))),
			flows: flows.map(([, to], i) => ({ to, text: said(told[i]) })),
			sizes: sizes.map(([grid, was, now]) => {
				const at = after.ids.indexOf(grid);
				return { to: grid, name: at < 0 ? grid : said(after.called[at]), was: said(was), now: said(now) };
			}),
			heads: [t("grid"), t("before"), t("after")].map((text) => ({ text })),
		};
	};
	gk.do.follow = ({ to }) => gk.select(gk.plans[0].ids.indexOf(to), { go: true });
	gk.watch("grid", () => gk.sheets.ground0.ask());
	gk.begin.push(() => {
		gk.map.on("move resize zoomend viewreset", clip);
		clip();
		// What changes is what the page is about: that is where it opens.
		if (state.grid < 0 && !location.hash.includes("zoom=")) {
			gk.map.fitBounds(gk.bounds(changing()), { maxZoom: 15.5, padding: [80, 80], animate: false });
		}
	});
}
