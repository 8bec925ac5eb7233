// The ruler: distances along a line and the area within it, by pointer or by keyboard.
"use strict";
{
	const { long, quantity, t } = gk;
	let line = null;

	// Metres on the sphere; the area by Girard's excess along parallels, good to a few per mille in a district.
	gk.along = (path) => path.slice(1).reduce((sum, at, i) => sum + path[i].distanceTo(at), 0);
	gk.within = function (path) {
		const R = gk.EARTH_M,
			rad = Math.PI / 180;
		const excess = path
			.map((a, i) => [a, path[(i + 1) % path.length]])
			.reduce((sum, [a, b]) => sum + (b.lng - a.lng) * rad * (2 + Math.sin(a.lat * rad) + Math.sin(b.lat * rad)), 0);
		return Math.abs((excess * R * R) / 2);
	};
	const large = (m2) =>
		m2 < 1000 ? quantity(m2, "m2") : m2 < 1e7 ? quantity(m2 / 1e4, "ha", 1) : quantity(m2 / 1e6, "km2", 2);
	const points = () => line.getLatLngs()[0];
	function draw(path) {
		line.setLatLngs(path);
		gk.show("ruler");
		gk.tell(gk.views.ruler().text);
	}

	gk.views.ruler = () =>
		line && {
			none: !points().length,
			text:
				points().length < 2
					? t("ruler_help")
					: gk.joined([
							`${t("distance")} ${long(gk.along(points()))}`,
							points().length > 2 && `${t("area")} ${large(gk.within(points()))}`,
						]),
		};
	gk.measureTo = (at) => draw([...points(), at]);
	gk.do.back = () => draw(points().slice(0, -1));
	gk.do.ruler = function () {
		gk.aiming = !gk.aiming;
		gk.at("map").classList.toggle("aiming", gk.aiming);
		const look = { color: "#d55e00", weight: 3, dashArray: "6 4", fillOpacity: 0.08, interactive: false };
		line = gk.aiming ? L.polygon([], look).addTo(gk.map) : line.remove() && null;
		gk.show("ruler");
		gk.at("map").focus();
	};
}
