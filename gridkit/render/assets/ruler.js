// The ruler: distances along a line and the area within it, by pointer or by keyboard.
"use strict";
{
  const { el, number, t } = gk;
  let points = [], line = null, box = null;

  // Metres on the sphere; the area by Girard's excess along parallels, good to a few per mille in a district.
  gk.along = (path) => path.slice(1).reduce((sum, at, i) => sum + path[i].distanceTo(at), 0);
  gk.within = function (path) {
    const R = 6371008.8, rad = Math.PI / 180;
    let sum = 0;
    path.forEach((a, i) => {
      const b = path[(i + 1) % path.length];
      sum += (b.lng - a.lng) * rad * (2 + Math.sin(a.lat * rad) + Math.sin(b.lat * rad));
    });
    return Math.abs((sum * R * R) / 2);
  };
  const long = (metres) => (metres < 1000 ? `${number(metres)} m` : `${number(metres / 1000, 2)} km`);
  const large = (m2) => (m2 < 100000 ? `${number(m2)} m²` : `${number(m2 / 1e6, 3)} km²`);

  function draw() {
    line.setLatLngs(points);
    const text = points.length < 2 ? t("ruler_help") : `${t("distance")} ${long(gk.along(points))}${points.length > 2 ? ` · ${t("area")} ${large(gk.within(points))}` : ""}`;
    box.replaceChildren(el("span.grow", text), el("button", { disabled: !points.length, onclick: () => { points.pop(); draw(); } }, t("back")), el("button", { onclick: gk.ruler }, t("done")));
    gk.tell(text);
  }
  function add(event) {
    points.push(event.latlng);
    draw();
  }
  function key(event) {
    if (event.key === "Enter" && event.target === gk.ground) add({ latlng: gk.map.getCenter() });
    if (event.key === "Escape") gk.ruler();
  }
  gk.ruler = function () {
    if (box) {
      gk.map.off("click", add);
      document.removeEventListener("keydown", key);
      line.remove();
      box.remove();
      gk.app.classList.remove("aiming");
      [box, gk.busy] = [null, false];
      return;
    }
    gk.busy = true;
    points = [];
    line = L.polygon([], { color: "#d55e00", weight: 3, dashArray: "6 4", fillOpacity: 0.08, interactive: false }).addTo(gk.map);
    box = el("div.box.top");
    gk.main.append(box);
    gk.app.classList.add("aiming");
    gk.map.on("click", add);
    document.addEventListener("keydown", key);
    draw();
    gk.ground.focus();
  };
}
