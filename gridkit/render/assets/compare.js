// Two plans on one map: a bar to swipe, by pointer or arrow keys, and a button that turns from one to the other.
"use strict";
{
  const { el, said, t } = gk;
  const PANES = ["fills1", "lines1", "marks1", "fills0", "lines0", "marks0"]; // the plan before on the left
  let share = 0.5, bar = null;

  function clip() {
    const size = gk.map.getSize(), corner = gk.map.containerPointToLayerPoint([0, 0]), end = corner.add(size), cut = corner.x + size.x * share;
    PANES.forEach((name, i) => {
      const [left, right] = i < 3 ? [corner.x, cut] : [cut, end.x];
      gk.map.getPane(`gk-${name}`).style.clip = `rect(${corner.y}px,${right}px,${end.y}px,${left}px)`;
    });
    bar.style.left = `${share * 100}%`;
    bar.setAttribute("aria-valuenow", Math.round(share * 100));
  }
  function slide(to) {
    share = Math.min(1, Math.max(0, to));
    clip();
  }
  function drag(event) {
    const box = gk.ground.getBoundingClientRect();
    if (event.buttons) slide((event.clientX - box.left) / box.width);
  }
  function key(event) {
    const step = { ArrowLeft: share - 0.02, ArrowRight: share + 0.02, Home: 0, End: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    slide(step);
  }
  function words() {
    const titles = gk.plans.map((plan) => said(plan.title)), told = titles[0] !== titles[1];
    const name = (word, i) => el("span", { title: titles[i] }, el("strong", t(word)), told && ` ${titles[i]}`);
    bar.setAttribute("aria-label", t("swipe"));
    gk.pair.replaceChildren(name("before", 1), gk.button("swipe", "turn", () => slide(share > 0.5 ? 0 : 1)), name("after", 0));
  }

  gk.planUnder = (x) => (x < gk.map.getSize().x * share ? 1 : 0);
  gk.begin.push(() => {
    bar = el("div", { id: "gk-swipe", role: "slider", tabIndex: 0, "aria-valuemin": "0", "aria-valuemax": "100", onkeydown: key, onpointermove: drag, onpointerdown: (event) => bar.setPointerCapture(event.pointerId) });
    gk.pair = el("div.box.top.pair");
    gk.main.append(bar, gk.pair);
    words();
    clip();
    gk.on("lang", words);
    gk.map.on("move resize zoomend viewreset", clip);
  });
}
