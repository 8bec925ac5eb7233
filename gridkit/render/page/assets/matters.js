// What needs its reader, in order: each row goes to its grid; and what the page lacks, with how to supply it.
"use strict";
{
	const { said, t, views } = gk;
	const STEP = 8;
	const most = {};
	views.matters = () =>
		gk.head.matters.length > 0 && {
			matters: gk.head.matters.map(({ name, title, count, rows, unknown, how }) => ({
				name,
				title: said(title),
				n: said(unknown) ? "" : gk.number(count),
				unknown: said(unknown),
				how,
				rows: rows.slice(0, most[name] || STEP).map(([grid, text]) => ({
					grid,
					called: grid < 0 ? "" : said(gk.plans[0].called[grid]),
					text: said(text),
				})),
				more: rows.length > (most[name] || STEP) && t("more", gk.number(count - (most[name] || STEP))),
			})),
		};
	gk.do.attend = ({ grid }) => grid >= 0 && gk.select(grid, { go: true, focus: true });
	gk.do.moreMatters = function ({ name }) {
		most[name] = (most[name] || STEP) + 5 * STEP;
		gk.show("matters");
	};
}
