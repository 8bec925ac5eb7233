// The small map of the whole, with a frame around what is seen; a click there goes there.
"use strict";
gk.begin.push(() => {
  const still = ["dragging", "keyboard", "scrollWheelZoom", "doubleClickZoom", "touchZoom", "boxZoom", "zoomControl", "attributionControl", "zoomAnimation"];
  const mini = L.map(gk.at("mini"), { zoomSnap: 0, ...Object.fromEntries(still.map((name) => [name, false])) }).fitBounds(gk.whole());
  const frame = L.rectangle(gk.whole(), { color: "#d55e00", weight: 2, fill: false, interactive: false }).addTo(mini);
  gk.addSheet("mini", 200, (pen) => {
    const { grid, parent } = gk.linesOf(gk.plans[0]);
    gk.paintCoats(pen, false);
    gk.stroke(pen, grid, gk.tint("unit"), 0.5);
    gk.stroke(pen, parent, gk.tint("parent"), 1);
  }, mini);
  function follow() {
    frame.setBounds(gk.map.getBounds());
    gk.at("mini").style.visibility = gk.map.getBounds().contains(gk.whole()) ? "hidden" : "visible";
  }
  mini.on("click", ({ latlng }) => gk.map.panTo(latlng));
  gk.map.on("move", follow);
  follow();
});
