// The small map of the whole, with a frame around what is seen; a click there goes there.
"use strict";
gk.begin.push(() => {
  const WIDE = 132, HIGH = 100, ratio = 2;
  const [west, south, east, north] = gk.head.bounds, whole = [gk.x(west), gk.y(north), gk.x(east), gk.y(south)];
  const ground = gk.el("canvas", { width: WIDE * ratio, height: HIGH * ratio }), frame = gk.el("span");
  const mini = gk.el("div", { id: "gk-mini", "aria-hidden": "true" }, ground, frame), camera = gk.aim(whole, WIDE, HIGH, ratio);

  let inked = false;
  function ink() {
    inked = true;
    const context = ground.getContext("2d"), theme = gk.theme(), base = gk.head.base, lines = gk.linesOf(gk.plans[0]);
    gk.flat(context, camera);
    context.fillStyle = theme.land;
    context.fillRect(0, 0, WIDE, HIGH);
    gk.lens(context, camera);
    context.fillStyle = theme.water;
    if (base.water) for (const run of gk.openBase(base.water)) context.fill(run.path, "evenodd");
    gk.stroke(context, camera, lines.grid, theme.unit, 0.5);
    gk.stroke(context, camera, lines.parent, theme.parent, 1);
  }
  function follow() {
    const seen = gk.map.getBounds(), at = (lon, lat) => gk.pixel(camera, gk.x(lon), gk.y(lat));
    const [left, top] = at(seen.getWest(), seen.getNorth()), [right, bottom] = at(seen.getEast(), seen.getSouth());
    Object.assign(frame.style, { left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px` });
    mini.hidden = seen.contains(gk.whole());
    if (!mini.hidden && !inked) ink();
  }
  mini.addEventListener("click", (event) => {
    const box = mini.getBoundingClientRect();
    gk.map.panTo(gk.latlng((event.clientX - box.left + camera.x) / camera.scale, (event.clientY - box.top + camera.y) / camera.scale));
  });
  gk.main.append(mini);
  follow();
  gk.on("theme edit", () => {
    inked = false;
    follow();
  });
  gk.map.on("move", follow);
});
