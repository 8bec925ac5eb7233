// The island of data: how it is opened, and how its places become local ones. See gridkit/render/payload.py.
"use strict";
/** @type {any} */
const gk = {};
{
	/** @type {any} */ (window).gk = gk; // for the sandboxes of browsers' own tools, which see no const
	// Five signs are four bytes, in base 85 from "(" on, with "~" in place of "<".
	function unpacked(text) {
		const signs = new TextEncoder().encode(text.replace(/~/g, "<")),
			packed = new DataView(new ArrayBuffer((signs.length / 5) * 4));
		for (let i = 0; i < signs.length; i += 5) {
			let word = 0;
			for (let j = i; j < i + 5; j++) word = word * 85 + signs[j] - 40;
			packed.setUint32((i / 5) * 4, word);
		}
		return packed;
	}
	// They are a grey picture without filters, a byte of JSON for each pixel: that every browser can inflate.
	const WIDE = 4096,
		LENGTH = 33,
		BODY = 41;
	async function inflated(packed) {
		if (window.DecompressionStream) {
			// Without a canvas, which browsers that guard against fingerprinting fill with noise.
			const stream = new Blob([packed.buffer.slice(BODY, BODY + packed.getUint32(LENGTH))])
				.stream()
				.pipeThrough(new DecompressionStream("deflate"));
			const rows = new Uint8Array(await new Response(stream).arrayBuffer()),
				count = rows.length / (WIDE + 1),
				bytes = new Uint8Array(count * WIDE);
			for (let row = 0; row < count; row++) {
				bytes.set(rows.subarray(row * (WIDE + 1) + 1, (row + 1) * (WIDE + 1)), row * WIDE);
			}
			return bytes;
		}
		const image = new Image();
		image.src = URL.createObjectURL(new Blob([packed], { type: "image/png" }));
		await image.decode();
		const { width, height } = image,
			ink = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d");
		ink.drawImage(image, 0, 0);
		return ink.getImageData(0, 0, width, height).data.filter((_, i) => i % 4 === 0);
	}
	gk.open = async (text) => (gk.head = JSON.parse(new TextDecoder().decode(await inflated(unpacked(text)))));

	// Local coordinates are pixels at zoom 20 from the middle of the map: small enough for 32-bit paths.
	gk.DEEP = 20;
	const SIZE = 256 * 2 ** gk.DEEP,
		RAD = Math.PI / 180;
	gk.EARTH_M = /** @type {any} */ (L.CRS.Earth).R; // its radius, which the types of Leaflet do not name
	/** @returns {[number, number]} */
	const flat = (lng, lat, { x, y }) => [
		(lng / 360 + 0.5) * SIZE - x,
		(0.5 - Math.asinh(Math.tan(lat * RAD)) / (2 * Math.PI)) * SIZE - y,
	];
	gk.centre = ([west, south, east, north]) =>
		(gk.origin = L.point(flat((west + east) / 2, (south + north) / 2, { x: 0, y: 0 })));
	gk.local = ({ lat, lng }) => L.point(flat(lng, lat, gk.origin));
	gk.latlng = ([x, y]) => L.CRS.EPSG3857.pointToLatLng(gk.origin.add([x, y]), gk.DEEP);
	gk.bounds = ([west, north, east, south]) => L.latLngBounds(gk.latlng([west, north]), gk.latlng([east, south]));

	// Reads line after line of a table: steps of 1e-5 degree, east and north in turn, each from the place before.
	gk.reader = function () {
		let lng = 0,
			lat = 0;
		return function (steps) {
			const places = [];
			for (let i = 0; i < steps.length; i += 2) {
				lng += steps[i];
				lat += steps[i + 1];
				places.push(flat(lng / 1e5, lat / 1e5, gk.origin));
			}
			return places;
		};
	};
	// The places of a table are read when they are first asked for.
	gk.late = function (table) {
		// Thousands of names lie out of sight at first; reading them all would delay the first picture.
		const { at: steps } = table;
		let at = null;
		Object.defineProperty(table, "at", { get: () => (at = at || gk.reader()(steps)) });
	};
	// The box around places, or around boxes: west, north, east, south.
	gk.boxOf = function (all) {
		const box = [Infinity, Infinity, -Infinity, -Infinity];
		for (const each of all) {
			for (let i = 0; i < 4; i++) box[i] = Math[i < 2 ? "min" : "max"](box[i], each[i % each.length]);
		}
		return box;
	};
}
