// Tiles from a host, for a page whose writer asked for them; moved to where they belong when they are drawn in GCJ-02.
"use strict";
{
  const { el, t } = gk;
  let layer = null, key = "";
  const asked = () => gk.head.tiles;
  // How far the tiles' own datum lies from the true place, in pixels of a zoom.
  function shift(zoom) {
    const centre = gk.whole().getCenter(), [lon, lat] = asked().shift;
    return gk.map.project(centre, zoom).subtract(gk.map.project([centre.lat + lat, centre.lng + lon], zoom)).round();
  }
  const Shifted = L.TileLayer.extend({
    _getTilePos(coords) {
      return L.TileLayer.prototype._getTilePos.call(this, coords).add(shift(this._tileZoom));
    },
    _getTiledPixelBounds(centre) {
      const bounds = L.TileLayer.prototype._getTiledPixelBounds.call(this, centre), by = shift(this._tileZoom);
      return L.bounds(bounds.min.subtract(by), bounds.max.subtract(by));
    },
  });
  function follow() {
    const ready = asked().url.includes("{key}") ? key : "none needed", wanted = ready && !gk.state.off.tiles;
    if (layer && (!wanted || layer.options.key !== key)) layer = layer.remove() && null;
    if (wanted && !layer) layer = new Shifted(asked().url, { key, subdomains: asked().subdomains || "abc", maxNativeZoom: asked().deepest, maxZoom: 19, attribution: el("span", asked().attribution).innerHTML }).addTo(gk.map);
    gk.tiles = Boolean(layer);
    gk.sheets.base.ask();
  }
  // A key that the file does not hold is asked for, and forgotten with the page.
  gk.drawTiles = function () {
    if (!asked().url.includes("{key}")) return null;
    const input = el("input", { type: "text", value: key, placeholder: t("tile_key"), label: t("tile_key"), autocomplete: "off", onchange: () => { key = input.value.trim(); follow(); } });
    return input;
  };
    gk.begin.push(() => {
    follow();
    gk.on("layers", follow);
  });
}
