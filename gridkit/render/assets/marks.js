// Marks on top: points, clusters and heat in time, and names that do not collide.
"use strict";
{
  const FONT = '"Microsoft YaHei","PingFang SC","Noto Sans CJK SC","Source Han Sans SC",sans-serif';
  const KINDS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#7a5c00", "#5a4fcf", "#444b52"];

  // ---------------------------------------------------------------- points
  gk.openPoints = function (layer) {
    if (layer.px) return layer;
    layer.px = gk.local(layer.x, gk.x);
    layer.py = gk.local(layer.y, gk.y);
    layer.gridOf = gk.sums(layer.grid);
    layer.count = layer.px.length;
    for (const name of ["category", "status"]) layer[`${name}Of`] = layer[name] && gk.integers(layer[name]);
    layer.when = layer.minutes && gk.integers(layer.minutes);
    return layer;
  };
  // Whether a point counts now: in the chosen time, and of a class that is not switched off.
  gk.counts = function (layer, i) {
    const { from, to, off } = gk.state;
    if (layer.when && (from > -Infinity || to < Infinity)) {
      const minute = layer.when[i];
      if (minute < 0 || minute + layer.since < from || minute + layer.since >= to) return false;
    }
    return !(layer.categoryOf && off[`${layer.layer}/${Math.min(layer.categoryOf[i], KINDS.length - 1)}`]);
  };
  gk.kindColour = (layer, i) => (layer.categoryOf && layer.categories.length > 1 ? KINDS[Math.min(KINDS.length - 1, Math.max(0, layer.categoryOf[i]))] : layer.colour);
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

  const MODES = {
    points(context, camera, layer, taken) {
      const dots = new Map();
      visible(layer, camera, (i, x, y) => {
        const colour = gk.kindColour(layer, i);
        if (!dots.has(colour)) dots.set(colour, []);
        dots.get(colour).push(x, y);
      });
      const facility = layer.kind === "facilities";
      const size = facility ? 5 : Math.max(2, Math.min(4, camera.zoom - 11));
      for (const [colour, spots] of dots) {
        context.beginPath();
        if (facility) for (let i = 0; i < spots.length; i += 2) taken.push([spots[i] - 6, spots[i + 1] - 6, spots[i] + 6, spots[i + 1] + 6]);
        for (let i = 0; i < spots.length; i += 2) {
          if (facility) context.rect(spots[i] - size, spots[i + 1] - size, 2 * size, 2 * size);
          else if (spots.length > 20000) context.rect(spots[i] - 1, spots[i + 1] - 1, 2.4, 2.4);
          else {
            context.moveTo(spots[i] + size, spots[i + 1]);
            context.arc(spots[i], spots[i + 1], size, 0, 7);
          }
        }
        context.fillStyle = colour;
        context.fill();
        if (spots.length > 20000) continue;
        context.strokeStyle = "#fff";
        context.lineWidth = facility ? 1.6 : 0.9;
        context.stroke();
        if (facility) {
          context.beginPath();
          for (let i = 0; i < spots.length; i += 2) {
            context.moveTo(spots[i] - 2.5, spots[i + 1]);
            context.lineTo(spots[i] + 2.5, spots[i + 1]);
            context.moveTo(spots[i], spots[i + 1] - 2.5);
            context.lineTo(spots[i], spots[i + 1] + 2.5);
          }
          context.stroke();
        }
      }
    },

    // Squares of the ground, so that a cluster stays where it is while the map moves.
    clusters(context, camera, layer, taken) {
      const side = 62 / 2 ** Math.round(camera.zoom - gk.DEEP), found = new Map();
      if (camera.zoom > 17.2) return MODES.points(context, camera, layer, taken);
      visible(layer, camera, (i, x, y) => {
        const key = Math.floor(layer.px[i] / side) * 65536 + Math.floor(layer.py[i] / side);
        const one = found.get(key);
        if (one) {
          one.n++;
          one.x += x;
          one.y += y;
        } else found.set(key, { n: 1, x, y });
      }, 60);
      context.textAlign = "center";
      context.textBaseline = "middle";
      for (const { n, x, y } of found.values()) {
        const size = n === 1 ? 4.5 : 9 + 3.2 * Math.log10(n);
        context.beginPath();
        context.arc(x / n, y / n, size, 0, 7);
        context.fillStyle = layer.colour;
        context.globalAlpha = 0.9;
        context.fill();
        context.globalAlpha = 1;
        context.lineWidth = 1.6;
        context.strokeStyle = "#fff";
        context.stroke();
        if (n === 1) continue;
        taken.push([x / n - size, y / n - size, x / n + size, y / n + size]);
        const text = n < 1000 ? String(n) : `${(n / 1000).toFixed(n < 10000 ? 1 : 0)}k`;
        context.fillStyle = "#fff";
        context.font = `600 ${n < 100 ? 11 : 10.5}px ${FONT}`;
        context.fillText(text, x / n, y / n + 0.5);
      }
    },

    heat(context, camera, layer) {
      const cell = 5, wide = Math.ceil(camera.width / cell) + 8, high = Math.ceil(camera.height / cell) + 8;
      let sums = new Float32Array(wide * high);
      visible(layer, camera, (i, x, y) => {
        const at = (Math.floor(y / cell) + 4) * wide + Math.floor(x / cell) + 4;
        if (at >= 0 && at < sums.length) sums[at]++;
      }, 20);
      for (let pass = 0; pass < 3; pass++) for (const step of [1, wide]) sums = blurred(sums, step);
      const top = sums.reduce((most, value) => Math.max(most, value), 0) || 1;
      const sheet = document.createElement("canvas"), image = new ImageData(wide, high);
      sums.forEach((value, i) => {
        const share = (value / top) ** 0.7;
        if (share > 0.1) image.data.set([255 - 60 * share, 190 - 170 * share, 60 + 20 * share, 40 + 180 * share], i * 4);
      });
      sheet.width = wide;
      sheet.height = high;
      sheet.getContext("2d").putImageData(image, 0, 0);
      context.imageSmoothingEnabled = true;
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
  function roomIn(camera, boxes) {
    return (x, y, wide, high) => {
      const box = [x - wide / 2, y - high / 2, x + wide / 2, y + high / 2];
      if (box[0] < 2 || box[1] < 2 || box[2] > camera.width - 2 || box[3] > camera.height - 2) return false;
      if (boxes.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) return false;
      return boxes.push(box);
    };
  }
  function write(context, text, x, y, colour) {
    context.lineJoin = "round";
    context.lineWidth = 3;
    context.strokeStyle = gk.theme().halo;
    context.strokeText(text, x, y);
    context.fillStyle = colour;
    context.fillText(text, x, y);
  }

  function gridNames(context, camera, plan, free) {
    const column = gk.columnOf(plan), bold = `600 12px ${FONT}`, small = `11px ${FONT}`;
    const order = [...plan.boxes.keys()].filter((grid) => plan.members[grid].length && gk.sees(camera, plan.boxes[grid]));
    const large = (grid) => (plan.boxes[grid][2] - plan.boxes[grid][0]) * (plan.boxes[grid][3] - plan.boxes[grid][1]);
    order.sort((a, b) => (b === gk.state.grid) - (a === gk.state.grid) || large(b) - large(a));
    for (const grid of order.slice(0, 700)) {
      const box = plan.boxes[grid], room = (box[2] - box[0]) * camera.scale;
      if (room < 24 && grid !== gk.state.grid) continue;
      const at = gk.anchor(plan, grid), x = at.x * camera.scale - camera.x;
      let y = at.y * camera.scale - camera.y;
      context.font = bold;
      const text = plan.short[grid], wide = context.measureText(text).width + 6;
      if (wide > Math.max(at.wide * camera.scale * 1.25, 30) && grid !== gk.state.grid) continue;
      const value = column && camera.zoom > 13 ? gk.value(column, column.of[grid], true) : "";
      const tall = value && room > 54 && (box[3] - box[1]) * camera.scale > 44;
      const drop = [0, -22, 22, -40, 40].find((step) => Math.abs(step) * 2.4 < (box[3] - box[1]) * camera.scale && free(x, y + step, wide, tall ? 32 : 17));
      if (drop === undefined) continue;
      y += drop;
      write(context, text, x, tall ? y - 7 : y, gk.theme().ink);
      context.font = small;
      if (tall) write(context, value, x, y + 8, gk.theme().ink);
    }
  }

  // A street's name along its longest straight piece, when it is long enough for it.
  function streetNames(context, camera, table, free) {
    if (!table || !table.names) return;
    gk.openBase(table);
    const least = camera.zoom > 16 ? 1 : camera.zoom > 15 ? 2 : camera.zoom > 13.6 ? 4 : 9;
    context.font = `11px ${FONT}`;
    const near = new Map();
    for (const run of table.runs.slice().reverse()) {
      if (run.tier < least || !gk.sees(camera, run.box)) continue;
      for (let shape = run.first; shape < Math.min(run.first + 400, table.partsAt.length - 1) && (!table.tiers || table.tiers[shape] === run.tier); shape++) {
        if (table.nameOf[shape] < 0) continue;
        const text = nameOf(table.names[table.nameOf[shape]]), wide = context.measureText(text).width;
        const piece = straight(table, shape, camera, wide);
        if (!piece) continue;
        const [x, y, turn] = piece, before = near.get(text);
        if (before && before.some(([a, b]) => (a - x) ** 2 + (b - y) ** 2 < 320 ** 2)) continue;
        const across = Math.abs(Math.cos(turn)) * wide + Math.abs(Math.sin(turn)) * 14, down = Math.abs(Math.sin(turn)) * wide + Math.abs(Math.cos(turn)) * 14;
        if (!free(x, y, across, down)) continue;
        near.set(text, [...(before || []), [x, y]]);
        context.save();
        context.translate(x, y);
        context.rotate(turn);
        write(context, text, 0, 0, gk.theme().street);
        context.restore();
      }
    }
  }
  function straight(table, shape, camera, wide) {
    const { px, py, partsAt, sizesAt } = table, { scale } = camera;
    let best = null, longest = wide * 0.9;
    for (let line = partsAt[shape]; line < partsAt[shape + 1]; line++) {
      const last = sizesAt[line + 1] - 1;
      for (let i = sizesAt[line]; i < last; i++) {
        // Up to four pieces that hardly turn count as one.
        const j = Math.min(last, i + 4), bend = turnOf(px, py, i, j);
        const end = bend < 0.25 ? j : i + 1;
        const dx = (px[end] - px[i]) * scale, dy = (py[end] - py[i]) * scale, long = Math.hypot(dx, dy);
        if (long <= longest) continue;
        const x = ((px[i] + px[end]) / 2) * scale - camera.x, y = ((py[i] + py[end]) / 2) * scale - camera.y;
        if (x < 0 || y < 0 || x > camera.width || y > camera.height) continue;
        let turn = Math.atan2(dy, dx);
        if (Math.abs(turn) > Math.PI / 2) turn += turn > 0 ? -Math.PI : Math.PI;
        [longest, best] = [long, [x, y, turn]];
      }
    }
    return best;
  }
  function turnOf(px, py, i, j) {
    const first = Math.atan2(py[i + 1] - py[i], px[i + 1] - px[i]), last = Math.atan2(py[j] - py[j - 1], px[j] - px[j - 1]);
    return Math.abs(Math.atan2(Math.sin(last - first), Math.cos(last - first)));
  }
  const nameOf = ([name, latin]) => (gk.state.lang === "en" && latin ? latin : name);
  gk.nameOf = nameOf;

  function areaNames(context, camera, table, colour, least, free) {
    if (!table || !table.names || camera.zoom < least) return;
    gk.openBase(table);
    context.font = `italic 11px ${FONT}`;
    for (let shape = 0; shape < table.nameOf.length; shape++) {
      if (table.nameOf[shape] < 0) continue;
      const first = table.sizesAt[table.partsAt[shape]], end = table.sizesAt[table.partsAt[shape] + 1];
      let x = 0, y = 0, low = Infinity, high = -Infinity;
      for (let i = first; i < end; i++) {
        x += table.px[i] / (end - first);
        y += table.py[i] / (end - first);
        low = Math.min(low, table.px[i]);
        high = Math.max(high, table.px[i]);
      }
      const text = nameOf(table.names[table.nameOf[shape]]), wide = context.measureText(text).width;
      [x, y] = [x * camera.scale - camera.x, y * camera.scale - camera.y];
      if (x < 0 || y < 0 || x > camera.width || y > camera.height) continue;
      if ((high > low && (high - low) * camera.scale < wide) || !free(x, y, wide + 4, 15)) continue;
      write(context, text, x, y, colour);
    }
  }

  gk.paintMarks = (plan) => (context, camera) => {
    const { off } = gk.state, base = gk.head.base, theme = gk.theme();
    gk.flat(context, camera);
    const taken = [];
    for (const layer of gk.shown()) MODES[gk.modeOf(layer)](context, camera, layer, taken);
    if (gk.paintNotes) gk.paintNotes(context, camera);
    if (off.labels) return;
    const free = roomIn(camera, taken);
    context.textAlign = "center";
    context.textBaseline = "middle";
    if (!off.codes) gridNames(context, camera, plan, free);
    areaNames(context, camera, base.water, theme.blue, 13.5, free);
    areaNames(context, camera, base.green, theme.street, 14.5, free);
    areaNames(context, camera, base.compounds, theme.street, 15, free);
    if (!off.roads) streetNames(context, camera, base.roads, free);
    areaNames(context, camera, base.places, theme.street, 16, free);
  };
}
