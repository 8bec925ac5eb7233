// Marks on top: points, clusters and heat in time, and names that do not collide.
"use strict";
{
	const FONT = 'px "Microsoft YaHei","PingFang SC","Noto Sans CJK SC","Source Han Sans SC",sans-serif';
	const SINGLE = 17.2, // from this zoom on clusters are points
		WHOLE = 15.6; // up to this zoom each grid is one cluster
	const { state } = gk;

	// ---------------------------------------------------------------- points
	const classOf = ({ classes, category }, i) => (classes ? Math.min(Math.max(0, category[i]), classes.length - 1) : -1);
	gk.timeOf = ({ minutes }, i) => minutes && minutes[i] >= 0 && gk.minute(gk.head.time.first + minutes[i]);
	// Whether a point counts now: in the chosen time, and of a class that is not switched off.
	gk.counts = function (layer, i) {
		const minute = layer.minutes && state.to < Infinity ? layer.minutes[i] : state.from;
		return minute >= state.from && minute < state.to && !state.off[`${layer.layer}/${classOf(layer, i)}`];
	};
	gk.shown = () => gk.head.points.filter((layer) => !state.off[layer.layer]);
	gk.modeOf = (layer) =>
		state.modes[layer.layer] || (layer.kind === "events" && layer.at.length > 400 ? "clusters" : "points");

	// Every point that is seen, in pixels.
	function visible(layer, pen, margin) {
		const near = ([x, y]) => x > -margin && y > -margin && x < pen.width + margin && y < pen.height + margin;
		return layer.at
			.map((place, i) => [...gk.pixel(pen, place), i])
			.filter((spot) => near(spot) && gk.counts(layer, spot[2]));
	}
	// Shapes are drawn once, in page.html.
	const shapes = {};
	gk.shape = (kind) => (shapes[kind] = shapes[kind] || new Path2D(gk.at(kind).firstElementChild.getAttribute("d")));
	gk.dot = function ({ ink }, path, colour, edge = 1.6) {
		Object.assign(ink, { fillStyle: colour, strokeStyle: "#fff", lineWidth: edge });
		ink.fill(path);
		if (edge) ink.stroke(path);
	};
	gk.sign = function ({ ink }, text, x, y) {
		Object.assign(ink, { fillStyle: "#fff", font: `600 11${FONT}`, textAlign: "center", textBaseline: "middle" });
		ink.fillText(text, x, y + 0.5);
	};
	const MODES = (gk.MODES = {
		points(pen, layer, taken) {
			const spots = visible(layer, pen, 8),
				paths = new Map(),
				small = layer.kind === "events",
				many = spots.length > 10000,
				size = small ? Math.max(2, Math.min(4, pen.zoom - 11)) / 4 : 1;
			for (const [x, y, i] of spots) {
				const colour = layer.classes ? layer.classes[classOf(layer, i)][1] : layer.colour,
					path = paths.get(colour) || new Path2D();
				paths.set(colour, path);
				if (many) path.rect(x - 1, y - 1, 2.4, 2.4);
				else path.addPath(gk.shape(layer.kind), { a: size, d: size, e: x, f: y });
				if (!small) taken.push([x - 6, y - 6, x + 6, y + 6]);
			}
			for (const [colour, path] of paths) gk.dot(pen, path, colour, many ? 0 : small ? 0.9 : 1.6);
		},
		// By grid, and from the zoom on at which a grid fills the screen by squares of its ground: no cluster lies in two.
		clusters(pen, layer, taken) {
			const side = 62 / 2 ** Math.round(pen.zoom - gk.DEEP),
				found = {};
			for (const [x, y, i] of visible(layer, pen, 60)) {
				const square = pen.zoom < WHOLE ? "" : layer.at[i].map((each) => Math.floor(each / side)),
					[n, sumX, sumY] = found[[layer.gridOf?.[i], square]] || [0, 0, 0];
				found[[layer.gridOf?.[i], square]] = [n + 1, sumX + x, sumY + y];
			}
			for (const [n, sumX, sumY] of Object.values(found)) {
				// By the logarithm: by its area a cluster of thousands would cover the district.
				const size = n === 1 ? 4.5 : 9 + 3.2 * Math.log10(n),
					x = sumX / n,
					y = sumY / n,
					path = new Path2D();
				path.arc(x, y, size, 0, 7);
				gk.dot(pen, path, layer.colour);
				taken.push([x - size, y - size, x + size, y + size]);
				if (n > 1) gk.sign(pen, n < 1000 ? n : `${(n / 1000).toFixed(n < 10000 ? 1 : 0)}k`, x, y);
			}
		},
		// Points are counted in coarse squares, whose picture is drawn larger and blurred.
		heat(pen, layer) {
			const cell = 6,
				sheet = gk.canvas(Math.ceil(pen.width / cell), Math.ceil(pen.height / cell)),
				sums = new Float32Array(sheet.width * sheet.height);
			for (const [x, y] of visible(layer, pen, 0)) sums[Math.floor(y / cell) * sheet.width + Math.floor(x / cell)]++;
			const most = sums.reduce((top, sum) => Math.max(top, sum), 1),
				image = new ImageData(sheet.width, sheet.height);
			sums.forEach(
				(sum, i) =>
					sum &&
					image.data.set(
						[255 - (60 * sum) / most, 150 - (130 * sum) / most, 50, 90 + 165 * Math.sqrt(sum / most)],
						i * 4,
					),
			);
			sheet.getContext("2d").putImageData(image, 0, 0);
			pen.ink.filter = "blur(9px)";
			pen.ink.drawImage(sheet, 0, 0, sheet.width * cell, sheet.height * cell);
			pen.ink.filter = "none";
		},
	});
	// How far one place is smeared out: the square it is counted in, and the blur around.
	gk.heatReach = function () {
		const { lat } = gk.map.getCenter(),
			metres = (2 * Math.PI * gk.EARTH_M * Math.cos((lat * Math.PI) / 180)) / (256 * 2 ** gk.map.getZoom());
		return Number((18 * metres).toPrecision(1));
	};
	const modeAt = (layer, zoom) => (gk.modeOf(layer) === "clusters" && zoom > SINGLE ? "points" : gk.modeOf(layer));
	gk.pointAt = function ({ x, y }, scale) {
		let best = null,
			near = 7 / scale;
		for (const layer of gk.shown().filter((each) => modeAt(each, gk.map.getZoom()) === "points")) {
			layer.at.forEach(([east, south], i) => {
				const far = Math.hypot(east - x, south - y);
				if (far < near && gk.counts(layer, i)) [near, best] = [far, { layer, i }];
			});
		}
		return best;
	};

	// ---------------------------------------------------------------- names
	const free = (taken, box) =>
		!taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]);
	const widths = new Map();
	// Measuring text is what takes time; the same names come again with every drawing.
	function wide(ink, font, text) {
		const key = font + text;
		if (!widths.has(key)) {
			ink.font = font + FONT;
			widths.set(key, ink.measureText(text).width);
		}
		return widths.get(key);
	}
	// Writes lines around a place, if they have room there (within their grid, where it is told) and nothing else stands
	// there yet; says where, or nothing.
	/** @param {any} pen @param {any[]} taken @param {string[]} lines @param {number[]} at @param {any} look */
	function write(pen, taken, lines, [x, y], look) {
		const { tint, font, turn = 0, room = Infinity, size = 11, within = null, of = -1 } = look,
			{ ink, width, height, edges = [0, width] } = pen;
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
		if (long > room || out || !free(taken, box)) return null;
		// The letters stay off the border of their grid; what is kept free around them need not.
		const letters = [gap / 2, gap / 2, -gap / 2, -gap / 2].map((kept, i) => box[i] + kept);
		if (within && !gk.holds(within, of, gk.placed(pen, letters))) return null;
		taken.push(box);
		if (pen.texts) {
			const bold = font.startsWith("600");
			lines.forEach((text, i) =>
				pen.texts.push({
					text,
					x,
					y: y + (size + gap) * (i + 0.5) - high / 2,
					size: i ? 11 : size,
					bold: bold && !i,
					turn,
					tint,
					of,
				}),
			);
			return box;
		}
		Object.assign(ink, { lineJoin: "round", lineWidth: 3.6, strokeStyle: gk.tint("halo"), fillStyle: gk.tint(tint) });
		ink.save();
		ink.font = font + FONT;
		ink.translate(x, y);
		ink.rotate(angle);
		lines.forEach((line, i) => {
			const down = (size + gap) * (i + 0.5) - high / 2;
			if (i) ink.font = `11${FONT}`;
			ink.strokeText(line, 0, down);
			ink.fillText(line, 0, down);
		});
		ink.restore();
		return box;
	}
	// Up and down from its place, and to the sides by a part of its width.
	const STEPS = [0, -16, 16, -30, 30, -46, 46],
		ASIDE = [0, -0.3, 0.3];
	// Whether a place is on the screen: sheets are larger, so that a map that is moved is not blank at its edge.
	/** @param {any} pen @param {number[]} at */
	const seen = ({ width, height, beyond: [east, south] = [0, 0] }, [x, y]) =>
		x > east + 14 && y > south + 8 && x < width - east - 14 && y < height - south - 8;
	// A code led to its grid by a line, where there is no room within.
	const ROUND = [...Array(12).keys()].map((i) => (i * Math.PI) / 6),
		FAR = [26, 40, 56, 74];
	function lead(pen, taken, text, [x, y], of) {
		const { ink } = pen;
		for (const far of FAR) {
			for (const turn of ROUND) {
				const at = [x + far * Math.cos(turn), y + far * Math.sin(turn)];
				if (!seen(pen, at)) continue;
				const box = write(pen, taken, [text], at, { tint: "ink", font: "600 11", size: 11, of });
				if (!box) continue;
				const end = [Math.max(box[0], Math.min(x, box[2])), Math.max(box[1], Math.min(y, box[3]))];
				if (pen.texts) pen.texts[pen.texts.length - 1].led = [[x, y], end];
				else {
					const path = new Path2D();
					gk.trace(path, [[x, y], end]);
					Object.assign(ink, { strokeStyle: gk.tint("ink"), lineWidth: 0.9 });
					ink.stroke(path);
					const dot = new Path2D();
					dot.arc(x, y, 1.8, 0, 7);
					Object.assign(ink, { fillStyle: gk.tint("ink") });
					ink.fill(dot);
				}
				return true;
			}
		}
		return false;
	}
	// What a grid is called on the map: its name, or where that is short of room the number in it.
	function shortly(plan, grid) {
		const whole = gk.brief(plan, grid),
			numbers = whole.match(/\d+|(?<=第)[零〇一二三四五六七八九十百]+/g) || [];
		return numbers.length === 1 ? numbers[0] : whole;
	}
	// All in sight are called in one way: by their names where nearly each of them has room for its own.
	const NEARLY = 0.9;
	function calling(pen, plan, drawn, room) {
		const fits = (grid) => wide(pen.ink, "600 12", gk.brief(plan, grid)) + 4 <= room(grid);
		return drawn.filter(fits).length >= NEARLY * drawn.length ? gk.brief : shortly;
	}
	gk.nameOne = function (pen, plan, grid) {
		const at = gk.pixel(pen, plan.spots.at[grid]);
		return write(pen, [], [gk.brief(plan, grid)], at, { tint: "ink", font: "600 11" });
	};
	// Every grid that is in sight gets its name or number: within it, else led to it; what is left is counted and said.
	function gridNames(pen, plan, taken) {
		const { scale, zoom, width, height, edges = [0, width] } = pen,
			{ spots, members, boxes } = plan,
			column = gk.columnOf(plan),
			sides = boxes.map(([west, north, east, south]) => [(east - west) * scale, (south - north) * scale]);
		const weight = (grid) => sides[grid][0] * sides[grid][1],
			told = { within: 0, led: 0, left: 0 },
			waiting = [];
		const drawn = [...sides.keys()]
			.filter((grid) => members[grid].length && gk.sees(pen, boxes[grid]))
			.sort((a, b) => weight(b) - weight(a));
		const room = (grid) => Math.max(spots.room[grid] * 2 ** (zoom - 13) * 1.2, 11),
			call = calling(pen, plan, drawn, room);
		const inSight = ([x, y]) => x > edges[0] + 8 && y > 8 && x < edges[1] - 8 && y < height - 8;
		for (const grid of drawn) {
			const [, high] = sides[grid],
				spot = gk.pixel(pen, spots.at[grid]),
				value = column && zoom > 13 && high > 44 && gk.value(column, grid, true),
				fits = STEPS.filter((step) => Math.abs(step) * 2.3 < high);
			const called = call(plan, grid),
				forms = [
					[called === shortly(plan, grid) ? 11 : 12, value],
					[11, ""],
					[9, ""],
				];
			const put = forms.some(([size, below]) =>
				fits.some((step) =>
					ASIDE.some((aside) => {
						const lines = [called, below].filter(Boolean),
							at = [spot[0] + aside * wide(pen.ink, `600 ${size}`, called), spot[1] + step],
							look = { tint: "ink", font: `600 ${size}`, room: sides[grid][0], size };
						return write(pen, taken, lines, at, { ...look, within: plan, of: grid });
					}),
				),
			);
			if (put) told.within += Number(inSight(spot));
			else if (inSight(spot)) waiting.push([grid, spot]);
		}
		// Lines to more grids than these are a thicket, in which nobody finds anything.
		for (const [grid, spot] of waiting) {
			const led = waiting.length <= 80 && lead(pen, taken, call(plan, grid), spot, grid);
			told[led ? "led" : "left"] += 1;
		}
		return told;
	}
	// Communities, over their grids: where the fewest of these have to be led to their names for it.
	function parentNames(pen, plan, taken) {
		if (plan.parents.length < 2) return;
		const grids = plan.spots.at.map((place) => gk.pixel(pen, place));
		plan.parents.forEach((name, parent) => {
			const [x, y] = gk.pixel(pen, plan.parentSpots.at[parent]),
				room = Math.max(plan.parentSpots.room[parent] * 2 ** (pen.zoom - 13), 40),
				look = { tint: "parent", font: "600 14", room, size: 14 },
				half = wide(pen.ink, look.font, gk.said(name)) / 2;
			/** @param {number[]} at */
			const covered = ([east, south]) =>
				grids.filter((spot) => Math.abs(spot[0] - east) < half + 9 && Math.abs(spot[1] - south) < 16).length;
			STEPS.flatMap((down) => ASIDE.map((aside) => [x + 2 * aside * half, y + down]))
				.map((at) => ({ at, covers: covered(at) }))
				.sort((one, other) => one.covers - other.covers)
				.some(({ at }) => write(pen, taken, [gk.said(name)], at, look));
		});
	}
	// Names of streets, waters and places wait in the order of their weight, each where Python found room for it.
	gk.nameOf = ([, name, latin]) => (state.lang !== "zh" && latin) || name;
	function placeNames(pen, taken) {
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
			if (
				write(pen, taken, [text], spot, { ...kind, turn: turn[i], room: room[i] ? (room[i] * wider) / 0.9 : Infinity })
			) {
				written.push([text, spot]);
			}
		});
	}
	gk.namesOn = function (pen, plan, taken = []) {
		const { off } = state;
		let told = { within: 0, led: 0, left: 0 };
		if (!off.labels) parentNames(pen, plan, taken);
		if (!off.labels && !off.codes) told = gridNames(pen, plan, taken);
		if (!off.labels) placeNames(pen, taken);
		return told;
	};
	// How many grids in sight bear their code: within, led to, and those for which the page says the way.
	gk.labelled = { within: 0, led: 0, left: 0 };
	gk.views.codes = () => {
		const { left } = gk.labelled;
		return left > 0 && { text: gk.t("codes_left", gk.quantity(left, "grids")) };
	};

	gk.paintMarks = (plan) =>
		function (pen) {
			const taken = [];
			gk.flat(pen);
			Object.assign(pen.ink, { textAlign: "center", textBaseline: "middle" });
			for (const layer of gk.shown()) MODES[modeAt(layer, pen.zoom)](pen, layer, taken);
			if (gk.paintNotes) gk.paintNotes(pen);
			const told = gk.namesOn({ ...pen, edges: gk.edgesOf?.(plan, pen) }, plan, taken);
			if (gk.printing || plan !== gk.here() || String(Object.values(told)) === String(Object.values(gk.labelled))) {
				return;
			}
			gk.labelled = told;
			gk.show("codes");
		};
}
