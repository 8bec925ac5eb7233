// Edits: units move, are locked, places are commented on; all of it undone, kept, saved in a copy, and exported.
"use strict";
{
	const { joined, number, said, state, t } = gk;
	const SUMS = ["people", "households", "area_m2"], NEXT = { open: "accepted", accepted: "declined", declined: "open" };
	const steps = []; // every state of the edits, as JSON
	let step = 0, edits = null, plan = null, page = "", first = null, locked = null, near = null, draft = "";
	const now = () => `${new Date().toISOString().slice(0, 19)}Z`, key = () => `gridkit:${plan.digest}`;
	gk.edits = () => edits;

	// ---------------------------------------------------------------- state
	// The name of a grid that changed stands in the middle of the widest stretch of it along one of three lines.
	function label(grid) {
		const { at, room } = plan.spots, path = gk.pathOf(plan, plan.members[grid]), [west, north, east, south] = plan.boxes[grid], pace = (east - west) / 50;
		let widest = 0;
		for (const share of [0.5, 0.35, 0.65]) {
			const y = north + (south - north) * share;
			for (let x = west, run = 0; x < east; x += pace) {
				run = gk.probe.isPointInPath(path, x, y, "evenodd") ? run + 1 : 0;
				if (run > widest) [widest, at[grid], room[grid]] = [run, [x - ((run - 1) * pace) / 2, y], run * pace * 2 ** (13 - gk.DEEP)];
			}
		}
	}
	function apply() {
		const { cells, ids } = plan, to = new Map(edits.moves.map((move) => [move.unit_id, ids.indexOf(move.to)]));
		const before = cells.own;
		cells.own = cells.ids.map((id, cell) => (to.get(id) >= 0 ? to.get(id) : first[cell]));
		locked = [...cells.locked];
		for (const lock of edits.locks) cells.own.forEach((grid, cell) => (lock.unit_id ? lock.unit_id === cells.ids[cell] : lock.grid_id === ids[grid]) && (locked[cell] = lock.locked));
		gk.regroup(plan);
		new Set(before.flatMap((grid, cell) => (grid === cells.own[cell] ? [] : [grid, cells.own[cell]]))).forEach(label);
		// Grids that changed are added up again, and what is off the target; the rest waits for the import.
		const { measure, target } = plan.band || {}, changed = new Set(cells.own.flatMap((grid, cell) => (grid === first[cell] ? [] : [grid, first[cell]])));
		for (const column of plan.columns) {
			const share = column.name === "deviation" && target, part = cells[share ? measure : SUMS.find((name) => name === column.name)];
			const sum = (grid) => plan.members[grid].reduce((all, cell) => all + (part[cell] || 0), 0);
			if (part) column.of = (column.was = column.was || column.of).map((was, grid) => (changed.has(grid) ? (share ? sum(grid) / share - 1 : sum(grid)) : was));
		}
		gk.set({});
	}
	function go(to) {
		if (!steps[to]) return;
		step = to;
		edits = JSON.parse(steps[step]);
		try {
			localStorage.setItem(key(), JSON.stringify({ ...edits, author: undefined })); // a name is not kept
		} catch (error) {
			// Storage is off or full: the copy and the export are still there.
		}
		apply();
	}
	function change(act) {
		act();
		steps.splice(step + 1, Infinity, JSON.stringify(edits));
		go(step + 1);
	}
	gk.do.undo = () => go(step - 1);
	gk.do.redo = () => go(step + 1);
	gk.keys["^z"] = ({ shiftKey }) => (shiftKey ? gk.do.redo() : gk.do.undo());
	gk.keys["^y"] = () => gk.do.redo();

	// ---------------------------------------------------------------- acts
	gk.moveUnit = function (cell, to) {
		const { ids, cells } = plan, { group = [] } = cells, all = [...cells.ids.keys()].filter((each) => each === cell || (group[cell] >= 0 && group[each] === group[cell]));
		if (all.some((each) => locked[each])) return gk.tell(t("is_locked"));
		change(() => {
			const moved = all.map((each) => ({ unit_id: cells.ids[each], from: ids[first[each]], to: ids[to], time: now() }));
			edits.moves = [...edits.moves.filter(({ unit_id }) => !moved.some((each) => each.unit_id === unit_id)), ...moved.filter((each) => each.from !== each.to)];
		});
		gk.set({ grid: to, cell });
		return gk.tell(`${cells.ids[cell]} → ${ids[to]}`);
	};
	gk.comment = function (text, { lng, lat }, about) {
		const comment = { id: `c${Date.now().toString(36)}${edits.comments.length}`, ...about, lon: Number(lng.toFixed(6)), lat: Number(lat.toFixed(6)), text, author: edits.author, time: now(), status: "open" };
		change(() => edits.comments.push(comment));
	};
	gk.do.move = ({ to }) => gk.moveUnit(state.cell, to);
	gk.do.moveFar = (_, { value }) => value && gk.moveUnit(state.cell, Number(value));
	gk.do.unit = (_, { value }) => gk.set({ cell: Number(value) });
	gk.do.lock = ({ on, what }) =>
		change(() => (edits.locks = [...edits.locks.filter(({ unit_id, grid_id }) => unit_id !== what.unit_id || (!unit_id && grid_id !== what.grid_id)), { ...what, locked: !on, time: now() }]));
	gk.do.draft = (_, { value }) => (draft = value);
	gk.do.comment = function () {
		const { grid, cell } = state, text = draft.trim();
		draft = "";
		if (text) gk.comment(text, state.at || gk.latlng(plan.spots.at[grid]), { grid_id: plan.ids[grid], ...(cell >= 0 && { unit_id: plan.cells.ids[cell] }) });
	};
	gk.do.turnStatus = ({ id }) => change(() => edits.comments.filter((each) => each.id === id).forEach((each) => (each.status = NEXT[each.status])));
	gk.do.see = ({ lat, lon }) => gk.map.setView([lat, lon], Math.max(15, gk.map.getZoom()));
	gk.do.author = (_, { value }) => (edits.author = value.trim() || undefined);
	gk.do.discard = () => change(() => (edits = fresh()));
	gk.do.export = () => download("edits.json", "application/json", JSON.stringify({ ...edits, exported: now() }, null, 1));

	// ---------------------------------------------------------------- card
	// Whether a grid is in one piece: its cells are walked, from neighbour to neighbour.
	function whole(grid) {
		const seen = new Set(plan.members[grid].slice(0, 1));
		for (const cell of seen) for (const next of near[cell]) if (plan.cells.own[next] === grid) seen.add(next); // the walk goes on through what it adds
		return seen.size === plan.members[grid].length;
	}
	// The grids of its community that a unit may go to: those it touches, or the others.
	function targets(cell, touching) {
		const { parentOf, ids, members, cells: { own } } = plan, touched = [...near[cell]].map((other) => own[other]);
		return [...ids.keys()].filter((grid) => grid !== own[cell] && parentOf[grid] === parentOf[own[cell]] && members[grid].length && touched.includes(grid) === touching);
	}
	function banded(grid) {
		const { measure, low, high, least, most, unbound } = plan.band || {}, column = plan.columns.find(({ name }) => name === measure);
		if (!column || unbound.includes(grid)) return {};
		const kind = column.of[grid] < least ? "below" : column.of[grid] > most ? "above" : "inside";
		return { kind, band: `${said(column.title)} ${gk.value(column, grid)} · ${t(kind, gk.quantity(t("range", number(low), number(high)), column.unit))}` };
	}
	// A unit's number in its community, where its id is the community's code and a number.
	const brief = (id) => (/^\d{9,}-\d+$/.test(id) ? id.split("-")[1] : id);
	// Of a grid, or of the unit that was chosen in it.
	gk.editing = function (grid) {
		const { cells, ids, short, members } = plan, { cell } = state, grid_id = ids[grid], chosen = cell >= 0, free = chosen && !locked[cell], others = free ? targets(cell, false) : [];
		const lock = (word, on, what) => ({ text: t(word), on, what });
		return {
			...banded(grid), editable: true, apart: !whole(grid), draft, free, held: chosen && !free,
			units: !chosen && gk.choices([["", t("unit")], ...members[grid].map((each) => [each, cells.ids[each]])]),
			unit: chosen && joined([t("unit_of", brief(cells.ids[cell]), plan.parents[plan.parentOf[grid]]), cells.people && gk.quantity(cells.people[cell], "people")]),
			moves: free && targets(cell, true).map((to) => ({ to, text: `→ ${short[to]}` })),
			others: others.length && gk.choices([["", t("move_far")], ...others.map((to) => [to, ids[to]])]),
			locks: [chosen && lock("lock_unit", Boolean(locked[cell]), { grid_id, unit_id: cells.ids[cell] }), lock("lock_grid", members[grid].every((each) => locked[each]), { grid_id })].filter(Boolean),
		};
	};

	// ---------------------------------------------------------------- panel
	gk.views.edits = function () {
		const { moves, comments, locks, author = "" } = edits;
		const about = moves.length || comments.length || locks.length ? t("n_edits", gk.quantity(moves.length, "units"), comments.length) : t("edit_help");
		const answers = gk.head.answers.map((each) => ({ ...each, said: `${t(each.status)} ${said(each.answer)}` }));
		return { about, first: !step, last: step === steps.length - 1, author, answers, moves: moves.slice(-6).map(({ unit_id, from, to }) => ({ text: `${unit_id}: ${from} → ${to}` })), comments: comments.map((each) => ({ ...each, said: t(each.status) })) };
	};

	// ---------------------------------------------------------------- map
	gk.paintEdits = function (pen) {
		const { cells } = plan, moved = edits.moves.map(({ unit_id }) => cells.ids.indexOf(unit_id)).filter((cell) => cell >= 0), held = pen.zoom > 13 ? [...locked.keys()].filter((cell) => locked[cell]) : [];
		gk.stroke(pen, gk.pathOf(plan, moved), gk.tint("unit_moved"), 2.6, [6, 3]);
		gk.stroke(pen, gk.pathOf(plan, held), gk.tint("street"), 2, [2, 3]);
		gk.stroke(pen, gk.pathOf(plan, state.cell < 0 ? [] : [state.cell]), gk.tint("unit_chosen"), 3.4);
	};
	gk.paintNotes = function (pen) {
		[...edits.comments, ...gk.head.answers].forEach(({ lon: lng, lat, status }, i) => {
			const { x, y } = gk.local({ lat, lng }), [e, f] = gk.pixel(pen, [x, y]), pin = new Path2D();
			pin.addPath(gk.shape("pin"), { e, f });
			gk.dot(pen, pin, gk.tint(status === "open" ? "open" : "closed"));
			gk.sign(pen, i + 1, e, f - 16);
		});
	};

	// ---------------------------------------------------------------- files
	function download(name, type, text) {
		const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob([text], { type })), download: name });
		link.click();
		setTimeout(() => URL.revokeObjectURL(link.href), 10000);
	}
	// The page as it was before anything was drawn, with the edits beside the data.
	gk.do.saveCopy = function () {
		const json = JSON.stringify(edits).replace(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
		const place = /(<script type="application\/json" id="gridkit-edits">.*?<\/script>)?(?=<script type="text\/plain" id="gk-island">)/;
		const copy = page.replace(place, () => `<script type="application/json" id="gridkit-edits">${json}<\/script>`);
		download(`${gk.said(gk.head.title)}-${t("annotated")}.html`.replace(/[\\/:*?"<>|\s]+/g, "-"), "text/html", `<!DOCTYPE html>\n${copy}\n`);
	};
	const fresh = () => ({ schema: "gridkit-edits", version: 1, plan: plan.digest, moves: [], locks: [], comments: [] });
	function stored() {
		for (const read of [() => document.getElementById("gridkit-edits").textContent, () => localStorage.getItem(key())]) {
			try {
				const found = JSON.parse(read());
				if (found.schema === fresh().schema && found.plan === plan.digest) return found;
			} catch (error) {
				// There is none, or storage is off: go on to the next.
			}
		}
		return fresh();
	}
	gk.keep = () => (page = document.documentElement.outerHTML);
	gk.prepare = function () {
		[plan] = gk.plans;
		first = plan.cells.own;
		near = first.map(() => new Set());
		for (const [one, two] of plan.cells.ends) if (two >= 0) near[one].add(two) && near[two].add(one);
		edits = stored();
		steps.push(JSON.stringify(edits));
		locked = plan.cells.locked;
		if (edits.moves.length || edits.locks.length) apply();
	};
}
