// The small map of the whole, with a frame around what is seen; a click there goes there. It is made when it is needed.
"use strict";
gk.begin.push(() => {
	const still = [
		..."dragging keyboard scrollWheelZoom doubleClickZoom touchZoom boxZoom".split(" "),
		..."zoomControl attributionControl zoomAnimation".split(" "),
	];
	let frame = null;
	function paint(pen) {
		const [, grid, parent] = gk.linesOf(gk.plans[0]);
		gk.paintCoats(pen, false);
		gk.stroke(pen, grid, gk.tint("unit"), 0.5);
		gk.stroke(pen, parent, gk.tint("parent"), 1);
	}
	function make() {
		const mini = L.map(gk.at("mini"), {
			zoomSnap: 0,
			...Object.fromEntries(still.map((name) => [name, false])),
		}).fitBounds(gk.whole());
		mini.on("click", ({ latlng }) => gk.map.panTo(latlng));
		gk.newSheet("mini", 200, "off edits", paint, mini).addTo(mini);
		frame = L.rectangle(gk.whole(), { color: "#d55e00", weight: 2, fill: false, interactive: false }).addTo(mini);
	}
	function follow() {
		const seen = gk.map.getBounds(),
			whole = seen.contains(gk.whole());
		gk.at("mini").hidden = whole;
		if (!whole && !frame) make();
		if (frame) frame.setBounds(seen);
	}
	gk.map.on("move", follow);
	follow();
});
