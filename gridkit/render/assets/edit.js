// Edits: units move, are locked, places are commented on; all of it undone, kept, saved in a copy, and exported.
"use strict";
{
  const { el, number, said, t } = gk;
  const SCHEMA = "gridkit-edits", VERSION = 1, NEXT = { open: "accepted", accepted: "declined", declined: "open" };
  const past = [];
  let edits = null, future = [], first = null, locked = null;
  const plan = () => gk.plans[0], now = () => new Date().toISOString().slice(0, 19) + "Z";
  const key = () => `gridkit:${plan().digest}`;
  gk.edits = () => edits;

  // ---------------------------------------------------------------- state
  function apply() {
    const { cells } = plan(), place = new Map(cells.ids.map((id, i) => [id, i]));
    cells.own.set(first);
    for (const move of edits.moves) if (place.has(move.unit_id) && plan().ids.includes(move.to)) cells.own[place.get(move.unit_id)] = plan().ids.indexOf(move.to);
    locked = Uint8Array.from(cells.startLocked);
    for (const { unit_id, grid_id, locked: on } of edits.locks) {
      if (unit_id) locked[place.get(unit_id)] = on;
      else cells.own.forEach((grid, cell) => plan().ids[grid] === grid_id && (locked[cell] = on));
    }
    gk.regroup(plan());
    totals();
    gk.fire("edit");
  }
  // What adds up is added up again; a deviation follows the measure that was balanced; the rest waits for the import.
  function totals() {
    const { cells, columns, band, count } = plan(), sums = {};
    for (const name of ["people", "households", "area_m2"]) {
      if (!cells[name]) continue;
      sums[name] = new Array(count).fill(0);
      cells.own.forEach((grid, cell) => (sums[name][grid] += cells[`${name}Of`][cell] || 0));
    }
    for (const column of columns) {
      if (sums[column.name]) column.of = sums[column.name];
      else if (column.name === "deviation" && sums[band[0]] && band[2]) column.of = sums[band[0]].map((sum) => sum / band[2] - 1);
    }
  }
  function keep() {
    try {
      localStorage.setItem(key(), JSON.stringify({ ...edits, author: undefined })); // a name is not kept
    } catch (error) {
      // Storage is off or full: the copy and the export are still there.
    }
  }
  function change(act) {
    past.push(JSON.stringify(edits));
    future = [];
    act();
    keep();
    apply();
  }
  function turn(from, to) {
    if (!from.length) return;
    to.push(JSON.stringify(edits));
    edits = JSON.parse(from.pop());
    keep();
    apply();
  }
  gk.undo = () => turn(past, future);
  gk.redo = () => turn(future, past);

  // ---------------------------------------------------------------- acts
  const inGroup = (cell) => {
    const { group, count } = plan().cells;
    return group && group[cell] >= 0 ? [...Array(count).keys()].filter((other) => group[other] === group[cell]) : [cell];
  };
  gk.moveUnit = function (cell, to, reason) {
    const { cells, ids } = plan(), all = inGroup(cell);
    if (all.some((each) => locked[each])) return gk.tell(t("is_locked"));
    change(() => {
      for (const each of all) {
        const from = ids[first[each]], before = edits.moves.findIndex((move) => move.unit_id === cells.ids[each]);
        if (before >= 0) edits.moves.splice(before, 1);
        if (from !== ids[to]) edits.moves.push({ unit_id: cells.ids[each], from, to: ids[to], ...(reason && { reason }), time: now() });
      }
    });
    gk.set("select", { grid: to, cell });
    return gk.tell(`${cells.ids[cell]} → ${ids[to]}`);
  };
  gk.lock = function (what, on) {
    change(() => {
      edits.locks = edits.locks.filter((lock) => lock.unit_id !== what.unit_id || (!what.unit_id && lock.grid_id !== what.grid_id));
      edits.locks.push({ ...what, locked: on, time: now() });
    });
  };
  gk.comment = function (text, at, about) {
    const id = `c${Date.now().toString(36)}${edits.comments.length}`;
    change(() => edits.comments.push({ id, ...about, lon: +at.lng.toFixed(6), lat: +at.lat.toFixed(6), text, ...(edits.author && { author: edits.author }), time: now(), status: "open" }));
  };

  // Whether a grid is in one piece: its cells are walked over the arcs they share.
  function whole(grid) {
    const { left, right, own } = plan().cells, members = plan().members[grid], near = new Map(members.map((cell) => [cell, []]));
    left.forEach((a, arc) => right[arc] >= 0 && own[a] === grid && own[right[arc]] === grid && (near.get(a).push(right[arc]), near.get(right[arc]).push(a)));
    const seen = new Set(members.slice(0, 1)), stack = [...seen];
    while (stack.length) for (const next of near.get(stack.pop())) if (!seen.has(next)) stack.push(next) && seen.add(next);
    return seen.size === members.length;
  }
  // The grids of its community that a unit may go to, those it touches first.
  function targets(cell) {
    const { cells, parentOf, members, ids } = plan(), home = cells.own[cell], near = new Set();
    cells.left.forEach((a, arc) => {
      if (a === cell && cells.right[arc] >= 0) near.add(cells.own[cells.right[arc]]);
      if (cells.right[arc] === cell) near.add(cells.own[a]);
    });
    const may = (grid) => grid !== home && parentOf[grid] === parentOf[home] && members[grid].length;
    return [[...near].filter(may), [...ids.keys()].filter((grid) => may(grid) && !near.has(grid))];
  }
  function state(grid) {
    const { band, columns } = plan(), column = columns.find((each) => each.name === band[0]);
    if (!column || !band[2]) return "";
    const value = column.of[grid], out = value < band[1] ? "below" : value > band[3] ? "above" : "inside";
    return el(`p.band.${out}`, `${said(column.title)} ${gk.value(column, value)} · ${t(out, number(band[1]), number(band[3]))}`);
  }

  // ---------------------------------------------------------------- card
  const pressed = (on) => ({ "aria-pressed": String(Boolean(on)) });
  const lockButton = (word, on, what) => gk.press([gk.icon("lock"), ` ${t(word)}`], () => gk.lock(what, !on), pressed(on));
  function unitParts(cell, grid) {
    const { cells, ids, short, members } = plan(), name = cells.ids[cell];
    if (cell < 0) return [el("p.quiet", t("pick_unit")), gk.pick(t("unit"), [["", t("unit")], ...members[grid].map((each) => [each, cells.ids[each]])], (value) => gk.set("select", { cell: Number(value) }))];
    const [near, far] = targets(cell), people = cells.peopleOf ? ` · ${number(cells.peopleOf[cell])} ${t("people")}` : "";
    const pick = far.length > 0 && gk.pick(t("move_far"), [["", t("move_far")], ...far.map((to) => [to, ids[to]])], (value) => gk.moveUnit(cell, Number(value)));
    return [el("p", `${t("unit")} ${name}${people}`),
      locked[cell] ? el("p.quiet", t("is_locked")) : el("div.moves", near.map((to) => gk.press(`→ ${short[to]}`, () => gk.moveUnit(cell, to))), pick),
      lockButton("lock_unit", locked[cell], { grid_id: ids[grid], unit_id: name })];
  }
  gk.drawMove = function (shown, grid) {
    const { cells, ids, members, boxes } = plan(), { cell } = gk.state, [west, north, east, south] = boxes[grid];
    const text = el("textarea", { rows: 2, label: t("comment"), placeholder: t("comment") }), at = () => gk.state.at || gk.latlng((west + east) / 2, (north + south) / 2);
    const send = () => text.value.trim() && gk.comment(text.value.trim(), at(), { grid_id: ids[grid], ...(cell >= 0 && { unit_id: cells.ids[cell] }) });
    return el("section.edit", el("h3", t("edit")), state(grid), !whole(grid) && el("p.band.below", t("apart")), unitParts(cell, grid),
      lockButton("lock_grid", members[grid].every((each) => locked[each]), { grid_id: ids[grid] }), text, gk.press(t("add_comment"), send, { className: "first" }));
  };

  // ---------------------------------------------------------------- panel
  gk.drawEdits = function () {
    const { moves, comments, locks } = edits, { answers } = gk.head, notes = (rows) => el("ul.notes", rows.map((row) => el("li", row)));
    const place = (each) => gk.plain(each.text, () => gk.map.setView([each.lat, each.lon], Math.max(15, gk.map.getZoom())));
    const turned = (each) => () => change(() => (edits.comments.find(({ id }) => id === each.id).status = NEXT[each.status]));
    const author = el("input", { type: "text", value: edits.author || "", placeholder: t("author"), label: t("author"), onchange: () => { edits.author = author.value.trim() || undefined; keep(); } });
    return gk.section("edits",
      el("p.quiet", moves.length || comments.length || locks.length ? t("n_edits", moves.length, comments.length) : t("edit_help")),
      el("div.top", gk.button("undo", "undo", gk.undo, { disabled: !past.length }), gk.button("redo", "redo", gk.redo, { disabled: !future.length }), author),
      notes([...moves.slice(-6).map((move) => `${move.unit_id}: ${move.from} → ${move.to}`), ...comments.map((each) => [place(each), gk.press(t(each.status), turned(each), { title: t("status") })])]),
      answers.length > 0 && [el("h3", t("answers")), notes(answers.map((each) => [place(each), el("small", [t(each.status), said(each.answer)].filter(Boolean).join(" · "))]))],
      el("div.moves", gk.press(t("save_copy"), gk.saveCopy, { className: "first" }), gk.press(t("export"), () => gk.download("edits.json", "application/json", JSON.stringify({ ...edits, exported: now() }, null, 1))), gk.press(t("discard"), () => change(() => (edits = fresh())))));
  };

  // ---------------------------------------------------------------- map
  gk.paintEdits = function (shown, context, camera) {
    if (shown !== plan()) return;
    const theme = gk.theme(), moved = edits.moves.map((move) => shown.cells.ids.indexOf(move.unit_id)).filter((cell) => cell >= 0);
    const line = (cells, colour, pixels, dash) => gk.stroke(context, camera, gk.cellPath(shown.cells, cells), colour, pixels, dash);
    if (moved.length) line(moved, "#d55e00", 2.6, [6, 3]);
    const held = [...locked.keys()].filter((cell) => locked[cell]);
    if (held.length && camera.zoom > 13) line(held, theme.street, 2, [2, 3]);
    if (gk.state.cell >= 0 && !gk.printing) line([gk.state.cell], "#e69f00", 3.4, []);
  };
  gk.paintNotes = function (context, camera) {
    [...edits.comments, ...gk.head.answers].forEach((each, i) => {
      const [x, y] = gk.pixel(camera, gk.x(each.lon), gk.y(each.lat));
      context.beginPath();
      context.moveTo(x, y);
      context.arc(x, y - 16, 10, 0.75 * Math.PI, 0.25 * Math.PI);
      context.closePath();
      Object.assign(context, { fillStyle: each.status === "open" ? "#b3261e" : "#5b6b66", strokeStyle: "#fff", lineWidth: 1.6, font: "600 11px sans-serif", textAlign: "center", textBaseline: "middle" });
      context.fill();
      context.stroke();
      context.fillStyle = "#fff";
      context.fillText(i + 1, x, y - 16);
    });
  };

  // ---------------------------------------------------------------- files
  // The page writes itself again: without what the scripts have drawn, with the edits beside the data.
  gk.saveCopy = function () {
    const copy = document.documentElement.cloneNode(true);
    copy.querySelector("#gk-app").textContent = "";
    copy.querySelector("#gk-app").removeAttribute("class");
    copy.querySelector("#gk-notice").removeAttribute("hidden");
    copy.removeAttribute("data-ready");
    const old = copy.querySelector("#gridkit-edits");
    if (old) old.remove();
    const script = document.createElement("script");
    script.type = "application/json";
    script.id = "gridkit-edits";
    script.textContent = JSON.stringify(edits).replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
    const island = copy.querySelector("#gk-island"), { lastChild } = copy.querySelector("body");
    if (lastChild.nodeType === 3) lastChild.data = "\n"; // or every copy would end in one more line
    island.parentNode.insertBefore(script, island);
    gk.download(`${gk.head.title}-${t("annotated")}.html`.replace(/[\\/:*?"<>|\s]+/g, "-"), "text/html", `<!DOCTYPE html>\n${copy.outerHTML}\n`);
  };
  const fresh = () => ({ schema: SCHEMA, version: VERSION, plan: plan().digest, moves: [], locks: [], comments: [] });
  function stored() {
    const inside = document.getElementById("gridkit-edits");
    const candidates = [() => inside && inside.textContent, () => localStorage.getItem(key())];
    for (const read of candidates) {
      try {
        const found = JSON.parse(read());
        if (found && found.schema === SCHEMA && found.plan === plan().digest) return found;
      } catch (error) {
        // Not readable, or storage is off: go on to the next.
      }
    }
    return fresh();
  }

    gk.prepare = function () {
    const { cells } = plan();
    first = Int32Array.from(cells.own);
    cells.startLocked = Uint8Array.from(gk.integers(cells.locked));
    if (cells.group) cells.group = gk.integers(cells.group);
    locked = Uint8Array.from(cells.startLocked);
    for (const name of ["people", "households", "area_m2"]) if (cells[name]) gk.lazily(cells, `${name}Of`, () => gk.measures(cells[name]));
    edits = stored();
  };
  gk.begin.push(() => {
    if (edits.moves.length || edits.locks.length) apply();
    gk.map.on("click", (event) => (gk.state.at = event.latlng));
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || /INPUT|TEXTAREA/.test(event.target.tagName)) return;
      const act = { z: event.shiftKey ? gk.redo : gk.undo, y: gk.redo }[event.key.toLowerCase()];
      if (act) event.preventDefault() || act();
    });
  });
}
