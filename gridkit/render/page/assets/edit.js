// Edits: units move, are locked, places are commented on. What is shown is the log of all hands, judged by the rules.
"use strict";
{
	const { joined, number, said, state, t } = gk;
	const SUMS = ["people", "households", "area_m2"];
	const NEXT = { open: "accepted", accepted: "declined", declined: "open" };
	let plan = null,
		first = null,
		rules = null; // the plan, whose each cell is without edits, and what the rules go by
	let acts = [],
		verdicts = new Map(),
		locked = [],
		draft = "",
		far = null,
		picked = [],
		preview = null; // units that are chosen together; what the button under the pointer would do
	const grid = (id) => plan.ids.indexOf(id);

	// ---------------------------------------------------------------- what is asked for
	/** @param {any} act */
	function claim({ id, act, unit_id = "", from, grid_id, to = "", locked: on, ...act_of }) {
		const kind = act === "move" ? act : on ? "lock" : "free";
		return { id, hand: gk.handOf({ id, ...act_of }), kind, unit: unit_id, grid: from || grid_id, to };
	}
	const claims = () => acts.filter(({ act }) => act === "move" || act === "lock").map(claim);
	gk.verdicts = () => verdicts;
	gk.isLocked = (cell) => Boolean(locked[cell]);
	// What stands of the log: the last move of each hand and unit, locks, and comments with their status.
	gk.edits = function () {
		const stands = ({ id }) => verdicts.get(id)?.status !== "withdrawn";
		const settled = new Map(acts.filter(({ act }) => act === "status").map(({ of, status }) => [of, status]));
		const of = (kind) => acts.filter(({ act }) => act === kind).filter(stands);
		const comments = of("comment").map((each) => ({ ...each, status: settled.get(each.id) || "open" }));
		return { acts, moves: of("move"), locks: of("lock"), comments };
	};

	// ---------------------------------------------------------------- state
	// The name of a grid that changed stands in the middle of the widest stretch of it along one of three lines.
	function label(at) {
		const { spots, boxes, members } = plan,
			[west, north, east, south] = boxes[at];
		const path = gk.pathOf(plan, members[at]),
			pace = (east - west) / 50;
		let widest = 0;
		for (const share of [0.5, 0.35, 0.65]) {
			const y = north + (south - north) * share;
			for (let x = west, run = 0; x < east; x += pace) {
				run = gk.probe.isPointInPath(path, x, y, "evenodd") ? run + 1 : 0;
				if (run <= widest) continue;
				widest = run;
				spots.at[at] = [x - ((run - 1) * pace) / 2, y];
				spots.room[at] = run * pace * 2 ** (13 - gk.DEEP);
			}
		}
	}
	// The map shows what the import would make of it: what would be declined or waits stays where it is, and is marked.
	function moved(asking, found) {
		const own = [...first];
		for (const { id, unit, to, kind } of asking) {
			if (kind !== "move" || found.get(id).status !== "accepted") continue;
			for (const each of gk.kin(rules.place.get(unit))) own[each] = rules.number.get(to);
		}
		return own;
	}
	function fastened(own) {
		const held = [...plan.cells.locked],
			done = claims().filter(({ id, kind }) => kind !== "move" && verdicts.get(id).status === "accepted");
		const put = (where, { unit, grid: of, kind }) =>
			unit
				? (held[rules.place.get(unit)] = kind === "lock")
				: where.forEach((at, each) => at === grid(of) && (held[each] = kind === "lock"));
		// What is freed is free before anything moves; then the later counts.
		done.filter(({ kind }) => kind === "free").forEach((each) => put(first, each));
		done.forEach((each) => put(own, each));
		return held;
	}
	// Grids that changed are added up again from what came and went; the others keep their figures to the last digit.
	function recount() {
		const { cells, band, members, columns } = plan,
			{ measure, target } = band || {};
		const gone = [...first.keys()].filter((cell) => cells.own[cell] !== first[cell]);
		const changed = new Set(gone.flatMap((cell) => [cells.own[cell], first[cell]]));
		const total = (at) => members[at].reduce((sum, cell) => sum + (rules.size[cell] || 0), 0);
		const way = (cell, at) => Number(cells.own[cell] === at) - Number(first[cell] === at);
		const flow = (part, at) => gone.reduce((sum, cell) => sum + way(cell, at) * (part[cell] || 0), 0);
		const ways = {
			...Object.fromEntries(SUMS.map((name) => [name, cells[name] && ((was, at) => was + flow(cells[name], at))])),
			...(target && { deviation: (_, at) => total(at) / target - 1, [measure]: (_, at) => total(at) }),
		};
		for (const column of columns.filter(({ name }) => ways[name])) {
			column.was = column.was || column.of;
			const known = (was, at) => changed.has(at) && typeof was === "number";
			column.of = column.was.map((was, at) => (known(was, at) ? ways[column.name](was, at) : was));
		}
	}
	function apply() {
		const { cells } = plan,
			before = cells.own;
		acts = gk.live();
		verdicts = gk.weigh(claims());
		cells.own = moved(claims(), verdicts);
		locked = fastened(cells.own);
		gk.regroup(plan);
		new Set(before.flatMap((at, cell) => (at === cells.own[cell] ? [] : [at, cells.own[cell]]))).forEach(label);
		recount();
	}
	gk.logged = function () {
		apply();
		gk.set({ edits: state.edits + 1 });
	};

	// ---------------------------------------------------------------- acts
	const moving = (cell, to) => ({ unit_id: plan.cells.ids[cell], from: plan.ids[first[cell]], to: plan.ids[to] });
	gk.moveUnits = function (cells, to) {
		if (cells.flatMap(gk.kin).some((each) => locked[each])) return gk.tell(t("is_locked"));
		// A compound goes as one: one act of it is enough.
		const leads = cells.filter((cell, i) => !cells.slice(0, i).some((other) => gk.kin(other).includes(cell)));
		const ids = gk.acts(
			"move",
			leads.map((cell) => moving(cell, to)),
		);
		[far, picked, preview] = [null, [], null];
		const [cell] = cells;
		gk.set({ grid: plan.cells.own[cell], cell });
		gk.show("card");
		const what = cells.length > 1 ? gk.quantity(cells.length, "units") : plan.cells.ids[cell];
		return gk.tell(joined([`${what} → ${plan.ids[to]}`, told(verdicts.get(ids[0]))]));
	};
	gk.moveUnit = (cell, to) => gk.moveUnits([cell], to);

	// ---------------------------------------------------------------- several units at once
	// Those that were picked by a brush, with Shift or Ctrl held, or by the button; else the one that was chosen.
	const chosenCells = () => (picked.length ? picked : state.cell < 0 ? [] : [state.cell]);
	gk.picked = () => picked;
	function take(cells) {
		picked = cells;
		const at = cells.length ? plan.cells.own[cells[0]] : state.grid;
		gk.set({ grid: at, cell: cells.length ? cells[0] : state.cell, edits: state.edits + 1 });
		gk.tell(cells.length ? t("picked", gk.quantity(cells.length, "units")) : "");
	}
	const turned = (list, cell) => (list.includes(cell) ? list.filter((each) => each !== cell) : [...list, cell]);
	gk.pick = (cell) => cell >= 0 && take(turned(chosenCells(), cell));
	gk.do.pickUnit = () => take(turned(picked, state.cell));
	gk.do.unpick = () => take([]);
	gk.brushing = false;
	gk.do.brush = function () {
		gk.brushing = !gk.brushing;
		gk.map.dragging[gk.brushing ? "disable" : "enable"]();
		gk.at("map").classList.toggle("brushing", gk.brushing);
		gk.show("tools");
		gk.tell(gk.brushing ? t("brush_help") : "");
	};
	function brush() {
		const map = gk.at("map");
		let over = null;
		const cellUnder = (event) => gk.cellAt(plan, gk.local(gk.map.mouseEventToLatLng(event)));
		const paint = function (event) {
			const cell = over && cellUnder(event);
			if (cell === null || cell < 0 || over.has(cell)) return;
			over.add(cell);
			picked = [...over];
			gk.sheets.top.ask();
		};
		map.addEventListener("pointerdown", (event) => {
			if (!gk.brushing || !event.isPrimary) return;
			over = new Set(event.shiftKey ? picked : []);
			map.setPointerCapture?.(event.pointerId);
			paint(event);
		});
		map.addEventListener("pointermove", paint);
		for (const end of ["pointerup", "pointercancel"]) {
			map.addEventListener(end, function () {
				if (over) take([...over]);
				over = null;
			});
		}
		// A click that ends a stroke would choose one unit again.
		map.addEventListener("click", (event) => gk.brushing && event.stopPropagation(), true);
		// What a move would do is drawn while its button is pointed at or has the focus.
		for (const [enter, leave] of [
			["pointerover", "pointerout"],
			["focusin", "focusout"],
		]) {
			gk.at("card").addEventListener(enter, ({ target }) => foresee(target.closest?.(".offers button")?.model));
			gk.at("card").addEventListener(leave, () => foresee(null));
		}
	}
	function foresee(model) {
		const next = model ? { cells: chosenCells().flatMap(gk.kin), to: model.to } : null;
		if (!next && !preview) return;
		preview = next;
		gk.sheets.top.ask();
	}
	const rounded = (degrees) => Number(degrees.toFixed(6));
	gk.comment = (text, { lng, lat }, what) => gk.act("comment", { ...what, lon: rounded(lng), lat: rounded(lat), text });
	gk.do.move = ({ to }) => gk.moveUnits(chosenCells(), to);
	// A grid farther off is only looked at: its button moves.
	gk.do.moveFar = function (_, { value }) {
		far = value ? { cell: state.cell, to: Number(value) } : null;
		gk.show("card");
	};
	gk.do.unit = (_, { value }) => gk.set({ cell: value === "" ? -1 : Number(value) });
	gk.do.lock = ({ on, what }) => gk.act("lock", { ...what, locked: !on });
	gk.do.draft = (_, { value }) => (draft = value);
	gk.do.comment = function () {
		const { grid: at, cell } = state,
			text = draft.trim(),
			unit = cell >= 0 && { unit_id: plan.cells.ids[cell] };
		draft = "";
		if (text) gk.comment(text, state.at || gk.latlng(plan.spots.at[at]), { grid_id: plan.ids[at], ...unit });
	};
	gk.do.turnStatus = ({ id, status }) => gk.act("status", { of: id, status: NEXT[status] });
	gk.do.see = ({ lat, lon }) => gk.map.setView([lat, lon], Math.max(15, gk.map.getZoom()));

	// ---------------------------------------------------------------- words
	const measured = (size) => gk.quantity(size, plan.band.measure);
	function why({ reason, grid: at, stands }) {
		return t(`why_${reason}`, gk.brief(plan, at), reason === "band" && measured(stands.size));
	}
	const KINDS = { accepted: "fits", declined: "breaks", open: "waits" };
	// Whether a wish would be taken, in words.
	function told(verdict) {
		if (!verdict || verdict.status === "withdrawn") return "";
		return verdict.status === "accepted" ? t("fits") : t(KINDS[verdict.status], why(verdict));
	}
	// How a grid would stand: its measure, whether that is in the band, and in how many pieces it lies.
	const SHORT = { inside: "right", below: "small", above: "large" };
	function standing(at, cells, brief = true) {
		const { size, pieces, unbound, units } = gk.standing(at, cells),
			{ low, high, least, most } = plan.band || {};
		const kind = !plan.band || unbound ? "unbound" : size < least ? "below" : size > most ? "above" : "inside";
		const range = () => gk.quantity(t("range", number(low), number(high)), plan.band.measure);
		const fit = SHORT[kind] && (brief ? t(SHORT[kind]) : t(kind, range())),
			torn = pieces > 1 && t("pieces");
		return { kind, text: units ? joined([plan.band && measured(size), fit, torn]) : t("no_units") };
	}

	// ---------------------------------------------------------------- card
	// The grids of its community that a unit may go to: those it touches, or the others.
	function targets(list, touching) {
		const {
				parentOf,
				ids,
				members,
				cells: { own },
			} = plan,
			near = list.flatMap(gk.kin).flatMap((each) => [...rules.near[each]]);
		const asked = claims().filter(({ kind, unit }) => kind === "move" && near.includes(rules.place.get(unit)));
		const touched = new Set([...near.map((other) => own[other]), ...asked.map(({ to }) => rules.number.get(to))]);
		const fits = (at) =>
			members[at].length > 0 &&
			list.some((cell) => own[cell] !== at) &&
			list.every((cell) => parentOf[at] === parentOf[first[cell]]);
		return [...ids.keys()].filter((at) => fits(at) && touched.has(at) === touching);
	}
	// What a move would come to, before it is made: both grids as they would stand, and whether it would be taken.
	gk.offer = function (list, to) {
		const all = Array.isArray(list) ? list : [list],
			group = [...new Set(all.flatMap(gk.kin))],
			leave = all.filter((cell) => plan.cells.own[cell] !== to),
			goes = leave.length ? leave : all;
		const ones = goes.map((cell, i) => claim({ ...moving(cell, to), id: `?${i}`, author: gk.me(), act: "move" }));
		const asking = [...claims(), ...ones];
		const found = gk.weigh(asking),
			own = moved(asking, found),
			answers = ones.map(({ id }) => found.get(id)),
			verdict = answers.find(({ status }) => status !== "accepted") || answers[0];
		const givers = [...new Set(goes.map((cell) => plan.cells.own[cell]))];
		for (const each of group) own[each] = to;
		const cells = (at) => [...own.keys()].filter((each) => own[each] === at);
		const line = (at) => ({ text: `${gk.brief(plan, at)}: ${standing(at, cells(at)).text}` });
		const whole = all.length === 1 && group.length > 1 && { text: t("compound", gk.quantity(group.length, "units")) };
		const lines = [line(to), ...givers.map(line), whole].filter(Boolean);
		return {
			to,
			verdict,
			lines,
			kind: KINDS[verdict.status],
			text: `→ ${gk.brief(plan, to)}`,
			verdictText: told(verdict),
		};
	};
	const sum = (list, part) => list.reduce((all, cell) => all + (part[cell] || 0), 0);
	// A unit's number in its community, where its id is the community's code and a number.
	const numbered = (id) => (/^\d{9,}-\d+$/.test(id) ? id.split("-")[1] : id);
	// Of a grid, or of the unit that was chosen in it.
	gk.editing = function (at) {
		const { cells, ids, members, parents, parentOf } = plan,
			{ cell } = state,
			grid_id = ids[at];
		const chosen = cell >= 0 && cells.own[cell] === at,
			list = picked.length > 1 ? picked : [cell],
			free = chosen && !list.flatMap(gk.kin).some((each) => locked[each]);
		const lock = (word, on, what) => ({ text: t(word), on, what: { grid_id, ...what } });
		const others = free ? targets(list, false) : [],
			looked = far && far.cell === cell ? far.to : "";
		const { kind, text: band } = standing(at, members[at], false),
			whole = members[at].length > 0;
		return {
			kind,
			band,
			draft,
			free,
			editable: true,
			held: chosen && !free,
			pick: !chosen && t("pick_unit"),
			unit:
				chosen &&
				joined([
					t("unit_of", numbered(cells.ids[cell]), parents[parentOf[first[cell]]]),
					cells.people && gk.quantity(cells.people[cell], "people"),
				]),
			picking: chosen,
			isPicked: picked.includes(cell),
			many:
				picked.length > 1 &&
				joined([
					t("picked", gk.quantity(picked.length, "units")),
					cells.people && gk.quantity(sum(picked, cells.people), "people"),
				]),
			units: gk.choices([["", t("unit")], ...members[at].map((each) => [each, cells.ids[each]])], chosen ? cell : ""),
			moves: free && [...targets(list, true), ...(looked === "" ? [] : [looked])].map((to) => gk.offer(list, to)),
			others:
				others.length && gk.choices([["", t("move_far")], ...others.map((to) => [to, gk.brief(plan, to)])], looked),
			locks: [
				chosen && lock("lock_unit", Boolean(locked[cell]), { unit_id: cells.ids[cell] }),
				lock("lock_grid", whole && members[at].every((each) => locked[each])),
			].filter(Boolean),
		};
	};

	// ---------------------------------------------------------------- panel
	const whose = (act) => gk.handOf(act) !== gk.me() && (act.author || t("somebody"));
	const called = (id) => (grid(id) < 0 ? id : gk.brief(plan, grid(id)));
	function wording({ act, unit_id, grid_id, from, to, locked: on }) {
		if (act === "move") return `${unit_id}: ${called(from)} → ${called(to)}`;
		return `${t(on ? "locks" : "frees")}: ${unit_id || called(grid_id)}`;
	}
	// Where something is that was asked for.
	function place({ unit_id, grid_id }) {
		const cell = rules.place.get(unit_id),
			box = cell >= 0 ? plan.cells.shapes[cell].box : plan.boxes[grid(grid_id)];
		if (!box) return {};
		const [west, north, east, south] = box,
			{ lat, lng } = gk.latlng([(west + east) / 2, (north + south) / 2]);
		return { lat, lon: lng };
	}
	function wish(act) {
		const verdict = verdicts.get(act.id),
			note = joined([whose(act), told(verdict)]);
		return { ...place(act), text: wording(act), kind: KINDS[verdict.status], note };
	}
	const answer = (each) => ({ ...each, note: joined([said(each.author), t(each.status), said(each.answer)]) });
	// Against the saved plan, at any moment: who gives how many people to whom.
	function flows() {
		const found = new Map(),
			{ own, people } = plan.cells;
		own.forEach((to, cell) => {
			if (to === first[cell]) return;
			const key = `${first[cell]} ${to}`;
			found.set(key, (found.get(key) || 0) + (people ? people[cell] || 0 : 1));
		});
		return [...found].map(([key, n]) => {
			const [from, to] = key.split(" ").map((at) => said(plan.called[at]));
			return { text: t("gives", from, gk.quantity(n, people ? "people" : "units"), to) };
		});
	}
	gk.views.edits = function () {
		const { moves, comments, locks } = gk.edits(),
			{ back, forth } = gk.steps();
		const some = moves.length + comments.length + locks.length;
		return {
			about: some ? t("n_edits", gk.quantity(moves.length, "units"), comments.length) : t("edit_help"),
			first: !back,
			last: !forth,
			author: gk.author(),
			flows: flows(),
			wishes: [...moves, ...locks].map(wish).reverse(),
			comments: comments.map((each) => ({ ...each, said: t(each.status), note: whose(each) })),
			answers: gk.head.answers.map(answer),
		};
	};

	// ---------------------------------------------------------------- map
	// Where the saved plan parted what now is together.
	function rejoined() {
		const { arcs, ends, own } = plan.cells,
			path = new Path2D();
		arcs.forEach((arc, i) => {
			const [one, two] = ends[i];
			if (two !== undefined && first[one] !== first[two] && own[one] === own[two]) gk.trace(path, arc);
		});
		return path;
	}
	gk.paintEdits = function (pen) {
		const { cells } = plan,
			held = pen.zoom > 13 ? [...locked.keys()].filter((cell) => locked[cell]) : [];
		const path = (list) => gk.pathOf(plan, list);
		const shifted = [...first.keys()].filter((cell) => cells.own[cell] !== first[cell]);
		const left = gk.edits().moves.filter(({ id }) => verdicts.get(id).status !== "accepted");
		const known = left.map(({ unit_id }) => rules.place.get(unit_id)).filter((cell) => cell >= 0);
		gk.stroke(pen, path(shifted), gk.tint("unit_moved"), 2.6, [6, 3]);
		if (shifted.length) gk.stroke(pen, rejoined(), gk.tint("gone"), 2.6, [3, 4]);
		if (preview) {
			gk.hatch(pen, path(preview.cells), gk.tint("new"), 1, "evenodd");
			gk.stroke(pen, gk.outline(plan, preview.to), gk.tint("new"), 4);
			for (const giver of new Set(preview.cells.map((cell) => cells.own[cell]))) {
				gk.stroke(pen, gk.outline(plan, giver), gk.tint("gone"), 2.6, [6, 4]);
			}
		}
		gk.stroke(pen, path(known.flatMap(gk.kin)), gk.tint("fail"), 2.6, [2, 3]);
		gk.stroke(pen, path(held), gk.tint("street"), 2, [2, 3]);
		gk.stroke(pen, path(chosenCells()), gk.tint("unit_chosen"), 3.4);
	};
	gk.paintNotes = function (pen) {
		const earlier = gk.head.answers.filter(({ kind }) => kind === "comment");
		[...gk.edits().comments, ...earlier].forEach(({ lon: lng, lat, status }, i) => {
			if (!Number.isFinite(lat)) return;
			const { x, y } = gk.local({ lat, lng }),
				[e, f] = gk.pixel(pen, [x, y]),
				pin = new Path2D();
			pin.addPath(gk.shape("pin"), { e, f });
			gk.dot(pen, pin, gk.tint(status === "open" ? "open" : "closed"));
			gk.sign(pen, i + 1, e, f - 16);
		});
	};

	gk.prepare = function () {
		[plan] = gk.plans;
		first = plan.cells.own;
		rules = gk.openRules(plan);
		gk.openLog(plan);
		acts = gk.live();
		locked = plan.cells.locked;
		if (acts.length) apply();
		gk.begin.push(brush);
	};
}
