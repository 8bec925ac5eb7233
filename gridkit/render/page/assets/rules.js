// The rules that no move may break, and what becomes of what several people ask for: the steps of plan/life/rules.py
// and plan/life/verdict.py, on the numbers that Python put into the island. A test holds the two against each other.
"use strict";
{
	const NONE = { units: 0, parents: 0, pieces: 0, size: 0, unbound: false };
	let ground = null;
	// The plan as the rules see it, before anything is moved.
	gk.openRules = function (plan) {
		const { cells, rules, ids, parentOf, members } = plan,
			near = cells.own.map(() => new Set());
		const pairs = (flat) => flat.slice(flat.length / 2).map((two, i) => [flat[i], two]);
		const join =
			(way) =>
			([one, two]) =>
				two >= 0 && near[one][way](two) && near[two][way](one);
		cells.ends.forEach(join("add")); // what lies side by side in the picture touches, but where the plan says otherwise
		pairs(rules.joined).forEach(join("add"));
		pairs(rules.parted).forEach(join("delete"));
		ground = {
			...rules,
			near,
			members,
			own: cells.own,
			group: cells.group || [],
			held: cells.locked,
			size: cells[rules.measure] || [],
			parent: rules.parent || cells.own.map((grid) => parentOf[grid]),
			place: new Map(cells.ids.map((id, cell) => [id, cell])),
			number: new Map(ids.map((id, grid) => [id, grid])),
			unbound: new Set(rules.unbound),
			institution: new Set(rules.institution),
		};
		return ground;
	};
	// A cell with all others of its compound that share its grid.
	gk.kin = function (cell) {
		const { group, own, members } = ground;
		return group[cell] >= 0 ? members[own[cell]].filter((other) => group[other] === group[cell]) : [cell];
	};

	// ---------------------------------------------------------------- one grid
	gk.pieces = function (cells) {
		const left = new Set(cells);
		let count = 0;
		for (const first of cells) {
			if (!left.delete(first)) continue;
			count += 1;
			for (const walk = [first]; walk.length;) {
				for (const next of ground.near[walk.pop()]) if (left.delete(next)) walk.push(next);
			}
		}
		return count;
	};
	gk.standing = function (grid, cells) {
		const { parent, size, unbound, institution } = ground;
		return cells.length
			? {
					units: cells.length,
					parents: new Set(cells.map((cell) => parent[cell])).size,
					pieces: gk.pieces(cells),
					size: cells.reduce((sum, cell) => sum + (size[cell] || 0), 0),
					unbound: unbound.has(grid) || cells.every((cell) => institution.has(cell)),
				}
			: NONE;
	};
	// By how much a size is outside the band; a grid of nobody is farther out than any other.
	function off(size) {
		const { low, high, least, most } = ground.band || {};
		if (!ground.band) return 0;
		return !size ? Infinity : size < least ? low - size : size > most ? size - high : 0;
	}
	function broken(before, after) {
		const slack = ground.band ? ground.band.most - ground.band.high : 0;
		if (before.units && !after.units) return "empty";
		if (after.parents > Math.max(1, before.parents)) return "parent";
		if (after.pieces > Math.max(1, before.pieces)) return "whole";
		return off(after.size) > (before.units ? off(before.size) : 0) + slack && !after.unbound ? "band" : "";
	}

	// ---------------------------------------------------------------- one claim: { id, hand, kind, unit, grid, to }
	function unknown({ kind, unit, grid, to }) {
		const { place, number, own } = ground,
			known = place.has(unit);
		if (kind !== "move") return unit ? !known && "unit" : !number.has(grid) && "grid";
		if (!known) return "unit";
		if (!number.has(to)) return "grid";
		return ![number.get(to), number.get(grid)].includes(own[place.get(unit)]) && "elsewhere";
	}
	function about({ kind, unit, grid }) {
		const { members, number, place } = ground;
		return !unit ? members[number.get(grid)] : kind === "move" ? gk.kin(place.get(unit)) : [place.get(unit)];
	}
	const stays = ({ unit, to }) => ground.own[ground.place.get(unit)] === ground.number.get(to);
	// Whoever asks for something else later has withdrawn what he asked for before.
	function latest(claims, found) {
		const last = new Map();
		for (const each of claims) {
			const { hand, kind, unit, grid, to } = each,
				moves = kind === "move";
			const key = JSON.stringify([hand, moves, moves ? Math.min(...about(each)) : unit || [grid]]);
			let before = last.get(key) || [];
			if (before.length && (before[0].kind !== kind || before[0].to !== to)) {
				for (const other of before) found.set(other.id, { status: "withdrawn", reason: "replaced" });
				before = [];
			}
			last.set(key, [...before, each]);
		}
		return claims.filter(({ id }) => !found.has(id));
	}

	// ---------------------------------------------------------------- several claims
	function opposed(one, two, cell) {
		const moves = [one, two].filter(({ kind }) => kind === "move"),
			kinds = [one.kind, two.kind];
		if (moves.length === 2) return one.to !== two.to && "torn";
		if (!moves.length) return one.kind !== two.kind && "contrary";
		const leaves = ground.own[cell] !== ground.number.get(moves[0].to);
		return kinds.includes("lock") && leaves && (one === moves[0] ? "kept" : "contrary");
	}
	function dispute(claims, found) {
		const byCell = new Map();
		for (const each of claims) {
			for (const cell of about(each)) {
				if (!byCell.has(cell)) byCell.set(cell, new Map());
				byCell.get(cell).set(JSON.stringify([each.hand, each.kind === "move"]), each);
			}
		}
		for (const [cell, sides] of byCell) {
			for (const one of sides.values()) {
				for (const two of sides.values()) {
					const reason = one.hand !== two.hand && opposed(one, two, cell);
					if (reason && found.get(one.id)?.reason !== "torn") found.set(one.id, { status: "open", reason });
				}
			}
		}
	}
	// Moves of units that are locked: in the plan and freed by nobody, or by their mover before he moved.
	function locked(claims) {
		const freed = new Set(claims.filter(({ kind }) => kind === "free").flatMap(about));
		const byHand = new Map(),
			held = new Set();
		for (const each of claims) {
			const own = byHand.get(each.hand) || new Set();
			byHand.set(each.hand, own);
			for (const cell of about(each)) {
				if (each.kind === "lock") own.add(cell);
				else if (each.kind === "free") own.delete(cell);
				else if ((ground.held[cell] && !freed.has(cell)) || own.has(cell)) held.add(each.id);
			}
		}
		return held;
	}
	// Moves that hang together, for they touch the same grids.
	function clusters(moves) {
		const root = new Map(),
			found = new Map(),
			to = (each) => ground.number.get(each.to);
		const from = ({ unit }) => ground.own[ground.place.get(unit)];
		function top(grid) {
			while (root.has(grid) && root.get(grid) !== grid) grid = root.get(grid);
			return grid;
		}
		for (const each of moves) root.set(top(from(each)), top(to(each)));
		for (const each of moves) found.set(top(to(each)), [...(found.get(top(to(each))) || []), each]);
		return [...found.values()];
	}
	// The grids as they come to be when moves are taken one after the other.
	function trial() {
		const own = new Map(),
			cells = new Map(),
			at = (cell) => (own.has(cell) ? own.get(cell) : ground.own[cell]);
		return function (moves) {
			const to = new Map(moves.flatMap((each) => about(each).map((cell) => [cell, ground.number.get(each.to)])));
			for (const [cell, grid] of to) if (at(cell) === grid) to.delete(cell);
			const touched = [...new Set([...to].flatMap(([cell, grid]) => [at(cell), grid]))].sort((a, b) => a - b);
			const sets = new Map(touched.map((grid) => [grid, new Set(cells.get(grid) || ground.members[grid])]));
			for (const [cell, grid] of to) sets.get(at(cell)).delete(cell) && sets.get(grid).add(cell);
			for (const grid of touched) {
				const stands = gk.standing(grid, [...sets.get(grid)]);
				const reason = broken(gk.standing(grid, ground.members[grid]), stands);
				if (reason) return { status: "declined", reason, grid, stands };
			}
			to.forEach((grid, cell) => own.set(cell, grid));
			sets.forEach((set, grid) => cells.set(grid, set));
			return null;
		};
	}
	function settle(cluster, found) {
		const accepted = { status: "accepted" },
			take = trial();
		if (!trial()(cluster)) return cluster.forEach(({ id }) => found.set(id, accepted));
		for (let left = cluster, tried = 0; left.length && tried !== left.length;) {
			tried = left.length;
			for (const each of left) found.set(each.id, take([each]) || accepted);
			left = left.filter(({ id }) => found.get(id) !== accepted);
		}
		return found;
	}
	// What becomes of claims, the earlier before the later, by their ids.
	gk.weigh = function (claims) {
		const found = new Map();
		for (const each of claims) {
			const reason = unknown(each);
			if (reason) found.set(each.id, { status: "declined", reason });
		}
		const standing = latest(
			claims.filter(({ id }) => !found.has(id)),
			found,
		);
		dispute(standing, found);
		const open = standing.filter(({ id }) => !found.has(id)),
			held = locked(open),
			moves = [];
		for (const each of open) {
			if (each.kind !== "move" || stays(each)) found.set(each.id, { status: "accepted" });
			else if (held.has(each.id)) found.set(each.id, { status: "declined", reason: "locked" });
			else moves.push(each);
		}
		clusters(moves).forEach((cluster) => settle(cluster, found));
		return found;
	};
}
