// Two nets beside each other: whose borders run where, and the pieces that neither net has with most of their area.
"use strict";
{
	const { said, t } = gk;
	const MOST = 20,
		NOBODY = -1, // no area, and no net
		PLAIN = -2,
		INKS = ["net_one", "net_other", "net_both"];
	let chosen = [0, NOBODY],
		found = null;
	// The plan's grids are a net too, the first one.
	const net = (at) => {
		const { cells, called } = gk.plans[0],
			{ titles, codes, of } = gk.head.nets;
		return at
			? { title: titles[at - 1], codes: codes[at - 1], of: of[at - 1] }
			: { title: t("grids_now"), codes: called, of: cells.own };
	};
	// Whoever lives in two areas, one of each net: a piece of both.
	function compared() {
		const { cells } = gk.plans[0],
			[one, other] = chosen.map(net),
			pieces = {},
			most = [{}, {}],
			parts = [{}, {}];
		one.of.forEach((area, cell) => {
			const pair = [area, other.of[cell]];
			if (pair.includes(NOBODY)) return;
			const piece = (pieces[pair] = pieces[pair] || { pair, n: 0, members: [] });
			piece.n += cells[gk.head.nets.counted]?.[cell] || 0;
			piece.members.push(cell);
		});
		const list = Object.values(pieces).sort((a, b) => b.n - a.n);
		for (const piece of list) {
			piece.pair.forEach((area, side) => {
				most[side][area] = most[side][area] || piece;
				(parts[side][area] = parts[side][area] || []).push(piece);
			});
		}
		const apart = list.filter((piece) => piece.pair.every((area, side) => most[side][area] !== piece));
		const whole = parts.map((own) => {
			const all = Object.values(own);
			return [all.filter(({ length }) => length < 2).length, all.length];
		});
		const arcs = INKS.map(() => []);
		cells.arcs.forEach((arc, i) => {
			const [a, b] = cells.ends[i];
			if (b === undefined) return;
			const parted = [one, other].map(({ of }) => of[a] !== of[b]);
			if (parted[0] || parted[1]) arcs[parted[0] && parted[1] ? 2 : parted[0] ? 0 : 1].push(arc);
		});
		const ground = gk.pathOf(gk.plans[0], apart.flatMap(({ members }) => members)),
			sum = apart.reduce((all, { n }) => all + n, 0);
		return { one, other, apart, whole, arcs, lines: arcs.map(gk.traced), ground, sum };
	}
	const now = () => (found?.at === gk.state.edits ? found : (found = { at: gk.state.edits, ...compared() }));
	const lacks = () => chosen.includes(NOBODY);
	gk.netLines = () => (lacks() ? [] : now().arcs.map((arcs, i) => [INKS[i], arcs]));
	gk.paintNets = function (pen) {
		if (lacks()) return;
		const { lines, ground } = now();
		gk.hatch(pen, ground, gk.tint("net_apart"), 2, "evenodd");
		lines.forEach((path, i) => gk.stroke(pen, path, gk.tint("halo"), i < 2 ? 5.5 : 6.5));
		lines.forEach((path, i) => gk.stroke(pen, path, gk.tint(INKS[i]), i < 2 ? 3 : 3.6, i ? [] : [8, 4]));
	};
	gk.views.nets = function () {
		const all = [[NOBODY, t("net_none")], ...[t("grids_now"), ...gk.head.nets.titles].map((title, at) => [at, title])],
			picks = ["net_one", "net_other"].map((label, side) => ({
				label: t(label),
				side,
				options: gk.choices(all, chosen[side]),
			}));
		if (lacks()) return { picks };
		const { one, other, apart, whole, sum } = now(),
			{ counted, shared } = gk.head.nets,
			names = [one.title, other.title],
			long = (a, b) => gk.long(shared[a][b], 1),
			lived = apart.filter(({ n }) => n > 0);
		return {
			picks,
			told: [
				t("nets_apart", gk.quantity(sum, counted)),
				...names.map((name, side) => t("nets_whole", name, ...whole[side].map((n) => gk.number(n)), names[1 - side])),
			].map((text) => ({ text })),
			inks: [
				...chosen.map((at, side) => [INKS[side], t("net_border", names[side], long(at, at))]),
				[INKS[2], t("net_shared", long(...chosen))],
				["net_apart", t("net_pieces", gk.number(apart.length))],
			].map(([ink, text]) => ({ text, fill: `background:${gk.tint(ink)}` })),
			pieces: lived.slice(0, MOST).map(({ pair: [a, b], n, members }) => ({
				members,
				text: `${said(one.codes[a])} · ${said(other.codes[b])}`,
				note: gk.quantity(n, counted),
			})),
			more: lived.length > MOST && t("more", gk.number(lived.length - MOST)),
		};
	};
	function choose(pair) {
		[chosen, found] = [pair, null];
		gk.sheets.ground0?.ask();
		gk.show("nets");
	}
	// Under two nets the grids are of one colour: their lines would drown in seven.
	gk.do.net = function ({ side }, { value }) {
		gk.set({ measure: PLAIN });
		choose(chosen.map((at, each) => (each === side ? Number(value) : at)));
		gk.views.address();
	};
	gk.do.piece = function ({ members }) {
		const box = gk.boxOf(members.map((cell) => gk.plans[0].cells.shapes[cell].box));
		gk.map.fitBounds(gk.bounds(box), { maxZoom: 16, padding: [60, 60] });
	};
	// By name and not by number: a page made again may hold other nets.
	gk.kept.nets = [
		() => chosen.map((at) => gk.head.nets.names[at - 1] ?? at).join("|"),
		function (text) {
			const pair = text.split("|").map((name) => gk.head.nets.names.indexOf(name) + 1 || (name === "0" ? 0 : NOBODY));
			if (pair.length === 2) choose(pair);
		},
	];
}
