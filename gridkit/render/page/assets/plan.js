// Plans: their cells and grids, decoded once and kept as paths in local coordinates; their colours, fills and borders.
"use strict";
{
	const { state } = gk,
		NEIGHBOURS = -1; // what stands for a measure where grids are only told apart; -2: all look alike
	// Cells are units where the view holds them, else whole grids; `own[cell]` says to which grid a cell belongs. A cell
	// is rings of arcs: twice the number of an arc, and one more where it is followed backwards.
	gk.openPlan = function (plan) {
		const { cells } = plan,
			read = gk.reader(),
			ends = cells.arcs.map(() => []);
		let ref = 0;
		cells.refs = cells.rings.map((rings) => rings.map((ring) => ring.map((step) => (ref += step))));
		cells.arcs = cells.arcs.map(read);
		cells.sides = cells.refs.map((rings) => rings.flat().map((each) => each >> 1)); // the arcs around each cell
		cells.sides.forEach((sides, cell) => sides.forEach((arc) => ends[arc].push(cell)));
		cells.shapes = cells.refs.map((_, cell) => {
			const path = new Path2D(),
				places = [];
			for (const ring of gk.ringsOf(plan, cell)) {
				gk.trace(path, ring);
				path.closePath();
				places.push(...ring);
			}
			return { path, box: gk.boxOf(places) };
		});
		cells.own = cells.own || plan.ids.map((_, grid) => grid);
		cells.ends = ends; // of each arc: the cells on its sides
		for (const spots of [plan.spots, plan.parentSpots]) spots.at = gk.reader()(spots.at);
		gk.regroup(plan);
	};
	// The places around a cell, ring by ring.
	gk.ringsOf = ({ cells }, cell) =>
		cells.refs[cell].map((ring) =>
			ring.flatMap((ref) => (ref & 1 ? [...cells.arcs[ref >> 1]].reverse() : cells.arcs[ref >> 1])),
		);
	// What stands on the map for a grid: its name beside its community's.
	gk.brief = ({ brief }, grid) => gk.said(brief[grid]);
	// A grid by its name, and its code where the name does not hold it.
	gk.called = function ({ ids, called }, grid) {
		const name = gk.said(called?.[grid]);
		return name && !name.includes(ids[grid]) ? `${name} ${ids[grid]}` : ids[grid];
	};
	// Which cells a grid has, and its box; again after every edit.
	gk.regroup = function (plan) {
		const { own, shapes } = plan.cells;
		plan.members = plan.ids.map(() => []);
		own.forEach((grid, cell) => plan.members[grid].push(cell));
		plan.boxes = plan.members.map((members) => gk.boxOf(members.map((cell) => shapes[cell].box)));
		plan.fills = {};
		plan.lines = null;
		plan.around = [];
		plan.held = new Map();
	};
	gk.here = () => gk.plans[state.plan];
	gk.parentName = (plan, grid) => gk.said(plan.parents[plan.parentOf[grid]]);

	// ---------------------------------------------------------------- paths
	gk.pathOf = function (plan, members, path = new Path2D()) {
		for (const cell of members) path.addPath(plan.cells.shapes[cell].path);
		return path;
	};
	// The arcs inside a grid, between grids, and between parents or around the whole; -1 is outside.
	const KINDS = ["unit", "grid", "parent"];
	gk.arcsOf = ({ cells, parentOf }, kind) =>
		cells.arcs.filter((_, i) => {
			const [one, two = -1] = cells.ends[i].map((cell) => cells.own[cell]);
			return kind === KINDS[one === two ? 0 : parentOf[one] === parentOf[two] ? 1 : 2];
		});
	// The arcs that a grid shares with others, or with nobody.
	function around({ cells, members, around: found }, grid) {
		const same = (arc) => cells.ends[arc].every((cell) => cells.own[cell] === grid) && cells.ends[arc].length > 1;
		found[grid] =
			found[grid] ||
			members[grid]
				.flatMap((cell) => cells.sides[cell])
				.filter((arc) => !same(arc))
				.map((arc) => cells.arcs[arc]);
		return found[grid];
	}
	gk.traced = function (arcs) {
		const path = new Path2D();
		for (const arc of arcs) gk.trace(path, arc);
		return path;
	};
	gk.outline = (plan, grid) => gk.traced(around(plan, grid));
	// Whether a box lies in a grid; the same boxes are asked about with every drawing at one zoom.
	const MOST_HELD = 20000;
	gk.holds = function (plan, grid, box) {
		const { held } = plan,
			key = `${grid} ${Math.round(box[0])} ${Math.round(box[1])} ${Math.round(box[2])}`;
		if (held.size > MOST_HELD) held.clear();
		if (!held.has(key)) held.set(key, within(plan, grid, box));
		return held.get(key);
	};
	// Its middle does, and no piece of the border comes into it.
	function within(plan, grid, [west, north, east, south]) {
		const [x, y] = [(west + east) / 2, (north + south) / 2];
		let inside = false;
		for (const arc of around(plan, grid)) {
			for (let i = 1; i < arc.length; i++) {
				const [[x0, y0], [x1, y1]] = [arc[i - 1], arc[i]];
				if (y0 > y !== y1 > y && x < x0 + ((x1 - x0) * (y - y0)) / (y1 - y0)) inside = !inside;
				if (Math.max(x0, x1) <= west || Math.min(x0, x1) >= east) continue;
				if (Math.max(y0, y1) <= north || Math.min(y0, y1) >= south) continue;
				// The piece meets the box unless all corners are on one side of its line.
				const side = (a, b) => Math.sign((x1 - x0) * (b - y0) - (y1 - y0) * (a - x0)),
					first = side(west, north);
				if ([side(west, south), side(east, north), side(east, south)].some((other) => other !== first)) return false;
			}
		}
		return inside;
	}
	gk.linesOf = (plan) => (plan.lines = plan.lines || KINDS.map((kind) => gk.traced(gk.arcsOf(plan, kind))));
	gk.cellAt = ({ cells }, { x, y }) =>
		cells.shapes.findIndex(
			({ path, box: [west, north, east, south] }) =>
				x >= west && x <= east && y >= north && y <= south && gk.probe.isPointInPath(path, x, y, "evenodd"),
		);

	// ---------------------------------------------------------------- colours
	// A second plan's columns stand where the first has the same ones; where it lacks one there is null.
	gk.columnOf = (plan) => plan.columns[state.measure];
	// The class of a value: the number of breaks it reaches; -1 where there is no value to show.
	gk.classOf = ({ breaks }, value) => (typeof value === "number" ? breaks.filter((each) => value >= each).length : -1);
	gk.rampOf = (column) => column?.[state.theme === "light" ? "colours" : "lit"];
	gk.colourOf = function (plan, grid) {
		const column = gk.columnOf(plan);
		if (state.measure === NEIGHBOURS) return gk.head.look.tints[plan.tints[grid]];
		return gk.rampOf(column)?.[gk.classOf(column, column.of[grid])] || gk.tint(state.measure < 0 ? "one" : "plain");
	};
	// One path per class: neighbours of one colour have no seam between them.
	function fillsOf(plan) {
		const key = `${state.measure} ${state.theme}`,
			fills = plan.fills[key] || (plan.fills[key] = new Map());
		if (!fills.size) {
			plan.members.forEach((members, grid) => {
				const colour = gk.colourOf(plan, grid);
				fills.set(colour, gk.pathOf(plan, members, fills.get(colour)));
			});
		}
		return fills;
	}
	// Fills are multiplied with the ground, so that streets stay readable under every colour; water has none.
	function paintFills(plan, pen) {
		const { ink } = pen,
			column = gk.columnOf(plan),
			light = state.theme === "light";
		// What would look alike in grey: "no value", and on paper the low side of a diverging scale.
		const hatched = [
			gk.tint("plain"),
			...(gk.printing && column?.diverging ? column.colours.slice(0, column.colours.length >> 1) : []),
		];
		ink.save();
		gk.keepDry(pen);
		ink.globalCompositeOperation = light ? "multiply" : "source-over";
		for (const [colour, path] of fillsOf(plan)) {
			Object.assign(ink, { fillStyle: colour, globalAlpha: light ? 0.78 : 0.6 });
			ink.fill(path, "evenodd");
			ink.globalAlpha = 0.45;
			if (hatched.includes(colour)) gk.hatch(pen, path, gk.tint("ink"), 1, "evenodd");
		}
		ink.restore();
	}
	function paintBorders(plan, pen) {
		const [unit, grid, parent] = gk.linesOf(plan),
			far = pen.zoom < 13 ? 0.7 : 1;
		const line = (path, name, pixels) => gk.stroke(pen, path, gk.tint(name), pixels * far);
		if (plan.cells.ids && pen.zoom > 13.4 && !state.off.units) line(unit, "unit", 0.8);
		line(grid, "halo", 3.2);
		line(grid, "grid", 1.3);
		line(parent, "halo", 5);
		line(parent, "parent", 2.4);
	}
	gk.paintGround = (plan) => (pen) => {
		gk.flat(pen);
		pen.ink.fillStyle = gk.tint("land");
		if (!gk.tiles || gk.printing) {
			pen.ink.fillRect(0, 0, pen.width, pen.height);
			gk.paintCoats(pen, false);
		}
		gk.lens(pen);
		if (!state.off.grids) paintFills(plan, pen);
		if (!state.off.borders) paintBorders(plan, pen);
		if (gk.paintNets) gk.paintNets(pen);
		gk.paintCoats(pen, true);
		if (gk.paintFlows) gk.paintFlows(pen);
	};
	// What is under the pointer and what was chosen; on paper the grid that the page is about.
	gk.paintChosen = function (pen) {
		const plan = gk.here();
		gk.lens(pen);
		const chosen = [[state.hover, 2.2], [state.grid, 3.4]];
		for (const [grid, wide] of gk.printing ? [[gk.framed, 4]] : chosen) {
			if (grid < 0) continue;
			const path = gk.outline(plan, grid);
			gk.stroke(pen, path, gk.tint("halo"), wide + 3);
			gk.stroke(pen, path, gk.tint("ink"), wide);
		}
		if (gk.paintEdits && !gk.printing) gk.paintEdits(pen);
	};
}
