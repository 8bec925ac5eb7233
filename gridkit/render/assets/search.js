// Search: codes, names, streets and places, by any part, in English, or by the initials of their pinyin.
"use strict";
{
	const { t } = gk;
	let index = null;

	// Initials and the whole reading of a name: as it is read, else character by character.
	gk.spelt = function (name, pinyin) {
		const syllables = pinyin.get(name) || [...name].map((sign) => (pinyin.get(sign) || [sign])[0]);
		return `${syllables.map(([first]) => first).join("")} ${syllables.join("")}`;
	};
	function build() {
		const [plan] = gk.plans, { texts, kinds, of, at } = gk.head.names, found = [], pinyin = new Map(Object.entries(gk.head.pinyin));
		const add = (kind, name, latin, go) => name && found.push({ kind: t(kind), name, latin, go, keys: ` ${name} ${latin || ""} ${gk.spelt(name, pinyin)}`.toLowerCase() });
		plan.ids.forEach((id, grid) => add("grid", id, plan.names?.[grid], () => gk.select(grid, { go: true, focus: true })));
		plan.parents.forEach((name, parent) => add("parent", name, "", () => gk.map.fitBounds(gk.bounds(gk.boxAround(plan.boxes.filter((_, grid) => plan.parentOf[grid] === parent))))));
		texts.forEach(([kind, name, latin], i) => add(kinds[kind].word, name, latin, () => show(at[of.indexOf(i)])));
		for (const { labels = [], at: places, note } of gk.head.points) if (!note) labels.forEach((name, i) => add("place", name, "", () => show(places[i])));
		return found;
	}
	function show(place) {
		const ring = L.circleMarker(gk.latlng(place), { radius: 16, color: "#d55e00", weight: 3, fill: false }).addTo(gk.map);
		gk.map.setView(gk.latlng(place), Math.max(16, gk.map.getZoom()));
		setTimeout(() => ring.remove(), 4000);
	}
	// Best are those that begin so, then those of which a word does.
	function match(text) {
		index = index || build();
		const rank = ({ keys }) => (keys.startsWith(` ${text}`) ? 0 : keys.includes(` ${text}`) ? 1 : 2);
		return index.filter(({ keys }) => keys.includes(text)).sort((a, b) => rank(a) - rank(b) || a.name.length - b.name.length).slice(0, 12);
	}

	const typed = () => gk.at("search").value.trim().toLowerCase();
	gk.views.found = () => typed() && { found: match(typed()), none: !match(typed()).length && t("nothing") };
	gk.do.search = function () {
		gk.show("found");
		gk.tell(typed() && `${t("found")} ${gk.at("found").querySelectorAll("button").length}`);
	};
	gk.do.take = function ({ go }) {
		gk.at("search").value = "";
		gk.show("found");
		go();
	};
	gk.begin.push(() => {
		index = null;
		// Enter takes the first; the arrows walk through the list.
		gk.at("search").parentNode.onkeydown = function (event) {
			const rows = [gk.at("search"), ...gk.at("found").querySelectorAll("button")], step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
			if (event.key === "Enter" && event.target === rows[0]) rows[1]?.click();
			if (event.key === "Escape") rows[0].value = "";
			if (event.key === "Escape") gk.show("found");
			if (!step) return;
			event.preventDefault();
			rows[(rows.indexOf(event.target) + step + rows.length) % rows.length].focus();
		};
	});
}
