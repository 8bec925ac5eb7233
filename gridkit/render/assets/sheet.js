// Sheets: canvases that lie on the map, move with it, and are drawn anew where it comes to rest.
"use strict";
{
  // A camera says which part of the ground is seen: local coordinate * scale - x = pixel of the canvas.
  gk.camera = (zoom, x, y, width, height, ratio) => ({ zoom, scale: 2 ** (zoom - gk.DEEP), x, y, width, height, ratio });
  gk.lens = function (context, camera) {
    const { ratio, scale } = camera;
    context.setTransform(ratio * scale, 0, 0, ratio * scale, -camera.x * ratio, -camera.y * ratio);
  };
  gk.pixel = (camera, x, y) => [x * camera.scale - camera.x, y * camera.scale - camera.y];
  gk.flat = (context, camera) => context.setTransform(camera.ratio, 0, 0, camera.ratio, 0, 0);
  gk.sees = (camera, box) =>
    box[2] * camera.scale > camera.x && box[0] * camera.scale < camera.x + camera.width &&
    box[3] * camera.scale > camera.y && box[1] * camera.scale < camera.y + camera.height;

  // A camera that shows a box of local coordinates in the middle of a canvas.
  gk.aim = function (box, width, height, ratio, margin = 0.06) {
    const room = 1 - 2 * margin;
    const scale = Math.min((width * room) / (box[2] - box[0]), (height * room) / (box[3] - box[1]));
    const x = ((box[0] + box[2]) / 2) * scale - width / 2, y = ((box[1] + box[3]) / 2) * scale - height / 2;
    return gk.camera(gk.DEEP + Math.log2(scale), x, y, width, height, ratio);
  };

  gk.Sheet = L.Renderer.extend({
    initialize(paint, options) {
      this._paint = paint;
      L.Renderer.prototype.initialize.call(this, { padding: 0.15, ...options });
    },
    _initContainer() {
      this._container = L.DomUtil.create("canvas", "leaflet-zoom-animated gk-sheet");
      this._container.setAttribute("aria-hidden", "true");
    },
    _destroyContainer() {
      cancelAnimationFrame(this._frame);
      this._container.remove();
      this._container = null;
    },
    _updatePaths() {},
    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      this.redraw();
    },
    redraw() {
      const size = this._bounds.getSize(), canvas = this._container, ratio = Math.min(2, window.devicePixelRatio || 1);
      const corner = this._bounds.min.add(this._map.getPixelOrigin());
      const scale = 2 ** (this._map.getZoom() - gk.DEEP);
      L.DomUtil.setPosition(canvas, this._bounds.min);
      canvas.width = Math.round(size.x * ratio); // clears it as well
      canvas.height = Math.round(size.y * ratio);
      canvas.style.width = `${size.x}px`;
      canvas.style.height = `${size.y}px`;
      const camera = gk.camera(this._map.getZoom(), corner.x - gk.origin[0] * scale, corner.y - gk.origin[1] * scale, size.x, size.y, ratio);
      this._paint(canvas.getContext("2d"), camera);
    },
    // Many changes in one frame are one drawing.
    ask() {
      if (this._frame || !this._map) return;
      this._frame = requestAnimationFrame(() => {
        this._frame = 0;
        if (this._map) this.redraw();
      });
    },
  });

  gk.latlng = (x, y) => L.latLng(gk.lat(y), gk.lon(x));
  gk.bounds = (box) => L.latLngBounds(gk.latlng(box[0], box[3]), gk.latlng(box[2], box[1]));
}
