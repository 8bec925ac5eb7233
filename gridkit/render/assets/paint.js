// The ground and the grids: decoded once, kept as paths in local coordinates, painted for any camera.
"use strict";
{
  const THEMES = {
    light: { land: "#f8f7f3", green: "#dcead0", water: "#bcdcec", building: "#e2ddd3", compound: "#b9b0a0", wall: "#a79c8b", rail: "#8d8a86", casing: "#d6d0c4", roads: ["#cfc8ba", "#e9e4d9", "#ffffff", "#ffffff", "#ffe9b8", "#f9cf86"], ink: "#1d2a35", halo: "rgba(255,255,255,.88)", street: "#5e5a52", blue: "#2f6a8c", grid: "#33424f", unit: "rgba(51,66,79,.38)", parent: "#7a1f5c", plain: "#dfe3e6" },
    dark: { land: "#1b2229", green: "#22302a", water: "#1d3a4d", building: "#2a323a", compound: "#465462", wall: "#55616c", rail: "#65717c", casing: "#11161b", roads: ["#333e48", "#2f3943", "#3a4650", "#42505b", "#5b5b46", "#77673f"], ink: "#f0f4f7", halo: "rgba(15,20,25,.85)", street: "#a9b6c1", blue: "#7cc0e6", grid: "#0b0f13", unit: "rgba(11,15,19,.5)", parent: "#f3b4dc", plain: "#4b5761" },
  };
  gk.theme = () => THEMES[gk.state.theme];

  // ---------------------------------------------------------------- grids
  gk.noBox = () => [Infinity, Infinity, -Infinity, -Infinity];
  gk.reach = function (box, x, y) {
    if (x < box[0]) box[0] = x;
    if (y < box[1]) box[1] = y;
    if (x > box[2]) box[2] = x;
    if (y > box[3]) box[3] = y;
  };
  // Where the piece of a line that ends at vertex i crosses a parallel; NaN where it does not.
  gk.crossing = (px, py, i, y) => (py[i] > y !== py[i - 1] > y ? ((px[i - 1] - px[i]) * (y - py[i])) / (py[i - 1] - py[i]) + px[i] : NaN);

  function arcsOf({ parts, turns, refs }, cell) {
    return Array.from(refs.subarray(turns[parts[cell]], turns[parts[cell + 1]]), (ref) => ref >> 1);
  }
  // Cells are units where the view holds them, else whole grids; `grid[cell]` says to which grid a cell belongs.
  gk.openPlan = function (plan) {
    const { cells } = plan, x = gk.local(cells.x, gk.x), y = gk.local(cells.y, gk.y);
    const arc = gk.starts(gk.integers(cells.sizes)), arcs = arc.length - 1;
    const parts = gk.starts(gk.integers(cells.parts)), turns = gk.starts(gk.integers(cells.turns)), refs = gk.sums(cells.refs);
    const count = parts.length - 1;
    Object.assign(cells, { px: x, py: y, arc, parts, turns, refs, count });
    cells.own = cells.grid ? gk.sums(cells.grid) : Int32Array.from({ length: count }, (_, i) => i);
    plan.count = plan.ids.length;
    plan.parentOf = gk.integers(plan.parent);
    plan.tints = gk.integers(plan.tint);
    for (const column of plan.columns) gk.lazily(column, "of", () => gk.measures(column.values));

    // What lies on either side of an arc, and the box of each cell.
    cells.left = new Int32Array(arcs).fill(-1);
    cells.right = new Int32Array(arcs).fill(-1);
    cells.boxes = Array.from({ length: count }, gk.noBox);
    cells.boxes.forEach((box, cell) => {
      for (const a of arcsOf(cells, cell)) {
        if (cells.left[a] < 0) cells.left[a] = cell;
        else cells.right[a] = cell;
        for (let i = arc[a]; i < arc[a + 1]; i++) gk.reach(box, x[i], y[i]);
      }
    });
    plan.short = short(plan);
    gk.regroup(plan);
  };

  gk.parentOf = (plan, grid) => plan.parents[plan.parentOf[grid]][1];
  // Codes share a long beginning; on the map the rest is enough.
  function short({ ids, names }) {
    let shared = ids.length > 1 ? ids[0].length : 0;
    for (const id of ids) while (shared && !id.startsWith(ids[0].slice(0, shared))) shared--;
    shared = Math.max(0, Math.min(shared, ...ids.map((id) => id.length - 2)));
    const cut = (id) => (shared > 3 ? id.slice(shared) : id);
    return ids.map((id, i) => (names && names[i]) || cut(id));
  }

  // Which cells a grid has, its box and its label's place; again after every edit. Paths are made when they are needed.
  gk.regroup = function (plan) {
    const cells = plan.cells;
    plan.members = Array.from({ length: plan.count }, () => []);
    cells.own.forEach((grid, cell) => plan.members[grid].push(cell));
    plan.boxes = plan.members.map((members) => members.reduce((all, cell) => joined(all, cells.boxes[cell]), gk.noBox()));
    plan.fills = new Map();
    plan.lines = plan.anchors = null;
  };
  const joined = (a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];

  function follow(path, cells, ring) {
    const { turns, refs, arc, px, py } = cells;
    let begun = false;
    for (let r = turns[ring]; r < turns[ring + 1]; r++) {
      const a = refs[r] >> 1, back = refs[r] & 1, n = arc[a + 1] - arc[a];
      for (let k = begun ? 1 : 0; k < n; k++) {
        const i = back ? arc[a + 1] - 1 - k : arc[a] + k;
        if (begun) path.lineTo(px[i], py[i]);
        else path.moveTo(px[i], py[i]);
        begun = true;
      }
    }
    path.closePath();
  }

  gk.cellPath = function (cells, members, path = new Path2D()) {
    for (const cell of members) for (let ring = cells.parts[cell]; ring < cells.parts[cell + 1]; ring++) follow(path, cells, ring);
    return path;
  };

  // Borders, each arc once: inside a grid, between grids, and between parents or around the whole.
  function borders(plan) {
    const { cells, parentOf } = plan;
    const lines = { unit: new Path2D(), grid: new Path2D(), parent: new Path2D() };
    for (let a = 0; a < cells.left.length; a++) {
      const one = cells.own[cells.left[a]], two = cells.right[a] < 0 ? -1 : cells.own[cells.right[a]];
      trace(two < 0 || parentOf[one] !== parentOf[two] ? lines.parent : one === two ? lines.unit : lines.grid, cells, a);
    }
    return lines;
  }
  function trace(path, { arc, px, py }, a) {
    path.moveTo(px[arc[a]], py[arc[a]]);
    for (let i = arc[a] + 1; i < arc[a + 1]; i++) path.lineTo(px[i], py[i]);
  }
  gk.linesOf = (plan) => (plan.lines = plan.lines || borders(plan));
  gk.outline = function (plan, grid) {
    const path = new Path2D(), { cells } = plan;
    cells.left.forEach((_, a) => own(cells, cells.left, a, grid) !== own(cells, cells.right, a, grid) && trace(path, cells, a));
    return path;
  };
  const own = (cells, which, a, grid) => which[a] >= 0 && cells.own[which[a]] === grid;

  // Whether a point lies in a cell: it crosses the arcs around it an odd number of times.
  function inside(cells, cell, x, y) {
    const { arc, px, py } = cells, [west, north, east, south] = cells.boxes[cell];
    if (x < west || x > east || y < north || y > south) return false;
    let odd = false;
    for (const a of arcsOf(cells, cell)) for (let i = arc[a] + 1; i < arc[a + 1]; i++) if (x < gk.crossing(px, py, i, y)) odd = !odd;
    return odd;
  }
  gk.cellAt = function (plan, x, y) {
    for (let cell = 0; cell < plan.cells.count; cell++) if (inside(plan.cells, cell, x, y)) return cell;
    return -1;
  };
  gk.gridAt = function (plan, x, y) {
    const cell = gk.cellAt(plan, x, y);
    return cell < 0 ? -1 : plan.cells.own[cell];
  };

  // Where a grid's label stands: in the middle of the widest stretch of it along one of five lines.
  gk.anchor = function (plan, grid) {
    plan.anchors = plan.anchors || [];
    if (plan.anchors[grid]) return plan.anchors[grid];
    const [west, north, east, south] = plan.boxes[grid], { cells } = plan, { arc, px, py } = cells;
    const edge = plan.members[grid].flatMap((cell) => arcsOf(cells, cell)).filter((a) => own(cells, cells.left, a, grid) !== own(cells, cells.right, a, grid));
    let best = { x: (west + east) / 2, y: (north + south) / 2, wide: 0 }, score = -1;
    for (const share of [0.5, 0.4, 0.6, 0.28, 0.72]) {
      const y = north + (south - north) * share + 0.01, hits = [];
      for (const a of edge) for (let i = arc[a] + 1; i < arc[a + 1]; i++) if (py[i] > y !== py[i - 1] > y) hits.push(gk.crossing(px, py, i, y));
      hits.sort((a, b) => a - b);
      for (let i = 0; i + 1 < hits.length; i += 2) {
        const wide = hits[i + 1] - hits[i], worth = wide * (1.2 - Math.abs(share - 0.5));
        if (worth > score) [score, best] = [worth, { x: (hits[i] + hits[i + 1]) / 2, y, wide }];
      }
    }
    return (plan.anchors[grid] = best);
  };

  // ---------------------------------------------------------------- classes
  // The chosen measure is that of the first plan; another plan has it under the same name, or not at all.
  gk.columnOf = function (plan) {
    const wanted = gk.plans[0].columns[gk.state.measure];
    return wanted && (plan === gk.plans[0] ? wanted : plan.columns.find((column) => column.name === wanted.name && (column.layer === wanted.layer || !column.layer || !wanted.layer)));
  };
  // The class of a value: the number of breaks it reaches; -1 where there is no value to show.
  gk.classOf = function (column, value) {
    if (typeof value !== "number") return -1;
    let at = 0;
    while (at < column.breaks.length && value >= column.breaks[at]) at++;
    return at;
  };
  gk.TINTS = ["#a6cbe3", "#f3d48a", "#b5d8a6", "#e3b7cf", "#c9bfe0", "#f0bfa0"];

  function colourOf(plan, grid) {
    const column = gk.columnOf(plan);
    if (gk.state.measure < 0) return gk.TINTS[plan.tints[grid]];
    if (!column) return null;
    const at = gk.classOf(column, column.of[grid]);
    return at < 0 ? null : column.colours[at];
  }

  gk.stroke = function (context, camera, path, colour, pixels, dash = []) {
    context.strokeStyle = colour;
    context.lineWidth = pixels / camera.scale;
    context.setLineDash(dash.map((length) => length / camera.scale));
    context.stroke(path);
    context.setLineDash([]);
  };
  // Hatching tells in grey what colour tells on the screen: the low side of a diverging scale, "no value", an overlay.
  function hatch(context, colour, ratio, way) {
    const tile = document.createElement("canvas"), pen = tile.getContext("2d"), side = Math.round(6 * ratio);
    tile.width = tile.height = side;
    pen.strokeStyle = colour;
    pen.lineWidth = 1.2 * ratio;
    pen.beginPath();
    for (const k of [-1, 0, 1]) {
      for (const [from, to] of [[side + 1, -1], [-1, side + 1]].filter((_, down) => way === 2 || down === Number(way < 0))) {
        pen.moveTo(k * side - 1, from);
        pen.lineTo((k + 1) * side + 1, to);
      }
    }
    pen.stroke();
    return context.createPattern(tile, "repeat");
  }
  gk.hatched = function (context, camera, path, colour, way = 1, rule = "nonzero") {
    gk.lens(context, camera);
    context.save();
    context.clip(path, rule);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = hatch(context, colour, camera.ratio, way);
    context.fillRect(0, 0, camera.width * camera.ratio, camera.height * camera.ratio);
    context.restore();
  };

  // One path per class: neighbours of one colour have no seam between them.
  function fills(plan) {
    const groups = new Map();
    plan.members.forEach((members, grid) => {
      const colour = colourOf(plan, grid);
      if (!groups.has(colour)) groups.set(colour, new Path2D());
      gk.cellPath(plan.cells, members, groups.get(colour));
    });
    return groups;
  }

  // Fills are multiplied with the ground, so that streets and water stay readable under every colour.
  gk.paintFills = (plan) => (context, camera) => {
    const theme = gk.theme(), { measure, off } = gk.state, column = gk.columnOf(plan);
    if (off.grids) return;
    if (!plan.fills.has(measure)) plan.fills.set(measure, fills(plan));
    const under = column && column.diverging && gk.printing ? column.colours.slice(0, column.colours.length >> 1) : [];
    context.globalCompositeOperation = gk.state.theme === "light" ? "multiply" : "source-over";
    for (const [colour, path] of plan.fills.get(measure)) {
      gk.lens(context, camera);
      context.globalAlpha = gk.state.theme === "light" ? 0.9 : 0.6;
      context.fillStyle = colour || theme.plain;
      context.fill(path, "evenodd");
      if (colour && !under.includes(colour)) continue;
      context.globalAlpha = 0.45;
      gk.hatched(context, camera, path, theme.ink, 1, "evenodd");
    }
    context.globalAlpha = 1;
    context.globalCompositeOperation = "source-over";
  };

  gk.paintLines = (plan) => (context, camera) => {
    const { off } = gk.state, theme = gk.theme(), far = camera.zoom < 13 ? 0.7 : 1;
    const stroke = (path, colour, pixels) => gk.stroke(context, camera, path, colour, pixels);
    gk.lens(context, camera);
    context.lineJoin = "round";
    gk.linesOf(plan);
    if (!off.borders) {
      if (plan.cells.grid && camera.zoom > 13.4 && !off.units) stroke(plan.lines.unit, theme.unit, 0.8);
      stroke(plan.lines.grid, theme.halo, 3.2 * far);
      stroke(plan.lines.grid, theme.grid, 1.3 * far);
      stroke(plan.lines.parent, theme.halo, 5 * far);
      stroke(plan.lines.parent, theme.parent, 2.4 * far);
    }
    if (gk.paintOverlays) gk.paintOverlays(context, camera);
    gk.lens(context, camera);
    for (const [grid, wide] of gk.printing ? [[gk.framed, 4]] : [[gk.state.hover, 2.2], [gk.state.grid, 3.4]]) {
      if (grid < 0 || plan !== gk.plans[gk.state.plan]) continue;
      const path = gk.outline(plan, grid);
      stroke(path, theme.halo, wide + 3);
      stroke(path, theme.ink, wide);
    }
    if (gk.paintEdits) gk.paintEdits(plan, context, camera);
  };

  // ---------------------------------------------------------------- the ground
  const LEAST_ZOOM = { buildings: 14.4, compounds: 15, walls: 16, waterways: 12.5 };
  const ROAD = [[0.9, 15.4], [1.6, 14.6], [2.4, 13.2], [3.4, 12], [4.4, 0], [5.4, 0]]; // width at zoom 14, least zoom

  // Shapes in the order they were packed lie close to each other: runs of them make paths with small boxes.
  const RUN = 400;
  gk.openBase = function (table) {
    if (table.runs) return table.runs;
    const x = gk.local(table.x, gk.x), y = gk.local(table.y, gk.y);
    const parts = gk.starts(gk.integers(table.parts)), sizes = gk.starts(gk.integers(table.sizes));
    const tiers = table.tier ? gk.sums(table.tier) : null;
    Object.assign(table, { px: x, py: y, partsAt: parts, sizesAt: sizes, tiers, nameOf: table.name ? gk.integers(table.name) : null });
    table.runs = [];
    let run = null;
    for (let shape = 0; shape < parts.length - 1; shape++) {
      const tier = tiers ? tiers[shape] : 0;
      if (!run || run.tier !== tier || shape - run.first >= RUN) table.runs.push((run = { tier, first: shape, path: new Path2D(), box: gk.noBox() }));
      run.end = shape + 1;
      for (let line = parts[shape]; line < parts[shape + 1]; line++) {
        const { box, path } = run;
        for (let i = sizes[line]; i < sizes[line + 1]; i++) {
          if (i === sizes[line]) path.moveTo(x[i], y[i]);
          else path.lineTo(x[i], y[i]);
          gk.reach(box, x[i], y[i]);
        }
      }
    }
    return table.runs;
  };

  gk.paintBase = function (context, camera) {
    const theme = gk.theme(), { off } = gk.state, base = gk.head.base;
    if (gk.tiles && !gk.printing) return;
    gk.flat(context, camera);
    context.fillStyle = theme.land;
    context.fillRect(0, 0, camera.width, camera.height);
    gk.lens(context, camera);
    context.lineJoin = "round";
    context.lineCap = "butt";
    const wide = Math.max(0.45, 1.32 ** (camera.zoom - 14));
    const each = (name, draw, group = name) => {
      if (!base[name] || off[group] || camera.zoom < (LEAST_ZOOM[name] || 0)) return;
      for (const run of gk.openBase(base[name])) if (gk.sees(camera, run.box)) draw(run);
    };
    const filled = (colour) => (run) => {
      context.fillStyle = colour;
      context.fill(run.path, "evenodd");
    };
    const drawn = (colour, pixels, dash = []) => (run) => gk.stroke(context, camera, run.path, colour, pixels * wide, dash.map((length) => length * wide));
    each("green", filled(theme.green), "nature");
    each("water", filled(theme.water), "nature");
    each("waterways", drawn(theme.water, 2.2), "nature");
    each("buildings", filled(theme.building));
    each("compounds", drawn(theme.compound, 0.9, [4, 3]), "buildings");
    each("walls", drawn(theme.wall, 0.8), "buildings");
    const seen = (tier) => camera.zoom >= ROAD[tier][1];
    each("roads", (run) => seen(run.tier) && run.tier && camera.zoom > 12.6 && drawn(theme.casing, ROAD[run.tier][0] + 1.3)(run));
    each("roads", (run) => seen(run.tier) && drawn(theme.roads[run.tier], ROAD[run.tier][0], run.tier ? [] : [2, 1.6])(run));
    each("rails", drawn(theme.rail, 1.8), "roads");
    each("rails", drawn(theme.land, 1, [5, 5]), "roads");
  };
}
