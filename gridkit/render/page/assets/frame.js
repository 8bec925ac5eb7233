// What runs before anything else does: the map stands, a first picture is on it, and the other scripts are unpacked.
"use strict";
{
	gk.at = (id) => document.getElementById(`gk-${id}`);
	gk.whole = () => L.latLngBounds(gk.corners.slice(0, 2).reverse(), gk.corners.slice(2).reverse());
	// The picture for readers without scripts lies on the map until the grids are drawn.
	async function first() {
		const [, address] = /href="(data:image\/png[^"]+)"/.exec(document.querySelector("noscript")?.textContent) || [];
		if (!address) return null;
		const layer = L.imageOverlay(address, gk.whole()).addTo(gk.map);
		document.documentElement.setAttribute("data-begun", "");
		await layer.getElement().decode();
		return layer;
	}
	// The other scripts are in the island; the page's policy names each by its hash, and lets no other run.
	function run(code) {
		const script = Object.assign(document.createElement("script"), { textContent: code });
		document.body.append(script);
		script.remove();
	}
	// The next frame, or what comes in its place on a page that is not in sight.
	const painted = () =>
		new Promise((done) => {
			requestAnimationFrame(() => setTimeout(done));
			setTimeout(done, 300);
		});
	async function open() {
		const picture = await first().catch(() => null);
		if (picture) await painted();
		const { scripts } = await gk.open(gk.at("island").textContent);
		scripts.forEach(run);
		await gk.draw();
		picture?.remove();
		await painted();
		gk.finish();
	}
	// The map stands at once, so that a user's own layers can be added to it; what is drawn on it follows.
	gk.start = function (corners) {
		const moves = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
		gk.page = document.documentElement.outerHTML; // before anything is drawn: what a copy is made from
		gk.corners = corners;
		gk.centre(corners);
		gk.map = L.map(gk.at("map"), {
			zoomAnimation: moves,
			fadeAnimation: moves,
			inertia: moves,
			zoomControl: false,
			zoomSnap: 0.25,
			maxZoom: 19,
			minZoom: 8,
			preferCanvas: true,
		});
		gk.map.attributionControl.setPrefix("");
		gk.toWhole();
		open();
		return gk.map;
	};
	// The tools lie over the map's right edge, on a phone over its upper one.
	gk.toWhole = function () {
		const [top, right] = gk.map.getSize().x <= 720 ? [66, 16] : [16, 66];
		gk.map.fitBounds(gk.whole(), { animate: false, paddingTopLeft: [16, top], paddingBottomRight: [right, 16] });
	};
}
