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
		far = null;
	const grid = (id) => plan.ids.indexOf(id);

	// ---------------------------------------------------------------- what is asked for
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
		const held = [...plan.cells.locked];
		for (const { id, unit, grid: of, kind } of claims()) {
			if (kind === "move" || verdicts.get(id).status !== "accepted") continue;
			if (unit) held[rules.place.get(unit)] = kind === "lock";
			else own.forEach((at, each) => at === grid(of) && (held[each] = kind === "lock"));
		}
		return held;
	}
	// Grids that changed are added up again from what came and went; the others keep their figures to the last digit.
	function recount() {
		const { cells, band, members, columns } = plan,
			{ measure, target } = band || {};
		const gone = [...first.keys()].filter((cell) => cells.own[cell] !== first[cell]);
		const changed = new Set(gone.flatMap((cell) => [cells.own[cell], first[cell]]));
		const total = (at) => members[at].reduce((sum, cell) => sum + (rules.size[cell] || 0), 0);
		const way = (cell, at) => (cells.own[cell] === at) - (first[cell] === at);
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
	gk.moveUnit = function (cell, to) {
		if (gk.kin(cell).some((each) => locked[each])) return gk.tell(t("is_locked"));
		const id = gk.act("move", moving(cell, to));
		far = null;
		gk.set({ grid: plan.cells.own[cell], cell });
		return gk.tell(joined([`${plan.cells.ids[cell]} → ${plan.ids[to]}`, told(verdicts.get(id))]));
	};
	const rounded = (degrees) => Number(degrees.toFixed(6));
	gk.comment = (text, { lng, lat }, what) => gk.act("comment", { ...what, lon: rounded(lng), lat: rounded(lat), text });
	gk.do.move = ({ to }) => gk.moveUnit(state.cell, to);
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
		return t(`why_${reason}`, plan.short[at], reason === "band" && measured(stands.size));
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
	function targets(cell, touching) {
		const {
				parentOf,
				ids,
				members,
				cells: { own },
			} = plan,
			near = gk.kin(cell).flatMap((each) => [...rules.near[each]]);
		const asked = claims().filter(({ kind, unit }) => kind === "move" && near.includes(rules.place.get(unit)));
		const touched = new Set([...near.map((other) => own[other]), ...asked.map(({ to }) => rules.number.get(to))]);
		const fits = (at) => own[cell] !== at && parentOf[at] === parentOf[first[cell]] && members[at].length;
		return [...ids.keys()].filter((at) => fits(at) && touched.has(at) === touching);
	}
	// What a move would come to, before it is made: both grids as they would stand, and whether it would be taken.
	gk.offer = function (cell, to) {
		const group = gk.kin(cell),
			one = claim({ ...moving(cell, to), id: "?", author: gk.me(), act: "move" });
		const asking = [...claims(), one];
		const found = gk.weigh(asking),
			verdict = found.get("?"),
			own = moved(asking, found);
		for (const each of group) own[each] = to;
		const cells = (at) => [...own.keys()].filter((each) => own[each] === at);
		const line = (at) => ({ text: `${plan.short[at]}: ${standing(at, cells(at)).text}` });
		const whole = group.length > 1 && { text: t("compound", gk.quantity(group.length, "units")) };
		const lines = [line(to), line(plan.cells.own[cell]), whole].filter(Boolean);
		return { to, verdict, lines, kind: KINDS[verdict.status], text: `→ ${plan.short[to]}`, verdictText: told(verdict) };
	};
	// A unit's number in its community, where its id is the community's code and a number.
	const numbered = (id) => (/^\d{9,}-\d+$/.test(id) ? id.split("-")[1] : id);
	// Of a grid, or of the unit that was chosen in it.
	gk.editing = function (at) {
		const { cells, ids, short, members, parents, parentOf } = plan,
			{ cell } = state,
			grid_id = ids[at];
		const chosen = cell >= 0 && cells.own[cell] === at,
			free = chosen && !gk.kin(cell).some((each) => locked[each]);
		const lock = (word, on, what) => ({ text: t(word), on, what: { grid_id, ...what } });
		const others = free ? targets(cell, false) : [],
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
			units: gk.choices([["", t("unit")], ...members[at].map((each) => [each, cells.ids[each]])], chosen ? cell : ""),
			moves: free && [...targets(cell, true), ...(looked === "" ? [] : [looked])].map((to) => gk.offer(cell, to)),
			others: others.length && gk.choices([["", t("move_far")], ...others.map((to) => [to, short[to]])], looked),
			locks: [
				chosen && lock("lock_unit", Boolean(locked[cell]), { unit_id: cells.ids[cell] }),
				lock("lock_grid", whole && members[at].every((each) => locked[each])),
			].filter(Boolean),
		};
	};

	// ---------------------------------------------------------------- panel
	const whose = (act) => gk.handOf(act) !== gk.me() && (act.author || t("somebody"));
	const called = (id) => plan.short[grid(id)] || id;
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
	const answer = (each) => ({ ...each, note: joined([each.author, t(each.status), said(each.answer)]) });
	gk.views.edits = function () {
		const { moves, comments, locks } = gk.edits(),
			{ back, forth } = gk.steps();
		const some = moves.length + comments.length + locks.length;
		return {
			about: some ? t("n_edits", gk.quantity(moves.length, "units"), comments.length) : t("edit_help"),
			first: !back,
			last: !forth,
			author: gk.author(),
			wishes: [...moves, ...locks].map(wish).reverse(),
			comments: comments.map((each) => ({ ...each, said: t(each.status), note: whose(each) })),
			answers: gk.head.answers.map(answer),
		};
	};

	// ---------------------------------------------------------------- map
	gk.paintEdits = function (pen) {
		const { cells } = plan,
			held = pen.zoom > 13 ? [...locked.keys()].filter((cell) => locked[cell]) : [];
		const path = (list) => gk.pathOf(plan, list);
		const shifted = [...first.keys()].filter((cell) => cells.own[cell] !== first[cell]);
		const left = gk.edits().moves.filter(({ id }) => verdicts.get(id).status !== "accepted");
		const known = left.map(({ unit_id }) => rules.place.get(unit_id)).filter((cell) => cell >= 0);
		gk.stroke(pen, path(shifted), gk.tint("unit_moved"), 2.6, [6, 3]);
		gk.stroke(pen, path(known.flatMap(gk.kin)), gk.tint("fail"), 2.6, [2, 3]);
		gk.stroke(pen, path(held), gk.tint("street"), 2, [2, 3]);
		gk.stroke(pen, path(state.cell < 0 ? [] : [state.cell]), gk.tint("unit_chosen"), 3.4);
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
	};
}
