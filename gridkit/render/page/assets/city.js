// Streets of a whole city from a file of vector tiles (PMTiles, version 3) beside the page or picked from disk: read by
// parts, never whole; the schemas of OpenMapTiles, Shortbread and Protomaps, or OpenStreetMap's own tags.
"use strict";
{
	const HEADER = 127,
		GZIP = 2,
		SIDE = 512,
		LATE = /^(service|path|footway|track|pedestrian|steps|cycleway|other|busway)/;
	let source = null,
		layer = null,
		said = "";

	// ---------------------------------------------------------------- the file
	async function plain(bytes, packed) {
		if (packed !== GZIP) return bytes;
		const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
		return new Uint8Array(await new Response(stream).arrayBuffer());
	}
	// Numbers of any length, as protocol buffers and directories write them.
	function reader(bytes, at = 0, end = bytes.length) {
		const next = function () {
			let value = 0,
				factor = 1,
				byte = 0;
			do {
				byte = bytes[at++];
				value += (byte & 127) * factor;
				factor *= 128;
			} while (byte > 127);
			return value;
		};
		const part = function () {
			const length = next();
			at += length;
			return reader(bytes, at - length, at);
		};
		const skip = (kind) => (kind === 2 ? part() : kind ? (at += kind === 1 ? 8 : 4) : next());
		return { next, part, skip, more: () => at < end, text: () => new TextDecoder().decode(bytes.subarray(at, end)) };
	}
	function directory(bytes) {
		const { next } = reader(bytes),
			entries = Array.from({ length: next() }, () => ({ id: 0, run: 0, length: 0, offset: 0 }));
		let id = 0;
		for (const entry of entries) entry.id = id += next();
		for (const entry of entries) entry.run = next();
		for (const entry of entries) entry.length = next();
		entries.forEach((entry, i) => {
			const offset = next();
			entry.offset = offset ? offset - 1 : entries[i - 1].offset + entries[i - 1].length;
		});
		return entries;
	}
	// Tiles are numbered zoom by zoom, along Hilbert's curve.
	gk.tileId = function (z, x, y) {
		let id = (4 ** z - 1) / 3;
		for (let side = 2 ** (z - 1); side >= 1; side /= 2) {
			const [east, south] = [Number((x & side) > 0), Number((y & side) > 0)];
			id += side * side * ((3 * east) ^ south);
			if (!south) {
				if (east) [x, y] = [side - 1 - (x & (side - 1)), side - 1 - (y & (side - 1))];
				[x, y] = [y, x];
			}
		}
		return id;
	};
	/** @param {(at: number, length: number) => Promise<Uint8Array>} read */
	async function opened(read) {
		const bytes = await read(0, HEADER),
			view = new DataView(bytes.buffer, bytes.byteOffset),
			long = (at) => Number(view.getBigUint64(at, true));
		if (new TextDecoder().decode(bytes.subarray(0, 7)) !== "PMTiles" || bytes[7] !== 3 || bytes[99] !== 1) {
			throw new Error(gk.t("city_strange"));
		}
		const [rootAt, rootLong, leaves, tiles] = [8, 16, 40, 56].map(long),
			folders = new Map();
		const folder = function (at, length) {
			if (!folders.has(at)) folders.set(at, read(at, length).then((each) => plain(each, bytes[97])).then(directory));
			return folders.get(at);
		};
		return {
			deepest: bytes[101],
			async tile(z, x, y) {
				const id = gk.tileId(z, x, y);
				for (let entries = await folder(rootAt, rootLong); ; ) {
					const found = entries.filter((entry) => entry.id <= id).pop();
					if (!found || (found.run && id >= found.id + found.run)) return null;
					if (found.run) return plain(await read(tiles + found.offset, found.length), bytes[98]);
					entries = await folder(leaves + found.offset, found.length);
				}
			},
		};
	}

	// ---------------------------------------------------------------- a tile
	function valueOf(part) {
		while (part.more()) {
			const tag = part.next();
			if (tag >> 3 === 1) return part.part().text();
			if (tag >> 3 > 3) return part.next();
			part.skip(tag & 7);
		}
		return "";
	}
	function featureOf(part, keys, values) {
		const facts = {};
		let steps = null,
			kind = 0;
		while (part.more()) {
			const tag = part.next();
			if (tag >> 3 === 2) {
				for (const each = part.part(); each.more(); ) facts[keys[each.next()]] = values[each.next()];
			} else if (tag >> 3 === 3) kind = part.next();
			else if (tag >> 3 === 4) steps = part.part();
			else part.skip(tag & 7);
		}
		return { facts, kind, steps };
	}
	function layerOf(part) {
		const found = { name: "", extent: 4096, features: [] },
			keys = [],
			values = [],
			waiting = [];
		while (part.more()) {
			const tag = part.next();
			if (tag >> 3 === 1) found.name = part.part().text();
			else if (tag >> 3 === 2) waiting.push(part.part());
			else if (tag >> 3 === 3) keys.push(part.part().text());
			else if (tag >> 3 === 4) values.push(valueOf(part.part()));
			else if (tag >> 3 === 5) found.extent = part.next();
			else part.skip(tag & 7);
		}
		found.features = waiting.map((each) => featureOf(each, keys, values));
		return found;
	}
	function pathOf(steps, closed) {
		const path = new Path2D();
		let x = 0,
			y = 0;
		const zigzag = () => {
			const n = steps.next();
			return n % 2 ? -(n + 1) / 2 : n / 2;
		};
		while (steps.more()) {
			const order = steps.next();
			if ((order & 7) === 7) {
				if (closed) path.closePath();
				continue;
			}
			for (let n = order >> 3; n > 0; n--) {
				x += zigzag();
				y += zigzag();
				path[(order & 7) === 1 ? "moveTo" : "lineTo"](x, y);
			}
		}
		return path;
	}
	// What a feature is drawn as: a colour of look.toml, and the pixels of its line where it is one.
	const GREEN = /^(park|grass|wood|forest|meadow|garden|scrub|cemetery|village_green|pitch|recreation|nature_reserve)/,
		/** @type {[RegExp, string, number][]} */
		ROADS = [
			[/^(motorway|trunk|highway)/, "road5", 7],
			[/^(primary|secondary|major)/, "road4", 6],
			[/^(tertiary|medium)/, "road3", 5],
			[/^(minor|residential|unclassified|living|street)/, "road2", 4],
			[LATE, "road1", 2],
			[/rail|subway|tram/, "rail", 1.6],
		];
	gk.cityLook = function (name, { facts, kind }) {
		const { class: own, kind: sort, kind_detail: detail } = facts,
			{ highway, natural, landuse, leisure, waterway, building } = facts,
			what = String(highway || detail || own || sort || facts.railway || "");
		if (/^(transportation|streets|roads|lines)$/.test(name) && kind === 2 && (what || name !== "lines")) {
			const [, colour, wide] = ROADS.find(([test]) => test.test(what)) || ROADS[3];
			return { colour, wide, order: 3 + Number(colour.replace(/\D/g, "") || 0), least: LATE.test(what) ? 15 : 0 };
		}
		if (/^(water|ocean|water_)/.test(name) || natural === "water") {
			return kind === 3 ? { colour: "water", order: 1 } : { colour: "water", wide: 2, order: 2 };
		}
		if (waterway) return { colour: "water", wide: 2, order: 2 };
		if (/^buildings?$/.test(name) || building) return kind === 3 && { colour: "building", order: 2, least: 14 };
		const green = [own, sort, natural, landuse, leisure].some((each) => GREEN.test(String(each || "")));
		return kind === 3 && (name === "park" || green) && { colour: "green", order: 0 };
	};
	async function paint(canvas, { x, y, z }) {
		const up = Math.max(0, z - source.deepest),
			at = [x >> up, y >> up],
			bytes = await source.tile(z - up, ...at);
		if (!bytes) return;
		const tile = reader(bytes),
			drawn = [];
		while (tile.more()) {
			const tag = tile.next();
			if (tag >> 3 !== 3) {
				tile.skip(tag & 7);
				continue;
			}
			const { name, extent, features } = layerOf(tile.part());
			for (const feature of features) {
				const look = gk.cityLook(name, feature);
				if (!look || z < (look.least || 0)) continue;
				drawn.push({ ...look, extent, path: pathOf(feature.steps, feature.kind === 3) });
			}
		}
		const ink = canvas.getContext("2d"),
			far = Math.max(0.3, 1.32 ** (z - 15)) * 2;
		Object.assign(ink, { lineJoin: "round", lineCap: "round" });
		drawn.sort((one, two) => one.order - two.order);
		for (const casing of [true, false]) {
			for (const { colour, wide, order, extent, path } of drawn) {
				const road = order > 2 && wide;
				if (casing && !road) continue;
				const scale = (canvas.width / extent) * 2 ** up,
					[east, south] = [x - at[0] * 2 ** up, y - at[1] * 2 ** up];
				ink.setTransform(scale, 0, 0, scale, -east * canvas.width, -south * canvas.height);
				ink.fillStyle = ink.strokeStyle = gk.tint(casing ? "casing" : colour);
				ink.lineWidth = (wide * far + (casing ? 2 : 0)) / scale;
				if (wide) ink.stroke(path);
				else ink.fill(path, "evenodd");
			}
		}
	}

	// ---------------------------------------------------------------- on the map
	/** @type {any} */
	const City = L.GridLayer.extend({
		createTile(coords, done) {
			const canvas = gk.canvas(SIDE, SIDE);
			paint(canvas, coords).then(
				() => done(null, canvas),
				(error) => done(error, canvas),
			);
			return canvas;
		},
	});
	function show() {
		gk.tiles = Boolean(source) && !gk.state.off.city;
		gk.at("app").classList.toggle("tiled", gk.tiles);
		if (layer) layer[gk.tiles ? "addTo" : "removeFrom"](gk.map);
		for (const sheet of Object.values(gk.sheets)) sheet.ask();
	}
	async function take(read, name) {
		try {
			source = await opened(read);
			layer?.remove();
			layer = new City({ tileSize: SIDE / 2, maxZoom: 19, className: "city" });
			said = gk.t("city_shown", name);
		} catch (error) {
			said = gk.joined([name, error.message], ": ");
		}
		show();
		gk.show("city");
		gk.tell(said);
	}
	gk.views.city = () => ({ said, name: gk.head.city });
	gk.do.city = function (_, { files: [file] }) {
		if (!file) return;
		take(async (at, length) => new Uint8Array(await file.slice(at, at + length).arrayBuffer()), file.name);
	};
	gk.watch("off theme", () => {
		show();
		if (layer && gk.tiles) layer.redraw();
	});
	gk.begin.push(() => {
		// A page that lies on a disk may read nothing beside it: there the file is picked.
		if (!location.protocol.startsWith("http")) return;
		take(async (at, length) => {
			const answer = await fetch(gk.head.city, { headers: { Range: `bytes=${at}-${at + length - 1}` } }),
				bytes = new Uint8Array(await answer.arrayBuffer());
			// Some servers send the whole file whatever is asked for.
			return answer.status === 206 ? bytes : bytes.slice(at, at + length);
		}, gk.head.city);
	});
}
