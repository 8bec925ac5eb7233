// Words, numbers, elements and signals: what every other part of the page speaks with.
"use strict";
{
  gk.state = { lang: "zh", theme: "light", measure: 0, plan: 0, grid: -1, cell: -1, hover: -1, off: {}, modes: {}, from: -Infinity, to: Infinity };

  // ---------------------------------------------------------------- words
  const other = () => (gk.state.lang === "zh" ? 1 : 0);
  gk.said = (pair) => (pair ? pair[other()] || pair[0] : "");
  gk.t = function (key, ...facts) {
    const text = gk.said(gk.head.words[key]) || key;
    return text.replace(/\{(\d)\}/g, (whole, i) => (i in facts ? facts[i] : whole));
  };
  // Measures of services say nothing without their layer's name.
  gk.titleOf = (column) => (column.kind === "balance" || !gk.head.layers[column.layer] ? "" : `${gk.said(gk.head.layers[column.layer])}${gk.t("colon")}`) + gk.said(column.title);
  // Both languages part thousands by commas; Intl would do it too, but takes a tenth of the page's start to load.
  gk.number = function (value, digits = 0) {
    const [whole, rest] = (Number(value.toFixed(digits)) || 0).toFixed(digits).split("."); // no "-0"
    return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest ? `.${rest}` : "");
  };
  gk.day = (minutes) => new Date(minutes * 60000).toISOString().slice(0, 10);
  gk.minute = (minutes) => new Date(minutes * 60000).toISOString().slice(0, 16).replace("T", " ");

  // A measure's value as text: a share as per cent, a small count (and what would tell it) as withheld.
  gk.value = function (column, value, bare) {
    if (value === null || value === undefined || value !== value) return "–";
    if (value === "hidden") return gk.t("kept");
    const unit = bare ? "" : gk.said(column.unit);
    if (column.percent) return `${gk.number(value * 100, column.digits)} %`;
    return gk.number(value, column.digits) + (unit ? ` ${unit}` : "");
  };

  // ---------------------------------------------------------------- elements
  // el("p.quiet", { id: "x" }, ...children): text only ever becomes a text node, so that nothing in the data is markup.
  gk.el = function (kind, ...children) {
    const [tag, ...classes] = kind.split("."), element = document.createElement(tag);
    const options = children[0] && children[0].constructor === Object ? children.shift() : {};
    if (classes.length) element.className = classes.join(" ");
    if (tag === "button") element.type = "button";
    for (const [name, value] of Object.entries(options)) {
      if (value === undefined || value === null || value === false) continue;
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (name === "label") element.setAttribute("aria-label", value);
      else if (name in element && name !== "list" && name !== "role") element[name] = value;
      else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.flat().filter((child) => child || child === 0));
    return element;
  };

  const ICONS = {
    plus: "M12 5v14M5 12h14",
    minus: "M5 12h14",
    home: "M4 11l8-7 8 7M6 10v10h12V10",
    full: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
    ruler: "M3 17L17 3l4 4L7 21zM7 13l2 2M10 10l2 2M13 7l2 2",
    print: "M7 9V3h10v6M7 18H4v-8h16v8h-3M7 14h10v7H7z",
    table: "M4 5h16v14H4zM4 10h16M4 15h16M10 5v14",
    layers: "M12 3l9 5-9 5-9-5zM3 13l9 5 9-5",
    close: "M5 5l14 14M19 5L5 19",
    play: "M7 4l13 8-13 8z",
    pause: "M8 4v16M16 4v16",
    undo: "M8 5L4 9l4 4M4 9h10a6 6 0 0 1 0 12H9",
    redo: "M16 5l4 4-4 4M20 9H10a6 6 0 0 0 0 12h5",
    moon: "M20 14A8 8 0 1 1 10 4a6.5 6.5 0 0 0 10 10z",
    lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    swipe: "M12 3v18M8 8l-4 4 4 4M16 8l4 4-4 4",
  };
  gk.icon = function (name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", ICONS[name]);
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("class", "icon");
    svg.append(path);
    return svg;
  };
  gk.button = (icon, key, onclick, options = {}) => gk.el("button", { title: gk.t(key), label: gk.t(key), onclick, ...options }, gk.icon(icon));
  gk.press = (text, onclick, options = {}) => gk.el("button", { onclick, ...options }, text);
  // A choice among [value, text] pairs; it calls back with the value that is picked.
  gk.pick = function (label, pairs, picked, chosen) {
    const select = gk.el("select", { label, onchange: () => picked(select.value) }, pairs.map(([value, text]) => gk.el("option", { value, selected: value === chosen }, text)));
    return select;
  };
  gk.facts = (pairs) => gk.el("dl", pairs.flatMap(([name, value]) => [gk.el("dt", name), gk.el("dd", value)]));

  gk.plain = (text, onclick) => gk.press(text, onclick, { className: "plain grow" });
  gk.shows = (name) => gk.head.view.shows.includes(name);
  gk.stamp = ({ view, approval }) => (view.audience === "internal" ? gk.t("internal") : approval ? gk.t("approved", approval) : gk.t("no_approval"));
  gk.begin = []; // what other parts do once the map stands

  // ---------------------------------------------------------------- signals
  const listeners = [];
  gk.on = (topics, heard) => listeners.push([topics.split(" "), heard]);
  gk.fire = function (...topics) {
    for (const [wanted, heard] of listeners) if (wanted.some((topic) => topics.includes(topic))) heard(topics);
  };
  gk.set = function (topic, changes) {
    Object.assign(gk.state, changes);
    gk.fire(topic);
  };

  // ---------------------------------------------------------------- files
  gk.download = function (name, type, text) {
    const link = gk.el("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  // What a live region reads out.
  gk.tell = (text) => {
    gk.live.textContent = text;
  };
}
