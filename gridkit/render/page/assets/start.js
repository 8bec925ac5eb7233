// What is drawn on the map: its sheets, what pointer and keyboard do, and the state in the address.
"use strict";
{
	const { state } = gk;
	gk.shows = (name) => gk.head.view.shows.includes(name);
	gk.do.zoom_in = () => gk.map.zoomIn();
	gk.do.zoom_out = () => gk.map.zoomOut();
	gk.do.whole = gk.toWhole;
	gk.do.full = () =>
		document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen?.();
	// On a phone the panel is a drawer under the map.
	gk.do.panel = function (_, tab) {
		tab.setAttribute("aria-expanded", gk.at("app").classList.toggle("panel-open"));
		gk.map.invalidateSize();
	};
	gk.views.tools = function () {
		gk.at("app").setAttribute("data-theme", state.theme);
		document.documentElement.lang = gk.head.languages[gk.spoken()][1];
		const carried = ["brush", "ruler", "table", "print"].map((act) => [act, act in gk.do]);
		return { brushing: gk.brushing, ...Object.fromEntries(carried) };
	};

	// ---------------------------------------------------------------- pointer and keyboard
	const scale = () => 2 ** (gk.map.getZoom() - gk.DEEP);
	function under({ latlng, containerPoint }) {
		if (gk.planUnder) state.plan = gk.planUnder(containerPoint.x);
		const at = gk.local(latlng),
			plan = gk.here(),
			cell = gk.cellAt(plan, at);
		return { at, cell, grid: cell < 0 ? -1 : plan.cells.own[cell], point: gk.pointAt(at, scale()) };
	}
	function hover(found, { clientX = 0, clientY = 0 }) {
		Object.assign(state, found);
		gk.sheets.top.ask();
		gk.show("tip");
		const { style, offsetWidth, offsetHeight } = gk.at("tip"),
			below = clientY + 18 + offsetHeight < innerHeight;
		const [x, y] = [Math.min(clientX + 14, innerWidth - offsetWidth - 8), below ? 14 : -offsetHeight - 10];
		style.transform = `translate(${x}px,${clientY + y}px)`;
	}
	function pointers() {
		const moved = L.Util.throttle((event) => {
			const { at, grid, point } = under(event);
			hover({ hover: grid, under: point, notes: gk.notesAt(at, scale()) }, event.originalEvent);
		}, 30);
		gk.map.on("mousemove", moved);
		gk.map.on("mouseout movestart", () => hover({ hover: -1, under: null, notes: [] }, {}));
		gk.map.on("click", function (event) {
			if (gk.aiming) return gk.measureTo(event.latlng);
			const { cell, grid, point } = under(event),
				{ shiftKey, ctrlKey, metaKey } = event.originalEvent;
			if (gk.pick && (shiftKey || ctrlKey || metaKey)) return gk.pick(cell);
			return gk.select(grid, { cell, at: event.latlng, point: point?.layer.note ? null : point });
		});
	}

	// n and p walk through the grids; the arrow keys and +/- are Leaflet's.
	const walk = (step) => () =>
		gk.select((state.grid + step + gk.here().ids.length) % gk.here().ids.length, { go: true });
	Object.assign(gk.keys, {
		n: walk(1),
		p: walk(-1),
		Enter({ target }) {
			if (target !== gk.at("map")) return false;
			return gk.aiming ? gk.measureTo(gk.map.getCenter()) : gk.at("card").querySelector("h2")?.focus();
		},
		"/": () => gk.at("search")?.focus(),
		Escape() {
			if (gk.aiming) gk.do.ruler();
			else if (!gk.views.table?.() || gk.do.table()) gk.select(-1);
			gk.at("map").focus();
		},
	});
	function keys(event) {
		const { key, target, altKey } = event,
			control = event.ctrlKey || event.metaKey,
			act = gk.keys[control ? `^${key.toLowerCase()}` : key];
		// Single letters act only where the map has the focus.
		const here = control || key === "Escape" || gk.at("main").contains(target);
		if (act && here && !altKey && !/INPUT|SELECT|TEXTAREA/.test(target.tagName) && act(event) !== false) {
			event.preventDefault();
		}
	}

	// ---------------------------------------------------------------- address
	// #zoom=&lat=&lon=&lang=&theme=&measure=&grid=&cell=&off=&modes=&from=&to= and what a module keeps of its own
	// (gk.kept): whoever opens the link sees the same. Nothing else is remembered.
	const nameOf = (column) => (column ? `${column.layer}.${column.name}` : "-");
	// Those that are no column are counted from the end: -1 and -2.
	const measures = () => [...gk.plans[0].columns.map(nameOf), "plain", "neighbours"];
	const measureAt = (name) => {
		const all = measures(),
			found = all.indexOf(name);
		return found < 0 ? gk.head.opening : found < gk.plans[0].columns.length ? found : found - all.length;
	};
	gk.views.address = function () {
		const { lat, lng } = gk.map.getCenter(),
			{ lang, theme, measure, grid, cell, off, modes, from, to } = state,
			first = gk.head.list.off;
		const facts = {
			zoom: gk.map.getZoom(),
			lat: lat.toFixed(5),
			lon: lng.toFixed(5),
			lang,
			theme,
			measure: measures().slice(measure)[0],
			grid: gk.here().ids[grid] || "",
			cell: gk.here().cells.ids?.[cell] || "",
			off: Object.keys(off)
				.filter((key) => Boolean(off[key]) !== first.includes(key))
				.map((key) => (off[key] ? "-" : "+") + key)
				.join(),
			modes: Object.entries(modes).flat().join(),
			...(to < Infinity && { from, to }),
		};
		for (const name of Object.keys(gk.kept)) facts[name] = gk.kept[name][0]();
		const hash = new URLSearchParams(Object.entries(facts).filter(([, value]) => value !== ""));
		try {
			history.replaceState(null, "", `#${hash}`);
		} catch (error) {
			location.hash = String(hash); // some browsers refuse it for files
		}
	};
	// The state that a link holds; what it does not know, or names wrongly, stays as the page opens.
	function read(hash) {
		const asked = new URLSearchParams(hash.replace(/^#/, "")),
			[plan] = gk.plans,
			known = { lang: gk.head.languages.map(([code]) => code), theme: ["light", "dark"] },
			found = { off: Object.fromEntries(gk.head.list.off.map((key) => [key, true])), modes: {} };
		for (const key of Object.keys(known)) if (known[key].includes(asked.get(key))) found[key] = asked.get(key);
		for (const key of (asked.get("off") || "").split(",").filter(Boolean)) found.off[key.slice(1)] = key[0] === "-";
		for (const [, layer, mode] of (asked.get("modes") || "").matchAll(/([^,]+),(points|clusters|heat)/g)) {
			found.modes[layer] = mode;
		}
		const [from, to] = ["from", "to"].map((key) => parseFloat(asked.get(key)));
		return {
			...found,
			...(Number.isFinite(from + to) && gk.head.time ? { from, to } : { from: 0, to: Infinity }),
			measure: measureAt(asked.get("measure")),
			grid: plan.ids.indexOf(asked.get("grid")),
			cell: plan.cells.ids ? plan.cells.ids.indexOf(asked.get("cell")) : -1,
		};
	}
	function look(hash) {
		const asked = new URLSearchParams(hash.replace(/^#/, "")),
			[zoom, lat, lon] = ["zoom", "lat", "lon"].map((key) => parseFloat(asked.get(key)));
		for (const [name, [, put]] of Object.entries(gk.kept)) put(asked.get(name) || "");
		if (Number.isFinite(zoom + lat + lon)) gk.map.setView([lat, lon], zoom, { animate: false });
	}
	gk.recall = function (hash) {
		gk.set(read(hash));
		look(hash);
	};

	// ---------------------------------------------------------------- start
	gk.draw = function () {
		const { plans, points, names, houses, attribution, lang } = gk.head;
		gk.plans = plans;
		const known = gk.head.languages.map(([code]) => code),
			own = (navigator.languages || []).map((tag) => tag.slice(0, 2).toLowerCase());
		state.lang = (gk.head.follows && own.find((code) => known.includes(code))) || lang;
		[...points, names, ...(houses ? [houses] : [])].forEach(gk.late);
		plans.forEach(gk.openPlan);
		// Said again in the language that is chosen later.
		let credit = "";
		function credited() {
			gk.map.attributionControl.removeAttribution(credit);
			credit = Object.assign(document.createElement("span"), { textContent: gk.said(attribution) }).innerHTML;
			gk.map.attributionControl.addAttribution(credit);
		}
		gk.watch("lang", credited);
		credited();
		L.Control.Scale.include({
			_updateMetric(most) {
				const metres = this._getRoundNum(most);
				this._updateScale(this._mScale, gk.long(metres, metres % 1000 && 1), metres / most);
			},
		});
		L.control.scale({ imperial: false }).addTo(gk.map);
		const asked = location.hash;
		Object.assign(state, read(asked));
		gk.prepare?.();
		look(asked);
		gk.show("*");
		plans.forEach((plan, i) => {
			let taken;
			const marks = (pen) => (taken = gk.paintMarks(pen)),
				called = (pen) => gk.paintNames(pen, plan, taken);
			gk.newSheet(`ground${i}`, 210 + i, "measure off edits", gk.paintGround(plan)).addTo(gk.map);
			gk.newSheet(`marks${i}`, 450 + i, "off modes from to edits", marks);
			gk.newSheet(`names${i}`, 460 + i, "measure off modes edits", called);
			// Names step aside for the marks of another time once its slider rests.
			gk.watch("from to", () => gk.sheets[`names${i}`].rest());
		});
		gk.newSheet("top", 440, "grid cell hover plan edits", gk.paintChosen).addTo(gk.map);
		gk.begin.forEach((begin) => begin());
		pointers();
		document.addEventListener("keydown", keys);
		gk.map.on("moveend", gk.views.address);
		window.addEventListener("hashchange", () => gk.recall(location.hash));
		gk.at("notice").hidden = true;
		document.documentElement.setAttribute("data-open", "");
	};
	// Names follow: they take as long as all before them.
	gk.finish = function () {
		for (const name of ["marks", "names"]) gk.plans.forEach((_, i) => gk.sheets[name + i].addTo(gk.map));
		document.documentElement.setAttribute("data-ready", "");
	};
}
