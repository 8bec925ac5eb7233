// Tiles from a host, for a page whose writer asked for them; moved to where they belong when they are drawn in GCJ-02.
"use strict";
{
	const { TileLayer } = L;
	/** @type {any} */
	const internals = TileLayer.prototype;
	let layer = null,
		key = "";
	// How far the tiles' own datum lies from the true place, in pixels of a zoom.
	function shift(zoom) {
		const { lat, lng } = gk.whole().getCenter(),
			[east, north] = gk.head.tiles.shift;
		return gk.map
			.project([lat, lng], zoom)
			.subtract(gk.map.project([lat + north, lng + east], zoom))
			.round();
	}
	/** @type {any} */
	const Shifted = TileLayer.extend({
		_getTilePos(coords) {
			return internals._getTilePos.call(this, coords).add(shift(this._tileZoom));
		},
		_getTiledPixelBounds(centre) {
			const { min, max } = internals._getTiledPixelBounds.call(this, centre),
				by = shift(this._tileZoom);
			return L.bounds(min.subtract(by), max.subtract(by));
		},
	});
	// A key that the file does not hold is asked for, and forgotten with the page.
	gk.views.tiles = function () {
		const { url, ...options } = gk.head.tiles,
			asks = url.includes("{key}");
		gk.tiles = (key || !asks) && !gk.state.off.tiles;
		layer = layer || new Shifted(url, { ...options, key, maxZoom: 19 });
		layer[gk.tiles ? "addTo" : "removeFrom"](gk.map);
		gk.at("app").classList.toggle("tiled", gk.tiles);
		return asks && { key };
	};
	gk.do.key = function (_, { value }) {
		key = value.trim();
		layer = layer.remove() && null;
		gk.show("tiles");
	};
}
