// Time: a window that slides over the incidents, by hand or by itself.
"use strict";
{
  const { el, state, t } = gk;
  const DAY = 1440, BINS = 70, WINDOWS = { all: 0, day: DAY, week: 7 * DAY, month: 30 * DAY };
  let wide = 0, playing = 0, range = null;
  function minutes() {
    const layers = gk.shown().filter((layer) => layer.when);
    return layers.flatMap(({ when, since }) => Array.from(when).filter((minute) => minute >= 0).map((minute) => minute + since));
  }

  function bars(times, [first, last]) {
    const canvas = el("canvas.bars", { width: 8 * BINS, height: 64, "aria-hidden": "true" }), bins = new Float32Array(BINS), pen = canvas.getContext("2d");
    for (const minute of times) bins[Math.floor(((minute - first) / (last - first)) * BINS)]++;
    const most = Math.max(...bins);
    bins.forEach((n, i) => {
      const at = first + ((i + 0.5) / BINS) * (last - first);
      pen.fillStyle = at >= state.from && at < state.to ? "#0b5a83" : "#b4bec7";
      pen.fillRect(i * 8, 64 - (n / most) * 62, 7, 64);
    });
    return canvas;
  }
  const go = (from) => gk.set("time", wide ? { from, to: from + wide } : { from: -Infinity, to: Infinity });
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
    wide = wide || 7 * DAY;
    const step = Math.max(DAY, wide / 2);
    playing = setInterval(() => {
      if (state.from + step >= range[1]) stop();
      go(Math.min(state.from + step, range[1] - 1));
    }, 700);
    go(state.from > -Infinity && state.to < range[1] ? state.from : range[0]);
  }

  gk.drawTime = function () {
    const times = minutes();
    if (!times.length) return null;
    const ends = times.reduce(([low, high], minute) => [Math.min(low, minute), Math.max(high, minute)], [Infinity, -Infinity]);
    const [first, last] = (range = [Math.floor(ends[0] / DAY) * DAY, ends[1] + 1]), all = state.from === -Infinity, act = playing ? "pause" : "play";
    const said = all ? `${gk.day(first)} – ${gk.day(last)}` : `${gk.day(state.from)} – ${gk.day(Math.min(state.to, last) - 1)}`;
    const slide = el("input", { type: "range", min: first, max: Math.max(first + DAY, last - wide), step: DAY, disabled: !wide, label: t("since"), "aria-valuetext": said, oninput: () => go(Number(slide.value)) });
    slide.value = all ? first : state.from;
    const spans = gk.pick(t("window"), Object.entries(WINDOWS).map(([key, span]) => [span, t(key)]), (span) => {
      wide = Number(span);
      go(Math.max(first, state.from));
    }, wide);
    return gk.section("time", bars(times, range), slide, el("p.quiet", said), el("div.top", spans, gk.button(act, act, play)));
  };
}
