// What is taken away from the page: its table as CSV, its map as PNG and SVG; and views that are kept.
"use strict";
{
	const { said, state, t, views } = gk;
	gk.download = function (name, type, what) {
		const href = URL.createObjectURL(what instanceof Blob ? what : new Blob([what], { type }));
		const link = Object.assign(document.createElement("a"), { href, download: name });
		link.click();
		setTimeout(() => URL.revokeObjectURL(href), 10000);
	};
	const named = (ending) =>
		`${said(gk.head.title)}-${said(gk.head.view.title)}`.replace(/[\\/:*?"<>|\s.\u0000-\u001f]+/g, "-").slice(0, 120) +
		ending;

	// ---------------------------------------------------------------- table
	// A sheet program runs what begins like a formula: such a text gets a sign before it that makes it a text.
	const cell = (value) => {
		const text = String(value ?? ""),
			safe = /^[=+\-@＝＋－＠\t\r]/.test(text) && typeof value !== "number" ? `'${text}` : text;
		return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
	};
	const begun = (text) => text.charAt(0).toUpperCase() + text.slice(1);
	gk.csv = function () {
		const plan = gk.here(),
			columns = plan.columns.filter(Boolean);
		const number = ({ percent, factor = 1, digits }, value) => {
			if (typeof value !== "number") return value ? t("kept") : "";
			return Number((value * factor * (percent ? 100 : 1)).toFixed(digits + 2));
		};
		const rows = plan.ids.map((id, grid) => [
			id,
			said(plan.called[grid]),
			said(gk.parentName(plan, grid)),
			...columns.map((column) => number(column, column.of[grid])),
		]);
		const heads = [t("code"), t("name"), t("parent"), ...columns.map(gk.headed)].map(begun);
		// The mark at the front tells a sheet program that this is UTF-8.
		return `\ufeff${[heads, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
	};
	gk.do.csv = () => gk.download(named(".csv"), "text/csv", gk.csv());

	// ---------------------------------------------------------------- picture
	const HEAD = 46,
		FOOT = 30,
		KEY = 250;
	function view(ink, ratio) {
		const { x: width, y: height } = gk.map.getSize(),
			zoom = gk.map.getZoom(),
			{ x, y } = gk.map.getPixelBounds().min.subtract(gk.origin.multiplyBy(2 ** (zoom - gk.DEEP)));
		return gk.pen(ink, zoom, x, y, width, height, ratio);
	}
	// What stands round the map: texts and boxes, the same on both kinds of picture.
	function around({ width, height, zoom }) {
		const { about, classes } = gk.legend(),
			{ scale, pixels } = gk.scaleBar(zoom),
			texts = [],
			boxes = [];
		// What is too long is set closer.
		function say(words, x, y, size, weight = 400) {
			const text = said(words),
				most = x > width ? KEY - (x - width) - 8 : width + KEY - 24;
			gk.probe.font = `${weight} ${size}${gk.FONT}`;
			texts.push({ text, x, y, size, weight, most: Math.min(most, gk.probe.measureText(text).width) });
		}
		say(gk.head.title, 12, 22, 18, 600);
		say(gk.head.parts.title.headline, 12, 39, 11);
		say(gk.head.source, 12, HEAD + height + 19, 11);
		say(about, width + 14, HEAD + 14, 11);
		classes.forEach(({ text, n, fill }, i) => {
			const y = HEAD + 26 + 22 * i;
			boxes.push({ x: width + 14, y, colour: fill?.slice(11) ?? gk.tint("plain") });
			say(`${said(text)}  ·  ${n}`, width + 46, y + 12, 12);
		});
		gk.marks().forEach(({ text, colour }, i) => {
			const y = HEAD + 40 + 22 * (classes.length + i);
			boxes.push({ x: width + 20, y: y + 2, colour, round: true });
			say(text, width + 46, y + 12, 12);
		});
		boxes.push({ x: width + 14, y: HEAD + height + 10, colour: gk.tint("ink"), wide: pixels, high: 3, round: false });
		say(`${scale}   ↑ N`, width + 22 + pixels, HEAD + height + 16, 11);
		return { texts, boxes };
	}
	gk.do.png = function () {
		const ratio = 2,
			{ x, y } = gk.map.getSize(),
			canvas = gk.canvas((x + KEY) * ratio, (y + HEAD + FOOT) * ratio),
			map = gk.canvas(x * ratio, y * ratio),
			pen = view(map.getContext("2d"), ratio),
			ink = canvas.getContext("2d");
		gk.paintAll(pen, gk.here());
		ink.scale(ratio, ratio);
		ink.fillStyle = gk.tint("land");
		ink.fillRect(0, 0, canvas.width, canvas.height);
		ink.drawImage(map, 0, HEAD, x, y);
		const { texts, boxes } = around(pen);
		for (const { x: left, y: top, colour, round, wide = 24, high = 15 } of boxes) {
			Object.assign(ink, { fillStyle: colour, strokeStyle: gk.tint("grid"), lineWidth: 0.7 });
			ink.beginPath();
			if (round) ink.arc(left + 7, top + 6, 6, 0, 7);
			else ink.rect(left, top, wide, high);
			ink.fill();
			ink.stroke();
		}
		ink.fillStyle = gk.tint("ink");
		for (const { text, x: left, y: top, size, weight, most } of texts) {
			ink.font = `${weight} ${size}${gk.FONT}`;
			ink.fillText(text, left, top, most);
		}
		canvas.toBlob((blob) => gk.download(named(".png"), "image/png", blob), "image/png");
	};

	// ---------------------------------------------------------------- drawing
	const XML = "http://www.w3.org/2000/svg";
	function element(name, facts, text) {
		const made = document.createElementNS(XML, name);
		for (const [key, value] of Object.entries(facts)) made.setAttribute(key, value);
		// Signs that XML has no place for would make the whole file unreadable.
		if (text !== undefined) made.textContent = String(text).replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/g, "");
		return made;
	}
	gk.svg = function () {
		const pen = view(null, 1),
			plan = gk.here(),
			{ width, height } = pen;
		const spot = (xy) => xy.map((each) => each.toFixed(1)).join(" "),
			at = (place) => spot(gk.pixel(pen, place)),
			line = (places) => (places.length ? `M${places.map(at).join("L")}` : ""),
			lines = (all) => all.map(line).join("");
		const root = element("svg", {
			xmlns: XML,
			viewBox: `0 0 ${width + KEY} ${height + HEAD + FOOT}`,
			width: width + KEY,
			height: height + HEAD + FOOT,
			"font-family": gk.FONT.slice(3),
		});
		const put = (parent, ...facts) => parent.appendChild(element(...facts));
		put(root, "title", {}, said(gk.head.title));
		put(root, "desc", {}, said(gk.head.parts.title.headline));
		put(root, "rect", { width: "100%", height: "100%", fill: gk.tint("land") });
		put(put(put(root, "defs", {}), "clipPath", { id: "map" }), "rect", { width, height });
		const place = { transform: `translate(0 ${HEAD})`, "clip-path": "url(#map)" },
			map = put(root, "g", { ...place, "stroke-linejoin": "round" });
		const drawn = (d, colour, wide) =>
			put(map, "path", { d, fill: "none", stroke: gk.tint(colour), "stroke-width": wide });
		function coats(above) {
			const wide = gk.coatWidth(pen, above);
			for (const { table, key, colour, width: stroke, dash, hatch, least = 0, over } of gk.head.coats) {
				if (over !== above || state.off[key] || pen.zoom < least) continue;
				const d = lines(gk.linesIn(gk.head.tables[table]));
				if (stroke) {
					const path = drawn(d, colour, (stroke * wide).toFixed(2));
					if (dash) path.setAttribute("stroke-dasharray", dash.map((long) => (long * wide).toFixed(1)).join(" "));
				} else {
					const rule = { "fill-rule": above ? "nonzero" : "evenodd", "fill-opacity": hatch ? 0.4 : 1 };
					put(map, "path", { d, fill: gk.tint(colour), ...rule });
				}
			}
		}
		coats(false);
		// Water shows through: where the mask is black, no grid is filled.
		const dry = put(put(root, "defs", {}), "mask", { id: "dry" });
		put(dry, "rect", { width, height, fill: "#fff" });
		for (const water of gk.waters(pen)) {
			put(dry, "path", { d: lines(gk.linesIn(water)), "fill-rule": "evenodd" });
		}
		const fills = put(map, "g", { mask: "url(#dry)" });
		plan.ids.forEach((id, grid) => {
			const rings = plan.members[grid].flatMap((one) => gk.ringsOf(plan, one));
			const d = rings.map((ring) => `${line(ring)}Z`).join(""),
				fill = gk.colourOf(plan, grid),
				shape = put(fills, "path", { d, fill, "fill-opacity": 0.75, "fill-rule": "evenodd" });
			put(shape, "title", {}, gk.called(plan, grid));
		});
		// Every border once, and none within a grid.
		drawn(lines(gk.arcsOf(plan, "grid")), "grid", 1.3);
		drawn(lines(gk.arcsOf(plan, "parent")), "parent", 2.4);
		for (const [ink, arcs] of gk.netLines?.() || []) drawn(lines(arcs), ink, 3);
		coats(true);
		for (const arrow of gk.arrows?.(pen) || []) {
			put(map, "path", { d: `M${arrow.map(spot).join("L")}Z`, fill: gk.tint("unit_moved"), stroke: gk.tint("halo") });
		}
		for (const layer of gk.shown().filter(({ note }) => !note)) {
			const marks = put(map, "g", { stroke: "#fff", "stroke-width": 1 }),
				size = layer.kind === "events" ? 0.6 : 1,
				d = gk.at(layer.kind).firstElementChild.getAttribute("d");
			for (const [x, y, i] of gk.visible(layer, pen)) {
				const where = `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${size})`;
				put(marks, "path", { d, fill: gk.inkOf(layer, i), transform: where });
			}
		}
		const texts = [];
		gk.namesOn({ ...pen, ink: gk.probe, texts }, plan);
		const leads = put(map, "g", { fill: "none", stroke: gk.tint("ink"), "stroke-width": 0.9 });
		for (const { led } of texts) if (led) put(leads, "path", { d: `M${led.map(spot).join("L")}` });
		const names = put(map, "g", { "text-anchor": "middle", "paint-order": "stroke" });
		for (const { text, x, y, size, font, turn, tint } of texts) {
			const transform = `translate(${spot([x, y])}) rotate(${turn})`,
				look = { y: size * 0.36, "font-size": size, fill: gk.tint(tint), stroke: gk.tint("halo"), "stroke-width": 3 };
			put(names, "text", { transform, ...look, "font-weight": font.startsWith("600") ? 600 : 400 }, text);
		}
		const { texts: words, boxes } = around(pen);
		for (const { x, y, colour, round, wide = 24, high = 15 } of boxes) {
			if (round) put(root, "circle", { cx: x + 7, cy: y + 6, r: 6, fill: colour });
			else {
				const edge = { stroke: gk.tint("grid"), "stroke-width": 0.7 };
				put(root, "rect", { x, y, width: wide, height: high, fill: colour, ...edge });
			}
		}
		for (const { text, x, y, size, weight, most } of words) {
			const set = { x, y, textLength: most.toFixed(1), lengthAdjust: "spacingAndGlyphs" };
			put(root, "text", { ...set, "font-size": size, "font-weight": weight, fill: gk.tint("ink") }, text);
		}
		return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(root)}\n`;
	};
	gk.do.svg = () => gk.download(named(".svg"), "image/svg+xml", gk.svg());

	// ---------------------------------------------------------------- views that are kept
	const key = () => `gridkit:views:${gk.plans[0].digest}`;
	function kept() {
		try {
			const found = JSON.parse(localStorage.getItem(key()) || "[]");
			return Array.isArray(found) ? found.filter((each) => typeof each?.name === "string") : [];
		} catch (error) {
			return []; // there is none, or storage is off; the link in the address still holds the view
		}
	}
	function keep(list) {
		try {
			localStorage.setItem(key(), JSON.stringify(list));
		} catch (error) {
			gk.tell(t("not_kept"));
		}
		gk.show("keep");
	}
	let draft = "";
	views.keep = () => ({
		draft,
		kept: kept().map(({ name, hash }, i) => ({ name, hash: String(hash), i })),
		about: gk.head.about,
	});
	gk.do.viewName = (_, { value }) => (draft = value);
	gk.do.keepView = function () {
		const name = draft.trim() || t("view_n", gk.number(kept().length + 1));
		draft = "";
		keep([...kept().filter((each) => each.name !== name), { name, hash: location.hash }]);
		gk.tell(t("view_kept", name));
	};
	gk.do.goView = ({ hash }) => gk.recall(hash);
	gk.do.dropView = ({ i }) => keep(kept().filter((_, at) => at !== i));
	gk.do.copyLink = function () {
		const copied = navigator.clipboard?.writeText(location.href);
		if (copied) copied.then(() => gk.tell(t("link_copied"))).catch(() => {});
	};
}
