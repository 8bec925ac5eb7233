// Time: a window that slides over the incidents, by hand or by itself.
"use strict";
{
	const { state, t } = gk;
	const DAY = 1440,
		WINDOWS = { all: 0, day: DAY, week: 7 * DAY, month: 30 * DAY };
	let wide = 0,
		playing = 0;
	// Minutes come as digits of base 90, as many for each event; 0: no time is known. See gridkit/render/page/payload.py.
	for (const layer of gk.head.points.filter(({ minutes }) => minutes)) {
		const signs = layer.minutes.replace(/}/g, "\\"),
			each = signs.length / layer.gridOf.length;
		layer.minutes = Int32Array.from(layer.gridOf, (_, event) => {
			let minute = 0;
			for (let i = event * each; i < (event + 1) * each; i++) minute = minute * 90 + signs.charCodeAt(i) - 35;
			return minute - 1;
		});
	}
	const go = (from) => gk.set(wide ? { from, to: from + wide } : { from: 0, to: Infinity });

	gk.views.time = function () {
		const { first, span } = gk.head.time || {},
			layers = gk.shown().filter(({ minutes }) => minutes),
			day = (minute) => gk.day(first + minute);
		if (!layers.length) return null;
		const bins = layers[0].bins.map((_, i) => layers.reduce((sum, { bins: [...own] }) => sum + own[i], 0)),
			at = (i) => ((i + 0.5) * span) / bins.length;
		const bars = bins.map((n, i) => ({
			kind: at(i) >= state.from && at(i) < state.to ? "lit" : "dim",
			size: `height:${(100 * n) / Math.max(...bins)}%`,
		}));
		return {
			bars,
			from: state.from,
			last: Math.max(DAY, span - wide),
			still: !wide,
			playing: playing > 0,
			paused: !playing,
			said: t("range", day(state.from), day(Math.min(state.to, span) - 1)),
			windows: gk.choices(
				Object.entries(WINDOWS).map(([key, each]) => [each, t(key)]),
				wide,
			),
		};
	};
	gk.do.slide = (_, { value }) => go(Number(value));
	gk.do.window = function (_, { value }) {
		wide = Number(value);
		go(state.from);
	};
	gk.do.play = function () {
		const { span } = gk.head.time;
		clearInterval(playing);
		playing = playing
			? 0
			: setInterval(() => {
					const next = state.from + Math.max(DAY, wide / 2);
					if (next >= span) gk.do.play();
					// Time stands still while a page is laid out: it would change between the pages of one print.
					else if (!state.paper) go(next);
				}, 700);
		wide = wide || 7 * DAY;
		go(state.to < span || !playing ? state.from : 0);
	};
}
