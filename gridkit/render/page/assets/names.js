// Names that do not collide: of grids, within them or led to them by a line; of communities; of streets and places.
"use strict";
{
	const { state } = gk;

	// Boxes that are taken, kept by the squares they lie in: a place that is asked about has few of them near.
	const SQUARE = 48;
	gk.taken = function () {
		const squares = new Map();
		/** @param {number[]} box @param {(here: number[][], key: number) => boolean} some */
		function over([west, north, east, south], some) {
			for (let i = Math.floor(west / SQUARE); i <= Math.floor(east / SQUARE); i++) {
				for (let j = Math.floor(north / SQUARE); j <= Math.floor(south / SQUARE); j++) {
					const key = i * 65536 + j;
					if (some(squares.get(key), key)) return true;
				}
			}
			return false;
		}
		/** @param {number[]} box @param {number[]} other */
		const meets = (box, [west, north, east, south]) =>
			box[0] < east && box[2] > west && box[1] < south && box[3] > north;
		return {
			push: (box) =>
				over(box, (here, key) => {
					if (here) here.push(box);
					else squares.set(key, [box]);
					return false;
				}),
			/** @param {number[]} box */
			free: (box) => !over(box, (here) => Boolean(here) && here.some((other) => meets(box, other))),
		};
	};
	// Measuring text is what takes time, and choosing a font for it: names share their letters, and come again with
	// every drawing. Where letters join, or stand on each other, a name is measured as one.
	const APART = /^[ -~\u3000-\u30ff\u4e00-\u9fff\uff01-\uff5e]*$/,
		SQUARE_SIGN = /^[\u3400-\u4dbf\u4e00-\u9fff]$/, // as wide as high, in whatever font
		widths = {};
	function wide(ink, font, text) {
		const known = (widths[font] = widths[font] || new Map());
		if (!known.has(text)) {
			const sum = (all, letter) => all + wide(ink, font, letter);
			if (text.length > 1 && APART.test(text)) known.set(text, [...text].reduce(sum, 0));
			else if (SQUARE_SIGN.test(text)) known.set(text, Number(font.split(" ").pop()));
			else {
				ink.font = font + gk.FONT;
				known.set(text, ink.measureText(text).width);
			}
		}
		return known.get(text);
	}
	// Whether the edge of the screen cuts a box: a sheet goes on beyond it.
	/** @param {any} pen @param {number[]} box */
	const cut = ({ width, height, beyond: [east, south] = [0, 0] }, box) =>
		[[east, width - east], [south, height - south]].some((edges, i) =>
			edges.some((edge) => box[i] < edge && box[i + 2] > edge),
		);
	// Writes lines around a place, if they have room there (within their grid, where it is told) and nothing else stands
	// there yet; says where, or nothing.
	/** @param {any} pen @param {string[]} lines @param {number[]} at @param {any} look */
	function write(pen, lines, [x, y], look) {
		const { tint, font, turn = 0, room = Infinity, size = 11, within = null, of = -1, uncut = false } = look,
			{ ink, width, height, edges = [0, width], taken, texts } = pen;
		if (x < edges[0] || y < 0 || x > edges[1] || y > height) return null;
		const measured = (line, i) => wide(ink, i ? "11" : font, line);
		const angle = (turn * Math.PI) / 180,
			[cos, sin] = [Math.cos(angle), Math.abs(Math.sin(angle))],
			gap = size < 11 ? 1 : 4,
			long = Math.max(...lines.map(measured)) + gap,
			high = (size + gap) * lines.length;
		const [east, south] = [(cos * long + sin * high) / 2, (sin * long + cos * high) / 2],
			box = [x - east, y - south, x + east, y + south];
		const out = box[0] < edges[0] + 2 || box[1] < 2 || box[2] > edges[1] - 2 || box[3] > height - 2;
		if (long > room || out || (uncut && cut(pen, box)) || !taken.free(box)) return null;
		// The letters stay off the border of their grid; what is kept free around them need not.
		const letters = [gap / 2, gap / 2, -gap / 2, -gap / 2].map((kept, i) => box[i] + kept);
		if (within && !gk.holds(within, of, gk.placed(pen, letters))) return null;
		taken.push(box);
		lines.forEach((text, i) => {
			const down = (size + gap) * (i + 0.5) - high / 2;
			texts.push({ text, x, y: y + down, size: i ? 11 : size, font: i ? "11" : font, turn, tint, of });
		});
		return box;
	}
	// What was written, on a canvas; a drawing takes it as it is (files.js).
	function paint({ ink }, texts) {
		for (const { text, x, y, font, turn, tint, led } of texts) {
			if (led) {
				const path = new Path2D();
				gk.trace(path, led);
				Object.assign(ink, { strokeStyle: gk.tint("ink"), fillStyle: gk.tint("ink"), lineWidth: 0.9 });
				ink.stroke(path);
				ink.fillRect(led[0][0] - 1.6, led[0][1] - 1.6, 3.2, 3.2);
			}
			Object.assign(ink, { lineJoin: "round", lineWidth: 3.6, strokeStyle: gk.tint("halo"), fillStyle: gk.tint(tint) });
			ink.font = font + gk.FONT;
			ink.save();
			ink.translate(x, y);
			ink.rotate((turn * Math.PI) / 180);
			ink.strokeText(text, 0, 0);
			ink.fillText(text, 0, 0);
			ink.restore();
		}
	}
	// Up and down from its place, and to the sides by a part of its width.
	const STEPS = [0, -16, 16, -30, 30, -46, 46],
		ASIDE = [0, -0.3, 0.3];
	// Whether a place is on the screen: sheets are larger, so that a map that is moved is not blank at its edge.
	/** @param {any} pen @param {number[]} at */
	const seen = ({ width, height, beyond: [east, south] = [0, 0] }, [x, y]) =>
		x > east + 14 && y > south + 8 && x < width - east - 14 && y < height - south - 8;
	// A code led to its grid by a line, where there is no room within. It stands in another grid, whose own is bold.
	const ROUND = [...Array(12).keys()].map((i) => (i * Math.PI) / 6),
		FAR = [26, 40, 56, 74];
	function lead(pen, text, [x, y], of) {
		for (const far of FAR) {
			for (const turn of ROUND) {
				const at = [x + far * Math.cos(turn), y + far * Math.sin(turn)];
				if (!seen(pen, at)) continue;
				const box = write(pen, [text], at, { tint: "ink", font: "11", of });
				if (!box) continue;
				const end = [Math.max(box[0], Math.min(x, box[2])), Math.max(box[1], Math.min(y, box[3]))];
				pen.texts[pen.texts.length - 1].led = [[x, y], end];
				return true;
			}
		}
		return false;
	}
	// What a grid is called on the map: its name, or where that is short of room the number in it.
	const shortly = (plan, grid) => gk.said(plan.short[grid]) || gk.brief(plan, grid);
	// All in sight are called in one way: by their names where nearly each of them has room for its own.
	const NEARLY = 0.9,
		FEW = 0.1,
		MOST_LED = 80,
		NONE = { within: 0, led: 0, left: 0 };
	function calling(pen, plan, drawn, room) {
		const fits = (grid) => wide(pen.ink, "600 12", gk.brief(plan, grid)) + 4 <= room(grid);
		return drawn.filter(fits).length >= NEARLY * drawn.length ? gk.brief : shortly;
	}
	gk.nameSome = function (pen, plan, grids) {
		const own = { ...pen, taken: gk.taken(), texts: [] };
		for (const grid of grids) {
			write(own, [gk.brief(plan, grid)], gk.pixel(pen, plan.spots.at[grid]), { tint: "ink", font: "600 11" });
		}
		paint(pen, own.texts);
	};
	// Under a number a short value bears its unit: of two bare numbers nobody knows which is the grid's.
	const bare = (text) => /^\d[\d,.]*$/.test(text);
	function valueUnder(called, column, grid) {
		const value = gk.value(column, grid, !bare(called));
		return bare(called) && (bare(value) || value.length > 8) ? "" : value;
	}
	// Every grid that is in sight gets its name or number: within it, else led to it; what is left is counted and said.
	function gridNames(pen, plan) {
		const { scale, zoom, width, height, edges = [0, width] } = pen,
			{ spots, members, boxes } = plan,
			column = gk.columnOf(plan),
			sides = boxes.map(([west, north, east, south]) => [(east - west) * scale, (south - north) * scale]);
		const weight = (grid) => sides[grid][0] * sides[grid][1],
			told = { ...NONE },
			waiting = [];
		const inSight = ([x, y]) => x > edges[0] + 8 && y > 8 && x < edges[1] - 8 && y < height - 8;
		const drawn = [...sides.keys()]
			.filter((grid) => members[grid].length && gk.sees(pen, boxes[grid]))
			.sort((a, b) => weight(b) - weight(a));
		const room = (grid) => Math.max(spots.room[grid] * 2 ** (zoom - 13) * 1.2, 11),
			call = calling(pen, plan, drawn, room);
		const ample = (size, gap, share) =>
			drawn.filter((grid) => wide(pen.ink, `600 ${size}`, call(plan, grid)) + gap <= sides[grid][0]).length >=
			share * drawn.length;
		// Numbers of two sizes in grids of one size look like two kinds of grid: all have the small one.
		const crowded = ample(9, 1, NEARLY) && !ample(11, 8, NEARLY);
		// Where a few have room and hundreds have not, those few would look as if they were meant.
		if (drawn.length > MOST_LED && !ample(9, 1, FEW)) {
			return { ...told, left: drawn.filter((grid) => inSight(gk.pixel(pen, spots.at[grid]))).length };
		}
		for (const grid of drawn) {
			const [, high] = sides[grid],
				spot = gk.pixel(pen, spots.at[grid]),
				called = call(plan, grid),
				value = column && zoom > 13 && high > 44 && valueUnder(called, column, grid),
				fits = STEPS.filter((step) => Math.abs(step) * 2.3 < high);
			const forms = crowded ? [] : [[called === shortly(plan, grid) ? 11 : 12, value], [11]];
			const put = [...forms, [9]].some(function ([size, below]) {
				const font = `600 ${size}`,
					long = wide(pen.ink, font, called),
					look = { tint: "ink", font, room: sides[grid][0], size, within: plan, of: grid };
				if (long > look.room) return false; // nor anywhere else
				const lines = [called, below].filter(Boolean);
				return fits.some((step) =>
					ASIDE.some((aside) => write(pen, lines, [spot[0] + aside * long, spot[1] + step], look)),
				);
			});
			if (put) told.within += Number(inSight(spot));
			else if (inSight(spot)) waiting.push([grid, spot]);
		}
		// Lines to more grids than these are a thicket, in which nobody finds anything.
		for (const [grid, spot] of waiting) {
			const led = waiting.length <= MOST_LED && lead(pen, call(plan, grid), spot, grid);
			told[led ? "led" : "left"] += 1;
		}
		return told;
	}
	// Communities, over their grids: where the fewest of these have to be led to their names for it.
	function parentNames(pen, plan) {
		if (plan.parents.length < 2) return;
		const grids = plan.spots.at.map((place) => gk.pixel(pen, place));
		plan.parents.forEach((name, parent) => {
			const [x, y] = gk.pixel(pen, plan.parentSpots.at[parent]),
				room = Math.max(plan.parentSpots.room[parent] * 2 ** (pen.zoom - 13), 40),
				// Smaller where it has no room else.
				size = wide(pen.ink, "600 14", gk.said(name)) + 4 > room ? 11 : 14,
				look = { tint: "parent", font: `600 ${size}`, room: size < 14 ? 1.4 * room : room, size, uncut: true },
				half = wide(pen.ink, look.font, gk.said(name)) / 2;
			/** @param {number[]} at */
			const covered = ([east, south]) =>
				grids.filter((spot) => Math.abs(spot[0] - east) < half + 9 && Math.abs(spot[1] - south) < 16).length;
			STEPS.flatMap((down) => ASIDE.map((aside) => [x + 2 * aside * half, y + down]))
				.map((at) => ({ at, covers: covered(at) }))
				.sort((one, other) => one.covers - other.covers)
				.some(({ at }) => write(pen, [gk.said(name)], at, look));
		});
	}
	// Names of streets, waters and places wait in the order of their weight, each where Python found room for it.
	gk.nameOf = ([, name, latin]) => (state.lang !== "zh" && latin) || name;
	function placeNames(pen) {
		const { texts, kinds, of, at, turn, room } = gk.head.names,
			wider = 2 ** (pen.zoom - 13),
			written = [];
		at.forEach((place, i) => {
			const entry = texts[of[i]],
				kind = kinds[entry[0]],
				text = gk.nameOf(entry),
				spot = gk.pixel(pen, place);
			if (
				pen.zoom < kind.least ||
				state.off[kind.group] ||
				written.some(([other, [x, y]]) => other === text && Math.hypot(x - spot[0], y - spot[1]) < 320)
			) {
				return;
			}
			const long = room[i] ? (room[i] * wider) / 0.9 : Infinity,
				look = { ...kind, uncut: true, turn: turn[i], room: long };
			if (write(pen, [text], spot, look)) written.push([text, spot]);
		});
	}
	gk.namesOn = function (pen, plan, taken = gk.taken()) {
		const { off } = state,
			own = { texts: [], ...pen, taken };
		if (off.labels) return NONE;
		parentNames(own, plan);
		const told = off.codes ? NONE : gridNames(own, plan);
		placeNames(own);
		if (!pen.texts) paint(pen, own.texts);
		return told;
	};
	// How many grids in sight bear their code: within, led to, and those for which the page says the way.
	gk.labelled = NONE;
	gk.views.codes = () => {
		const { left } = gk.labelled;
		return left > 0 && { text: gk.t("codes_left", gk.quantity(left, "grids")) };
	};
	// On a plan's sheet: what they leave no room for is told under the map.
	gk.paintNames = function (pen, plan, taken) {
		gk.flat(pen);
		Object.assign(pen.ink, gk.MIDDLE);
		const told = gk.namesOn({ ...pen, edges: gk.edgesOf?.(plan, pen) }, plan, taken);
		if (gk.printing || plan !== gk.here() || JSON.stringify(told) === JSON.stringify(gk.labelled)) return;
		gk.labelled = told;
		gk.show("codes");
	};
}
