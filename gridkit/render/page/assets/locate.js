// Where the reader is: asked of the device when its button is pressed, laid on the map, and told nobody.
"use strict";
{
	const { t } = gk;
	let said = "",
		spot = null;
	function found({ coords: { latitude: lat, longitude: lng, accuracy } }) {
		const plan = gk.here(),
			cell = gk.cellAt(plan, gk.local({ lat, lng }));
		spot?.remove();
		spot = L.circle([lat, lng], { radius: Math.min(accuracy, 500), color: "#0072b2", weight: 2, fillOpacity: 0.15 });
		spot.addTo(gk.map);
		said = cell < 0 ? t("not_here") : t("you_are_in", gk.called(plan, plan.cells.own[cell]));
		gk.show("locate");
		gk.tell(said);
		if (cell >= 0) gk.select(plan.cells.own[cell], { cell, go: true });
	}
	function failed({ code }) {
		said = t(code === 1 ? "not_allowed" : "not_found");
		gk.show("locate");
		gk.tell(said);
	}
	gk.views.locate = () => ({ said });
	gk.do.locate = function () {
		said = t("looking");
		gk.show("locate");
		if (!navigator.geolocation) return failed({ code: 2 });
		return navigator.geolocation.getCurrentPosition(found, failed, { enableHighAccuracy: true, timeout: 20000 });
	};
}
