// Search: codes, names, streets and places, by any part, in English, or by the initials of their pinyin.
"use strict";
{
	const { t } = gk;
	let index = null,
		spoken = null;

	// Initials and the whole reading of a name: as it is read, else character by character.
	gk.spelt = function (name, pinyin) {
		const syllables = pinyin.get(name) || [...name].map((sign) => (pinyin.get(sign) || [sign])[0]);
		return `${syllables.map(([first]) => first).join("")} ${syllables.join("")}`;
	};
	let found = [];
	function build() {
		found = [];
		const [plan] = gk.plans,
			{ texts, kinds, of, at } = gk.head.names,
			pinyin = new Map(Object.entries(gk.head.pinyin));
		const add = function (kind, name, latin, go, spelt = "") {
			const keys = spelt || `${gk.spelt(name, pinyin)} ${gk.spelt(latin || "", pinyin)}`;
			if (name) found.push({ kind, name, latin, go, keys: ` ${name} ${latin || ""} ${keys}`.toLowerCase() });
		};
		// What is called otherwise in another language is found by that name too.
		const other = (name) => [].concat(name).filter((each) => each !== gk.said(name)).join(" ");
		plan.ids.forEach((id, grid) =>
			add("grid", gk.called(plan, grid), id, () => gk.select(grid, { go: true, focus: true })),
		);
		plan.parents.forEach((name, parent) =>
			add("parent", gk.said(name), other(name), () =>
				gk.map.fitBounds(gk.bounds(gk.boxOf(plan.boxes.filter((_, grid) => plan.parentOf[grid] === parent)))),
			),
		);
		houses(add, pinyin);
		texts.forEach(([kind, name, latin], i) => add(kinds[kind].word, name, latin, () => show(at[of.indexOf(i)])));
		for (const { labels = [], at: places, note } of gk.head.points) {
			if (!note) labels.forEach((name, i) => add("place", gk.said(name), other(name), () => show(places[i])));
		}
		return found;
	}
	// House numbers: typed as they are written, or after the initials or pinyin of their compound or street.
	function houses(add, pinyin) {
		const { streets = [], of = [], numbers = [], at } = gk.head.houses || {},
			spelt = streets.map(([name]) => gk.spelt(name, pinyin).split(" "));
		let street = 0;
		of.forEach((step, i) => {
			street += step;
			const [name, latin] = streets[street],
				number = numbers[i],
				keys = spelt[street].map((each) => each + number).join(" ");
			add("house", name + number, latin && `${number} ${latin}`, () => show(at[i]), keys);
		});
	}
	// A place is gone to, and its grid chosen: whoever looks for an address asks which grid it is in.
	function show(place) {
		const cell = gk.cellAt(gk.here(), { x: place[0], y: place[1] });
		if (cell >= 0) gk.select(gk.here().cells.own[cell], { cell });
		const ring = L.circleMarker(gk.latlng(place), { radius: 16, color: "#d55e00", weight: 3, fill: false });
		ring.addTo(gk.map);
		gk.map.setView(gk.latlng(place), Math.max(16, gk.map.getZoom()));
		setTimeout(() => ring.remove(), 4000);
	}
	// Best are those that begin so, then those of which a word does.
	function match(text) {
		if (spoken !== gk.state.lang) index = build(); // names of grids are said in the reader's language
		spoken = gk.state.lang;
		const rank = ({ keys }) => (keys.startsWith(` ${text}`) ? 0 : keys.includes(` ${text}`) ? 1 : 2);
		return index
			.filter(({ keys, kind }) => keys.includes(text) && (kind !== "house" || /\d/.test(text)))
			.sort((a, b) => rank(a) - rank(b) || a.name.length - b.name.length)
			.slice(0, 12);
	}

	// The focus stays in the box: arrows choose from the list, Enter takes what is chosen or else the first.
	let hits = [],
		at = -1;
	gk.views.found = function () {
		const box = gk.at("search"),
			text = box.value.trim().toLowerCase().replace(/\s+/g, " ");
		hits = text ? match(text).map((each, i) => ({ ...each, id: `gk-hit${i}`, on: i === at })) : [];
		box.setAttribute("aria-expanded", hits.length > 0);
		box.setAttribute("aria-activedescendant", hits[at]?.id || "");
		return text && { found: hits.map((each) => ({ ...each, kind: t(each.kind) })), none: !hits.length && t("nothing") };
	};
	function choose(chosen) {
		at = chosen;
		gk.show("found");
	}
	gk.do.search = function (_, { value }) {
		choose(-1);
		gk.tell(value && `${t("found")} ${hits.length}`);
	};
	gk.do.take = function ({ go }) {
		gk.at("search").value = "";
		choose(-1);
		go();
	};
	gk.begin.push(() => {
		gk.at("search").onkeydown = function (event) {
			const { key, target } = event,
				step = { ArrowDown: 1, ArrowUp: -1 }[key],
				many = hits.length + 1;
			if (key === "Enter" && hits.length) gk.do.take(hits[Math.max(0, at)]);
			if (key === "Escape") target.value = "";
			if (step || key === "Escape") choose(step ? ((at + 1 + step + many) % many) - 1 : -1);
			// Arrows would move the cursor in the box as well.
			if (step) event.preventDefault();
		};
	});
}
