// Marks on top: points, clusters and heat in time, and names that do not collide.
"use strict";
{
	const FONT = 'px "Microsoft YaHei","PingFang SC","Noto Sans CJK SC","Source Han Sans SC",sans-serif';
	const SINGLE = 17.2; // from this zoom on clusters are points
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
	gk.modeOf = (layer) => state.modes[layer.layer] || (layer.kind === "events" && layer.at.length > 400 ? "clusters" : "points");

	// Every point that is seen, in pixels.
	function visible(layer, pen, margin) {
		const near = ([x, y]) => x > -margin && y > -margin && x < pen.width + margin && y < pen.height + margin;
		return layer.at.map((place, i) => [...gk.pixel(pen, place), i]).filter((spot) => near(spot) && gk.counts(layer, spot[2]));
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
	const MODES = {
		points(pen, layer, taken) {
			const spots = visible(layer, pen, 8), paths = new Map(), small = layer.kind === "events", many = spots.length > 10000, size = small ? Math.max(2, Math.min(4, pen.zoom - 11)) / 4 : 1;
			for (const [x, y, i] of spots) {
				const colour = layer.classes ? layer.classes[classOf(layer, i)][1] : layer.colour, path = paths.get(colour) || new Path2D();
				paths.set(colour, path);
				if (many) path.rect(x - 1, y - 1, 2.4, 2.4);
				else path.addPath(gk.shape(layer.kind), { a: size, d: size, e: x, f: y });
				if (!small) taken.push([x - 6, y - 6, x + 6, y + 6]);
			}
			for (const [colour, path] of paths) gk.dot(pen, path, colour, many ? 0 : small ? 0.9 : 1.6);
		},
		// Squares of the ground, so that a cluster stays where it is while the map moves.
		clusters(pen, layer, taken) {
			const side = 62 / 2 ** Math.round(pen.zoom - gk.DEEP), found = {};
			for (const [x, y, i] of visible(layer, pen, 60)) {
				const square = layer.at[i].map((each) => Math.floor(each / side)), [n, sumX, sumY] = found[square] || [0, 0, 0];
				found[square] = [n + 1, sumX + x, sumY + y];
			}
			for (const [n, sumX, sumY] of Object.values(found)) {
				const size = n === 1 ? 4.5 : 9 + 3.2 * Math.log10(n), x = sumX / n, y = sumY / n, path = new Path2D();
				path.arc(x, y, size, 0, 7);
				gk.dot(pen, path, layer.colour);
				taken.push([x - size, y - size, x + size, y + size]);
				if (n > 1) gk.sign(pen, n < 1000 ? n : `${(n / 1000).toFixed(n < 10000 ? 1 : 0)}k`, x, y);
			}
		},
		// Points are counted in coarse squares, whose picture is drawn larger and blurred.
		heat(pen, layer) {
			const cell = 6, sheet = gk.canvas(Math.ceil(pen.width / cell), Math.ceil(pen.height / cell)), sums = new Float32Array(sheet.width * sheet.height);
			for (const [x, y] of visible(layer, pen, 0)) sums[Math.floor(y / cell) * sheet.width + Math.floor(x / cell)]++;
			const most = sums.reduce((top, sum) => Math.max(top, sum), 1), image = new ImageData(sheet.width, sheet.height);
			sums.forEach((sum, i) => sum && image.data.set([255 - (60 * sum) / most, 150 - (130 * sum) / most, 50, 90 + 165 * Math.sqrt(sum / most)], i * 4));
			sheet.getContext("2d").putImageData(image, 0, 0);
			pen.ink.filter = "blur(9px)";
			pen.ink.drawImage(sheet, 0, 0, sheet.width * cell, sheet.height * cell);
			pen.ink.filter = "none";
		},
	};
	const modeAt = (layer, zoom) => (gk.modeOf(layer) === "clusters" && zoom > SINGLE ? "points" : gk.modeOf(layer));
	gk.pointAt = function ({ x, y }, scale) {
		let best = null, near = 7 / scale;
		for (const layer of gk.shown().filter((each) => modeAt(each, gk.map.getZoom()) === "points")) {
			layer.at.forEach(([east, south], i) => {
				const far = Math.hypot(east - x, south - y);
				if (far < near && gk.counts(layer, i)) [near, best] = [far, { layer, i }];
			});
		}
		return best;
	};

	// ---------------------------------------------------------------- names
	// Takes a box for a name, where it is free.
	function free({ width, height }, taken, x, y, wide, high) {
		const [west, north, east, south] = [x - wide / 2, y - high / 2, x + wide / 2, y + high / 2];
		if (west < 2 || north < 2 || east > width - 2 || south > height - 2) return false;
		return !taken.some((box) => west < box[2] && east > box[0] && north < box[3] && south > box[1]) && taken.push([west, north, east, south]);
	}
	function write({ ink }, text, x, y, tint, turn = 0) {
		Object.assign(ink, { lineJoin: "round", lineWidth: 3, strokeStyle: gk.tint("halo"), fillStyle: gk.tint(tint) });
		ink.save();
		ink.translate(x, y);
		ink.rotate(turn);
		ink.strokeText(text, 0, 0);
		ink.fillText(text, 0, 0);
		ink.restore();
	}
	function gridNames(pen, plan, taken) {
		const { ink, scale, zoom } = pen, wider = 2 ** (zoom - 13), column = gk.columnOf(plan), sides = plan.boxes.map(([west, north, east, south]) => [(east - west) * scale, (south - north) * scale]);
		const weight = (grid) => (grid === state.grid ? Infinity : sides[grid][0] * sides[grid][1]);
		const seen = [...sides.keys()].filter((grid) => plan.members[grid].length && gk.sees(pen, plan.boxes[grid])).sort((a, b) => weight(b) - weight(a));
		for (const grid of seen.slice(0, 700)) {
			const [wide, high] = sides[grid], [x, y] = gk.pixel(pen, plan.spots.at[grid]), chosen = grid === state.grid;
			if (wide < 24 && !chosen) continue;
			ink.font = `600 12${FONT}`;
			const long = ink.measureText(plan.short[grid]).width + 6;
			if (long > Math.max(plan.spots.room[grid] * wider * 1.25, 30) && !chosen) continue;
			const value = column && zoom > 13 && wide > 54 && high > 44 && gk.value(column, grid, true);
			const drop = [0, -22, 22, -40, 40].find((step) => Math.abs(step) * 2.4 < high && free(pen, taken, x, y + step, long, value ? 32 : 17));
			if (drop === undefined) continue;
			write(pen, plan.short[grid], x, y + drop - (value ? 7 : 0), "ink");
			ink.font = `11${FONT}`;
			if (value) write(pen, value, x, y + drop + 8, "ink");
		}
	}
	// Names of streets, waters and places wait in the order of their weight, each where Python found room for it.
	gk.nameOf = ([, name, latin]) => (state.lang === "en" && latin) || name;
	function placeNames(pen, taken) {
		const { ink, zoom, width, height } = pen, { texts, kinds, of, at, turn, room } = gk.head.names, written = [];
		at.forEach((place, i) => {
			const entry = texts[of[i]], { least, tint, group, font } = kinds[entry[0]], [x, y] = gk.pixel(pen, place);
			if (zoom < least || state.off[group] || x < 0 || y < 0 || x > width || y > height) return;
			const text = gk.nameOf(entry), angle = (turn[i] * Math.PI) / 180, [cos, sin] = [Math.cos(angle), Math.abs(Math.sin(angle))];
			if (written.some(([other, east, south]) => other === text && Math.hypot(east - x, south - y) < 320)) return;
			ink.font = font + FONT;
			const wide = ink.measureText(text).width + 4;
			if ((room[i] && room[i] * 2 ** (zoom - 13) < wide * 0.9) || !free(pen, taken, x, y, cos * wide + sin * 14, sin * wide + cos * 15)) return;
			written.push([text, x, y]);
			write(pen, text, x, y, tint, angle);
		});
	}

	gk.paintMarks = (plan) => function (pen) {
		const taken = [], { off } = state;
		gk.flat(pen);
		Object.assign(pen.ink, { textAlign: "center", textBaseline: "middle" });
		for (const layer of gk.shown()) MODES[modeAt(layer, pen.zoom)](pen, layer, taken);
		if (gk.paintNotes) gk.paintNotes(pen);
		if (!off.labels && !off.codes) gridNames(pen, plan, taken);
		if (!off.labels) placeNames(pen, taken);
	};
}
