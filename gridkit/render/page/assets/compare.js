// Two plans on one map: a bar to swipe, by pointer or arrow keys, and a button that turns from one to the other.
"use strict";
{
	const KNOB = 36; // the bar is the middle of a slider's thumb
	const bar = () => gk.at("swipe");
	const cut = () => KNOB / 2 + ((gk.map.getSize().x - KNOB) * bar().value) / 100;
	gk.planUnder = (x) => (x < cut() ? 1 : 0);

	// The plan before is on the left.
	function clip() {
		const { x: width, y: height } = gk.map.getSize(),
			{ x, y } = gk.map.containerPointToLayerPoint([0, 0]);
		for (const [plan, left, right] of [
			[1, 0, cut()],
			[0, cut(), width],
		]) {
			for (const name of ["ground", "marks"]) {
				gk.map.getPane(`gk-${name}${plan}`).style.clip = `rect(${y}px,${x + right}px,${y + height}px,${x + left}px)`;
			}
		}
	}
	gk.do.swipe = clip;
	gk.do.turn = function () {
		bar().value = bar().value > 50 ? 0 : 100;
		clip();
	};
	gk.views.pair = function () {
		const [after, before] = gk.plans.map(({ title }) => title);
		return { before, after, differ: before !== after };
	};
	gk.begin.push(() => {
		bar().hidden = false;
		gk.map.on("move resize zoomend viewreset", clip);
		clip();
	});
}
