// The log of acts: every act has its id, author and time; logs are merged by id and never chosen between. It is kept in
// the browser and in copies of the page, and read by plan/life/log.py. Taking something back is an act as well.
"use strict";
{
	const LOGGED = /^([0-9a-z]{8})-(\d{1,9})$/,
		OPPOSITE = { undo: "redo", redo: "undo" };
	let plan = null,
		acts = new Map(),
		writer = "",
		author = "";
	const key = (what) => `gridkit:${what ? `${what}:` : ""}${plan.digest}`;
	const writerOf = (id) => (LOGGED.exec(id) || ["", id, 0])[1];
	gk.handOf = (act) => act.author || writerOf(act.id);
	gk.me = () => author || writer;

	// ---------------------------------------------------------------- order
	// Of one time by their authors, in whose names numbers count as such.
	const wide = (name) => name.replace(/[0-9]+/g, (figures) => figures.padStart(9, "0"));
	function compared(one, two) {
		const keys = [one, two].map(({ id, author: by = "", time = "" }) => [
			time,
			wide(by),
			...(LOGGED.exec(id) || ["", "", 0]).slice(1),
		]);
		const at = keys[0].findIndex((each, i) => each !== keys[1][i]);
		const [a, b] = keys.map((each) => (at === 3 ? Number(each[at]) : each[at]));
		return at < 0 ? 0 : a < b ? -1 : 1;
	}
	gk.log = () => [...acts.values()].sort(compared);
	// A name that was given later is the act's.
	function merge(others) {
		for (const act of others) if (!acts.has(act.id) || act.author) acts.set(act.id, act);
	}
	// Acts that nobody took back: only whoever did something may take it back.
	gk.live = function () {
		const all = gk.log(),
			gone = new Set();
		for (const { act, of, ...each } of all) {
			if (!OPPOSITE[act]) continue;
			// Whose act it was is looked up, not believed: a log from elsewhere may name any id.
			const own = of.filter((id) => acts.has(id) && gk.handOf(acts.get(id)) === gk.handOf(each));
			own.forEach((id) => gone[act === "undo" ? "add" : "delete"](id));
		}
		return all.filter(({ id, act }) => !OPPOSITE[act] && !gone.has(id));
	};
	const mine = (act) => gk.handOf(act) === gk.me();

	// ---------------------------------------------------------------- acts
	// A clock that was set back does not bring an act before what its author had seen.
	function now() {
		const last =
			gk
				.log()
				.map(({ time }) => Date.parse(time))
				.filter(Number.isFinite)
				.pop() || 0;
		return new Date(Math.max(Date.now(), last + 1)).toISOString();
	}
	// Several acts of one time are one step: undone and redone together.
	gk.acts = function (act, list) {
		const time = now();
		return list.map((what, i) => write(act, what, time, i === list.length - 1));
	};
	gk.act = (act, what) => write(act, what, now());
	function write(act, what, time, draw = true) {
		const count = [...acts.keys()].filter((id) => writerOf(id) === writer).map((id) => Number(LOGGED.exec(id)[2]));
		// Counted from all acts that are known, the own ones that came back in a copy of the page among them.
		const id = `${writer}-${Math.max(0, ...count) + 1}`;
		acts.set(id, { id, ...(author && { author }), time, act, ...what });
		if (draw) changed();
		return id;
	}
	// What was done and can be undone, and what was undone: as the own acts tell it.
	function steps() {
		const done = [],
			undone = [];
		const same = (step, { act, of }) => step && step[0] === act && String(step[1]) === String(of);
		for (const each of gk.log().filter(mine)) {
			const { id, act, of } = each,
				back = OPPOSITE[act],
				[last] = done.slice(-1),
				[next] = undone.slice(-1);
			if (back && same(last?.back, each)) undone.push(done.pop());
			else if (back && same(next?.forth, each)) done.push(undone.pop());
			else {
				const before = done[done.length - 1];
				if (!back && before?.time === each.time) for (const way of ["back", "forth"]) before[way][1].push(id);
				else if (back) done.push({ back: [back, of], forth: [act, of] });
				else done.push({ time: each.time, back: ["undo", [id]], forth: ["redo", [id]] });
				// A new act ends what could be redone, as everywhere.
				undone.length = 0;
			}
		}
		return { back: done.pop()?.back, forth: undone.pop()?.forth };
	}
	gk.steps = steps;
	const take = (step) => step && gk.act(step[0], { of: step[1] });
	gk.do.undo = () => take(steps().back);
	gk.do.redo = () => take(steps().forth);
	gk.keys["^z"] = ({ shiftKey }) => (shiftKey ? gk.do.redo() : gk.do.undo());
	gk.keys["^y"] = () => gk.do.redo();
	gk.do.discard = function () {
		const own = gk
			.live()
			.filter(mine)
			.map(({ id }) => id);
		if (own.length) gk.act("undo", { of: own });
	};
	// What was done before a name was given is signed by it; under another name a new hand begins.
	gk.do.author = function (_, { value }) {
		const name = value.trim();
		if (name === author) return;
		if (author) writer = fresh();
		author = name;
		for (const act of acts.values()) if (name && !act.author && writerOf(act.id) === writer) act.author = name;
		changed(false);
	};
	gk.author = () => author;

	// ---------------------------------------------------------------- kept
	const letter = (byte) => (byte % 36).toString(36);
	const fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(8)), letter).join("");
	const sheet = () => ({ schema: "gridkit-edits", version: 2, plan: plan.digest, acts: gk.log() });
	function attempt(what) {
		try {
			return what();
		} catch (error) {
			return null; // there is none, or storage is off or full: the copy and the export are still there
		}
	}
	function read(text) {
		const found = attempt(() => JSON.parse(text()));
		const known = found?.schema === "gridkit-edits" && found.version === 2 && found.plan === plan.digest;
		return known ? found.acts : [];
	}
	// Logs of others, from their exports or their copies of the page; what is of another plan is named.
	gk.do.bring = async function (_, { files }) {
		const strange = [];
		for (const file of files) {
			const text = await file.text(),
				[, island] = /<script[^>]*id="gridkit-edits">(.*?)<\/script>/.exec(text) || [];
			const found = read(() => island || text);
			merge(found);
			if (!found.length) strange.push(file.name);
		}
		changed();
		gk.tell(strange.length ? `${gk.t("strange")} ${strange.join(", ")}` : gk.t("brought"));
	};
	const stored = () => read(() => localStorage.getItem(key()));
	function changed(draw = true) {
		merge(stored()); // another window may have written
		attempt(() => localStorage.setItem(key(), JSON.stringify(sheet())));
		attempt(() => sessionStorage.setItem(key("writer"), JSON.stringify([writer, author]))); // for this window alone
		if (draw) gk.logged();
	}
	gk.openLog = function (first) {
		plan = first;
		[writer, author] = attempt(() => JSON.parse(sessionStorage.getItem(key("writer")))) || [fresh(), ""];
		acts = new Map();
		merge(read(() => document.getElementById("gridkit-edits").textContent));
		merge(stored());
		window.addEventListener("storage", (event) => {
			if (event.key !== key()) return;
			merge(stored());
			gk.logged();
		});
	};

	// ---------------------------------------------------------------- files
	// Everyone's file has its own name: whose it is and when it was written.
	function named(what, ending) {
		const at = new Date(),
			here = new Date(Number(at) - at.getTimezoneOffset() * 60000);
		const stamp = here.toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
		return `${what}-${gk.me()}-${stamp}`.replace(/[\\/:*?"<>|\s.\u0000-\u001f]+/g, "-").slice(0, 120) + ending;
	}
	gk.do.export = function () {
		const text = JSON.stringify({ ...sheet(), author, exported: now() }, null, 1);
		gk.download(named("edits", ".json"), "application/json", text);
	};
	// The page as it was before anything was drawn, with the log beside the data.
	gk.do.saveCopy = function () {
		const hex = (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`;
		const json = JSON.stringify(sheet()).replace(/[<>&\u2028\u2029]/g, hex);
		const tag = '<script type="application/json" id="gridkit-edits">',
			end = "<\/script>";
		const place = new RegExp(`(${tag}.*?${end})?(?=<script type="text/plain" id="gk-island">)`);
		const copy = gk.page.replace(place, () => tag + json + end),
			name = `${gk.said(gk.head.title)}-${gk.t("annotated")}`;
		gk.download(named(name, ".html"), "text/html", `<!DOCTYPE html>\n${copy}\n`);
	};
}
