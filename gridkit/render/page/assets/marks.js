// Marks on top: points, clusters and heat in time, and the sheet that they and the names are drawn on.
"use strict";
{
	gk.FONT = 'px "Microsoft YaHei","PingFang SC","Noto Sans CJK SC","Source Han Sans SC",sans-serif';
	gk.MIDDLE = { textAlign: "center", textBaseline: "middle" };
	const SINGLE = 17.2, // from this zoom on clusters are points
		WHOLE = 15.6; // up to this zoom each grid is one cluster
	const { state } = gk;

	// ---------------------------------------------------------------- points
	const classOf = ({ classes, category }, i) => (classes ? Math.min(Math.max(0, category[i]), classes.length - 1) : -1);
	gk.inkOf = (layer, i) => (layer.classes ? layer.classes[classOf(layer, i)][1] : layer.colour);
	gk.timeOf = ({ minutes }, i) => minutes && minutes[i] >= 0 && gk.minute(gk.head.time.first + minutes[i]);
	// Which points count now: in the chosen time, and of a class that is not switched off.
	gk.counting = function (layer) {
		const { minutes, classes = [] } = layer,
			timed = minutes && state.to < Infinity,
			off = classes.map((_, at) => state.off[`${layer.layer}/${at}`]);
		return (i) => (!timed || (minutes[i] >= state.from && minutes[i] < state.to)) && !off[classOf(layer, i)];
	};
	gk.shown = () => gk.head.points.filter((layer) => !state.off[layer.layer]);
	gk.modeOf = (layer) =>
		state.modes[layer.layer] || (layer.kind === "events" && layer.at.length > 400 ? "clusters" : "points");

	// Every point that is seen, in pixels.
	gk.visible = function (layer, pen, margin = 0) {
		const counts = gk.counting(layer),
			spots = [];
		layer.at.forEach((place, i) => {
			const [x, y] = gk.pixel(pen, place);
			if (x > -margin && y > -margin && x < pen.width + margin && y < pen.height + margin && counts(i)) {
				spots.push([x, y, i]);
			}
		});
		return spots;
	};
	// Shapes are drawn once, in page.html.
	const shapes = {};
	gk.shape = (kind) => (shapes[kind] = shapes[kind] || new Path2D(gk.at(kind).firstElementChild.getAttribute("d")));
	gk.dot = function ({ ink }, path, colour, edge = 1.6) {
		Object.assign(ink, { fillStyle: colour, strokeStyle: "#fff", lineWidth: edge });
		ink.fill(path);
		if (edge) ink.stroke(path);
	};
	gk.sign = function ({ ink }, text, x, y) {
		Object.assign(ink, { fillStyle: "#fff", font: `600 11${gk.FONT}`, ...gk.MIDDLE });
		ink.fillText(text, x, y + 0.5);
	};
	const MODES = (gk.MODES = {
		points(pen, layer, taken) {
			const spots = gk.visible(layer, pen, 8),
				paths = new Map(),
				small = layer.kind === "events",
				many = spots.length > 10000,
				size = small ? Math.max(2, Math.min(4, pen.zoom - 11)) / 4 : 1;
			for (const [x, y, i] of spots) {
				const colour = gk.inkOf(layer, i),
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
				found = new Map();
			for (const [x, y, i] of gk.visible(layer, pen, 60)) {
				const grid = layer.gridOf?.[i],
					key = pen.zoom < WHOLE ? grid : [grid, ...layer.at[i].map((each) => Math.floor(each / side))].join(),
					[n, sumX, sumY] = found.get(key) || [0, 0, 0];
				found.set(key, [n + 1, sumX + x, sumY + y]);
			}
			for (const [n, sumX, sumY] of found.values()) {
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
			for (const [x, y] of gk.visible(layer, pen)) sums[Math.floor(y / cell) * sheet.width + Math.floor(x / cell)]++;
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
			const counts = gk.counting(layer);
			layer.at.forEach(([east, south], i) => {
				const far = Math.hypot(east - x, south - y);
				if (far < near && counts(i)) [near, best] = [far, { layer, i }];
			});
		}
		return best;
	};

	// ---------------------------------------------------------------- sheet
	// Says where marks are, so that names stay off them.
	gk.paintMarks = function (pen) {
		const taken = gk.taken();
		gk.flat(pen);
		Object.assign(pen.ink, gk.MIDDLE);
		for (const layer of gk.shown()) MODES[modeAt(layer, pen.zoom)](pen, layer, taken);
		if (gk.paintNotes) gk.paintNotes(pen);
		return taken;
	};
	// All sheets as one picture.
	gk.paintAll = function (pen, plan) {
		gk.paintGround(plan)(pen);
		gk.paintChosen(pen);
		gk.paintNames(pen, plan, gk.paintMarks(pen));
	};
}
