// Who handed on orders to whom: the busiest ways between departments, each with its bar.
"use strict";
{
	const LONG = 60;
	gk.views.hands = function () {
		const { rows, left } = gk.head.hands;
		return {
			rows: rows.map(([from, to, n]) => ({
				text: `${gk.said(from)} → ${gk.said(to)}`,
				n: gk.number(n),
				bar: `width:${(LONG * n) / rows[0][2]}px`,
			})),
			more: left > 0 && gk.t("more", gk.number(left)),
		};
	};
}
