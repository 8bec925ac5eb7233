// Paper: the map as pages, with one legend, a scale bar and its source; one page for the whole, or one per grid.
"use strict";
{
	const { state, t } = gk;
	const SIZES = { A4: [210, 297], A3: [297, 420] },
		MARGIN = 10,
		MM = 96 / 25.4,
		MOST = 120;
	const asked = { size: "A4", turned: "landscape", what: "map" };

	gk.scaleBar = function (zoom) {
		const { lat } = gk.whole().getCenter(),
			metres = (gk.EARTH_M * 2 * Math.PI * Math.cos((lat * Math.PI) / 180)) / (256 * 2 ** zoom);
		const round = L.control.scale()._getRoundNum(metres * 110);
		return { scale: gk.long(round, round % 1000 && 1), pixels: round / metres };
	};
	// A canvas goes into a PDF as it is, half a megabyte a page; a photograph of it as what it is.
	function pressed(canvas) {
		const image = Object.assign(new Image(), { src: canvas.toDataURL("image/jpeg", 0.55), alt: "" });
		Object.assign(image.style, { width: canvas.style.width, height: canvas.style.height }); // before it is there
		return image;
	}
	// A canvas with a box of local coordinates in its middle, drawn for paper.
	function picture(plan, grid, width, height) {
		const box = gk.boxOf(grid < 0 ? plan.boxes : [plan.boxes[grid]]),
			many = !["map", "grid"].includes(asked.what),
			{ canvas, ...pen } = gk.framing(box, [width, height], many ? 1.6 : 2.5, 0.88),
			{ scale, pixels } = gk.scaleBar(pen.zoom);
		canvas.style.background = gk.tint("land");
		gk.framed = grid;
		gk.paintAll(pen, plan);
		return { canvas: many ? pressed(canvas) : canvas, scale, long: `width:${pixels}px` };
	}
	function page(plan, grid) {
		const { head } = gk,
			wide = asked.turned === "landscape",
			sides = SIZES[asked.size].map((side) => (side - 2 * MARGIN) * MM - 2),
			[width, height] = wide ? sides.reverse() : sides;
		const about =
			grid < 0
				? { ...gk.legend(), title: head.title, subtitle: head.view.title, marks: gk.marks() }
				: { ...gk.card(plan, grid), title: gk.called(plan, grid), subtitle: head.title };
		return {
			whole: grid < 0,
			kind: wide ? "wide" : "tall",
			wide: `width:${width}px`,
			source: head.source,
			...picture(plan, grid, width - (wide ? 212 : 2), height - (wide ? 96 : 286)),
			...about,
		};
	}
	// Grids with a page of their own; -1 is the whole.
	function wanted({ ids, parentOf }) {
		const { what } = asked,
			inside = (grid) => what === "atlas" || parentOf[grid] === Number(what);
		if (what === "grid") return [state.grid];
		return [-1, ...(what === "map" ? [] : [...ids.keys()].filter(inside))];
	}
	gk.views.paper = function () {
		if (!state.paper) return null;
		const { theme } = state,
			plan = gk.here(),
			grid = state.grid >= 0 ? [["grid", plan.ids[state.grid]]] : [];
		// Drawn by the same painters as the screen, told for a moment that it is paper; no frame is shown in between.
		[gk.printing, state.theme] = [true, "light"];
		const grids = wanted(plan),
			pages = grids.slice(0, MOST + 1).map((at) => page(plan, at));
		[gk.printing, state.theme] = [false, theme];
		const picks = {
			what: [
				["map", t("whole")],
				...grid,
				...plan.parents.map((name, i) => [String(i), gk.said(name)]),
				["atlas", t("atlas")],
			],
			size: Object.keys(SIZES).map((size) => [size, size]),
			turned: ["portrait", "landscape"].map((way) => [way, t(way)]),
		};
		const pick = ([key, pairs]) => ({ key, label: t(key), options: gk.choices(pairs, asked[key]) });
		const left = grids.length > pages.length && t("pages_left", MOST, grids.length - 1);
		return { pages, left, picks: Object.entries(picks).map(pick) };
	};
	// The size of a page can only be said by a rule of a style sheet, which is put in anew for each choice.
	let rule = -1;
	function lay() {
		const [sheet] = document.styleSheets;
		if (rule >= 0) sheet.deleteRule(rule);
		rule = sheet.insertRule(
			`@page { size: ${asked.size} ${asked.turned}; margin: ${MARGIN}mm; }`,
			sheet.cssRules.length,
		);
		gk.show("paper");
		fit();
		// A long card is set smaller until all of it is on its page.
		for (const key of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".key"))) {
			const over = () => key.scrollHeight > key.clientHeight || key.scrollWidth > key.clientWidth;
			for (let size = 12; size > 5 && over(); size -= 0.5) key.style.fontSize = `${size}px`;
		}
	}
	// On a small screen the pages are shown smaller, never cut.
	function fit() {
		const first = document.querySelector(".page"); // none once it is closed
		if (!first) return;
		const shown = (part) => gk.at("paper").style.setProperty("--fit", String(part));
		shown(1);
		const { width, left } = first.getBoundingClientRect();
		if (width + left > innerWidth) shown((innerWidth - 16) / width);
	}
	window.addEventListener("resize", () => state.paper && fit());
	gk.do.paper = function ({ key }, { value }) {
		asked[key] = value;
		lay();
	};
	gk.do.print = function () {
		state.paper = !state.paper;
		lay();
		if (state.paper) gk.at("desk").querySelector("select").focus();
	};
	gk.do.press = () => window.print();
	// Ctrl+P without the button prints the same page.
	let by = false;
	window.addEventListener("beforeprint", () => (by = !state.paper) && gk.do.print());
	window.addEventListener("afterprint", () => by && gk.do.print());
	gk.begin.push(() => {
		if (gk.head.view.opens !== "atlas") return;
		asked.what = "atlas";
		gk.do.print();
	});
}
