// Sheets: canvases that lie on the map and are drawn anew where it comes to rest; and what draws on them.
"use strict";
{
	// A pen is a canvas and a camera: local coordinate * scale - x = pixel of the canvas.
	gk.pen = function (ink, zoom, x, y, width, height, ratio) {
		return { ink, zoom, scale: 2 ** (zoom - gk.DEEP), x, y, width, height, ratio };
	};
	// One with a box of local coordinates in its middle, on a new canvas of so many pixels of the page.
	gk.framing = function ([west, north, east, south], [width, height], ratio, share, nearest = Infinity) {
		const canvas = gk.canvas(width * ratio, height * ratio),
			scale = share * Math.min(width / (east - west), height / (south - north), nearest),
			[x, y] = [((west + east) * scale - width) / 2, ((north + south) * scale - height) / 2];
		Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
		const zoom = gk.DEEP + Math.log2(scale);
		return { canvas, ...gk.pen(canvas.getContext("2d"), zoom, x, y, width, height, ratio) };
	};
	gk.lens = ({ ink, ratio, scale, x, y }) =>
		ink.setTransform(ratio * scale, 0, 0, ratio * scale, -x * ratio, -y * ratio);
	gk.flat = ({ ink, ratio }) => ink.setTransform(ratio, 0, 0, ratio, 0, 0);
	gk.pixel = ({ scale, x, y }, [east, south]) => [east * scale - x, south * scale - y];
	gk.placed = ({ scale, x, y }, box) => box.map((each, i) => (each + (i % 2 ? y : x)) / scale);
	gk.sees = ({ scale, x, y, width, height }, [west, north, east, south]) =>
		east * scale > x && west * scale < x + width && south * scale > y && north * scale < y + height;
	gk.canvas = (width, height) => Object.assign(document.createElement("canvas"), { width, height });

	// Leaflet's canvas, with a painter in place of its own shapes.
	/** @type {any} */
	const Sheet = L.Canvas.extend({
		initialize(paint, pane) {
			/** @type {any} */ (L.Canvas.prototype).initialize.call(this, { pane, padding: 0.15 });
			this.paint = paint;
		},
		_draw() {
			const { min } = this._bounds,
				{ x: width, y: height } = this._bounds.getSize(),
				zoom = this._map.getZoom();
			const { x, y } = this._map
				.getPixelOrigin()
				.add(min)
				.subtract(gk.origin.multiplyBy(2 ** (zoom - gk.DEEP)));
			const { x: seen, y: tall } = this._map.getSize(),
				beyond = [(width - seen) / 2, (height - tall) / 2];
			this.paint({ ...gk.pen(this._ctx, zoom, x, y, width, height, L.Browser.retina ? 2 : 1), beyond });
		},
		// Where a view is set at once, Leaflet's own lays a canvas a part of a pixel aside, and every letter is blurred.
		_reset() {
			/** @type {any} */ (L.Canvas.prototype)._reset.call(this);
			L.DomUtil.setPosition(this._container, this._bounds.min);
		},
		redraw() {
			this._redraw();
		},
		// Once its changes have come to rest.
		rest() {
			clearTimeout(this.waits);
			this.waits = setTimeout(() => this.ask(), 150);
		},
		// Many changes in one frame are one drawing.
		ask() {
			if (this._map) this._redrawRequest = this._redrawRequest || L.Util.requestAnimFrame(this._redraw, this);
		},
	});
	gk.newSheet = function (name, zIndex, of, paint, map = gk.map) {
		// Panes let the pointer through: what lies under it is found by geometry, in one place for all sheets.
		Object.assign(map.createPane(`gk-${name}`).style, { zIndex, pointerEvents: "none" });
		const sheet = (gk.sheets[name] = new Sheet(paint, `gk-${name}`));
		gk.watch(`lang theme ${of}`, () => sheet.ask());
		return sheet;
	};

	// ---------------------------------------------------------------- strokes and hatches
	gk.tint = (name) => gk.head.look[name][gk.state.theme === "light" ? 0 : 1];
	gk.trace = (path, places) => places.forEach(([x, y], i) => (i ? path.lineTo(x, y) : path.moveTo(x, y)));
	gk.stroke = function ({ ink, scale }, path, colour, pixels, dash = []) {
		// Round joins cost a third of all lines, and are seen on wide ones alone.
		const lineJoin = pixels < 5 ? "miter" : "round";
		Object.assign(ink, { strokeStyle: colour, lineWidth: pixels / scale, lineJoin, miterLimit: 2 });
		ink.setLineDash(dash.map((length) => length / scale));
		ink.stroke(path);
	};
	// Hatching tells in grey what colour tells on the screen; it runs up (1), down (-1) or both ways (2).
	gk.hatch = function ({ ink, ratio, scale, x, y }, path, colour, way, rule) {
		const side = Math.round(6 * ratio),
			tile = gk.canvas(side, side),
			pen = Object.assign(tile.getContext("2d"), { strokeStyle: colour, lineWidth: 1.2 * ratio });
		// Beyond the corners too, so that the lines meet those of the next tile.
		for (const left of [-side - 1, -1, side - 1]) {
			if (way > 0) {
				gk.trace(pen, [
					[left, side + 1],
					[left + side + 2, -1],
				]);
			}
			if (way !== 1) {
				gk.trace(pen, [
					[left, -1],
					[left + side + 2, side + 1],
				]);
			}
		}
		pen.stroke();
		ink.fillStyle = ink.createPattern(tile, "repeat");
		ink.fillStyle.setTransform(new DOMMatrix().translate(x / scale, y / scale).scale(1 / (ratio * scale)));
		ink.fill(path, rule);
	};

	// ---------------------------------------------------------------- tables of shapes
	// A table's lines as paths: one for each run of neighbours, so that what is out of sight is passed over.
	gk.runsOf = function (table) {
		const read = gk.reader();
		table.paths =
			table.paths ||
			table.runs.map((run) => {
				const path = new Path2D(),
					lines = run.map(read);
				lines.forEach((line) => gk.trace(path, line));
				return { path, box: gk.boxOf(lines.flat()) };
			});
		return table.paths;
	};
	// The same lines as places, for a drawing.
	gk.linesIn = function ({ runs }) {
		const read = gk.reader();
		return runs.flatMap((run) => run.map(read));
	};
	// The ground under the grids, or what lies over them: a coat says which table is drawn how (see look.toml).
	gk.coatWidth = ({ zoom }, over) =>
		over ? Math.min(1, Math.max(0.3, 1.6 ** (zoom - 13.4))) : Math.max(0.45, 1.32 ** (zoom - 14));
	gk.paintCoats = function (pen, over) {
		const wide = gk.coatWidth(pen, over),
			rule = over ? "nonzero" : "evenodd"; // what lies over may overlap
		gk.lens(pen);
		for (const { table, key, colour, width, dash = [], hatch, least = 0, ...coat } of gk.head.coats) {
			if (coat.over !== over || key === pen.without || gk.state.off[key] || pen.zoom < least) continue;
			pen.ink.fillStyle = gk.tint(colour);
			for (const { path, box } of gk.runsOf(gk.head.tables[table])) {
				if (!gk.sees(pen, box)) continue;
				if (hatch) gk.hatch(pen, path, gk.tint(colour), hatch, rule);
				else if (width) {
					gk.stroke(
						pen,
						path,
						gk.tint(colour),
						width * wide,
						dash.map((length) => length * wide),
					);
				} else pen.ink.fill(path, rule);
			}
		}
	};
	// The areas of water that are drawn: half a river is a grid's, but looks like a river.
	gk.waters = (pen) =>
		gk.head.coats
			.filter(({ table, key }) => table === "water" && key !== pen.without && !gk.state.off[key])
			.map(({ table }) => gk.head.tables[table]);
	// Until the pen is restored nothing is painted on water, of which areas may overlap.
	gk.keepDry = function (pen) {
		const [west, north, east, south] = gk.placed(pen, [0, 0, pen.width, pen.height]);
		for (const { path, box } of gk.waters(pen).flatMap(gk.runsOf)) {
			if (!gk.sees(pen, box)) continue;
			const dry = new Path2D(path);
			dry.rect(west, north, east - west, south - north);
			pen.ink.clip(dry, "evenodd");
		}
	};
	// What the lines and areas over the grids say of a place.
	gk.probe = gk.canvas(1, 1).getContext("2d");
	gk.notesAt = function ({ x, y }, scale) {
		gk.probe.lineWidth = 12 / scale;
		const shown = gk.head.coats
			.filter(({ over, key }) => over && !gk.state.off[key])
			.map(({ table }) => gk.head.tables[table]);
		const hit =
			({ area, note }) =>
			({ path }, i) =>
				gk.probe[area ? "isPointInPath" : "isPointInStroke"](path, x, y) && gk.said(note[i]);
		return [...new Set(shown.flatMap((table) => gk.runsOf(table).map(hit(table))))].filter(Boolean).slice(0, 4);
	};
}
