// The panel: title, what colours the grids, the one legend, the list of layers, what changes between two plans.
"use strict";
{
	const { number, said, set, state, t, views } = gk;
	const check = (key, text, colour, kind) => ({ key, text, on: !state.off[key], colour, mark: `#gk-${kind}` });

	views.title = () => ({ title: gk.head.title, headline: gk.head.question.headline });
	views.head = function () {
		const { view, stamp, title, made, languages } = gk.head,
			{ ids, people } = gk.plans[0];
		// A third language comes after the second.
		const [other, , otherName] = languages[(gk.spoken() + 1) % languages.length];
		return {
			stamp,
			title,
			kind: view.audience,
			other,
			otherName,
			dark: state.theme === "dark",
			asks: gk.head.question.asks,
			headline: gk.head.question.headline,
			about: [said(view.title), gk.quantity(ids.length, "grids"), people && gk.quantity(people, "people"), said(made)]
				.filter(Boolean)
				.map((text, at, all) => ({ text: at < all.length - 1 ? `${text} ·` : text })),
		};
	};
	gk.do.lang = ({ other }) => set({ lang: other });
	gk.do.theme = ({ dark }) => set({ theme: dark ? "light" : "dark" });

	gk.legend = function () {
		const column = gk.plans[0].columns[state.measure];
		if (!column) return { about: t(state.measure === -1 ? "tints_about" : "plain_about"), classes: [] };
		// Counted here and not in Python, since edits change what is in a class.
		const of = column.of.map((value) => gk.classOf(column, value)),
			count = (at) => of.filter((each) => each === at).length,
			most = Math.max(...column.ranges.map((_, at) => count(at)));
		const row = (at, text, fill) => ({
			text,
			fill,
			kind: fill ? "filled" : "none",
			n: number(count(at)),
			bar: `width:${(60 * count(at)) / most}px`,
		});
		const classes = column.ranges.map((text, at) => row(at, text, `background:${column.colours[at]}`)).reverse();
		if (count(-1)) {
			classes.push(row(-1, column.of.includes("hidden") ? t("withheld", gk.head.view.least) : t("no_value")));
		}
		const unit = column.percent ? "%" : said(column.unit),
			title = said(column.title),
			told = !unit || title.toLowerCase().includes(unit.toLowerCase());
		return { classes, about: `${title}${told ? "" : ` (${unit})`} · ${t("grids_per_class")}` };
	};
	views.colour = () => ({
		...gk.legend(),
		measures: gk.choices(
			[...gk.plans[0].columns.map(({ title }, i) => [i, title]), [-1, t("tints")], [-2, t("plain")]],
			state.measure,
		),
	});
	gk.do.measure = (_, { value }) => set({ measure: Number(value) });

	// Rows of the list as Python made them: a rule's points, lines and areas are switched together.
	const rows = (name) =>
		gk.head.list[name].map(([key, title, n, colour, kind]) => ({
			...check(key, `${said(title)} (${number(n)})`, colour, kind),
			...modes(key),
		}));
	gk.layerRows = rows;
	function modes(key) {
		const layer = gk.head.points.find((each) => each.layer === key && each.kind === "events");
		if (!layer || state.off[key]) return { modes: [], parts: [] };
		const chosen = gk.modeOf(layer);
		return {
			about: said(layer.title),
			heat: chosen === "heat" && t("heat_about", gk.long(gk.heatReach())),
			modes: gk.choices(
				["points", "clusters", "heat"].map((mode) => [mode, t(mode)]),
				chosen,
			),
			parts: (layer.classes || []).map(([name, colour], i) =>
				check(`${key}/${i}`, said(name), chosen === "points" && colour, "events"),
			),
		};
	}
	views.layers = function () {
		const { own, ground } = gk.head.list,
			plain = (keys) => keys.map((key) => check(key, t(key)));
		const groups = [
			{ title: t("on_top"), rows: rows("points") },
			{ title: t("walks"), rows: rows("walks") },
			{ title: t("findings"), rows: rows("findings") },
			{ title: t("ground"), rows: plain(ground) },
		];
		return { own: plain(own), groups: groups.filter((group) => group.rows.length) };
	};
	views.lacks = () =>
		gk.head.question.lacks.length > 0 && {
			rows: gk.head.question.lacks.map(([name, command]) => ({ name: said(name), command })),
		};
	gk.do.toggle = ({ key, on }) => set({ off: { ...state.off, [key]: on } });
	gk.do.mode = ({ key, value }) => set({ modes: { ...state.modes, [key]: value } });
	// Every mark that is drawn now, for the key of a printed page.
	gk.marks = () =>
		["points", "walks", "findings", "changes"]
			.flatMap((name) => gk.head.list[name])
			.filter(([key]) => !state.off[key])
			.flatMap(([key, title, , colour, kind]) => [
				check(key, title, colour, kind),
				...modes(key).parts.filter((part) => part.on && part.colour),
			]);
}
