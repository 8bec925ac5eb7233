// Words, numbers, the state of the page, and how the parts of page.html are filled from it.
"use strict";
{
	const nothing = { grid: -1, cell: -1, hover: -1, point: null },
		all = { off: {}, modes: {}, from: 0, to: Infinity };
	gk.state = { lang: "zh", theme: "light", measure: 0, plan: 0, edits: 0, ...nothing, ...all };
	// By part of the page: the fields that fill it; nothing where it is not shown. What stays as it is comes from Python.
	gk.views = {};
	gk.do = {}; // by act: what it does, given those fields and the element
	gk.keys = {}; // by key, "^" before it with Ctrl: what it does; false where it does nothing
	gk.begin = []; // what a module does once the map stands
	gk.sheets = {};
	gk.kept = {}; // by name: what a module keeps in the address, as a function that tells it and one that takes it back
	const late = new Set();
	// What changed of the state is drawn again where it is shown, and nowhere else: parts of page.html name what they
	// show of it in data-of, sheets and others when they are added.
	const watches = [];
	gk.watch = (of, follow) => watches.push([of.split(" "), follow]);
	gk.set = function (changes) {
		const changed = Object.keys(changes).filter((key) => changes[key] !== gk.state[key]);
		Object.assign(gk.state, changes);
		if (changed.includes("lang")) gk.show("*");
		else changed.forEach((key) => document.querySelectorAll(`[data-of~="${key}"]`).forEach((part) => late.add(part)));
		const parts = [...late];
		late.clear();
		fill(parts);
		watches.forEach(([of, follow]) => changed.some((key) => of.includes(key)) && follow());
	};

	// ---------------------------------------------------------------- words
	// A text is the same in all languages, or one for each, in the order of head.languages.
	gk.spoken = () =>
		Math.max(
			0,
			gk.head.languages.findIndex(([code]) => code === gk.state.lang),
		);
	gk.said = (text) => (Array.isArray(text) ? text[gk.spoken()] || text[0] : (text ?? ""));
	gk.t = (key, ...facts) => gk.said(gk.head.words[key]).replace(/\{(\d)\}/g, (whole, i) => gk.said(facts[i]));
	// Both languages part thousands by commas. No "-0".
	gk.number = (value, digits = 0) =>
		(Number(value.toFixed(digits)) || 0).toFixed(digits).replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ",");
	// The patterns of numbers and times, as language/numbers.py made them.
	const put = (pattern, facts) =>
		pattern.replace(/\{(\w+)(?::0(\d))?\}/g, (_, name, wide) => String(facts[name]).padStart(wide || 0, "0"));
	const patterns = () => gk.head.languages[gk.spoken()][3];
	// A number with its unit: the code of one, or a text.
	gk.quantity = function (value, unit, digits = 0) {
		const { quantity, percent, units } = patterns(),
			number = typeof value === "number" ? gk.number(value * (unit === "%" ? 100 : 1), digits) : value;
		if (unit === "%") return put(percent, { number });
		const name = units[unit] ? units[unit][value === 1 ? 0 : 1] : gk.said(unit);
		return name ? put(quantity, { number, unit: name }) : number;
	};
	gk.long = (metres, digits = 2) =>
		metres < 1000 ? gk.quantity(metres, "m") : gk.quantity(metres / 1000, "km", digits);
	gk.day = (minutes) => {
		const at = new Date(minutes * 60000);
		return put(patterns().date, { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate() });
	};
	gk.minute = (minutes) =>
		put(patterns().time, { date: gk.day(minutes), hour: Math.floor(minutes / 60) % 24, minute: minutes % 60 });
	// A measure's value as text: a share as per cent, a small count (and what would tell it) as withheld.
	gk.value = function ({ of, percent, digits, unit, factor = 1 }, grid, bare) {
		const value = of[grid];
		if (typeof value !== "number") return value ? gk.t("kept") : "–";
		return gk.quantity(value * factor, percent ? "%" : bare ? "" : unit, digits);
	};
	// A share with its n of N, where known.
	gk.share = function (column, grid) {
		const [above, below] = (column.parts || []).map((part) => part[grid]),
			value = gk.value(column, grid);
		return typeof below === "number" && typeof column.of[grid] === "number"
			? `${value} · ${gk.t("n_of", gk.number(above), gk.quantity(below, column.counted))}`
			: value;
	};
	gk.joined = (texts, by = " · ") => texts.filter(Boolean).join(by);
	// What a live region reads out.
	gk.tell = (text) => (gk.at("live").textContent = text);

	// ---------------------------------------------------------------- parts
	// The marks of page.html name fields of the part's view: data-each repeats an element for every item of a list,
	// data-if leaves it out, data-text fills it, data-set sets its properties; data-do names an act, data-word and
	// data-label a text of the page, data-use a template. Text from data only ever becomes a text node.
	const lacks = (value) => !value || value.length === 0;
	function grown(node, model) {
		const { each, if: wanted } = node.dataset || {};
		if (wanted && lacks(model[wanted])) return [];
		return each
			? (model[each] || []).map((item) => grow(node, Object.assign(Object.create(model), item)))
			: [grow(node, model)];
	}
	function grow(node, model) {
		const copy = Object.assign(node.cloneNode(), { model }),
			{ text, set, use } = node.dataset || {};
		if (text) copy.append(gk.said(model[text]));
		else if (copy.append) {
			copy.append(...[...(use ? gk.at(use).content : node).childNodes].flatMap((child) => grown(child, model)));
		}
		for (const [name, field] of set ? set.split(" ").map((pair) => pair.split("=")) : []) {
			if (name === "class") copy.classList.add(model[field]);
			else if (name in copy && name !== "href") copy[name] = model[field];
			else copy.setAttribute(name, model[field]);
		}
		return copy;
	}
	// What was scrolled or had the focus in a part stays so. All of it is asked before anything is filled: between two
	// changes each such question would lay the whole page out anew.
	const able = (part) => [...part.querySelectorAll("button,input,select,textarea,summary,[tabindex]")];
	function fill(parts) {
		const { activeElement } = document,
			held = parts.map((part) => (part.contains(activeElement) ? able(part).indexOf(activeElement) : -1)),
			tops = parts.map((part) => (part.pattern ? part.scrollTop : 0));
		for (const part of parts) {
			const { view } = part.dataset,
				model = gk.views[view] ? gk.views[view]() : gk.head.parts[view];
			part.pattern = part.pattern || [...part.childNodes];
			part.hidden = !model;
			part.replaceChildren(...(model ? part.pattern.flatMap((node) => grown(node, model)) : []));
			dress(part);
		}
		parts.forEach((part, i) => {
			if (tops[i]) part.scrollTop = tops[i];
			if (held[i] >= 0) able(part)[held[i]]?.focus();
		});
	}
	function dress(root) {
		for (const each of root.querySelectorAll("[data-word],[data-label],[data-do]")) {
			const { word, label, do: act, on = "onclick" } = each.dataset;
			if (word) each.textContent = gk.t(word);
			if (label) each.setAttribute("aria-label", gk.t(label));
			if (label && each.tagName === "BUTTON") each.title = gk.t(label);
			if (label && "placeholder" in each) each.placeholder = gk.t(label);
			if (act) each[on] = () => gk.do[act](each.model, each);
		}
	}
	gk.show = function (name) {
		if (name === "*") dress(document);
		fill([...document.querySelectorAll(name === "*" ? "[data-view]" : `[data-view=${name}]`)]);
	};
	gk.choices = (pairs, chosen) => pairs.map(([value, text]) => ({ value, text, on: value === chosen }));
}
