// Time: a window that slides over the incidents, by hand or by itself.
"use strict";
{
  const { el } = gk;
  const DAY = 1440, WINDOWS = [["all", 0], ["day", DAY], ["week", 7 * DAY], ["month", 30 * DAY]];
  let wide = 0, playing = 0;
  const layers = () => gk.shown().filter((layer) => layer.minutes);
  function span() {
    let first = Infinity, last = -Infinity;
    for (const layer of layers()) {
      for (const minute of layer.when) {
        if (minute < 0) continue;
        if (minute + layer.since < first) first = minute + layer.since;
        if (minute + layer.since > last) last = minute + layer.since;
      }
    }
    return [Math.floor(first / DAY) * DAY, last + 1];
  }
  let range = null;

  function bars(first, last) {
    const canvas = el("canvas", { className: "bars", width: 560, height: 64, "aria-hidden": "true" }), bins = new Float32Array(70), pen = canvas.getContext("2d");
    for (const layer of layers()) for (const minute of layer.when) if (minute >= 0) bins[Math.min(69, Math.floor(((minute + layer.since - first) / (last - first)) * 70))]++;
    const most = Math.max(...bins) || 1, { from, to } = gk.state;
    bins.forEach((n, i) => {
      const at = first + ((i + 0.5) / 70) * (last - first);
      pen.fillStyle = at >= from && at < to ? "#0b5a83" : "#b4bec7";
      pen.fillRect(i * 8, 64 - (n / most) * 62, 7, 64);
    });
    return canvas;
  }
  function go(from) {
    gk.set("time", wide ? { from, to: from + wide } : { from: -Infinity, to: Infinity });
  }
  function stop() {
    clearInterval(playing);
    playing = 0;
  }
  function play() {
    if (playing) {
      stop();
      gk.drawPanel();
      return;
    }
    if (!wide) wide = 7 * DAY;
    const step = Math.max(DAY, wide / 2);
    go(gk.state.from > -Infinity && gk.state.to < range[1] ? gk.state.from : range[0]);
    playing = setInterval(() => {
      if (gk.state.from + step >= range[1]) stop();
      go(Math.min(gk.state.from + step, range[1] - 1));
    }, 700);
    gk.drawPanel();
  }

  gk.drawTime = function () {
    if (!layers().length) return "";
    range = span();
    const [first, last] = range, { from, to } = gk.state;
    const slide = el("input", { type: "range", min: first, max: Math.max(first + DAY, last - wide), step: DAY, disabled: !wide, "aria-label": gk.t("since"), oninput: () => go(Number(slide.value)) });
    slide.value = from === -Infinity ? first : from;
    const said = from === -Infinity ? `${gk.day(first)} – ${gk.day(last)}` : `${gk.day(from)} – ${gk.day(Math.min(to, last) - 1)}`;
    slide.setAttribute("aria-valuetext", said);
    const pick = el("select", { "aria-label": gk.t("window"), onchange: () => { wide = Number(pick.value); go(Math.max(first, from)); } }, ...WINDOWS.map(([key, minutes]) => el("option", { value: minutes, selected: minutes === wide }, gk.t(key))));
    return gk.section("time", bars(first, last), slide, el("p", { className: "quiet" }, said), el("div", { className: "top" }, pick, gk.button(playing ? "pause" : "play", playing ? "pause" : "play", play)));
  };
}
