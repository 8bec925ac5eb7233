// The panel: title, what colours the grids, legend, the list of layers, what changes between two plans.
"use strict";
{
	const { number, said, set, state, t, views } = gk;

	views.head = function () {
		const { languages, parts } = gk.head;
		// A third language comes after the second.
		const [other, , otherName] = languages[(gk.spoken() + 1) % languages.length];
		return { ...parts.title, other, otherName, dark: state.theme === "dark" };
	};
	gk.do.lang = ({ other }) => set({ lang: other });
	gk.do.theme = ({ dark }) => set({ theme: dark ? "light" : "dark" });

	gk.legend = function () {
		const column = gk.plans[0].columns[state.measure];
		if (!column) return { about: t(state.measure === -1 ? "tints_about" : "plain_about"), classes: [] };
		// Counted here, since edits change what is in a class.
		const of = column.of.map((value) => gk.classOf(column, value)),
			count = (at) => of.filter((each) => each === at).length,
			most = Math.max(...column.ranges.map((_, at) => count(at)));
		const row = (at, text, fill) => ({
			text,
			fill,
			kind: fill ? "filled" : "none",
			n: number(count(at)),
			bar: `--part:${count(at) / most}`,
		});
		const classes = column.ranges.map((text, at) => row(at, text, `background:${gk.rampOf(column)[at]}`)).reverse();
		if (count(-1)) {
			classes.push(row(-1, column.of.includes("hidden") ? t("withheld", gk.head.view.least) : t("no_value")));
		}
		return { classes, about: `${gk.headed(column)} · ${t("grids_per_class")}` };
	};
	// What a column is called, with its unit where the name does not hold it.
	gk.headed = function (column) {
		const unit = column.percent ? "%" : said(column.unit),
			title = said(column.title);
		const told = !unit || (unit.length > 3 && title.toLowerCase().includes(unit.toLowerCase()));
		return told ? title : `${title} (${unit})`;
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
	const rows = (list) => list.map((row) => ({ ...row, on: !state.off[row.key], ...modes(row.key) }));
	gk.layerRows = (name) => rows(gk.head.list[name]);
	function modes(key) {
		const layer = gk.head.points.find((each) => each.layer === key && each.kind === "events");
		if (!layer || state.off[key]) return { modes: [], parts: [] };
		const chosen = gk.modeOf(layer);
		return {
			about: said(layer.title),
			heat: chosen === "heat" && t("heat_about", gk.long(gk.heatReach())),
			modes: ["points", "clusters", "heat"].map((value) => ({ value, text: t(value), on: value === chosen })),
			parts: (layer.classes || []).map(([text, colour], i) => ({
				key: `${key}/${i}`,
				text,
				on: !state.off[`${key}/${i}`],
				colour: chosen === "points" && colour,
				mark: "#gk-events",
			})),
		};
	}
	views.layers = function () {
		const groups = gk.head.list.groups.map(({ title, of }) => ({ title, rows: gk.layerRows(of) }));
		return { own: gk.layerRows("own"), groups: groups.filter((group) => group.rows.length) };
	};
	gk.do.toggle = ({ key, on }) => set({ off: { ...state.off, [key]: on } });
	gk.do.mode = ({ key, value }) => set({ modes: { ...state.modes, [key]: value } });
	// Every mark that is drawn now, for the key of a printed page.
	gk.marks = () =>
		["points", "walks", "findings", "changes"]
			.flatMap(gk.layerRows)
			.filter(({ on }) => on)
			.flatMap((row) => [row, ...row.parts.filter((part) => part.on && part.colour)]);
}
