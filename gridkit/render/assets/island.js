// The island of data: how it is opened, and how its places become local ones. See gridkit/render/payload.py.
"use strict";
const gk = {};
{
	// It is a grey picture without filters, a byte of JSON for each pixel: that every browser can inflate.
	const WIDE = 4096, HEADER = 41, TRAILER = 16;
	async function inflated(text) {
		if (window.DecompressionStream) {
			const signs = atob(text), packed = new Uint8Array(signs.length);
			for (let i = 0; i < signs.length; i++) packed[i] = signs.charCodeAt(i);
			const stream = new Blob([packed.slice(HEADER, -TRAILER)]).stream().pipeThrough(new DecompressionStream("deflate"));
			const rows = new Uint8Array(await new Response(stream).arrayBuffer()), count = rows.length / (WIDE + 1), bytes = new Uint8Array(count * WIDE);
			for (let row = 0; row < count; row++) bytes.set(rows.subarray(row * (WIDE + 1) + 1, (row + 1) * (WIDE + 1)), row * WIDE);
			return bytes;
		}
		const image = new Image();
		image.src = `data:image/png;base64,${text}`;
		await image.decode();
		const { width, height } = image, ink = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d");
		ink.drawImage(image, 0, 0);
		return ink.getImageData(0, 0, width, height).data.filter((_, i) => i % 4 === 0);
	}
	gk.open = async (text) => (gk.head = JSON.parse(new TextDecoder().decode(await inflated(text))));

	// Local coordinates are pixels at zoom 20 from the middle of the map: small enough for 32-bit paths.
	gk.DEEP = 20;
	const SIZE = 256 * 2 ** gk.DEEP, RAD = Math.PI / 180;
	const flat = ({ lat, lng }) => L.point((lng / 360 + 0.5) * SIZE, (0.5 - Math.asinh(Math.tan(lat * RAD)) / (2 * Math.PI)) * SIZE);
	gk.centre = ([west, south, east, north]) => (gk.origin = flat({ lat: (south + north) / 2, lng: (west + east) / 2 }));
	gk.local = (place) => flat(place)._subtract(gk.origin);
	gk.latlng = ([x, y]) => L.CRS.EPSG3857.pointToLatLng(gk.origin.add([x, y]), gk.DEEP);
	gk.bounds = ([west, north, east, south]) => L.latLngBounds(gk.latlng([west, north]), gk.latlng([east, south]));

	// Reads line after line of a table: steps of 1e-5 degree, east and north in turn, each from the place before.
	gk.reader = function () {
		let lng = 0, lat = 0;
		return function (steps) {
			const places = [];
			for (let i = 0; i < steps.length; i += 2) {
				lng += steps[i];
				lat += steps[i + 1];
				const { x, y } = gk.local({ lat: lat / 1e5, lng: lng / 1e5 });
				places.push([x, y]);
			}
			return places;
		};
	};
	gk.boxOf = function (places) {
		let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
		for (const [x, y] of places) {
			if (x < west) west = x;
			if (x > east) east = x;
			if (y < north) north = y;
			if (y > south) south = y;
		}
		return [west, north, east, south];
	};
	gk.boxAround = (boxes) => gk.boxOf(boxes.flatMap(([west, north, east, south]) => [[west, north], [east, south]]));
}
