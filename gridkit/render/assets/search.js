// Search: codes, names, streets and places, by any part, in English, or by the initials of their pinyin.
"use strict";
{
  const { el, t } = gk;
  let index = null, found = [], at = 0;

  // Initials and the whole reading of a name: as it is read, else character by character.
  gk.spelt = function (name) {
    const known = (text) => Object.prototype.hasOwnProperty.call(gk.head.pinyin, text) && gk.head.pinyin[text];
    const syllables = known(name) || [...name].map((sign) => (known(sign) || [sign])[0]);
    return `${syllables.map((syllable) => syllable[0]).join("")} ${syllables.join("")}`;
  };
  function build() {
    const [plan] = gk.plans, list = [];
    const add = (kind, name, latin, go) => name && list.push({ kind, name, latin: latin || "", go, keys: `${name} ${latin || ""} ${gk.spelt(name)}`.toLowerCase() });
    plan.ids.forEach((id, grid) => {
      const name = plan.names && plan.names[grid], go = () => gk.select(grid, { go: true, focus: true });
      add("grid", id, name, go);
      add("grid", name, id, go);
    });
    plan.parents.forEach(([, name], parent) => add("parent", name, "", () => gk.map.fitBounds(plan.boxes.filter((box, grid) => plan.parentOf[grid] === parent).map(gk.bounds).reduce((all, box) => all.extend(box)))));
    for (const [kind, table] of Object.entries(gk.head.base)) {
      if (!table.names) continue;
      gk.openBase(table);
      table.names.forEach((pair, name) => {
        const shape = table.nameOf.indexOf(name), from = table.sizesAt[table.partsAt[shape]], i = (from + table.sizesAt[table.partsAt[shape] + 1]) >> 1;
        add(kind, ...pair, () => show(table.px[i], table.py[i]));
      });
    }
    for (const layer of gk.head.points) if (layer.labels) gk.openPoints(layer).labels.forEach((name, i) => add("place", name, "", () => show(layer.px[i], layer.py[i])));
    return list;
  }
  function show(x, y) {
    const ring = L.circleMarker(gk.latlng(x, y), { radius: 16, color: "#d55e00", weight: 3, fill: false }).addTo(gk.map);
    gk.map.setView(gk.latlng(x, y), Math.max(16, gk.map.getZoom()));
    setTimeout(() => ring.remove(), 4000);
  }

  gk.match = function (text) {
    const wanted = text.trim().toLowerCase();
    if (!wanted) return [];
    index = index || build();
    const rank = (entry) => (entry.name.toLowerCase().startsWith(wanted) ? 0 : entry.keys.includes(` ${wanted}`) ? 1 : 2);
    return index.filter((entry) => entry.keys.includes(wanted)).sort((a, b) => rank(a) - rank(b) || a.name.length - b.name.length).slice(0, 12);
  };

  gk.drawSearch = function () {
    const options = el("ul", { id: "gk-found", role: "listbox", label: t("found"), hidden: true });
    const input = el("input", { type: "search", id: "gk-search", placeholder: t("search_for"), label: t("search"), role: "combobox", "aria-autocomplete": "list", "aria-controls": "gk-found", "aria-expanded": "false", autocomplete: "off" });
    const draw = () => {
      options.hidden = !input.value.trim();
      input.setAttribute("aria-expanded", String(!options.hidden));
      if (found[at]) input.setAttribute("aria-activedescendant", `gk-found-${at}`);
      else input.removeAttribute("aria-activedescendant");
      options.replaceChildren(...found.map((entry, i) =>
        el("li", { id: `gk-found-${i}`, role: "option", "aria-selected": String(i === at), onpointerdown: (event) => { event.preventDefault(); take(i); } }, el("span.grow", entry.name, entry.latin && el("small", ` ${entry.latin}`)), el("small", t(entry.kind)))));
      if (!found.length) options.append(el("li.quiet", { role: "option", "aria-selected": "false" }, t("nothing")));
    };
    const take = (i) => {
      if (!found[i]) return;
      input.value = "";
      const { go } = found[i];
      found = [];
      draw();
      go();
    };
    const move = { ArrowDown: 1, ArrowUp: -1 };
    input.addEventListener("input", () => {
      [found, at] = [gk.match(input.value), 0];
      draw();
    });
    input.addEventListener("keydown", (event) => {
      if (event.key in move) at = (at + move[event.key] + found.length) % (found.length || 1);
      else if (event.key === "Enter") return take(at);
      else if (event.key === "Escape") [input.value, found] = ["", []];
      else return undefined;
      event.preventDefault();
      return draw();
    });
    input.addEventListener("blur", () => (options.hidden = true));
    return el("div.search", input, options);
  };
}
