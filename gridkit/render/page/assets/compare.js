// Two plans: one map of what changes, the two beside each other in small, and a bar to swipe between them on demand.
"use strict";
{
	const KNOB = 36, // the bar is the middle of a slider's thumb
		SMALL = [136, 112],
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
			edge = x + cut();
		for (const plan of [0, 1]) {
			const [left, right] = plan ? [x, edge] : [edge, x + width];
			for (const name of ["ground", "marks", "names"]) {
				const { style } = gk.map.getPane(`gk-${name}${plan}`);
				style.clip = swiping ? `rect(${y}px,${right}px,${y + height}px,${left}px)` : "";
				style.display = swiping || !plan ? "" : "none";
			}
		}
	}
	const ask = (name) => [0, 1].forEach((plan) => gk.sheets[name + plan].ask());
	function moved() {
		clip();
		ask("names");
	}
	gk.do.swipe = moved;
	gk.do.turn = function () {
		bar().value = bar().value > 50 ? 0 : 100;
		moved();
	};
	gk.do.swiping = function () {
		swiping = !swiping;
		bar().hidden = !swiping;
		ask("ground");
		moved();
		gk.show("pair");
		if (swiping) bar().focus();
	};
	gk.views.pair = function () {
		const [after, before] = gk.plans.map(({ title }) => said(title));
		return { before, after, swiping, differ: swiping && before !== after };
	};

	// ---------------------------------------------------------------- who goes where, as arrows
	// From the old grid to the new one, as wide as many go; of the grid that is chosen all, else the largest.
	function flowing() {
		const { flows } = gk.head.changes,
			own = gk.plans[0].ids[state.grid],
			of = flows.filter(({ from, to }) => [from, to].includes(own));
		return (of.length ? of : flows).slice(0, gk.head.changes.most);
	}
	gk.arrows = function (pen) {
		if (swiping || state.off["changes/moved"]) return [];
		const most = Math.max(...gk.head.changes.flows.map(({ people }) => people), 1),
			[after, before] = gk.plans,
			arrows = [];
		for (const { from, to, people } of flowing()) {
			const [one, other] = [before.ids.indexOf(from), after.ids.indexOf(to)];
			if (one < 0 || other < 0) continue;
			const [x, y] = gk.pixel(pen, before.spots.at[one]),
				[east, south] = gk.pixel(pen, after.spots.at[other]),
				far = Math.hypot(east - x, south - y);
			if (far < LEAST) continue;
			// The names stand at both ends: the arrow is between them, with a point as long as it is broad.
			const half = 1 + 2.5 * Math.sqrt(people / most),
				head = 2 * half + 6,
				[tail, tip] = [0.16 * far, 0.84 * far],
				edge = [
					[tail, half],
					[tip - head, half],
					[tip - head, head / 1.6],
					[tip, 0],
				],
				[along, aside] = [(east - x) / far, (south - y) / far];
			const whole = [...edge, ...edge.map(([on, off]) => [on, -off]).reverse()];
			arrows.push(whole.map(([on, off]) => [x + on * along - off * aside, y + on * aside + off * along]));
		}
		return arrows;
	};
	gk.paintFlows = function (pen) {
		gk.flat(pen);
		pen.ink.fillStyle = gk.tint("unit_moved");
		for (const arrow of pen.without ? [] : gk.arrows(pen)) {
			const path = new Path2D();
			gk.trace(path, arrow);
			path.closePath();
			gk.stroke({ ...pen, scale: 1 }, path, gk.tint("halo"), 2.4);
			pen.ink.fill(path);
		}
	};

	// ---------------------------------------------------------------- what changes, before and after in small
	// Where anything changes: the table of ground that moves, or the whole where none does.
	function changing() {
		const names = Object.keys(gk.head.tables).filter((name) => name.startsWith("changes/moved")),
			boxes = names.flatMap((name) => gk.runsOf(gk.head.tables[name]).map(({ box }) => box));
		return gk.boxOf(boxes.length ? boxes : gk.plans[0].boxes);
	}
	// Before, the borders that went; after, those that came.
	function small(plan, title, without) {
		const { canvas, ...pen } = gk.framing(changing(), SMALL, 2, 0.75, 1 / 4);
		canvas.setAttribute("role", "img");
		canvas.setAttribute("aria-label", title);
		gk.paintGround(plan)({ ...pen, without });
		gk.flat(pen);
		Object.assign(pen.ink, gk.MIDDLE);
		// In so small a picture only those that give or take are named, none where they are many.
		const named = [...new Set(gk.head.changes.flows.flatMap(({ from, to }) => [from, to]))];
		if (named.length <= 12) gk.nameSome(pen, plan, named.map((id) => plan.ids.indexOf(id)).filter((at) => at >= 0));
		return canvas;
	}
	gk.views.changes = function () {
		const [after, before] = gk.plans,
			picture = (plan, when, without) => ({ canvas: small(plan, t(when), without), title: t(when), about: plan.title });
		return {
			...gk.head.changes,
			rows: gk.layerRows("changes"),
			pictures: [picture(before, "before", "changes/new"), picture(after, "after", "changes/gone")],
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
