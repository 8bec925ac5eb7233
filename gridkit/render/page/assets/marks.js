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
	const MODES = {
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
		// Squares of the ground, so that a cluster stays where it is while the map moves.
		clusters(pen, layer, taken) {
			const side = 62 / 2 ** Math.round(pen.zoom - gk.DEEP),
				found = {};
			for (const [x, y, i] of visible(layer, pen, 60)) {
				const square = layer.at[i].map((each) => Math.floor(each / side)),
					[n, sumX, sumY] = found[square] || [0, 0, 0];
				found[square] = [n + 1, sumX + x, sumY + y];
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
	// Writes lines around a place, if they have room there and nothing else stands there yet; says whether it did.
	function write({ ink, width, height }, taken, lines, [x, y], { tint, font, turn = 0, room = Infinity }) {
		if (x < 0 || y < 0 || x > width || y > height) return false;
		ink.font = font + FONT;
		const angle = (turn * Math.PI) / 180,
			[cos, sin] = [Math.cos(angle), Math.abs(Math.sin(angle))],
			long = ink.measureText(lines[0]).width + 4,
			high = 15 * lines.length;
		const [east, south] = [(cos * long + sin * high) / 2, (sin * long + cos * high) / 2],
			box = [x - east, y - south, x + east, y + south];
		const out = box[0] < 2 || box[1] < 2 || box[2] > width - 2 || box[3] > height - 2;
		if (
			long > room ||
			out ||
			taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])
		) {
			return false;
		}
		taken.push(box);
		Object.assign(ink, { lineJoin: "round", lineWidth: 3, strokeStyle: gk.tint("halo"), fillStyle: gk.tint(tint) });
		ink.save();
		ink.translate(x, y);
		ink.rotate(angle);
		lines.forEach((line, i) => {
			const down = 15 * i + 7.5 - high / 2;
			if (i) ink.font = `11${FONT}`;
			ink.strokeText(line, 0, down);
			ink.fillText(line, 0, down);
		});
		ink.restore();
		return true;
	}
	// The chosen grid first, then the largest; a name that has no room in the middle of its grid may step up or down.
	function gridNames(pen, plan, taken) {
		const { scale, zoom } = pen,
			{ spots, members, boxes, short } = plan,
			column = gk.columnOf(plan),
			sides = boxes.map(([west, north, east, south]) => [(east - west) * scale, (south - north) * scale]);
		const weight = (grid) => (grid === state.grid ? Infinity : sides[grid][0] * sides[grid][1]);
		const seen = [...sides.keys()]
			.filter((grid) => weight(grid) && members[grid].length && gk.sees(pen, boxes[grid]))
			.sort((a, b) => weight(b) - weight(a));
		// Measuring text is what takes time; beyond so many names there is no room left on any screen.
		for (const grid of seen.slice(0, 700)) {
			const [wide, high] = sides[grid],
				[x, y] = gk.pixel(pen, spots.at[grid]),
				value = column && zoom > 13 && wide > 54 && high > 44 && gk.value(column, grid, true);
			const room =
				grid === state.grid ? Infinity : wide < 24 ? 0 : Math.max(spots.room[grid] * 2 ** (zoom - 13) * 1.25, 30) - 2;
			[0, -22, 22, -40, 40].find(
				(step) =>
					Math.abs(step) * 2.4 < high &&
					write(pen, taken, [short[grid], value].filter(Boolean), [x, y + step], { tint: "ink", font: "600 12", room }),
			);
		}
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

	gk.paintMarks = (plan) =>
		function (pen) {
			const taken = [],
				{ off } = state;
			gk.flat(pen);
			Object.assign(pen.ink, { textAlign: "center", textBaseline: "middle" });
			for (const layer of gk.shown()) MODES[modeAt(layer, pen.zoom)](pen, layer, taken);
			if (gk.paintNotes) gk.paintNotes(pen);
			if (!off.labels && !off.codes) gridNames(pen, plan, taken);
			if (!off.labels) placeNames(pen, taken);
		};
}
