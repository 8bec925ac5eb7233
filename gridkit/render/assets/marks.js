// Marks on top: points, clusters and heat in time, and names that do not collide.
"use strict";
{
  const FONT = '"Microsoft YaHei","PingFang SC","Noto Sans CJK SC","Source Han Sans SC",sans-serif';
  const KINDS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#7a5c00", "#5a4fcf", "#444b52"];
  const LISTED = { category: "categories", status: "statuses" };

  // ---------------------------------------------------------------- points
  gk.openPoints = function (layer) {
    if (layer.px) return layer;
    layer.px = gk.local(layer.x, gk.x);
    layer.py = gk.local(layer.y, gk.y);
    layer.gridOf = gk.sums(layer.grid);
    layer.count = layer.px.length;
    for (const [name, key] of [["categoryOf", "category"], ["statusOf", "status"], ["when", "minutes"]]) layer[name] = layer[key] && gk.integers(layer[key]);
    return layer;
  };
  gk.kindOf = (layer, name, i) => layer[`${name}Of`] && layer[LISTED[name]][layer[`${name}Of`][i]];
  gk.timeOf = (layer, i) => layer.when && layer.when[i] >= 0 && gk.minute(layer.when[i] + layer.since);
  // Whether a point counts now: in the chosen time, and of a class that is not switched off.
  gk.counts = function (layer, i) {
    const { from, to, off } = gk.state, minute = layer.when && layer.when[i] + layer.since;
    if (layer.when && (from > -Infinity || to < Infinity) && (layer.when[i] < 0 || minute < from || minute >= to)) return false;
    return !(layer.categoryOf && off[`${layer.layer}/${Math.min(layer.categoryOf[i], KINDS.length - 1)}`]);
  };
  const colourOf = (layer, i) => (layer.categoryOf && layer.categories.length > 1 ? KINDS[Math.min(KINDS.length - 1, Math.max(0, layer.categoryOf[i]))] : layer.colour);
  gk.KINDS = KINDS;
  gk.shown = () => gk.head.points.filter((layer) => !gk.state.off[layer.layer]).map(gk.openPoints);
  gk.modeOf = (layer) => gk.state.modes[layer.layer] || (layer.kind === "events" && layer.x.n > 400 ? "clusters" : "points");

  // Calls back with every point that is seen, in pixels.
  function visible(layer, camera, found, margin = 8) {
    const { scale, x, y, width, height } = camera;
    for (let i = 0; i < layer.count; i++) {
      const px = layer.px[i] * scale - x, py = layer.py[i] * scale - y;
      if (px > -margin && py > -margin && px < width + margin && py < height + margin && gk.counts(layer, i)) found(i, px, py);
    }
  }
  function ink(context, fill, width) {
    Object.assign(context, { fillStyle: fill, strokeStyle: "#fff", lineWidth: width });
    context.fill();
    if (width) context.stroke();
  }
  // How one point is added to the path of all points of its colour.
  const SHAPES = {
    facilities: (context, x, y) => context.rect(x - 5, y - 5, 10, 10),
    tiny: (context, x, y) => context.rect(x - 1, y - 1, 2.4, 2.4),
    events(context, x, y, size) {
      context.moveTo(x + size, y);
      context.arc(x, y, size, 0, 7);
    },
  };

  const MODES = {
    points(context, camera, layer, taken) {
      const dots = new Map(), facility = layer.kind === "facilities", size = Math.max(2, Math.min(4, camera.zoom - 11));
      visible(layer, camera, (i, x, y) => {
        const colour = colourOf(layer, i);
        if (!dots.has(colour)) dots.set(colour, []);
        dots.get(colour).push([x, y]);
        if (facility) taken.push([x - 6, y - 6, x + 6, y + 6]);
      });
      for (const [colour, spots] of dots) {
        const tiny = spots.length > 10000, shape = SHAPES[tiny ? "tiny" : layer.kind];
        context.beginPath();
        for (const [x, y] of spots) shape(context, x, y, size);
        ink(context, colour, tiny ? 0 : facility ? 1.6 : 0.9);
        if (!facility) continue;
        context.beginPath();
        for (const [x, y] of spots) {
          context.moveTo(x - 2.5, y);
          context.lineTo(x + 2.5, y);
          context.moveTo(x, y - 2.5);
          context.lineTo(x, y + 2.5);
        }
        context.stroke();
      }
    },

    // Squares of the ground, so that a cluster stays where it is while the map moves.
    clusters(context, camera, layer, taken) {
      const side = 62 / 2 ** Math.round(camera.zoom - gk.DEEP), found = new Map();
      if (camera.zoom > 17.2) return MODES.points(context, camera, layer, taken);
      visible(layer, camera, (i, x, y) => {
        const key = Math.floor(layer.px[i] / side) * 65536 + Math.floor(layer.py[i] / side), one = found.get(key) || [0, 0, 0];
        found.set(key, [one[0] + 1, one[1] + x, one[2] + y]);
      }, 60);
      context.textAlign = "center";
      context.textBaseline = "middle";
      for (const [n, sumX, sumY] of found.values()) {
        const size = n === 1 ? 4.5 : 9 + 3.2 * Math.log10(n), x = sumX / n, y = sumY / n;
        context.beginPath();
        context.arc(x, y, size, 0, 7);
        ink(context, layer.colour, 1.6);
        if (n === 1) continue;
        taken.push([x - size, y - size, x + size, y + size]);
        context.fillStyle = "#fff";
        context.font = `600 ${n < 100 ? 11 : 10.5}px ${FONT}`;
        context.fillText(n < 1000 ? n : `${(n / 1000).toFixed(n < 10000 ? 1 : 0)}k`, x, y + 0.5);
      }
    },

    heat(context, camera, layer) {
      const cell = 5, wide = Math.ceil(camera.width / cell) + 8, high = Math.ceil(camera.height / cell) + 8;
      let sums = new Float32Array(wide * high);
      visible(layer, camera, (i, x, y) => sums[(Math.floor(y / cell) + 4) * wide + Math.floor(x / cell) + 4]++, 20);
      for (let pass = 0; pass < 3; pass++) for (const step of [1, wide]) sums = blurred(sums, step);
      const top = sums.reduce((most, value) => Math.max(most, value), 0) || 1;
      const sheet = gk.el("canvas", { width: wide, height: high }), image = new ImageData(wide, high);
      sums.forEach((value, i) => {
        const share = (value / top) ** 0.7;
        if (share > 0.1) image.data.set([255 - 60 * share, 190 - 170 * share, 60 + 20 * share, 40 + 180 * share], i * 4);
      });
      sheet.getContext("2d").putImageData(image, 0, 0);
      context.drawImage(sheet, -4 * cell, -4 * cell, wide * cell, high * cell);
    },
  };
  function blurred(sums, step) {
    const out = new Float32Array(sums.length);
    for (let i = 2 * step; i < sums.length - 2 * step; i++) out[i] = (sums[i - 2 * step] + sums[i - step] + sums[i] + sums[i + step] + sums[i + 2 * step]) / 5;
    return out;
  }

  gk.pointAt = function (x, y, scale) {
    let best = null, near = (7 / scale) ** 2;
    for (const layer of gk.shown()) {
      if (gk.modeOf(layer) === "heat" || (gk.modeOf(layer) === "clusters" && Math.log2(scale) + gk.DEEP < 17.2)) continue;
      for (let i = 0; i < layer.count; i++) {
        const far = (layer.px[i] - x) ** 2 + (layer.py[i] - y) ** 2;
        if (far < near && gk.counts(layer, i)) [near, best] = [far, { layer, i }];
      }
    }
    return best;
  };

  // ---------------------------------------------------------------- names
  // Boxes that are taken; a name is drawn only where its box is free.
  function roomIn({ width, height }, boxes) {
    return (x, y, wide, high) => {
      const [west, north, east, south] = [x - wide / 2, y - high / 2, x + wide / 2, y + high / 2];
      if (west < 2 || north < 2 || east > width - 2 || south > height - 2) return false;
      return !boxes.some((box) => west < box[2] && east > box[0] && north < box[3] && south > box[1]) && boxes.push([west, north, east, south]);
    };
  }
  function write(context, text, x, y, colour) {
    Object.assign(context, { lineJoin: "round", lineWidth: 3, strokeStyle: gk.theme().halo, fillStyle: colour });
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
  }

  function gridNames(context, camera, plan, free) {
    const column = gk.columnOf(plan), { scale, zoom } = camera, { ink: black } = gk.theme();
    const sides = plan.boxes.map(([west, north, east, south]) => [(east - west) * scale, (south - north) * scale]), area = (grid) => sides[grid][0] * sides[grid][1];
    const order = [...sides.keys()].filter((grid) => plan.members[grid].length && gk.sees(camera, plan.boxes[grid]));
    order.sort((a, b) => (b === gk.state.grid) - (a === gk.state.grid) || area(b) - area(a));
    for (const grid of order.slice(0, 700)) {
      const [room, depth] = sides[grid], chosen = grid === gk.state.grid;
      if (room < 24 && !chosen) continue;
      const at = gk.anchor(plan, grid), [x, middle] = gk.pixel(camera, at.x, at.y);
      context.font = `600 12px ${FONT}`;
      const wide = context.measureText(plan.short[grid]).width + 6;
      if (wide > Math.max(at.wide * scale * 1.25, 30) && !chosen) continue;
      const value = column && zoom > 13 && room > 54 && depth > 44 && gk.value(column, column.of[grid], true);
      const drop = [0, -22, 22, -40, 40].find((step) => Math.abs(step) * 2.4 < depth && free(x, middle + step, wide, value ? 32 : 17));
      if (drop === undefined) continue;
      write(context, plan.short[grid], x, middle + drop - (value ? 7 : 0), black);
      context.font = `11px ${FONT}`;
      if (value) write(context, value, x, middle + drop + 8, black);
    }
  }

  // A street's name along its longest straight piece, when it is long enough for it.
  function streetNames(context, camera, table, free) {
    if (!table || !table.names) return;
    const least = camera.zoom > 16 ? 1 : camera.zoom > 15 ? 2 : camera.zoom > 13.6 ? 4 : 9, near = new Map();
    context.font = `11px ${FONT}`;
    for (const { tier, box, first, end } of gk.openBase(table).slice().reverse()) {
      if (tier < least || !gk.sees(camera, box)) continue;
      for (let shape = first; shape < end; shape++) {
        if (table.nameOf[shape] < 0) continue;
        const text = nameOf(table.names[table.nameOf[shape]]), wide = context.measureText(text).width, piece = straight(table, shape, camera, wide);
        if (!piece) continue;
        const [x, y, turn] = piece, before = near.get(text) || [], cos = Math.abs(Math.cos(turn)), sin = Math.abs(Math.sin(turn));
        if (before.some(([a, b]) => Math.hypot(a - x, b - y) < 320) || !free(x, y, cos * wide + sin * 14, sin * wide + cos * 14)) continue;
        near.set(text, [...before, [x, y]]);
        context.save();
        context.translate(x, y);
        context.rotate(turn);
        write(context, text, 0, 0, gk.theme().street);
        context.restore();
      }
    }
  }
  function straight({ px, py, partsAt, sizesAt }, shape, camera, wide) {
    const heading = (i, j) => Math.atan2(py[j] - py[i], px[j] - px[i]);
    let best = null, longest = wide * 0.9;
    for (let line = partsAt[shape]; line < partsAt[shape + 1]; line++) {
      const last = sizesAt[line + 1] - 1;
      for (let i = sizesAt[line]; i < last; i++) {
        // Up to four pieces that hardly turn count as one.
        const j = Math.min(last, i + 4), bend = heading(j - 1, j) - heading(i, i + 1), end = Math.abs(Math.atan2(Math.sin(bend), Math.cos(bend))) < 0.25 ? j : i + 1;
        const long = Math.hypot(px[end] - px[i], py[end] - py[i]) * camera.scale;
        if (long <= longest) continue;
        const [x, y] = gk.pixel(camera, (px[i] + px[end]) / 2, (py[i] + py[end]) / 2), turn = heading(i, end);
        if (x < 0 || y < 0 || x > camera.width || y > camera.height) continue;
        [longest, best] = [long, [x, y, Math.abs(turn) > Math.PI / 2 ? turn - Math.sign(turn) * Math.PI : turn]];
      }
    }
    return best;
  }
  const nameOf = ([name, latin]) => (gk.state.lang === "en" && latin ? latin : name);

  function areaNames(context, camera, table, colour, least, free) {
    if (!table || !table.names || camera.zoom < least) return;
    gk.openBase(table);
    context.font = `italic 11px ${FONT}`;
    table.nameOf.forEach((name, shape) => {
      if (name < 0) return;
      const range = [table.sizesAt[table.partsAt[shape]], table.sizesAt[table.partsAt[shape] + 1]], xs = table.px.subarray(...range), ys = table.py.subarray(...range);
      const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length, [x, y] = gk.pixel(camera, mean(xs), mean(ys));
      if (x < 0 || y < 0 || x > camera.width || y > camera.height) return;
      const text = nameOf(table.names[name]), wide = context.measureText(text).width, room = (xs.reduce((a, b) => Math.max(a, b)) - xs.reduce((a, b) => Math.min(a, b))) * camera.scale;
      if ((!room || room >= wide) && free(x, y, wide + 4, 15)) write(context, text, x, y, colour);
    });
  }

  gk.paintMarks = (plan) => (context, camera) => {
    const { off } = gk.state, { water, green, compounds, places, roads } = gk.head.base, theme = gk.theme(), taken = [];
    gk.flat(context, camera);
    for (const layer of gk.shown()) MODES[gk.modeOf(layer)](context, camera, layer, taken);
    if (gk.paintPlaces) gk.paintPlaces(context, camera, taken);
    if (gk.paintNotes) gk.paintNotes(context, camera);
    if (off.labels) return;
    const free = roomIn(camera, taken), areas = (...which) => areaNames(context, camera, ...which, free);
    context.textAlign = "center";
    context.textBaseline = "middle";
    if (!off.codes) gridNames(context, camera, plan, free);
    areas(water, theme.blue, 13.5);
    areas(green, theme.street, 14.5);
    areas(compounds, theme.street, 15);
    if (!off.roads) streetNames(context, camera, roads, free);
    areas(places, theme.street, 16);
  };
}
