"""Edits on the page against the plan that takes them: one log, one set of rules, on both sides."""

from __future__ import annotations

import itertools
import json
import random
import re
import shutil
import subprocess
from dataclasses import asdict
from typing import get_args, get_type_hints

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from towns import uneven_town

import gridkit as gk
from gridkit.catalog.map_views import maps
from gridkit.plan.life import edits_file, feedback
from gridkit.plan.life.edit import Free, Lock, Move, Together, edit
from gridkit.plan.life.rules import ground
from gridkit.plan.life.verdict import Claim, weighed
from gridkit.plan.life.wishes import kept
from gridkit.plan.numbering import numbering
from gridkit.render.page.compose import compose
from gridkit.render.page.offline_figure import ASSETS

SMALL = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


PLAN = uneven_town()
UNITS, GRIDS = PLAN.units.index.tolist(), PLAN.grids.index.tolist()


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("edits") / "planner.html"
    compose(PLAN, maps()["planner"], lang="en").save(path)
    return path


def opened(page, path):
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready]")
    return page


def sent(page, path):
    """Return what the page exports, read as the plan reads it."""
    with page.expect_download() as caught:
        page.evaluate("gk.do.export()")
    caught.value.save_as(path)
    return edits_file.read(path)


def until(page, expression):
    """Wait until an expression is true; the page's policy forbids what Playwright does for it."""
    for _ in range(50):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"never: {expression}")


# ------------------------------------------------------------------ one set of rules
DO = """async ([kind, ...what]) => { const p = gk.plans[0];
    const cell = id => p.cells.ids.indexOf(id), grid = id => p.ids.indexOf(id), of = id => p.cells.own[cell(id)];
    const stood = ids => ids.map(id => gk.verdicts().get(id)).find(({ status }) => status !== 'accepted')
        || { status: 'accepted' };
    if (kind === 'author') gk.do.author({}, { value: what[0] });
    if (kind === 'move') {
        const cells = [what[0]].flat().map(cell), to = grid(what[1]), asked = gk.offer(cells, to).verdict;
        const before = new Set(gk.log().map(({ id }) => id));
        gk.do.unpick();
        gk.set({ grid: p.cells.own[cells[0]], cell: cells[0] });
        if (cells.length > 1) cells.slice(1).forEach(gk.pick);
        gk.do.move({ to });
        const made = gk.log().map(({ id }) => id).filter(id => !before.has(id));
        if (!made.length) return null;
        const done = stood(made);
        return [asked.status, asked.reason || '', done.status, done.reason || '']; }
    if (kind === 'lock') gk.do.lock({ on: !what[2], what: what[0]
        ? { grid_id: p.ids[of(what[0])], unit_id: what[0] } : { grid_id: what[1] } });
    if (kind === 'comment') {
        gk.do.unpick();
        gk.set(what[1] ? { grid: of(what[1]), cell: cell(what[1]) } : { grid: grid(what[2]), cell: -1 });
        gk.do.draft({}, { value: what[0] });
        gk.do.comment(); }
    if (kind === 'turnStatus') { const said = gk.edits().comments;
        if (said.length) gk.do.turnStatus(said[what[0] % said.length]); }
    if (kind === 'bring') {
        const text = JSON.stringify({ schema: 'gridkit-edits', version: 2, plan: p.digest, acts: what[0] });
        await gk.do.bring({}, { files: [new File([text], 'theirs.json')] }); }
    if (['undo', 'redo', 'discard'].includes(kind)) gk.do[kind](); }"""
BY_PARENT = PLAN.grids.groupby("parent").groups
WORDS = ["no lamp", "</script><!-- <b>", "=1+1", "门口没有灯\u2028", "\"a\", 'b'\\", "😀 \u202e", "  "]
LOGGED = ["move", "lock", "comment", "status", "undo", "redo"]
"""Kinds of acts in a log."""
SOME_UNITS = [*UNITS[:6], "u0505", "u0406", "u0206"]


def with_a_grid(units):
    """Return moves of units to a grid of their community."""
    near = sorted(BY_PARENT[PLAN.units["parent"][units[0]]])
    return st.tuples(st.just("move"), st.just(units), st.sampled_from(near))


@st.composite
def brought_in(draw):
    """Return the log of somebody who worked on a copy: of every kind of act, before or after what is done here."""
    acts, day = [], draw(st.sampled_from(["2026-01-01", "2036-01-01"]))
    writer = draw(st.sampled_from(["aaaaaaaa", "bbbbbbbb"])) if day < "2030" else "cccccccc"
    kinds = draw(st.lists(st.sampled_from(LOGGED), min_size=1, max_size=5))
    for number, kind in enumerate(kinds, 1):
        unit = draw(st.sampled_from(SOME_UNITS))
        here, before = PLAN.units["grid_id"][unit], [each["id"] for each in acts]
        said = [each["id"] for each in acts if each["act"] == "comment"]
        to = draw(st.sampled_from(sorted(BY_PARENT[PLAN.units["parent"][unit]])))
        what = {
            "move": {"unit_id": unit, "from": here, "to": to},
            "lock": {"unit_id": unit, "grid_id": here, "locked": draw(st.booleans())},
            "comment": {"text": draw(st.sampled_from(WORDS[:-1])), "lon": 117.0, "lat": 0.001, "grid_id": here},
            "status": {"of": draw(st.sampled_from(said)), "status": "declined"} if said else None,
        }.get(kind, {"of": [draw(st.sampled_from(before))]} if before else None)  # fmt: skip
        if what is not None:
            time = f"{day}T00:00:{number:02d}.000Z"
            acts.append({"id": f"{writer}-{number}", "author": "Tang", "time": time, "act": kind, **what})
    return ("bring", acts)


ACTS = {
    "move": st.one_of(
        st.sampled_from(UNITS).map(lambda unit: [unit]),
        st.lists(st.sampled_from(UNITS), min_size=2, max_size=4, unique=True),
        st.sampled_from([["u0206", "u0306"], ["u0001", "u0000"], ["u0505", "u0504"]]),
    ).flatmap(with_a_grid),
    "lock": st.tuples(
        st.just("lock"), st.sampled_from([None, *SOME_UNITS]), st.sampled_from(["W00", "E22", "E32"]), st.booleans()
    ),
    "comment": st.tuples(
        st.just("comment"), st.sampled_from(WORDS), st.sampled_from([None, *SOME_UNITS]), st.sampled_from(GRIDS)
    ),
    "turnStatus": st.tuples(st.just("turnStatus"), st.integers(0, 5)),
    "author": st.tuples(st.just("author"), st.sampled_from(["Pan", "Ren"])),
    "bring": brought_in(),
    "undo": st.just(("undo",)),
    "redo": st.just(("redo",)),
    "discard": st.just(("discard",)),
}
"""What can be done on the page, by the name of the page's own act."""
LOOKING = {"export", "saveCopy", "draft", "unit", "moveFar", "pickUnit", "unpick", "brush", "see"}
"""What the scripts of edits do beside: it adds nothing to the log by itself."""
acts = st.one_of(*ACTS.values(), ACTS["move"], ACTS["move"], ACTS["undo"])
COMMENTS = """gk.edits().comments.map(({ id, text, author = '', status, grid_id = '', unit_id = '' }) =>
    [id, [text, author, status, grid_id, unit_id]])"""


def test_every_kind_of_act_is_among_those_that_are_tried():
    code = "".join((ASSETS / name).read_text("utf-8") for name in ("log.js", "edit.js"))
    assert set(re.findall(r"gk\.do\.(\w+) =", code)) == {*ACTS, *LOOKING}
    kinds = {kind for each in get_args(edits_file.Act) for kind in get_args(get_type_hints(each)["act"])}
    assert kinds == set(LOGGED), "a kind of act is never tried"


def by_the_library(plan, rows):
    """Return the plan that somebody makes who does by hand what was accepted: frees, moves, locks as they were set."""
    done = rows[(rows["status"] == "accepted") & (rows["kind"] != "comment")]
    stays = done["to_grid"].eq(plan.units["grid_id"].reindex(done["unit_id"]).set_axis(done.index))
    moved = done[(done["kind"] == "move") & ~stays]
    moves = tuple(Move(tuple(sorted(set(part["unit_id"]))), to) for to, part in moved.groupby("to_grid"))
    held = [
        {"lock": Lock, "free": Free}[row["kind"]]((row["unit_id"] if pd.notna(row["unit_id"]) else row["grid_id"],))
        for _, row in done[done["kind"] != "move"].iterrows()
    ]
    asked = [*(each for each in held if isinstance(each, Free)), *([Together(moves)] if moves else []), *held]
    return edit(plan, asked) if asked else plan


@SMALL
@given(st.lists(acts, min_size=1, max_size=14))
@example([("author", "Pan"), ("comment", "no lamp", "u0001", "W00"), ("turnStatus", 0), ("undo",)])
@example([("lock", None, "W00", True), ("lock", "u0001", "W00", False), ("move", ["u0206", "u0306"], "E23")])
def test_what_the_page_says_of_any_acts_the_import_does(file, page, tmp_path_factory, sequence):
    opened(page, file)
    page.evaluate("localStorage.clear(); sessionStorage.clear()")
    opened(page, file)
    figures = "gk.plans[0].columns.map(each => each.of)"
    first, home = page.evaluate(f"[{figures}, gk.plans[0].cells.own]")
    for act in sequence:
        said = page.evaluate(DO, list(act))
        if said is not None:
            assert said[:2] == said[2:], "a move is what it was said to be before the click"
    verdicts = "[...gk.verdicts()].map(([id, { status }]) => [id, status])"
    shown, notes = dict(page.evaluate(verdicts)), dict(page.evaluate(COMMENTS))
    own, people = page.evaluate(
        "(() => { const p = gk.plans[0]; return [p.cells.own, p.columns.find(c => c.name === 'people').of]; })()"
    )
    touched = {grid for pair in zip(home, own, strict=True) if pair[0] != pair[1] for grid in pair}
    for before, after in zip(first, page.evaluate(figures), strict=True):
        assert {at for at, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]} <= touched
    folder = tmp_path_factory.mktemp("sent")
    plan = feedback.take(PLAN, [sent(page, folder / "edits.json")])
    rows = kept(plan)
    is_note = rows["kind"] == "comment"
    assert rows["status"][~is_note].to_dict() == shown
    told = rows.loc[is_note, ["text", "author", "status", "grid_id", "unit_id"]].astype(object).fillna("")
    assert dict(zip(told.index, told.to_numpy().tolist(), strict=True)) == notes
    # Saved and opened by somebody else, opened again, and brought in from the export: the same acts, the same plan.
    with page.expect_download() as caught:
        page.evaluate("gk.do.saveCopy()")
    caught.value.save_as(folder / "copy.html")
    for again in (file, folder / "copy.html", None):
        if again is None:
            page.evaluate("localStorage.clear(); sessionStorage.clear()")
        opened(page, again or file)
        if again is None:
            page.evaluate(DO, ["bring", json.loads((folder / "edits.json").read_text("utf-8"))["acts"]])
        assert page.evaluate("gk.plans[0].cells.own") == own
        assert dict(page.evaluate(verdicts)) == shown
        assert dict(page.evaluate(COMMENTS)) == notes
    assert feedback.take(PLAN, [edits_file.read(folder / "copy.html")]).units["grid_id"].equals(plan.units["grid_id"])
    cells = page.evaluate("gk.plans[0].cells.ids")
    assert [GRIDS[grid] for grid in own] == plan.units["grid_id"][cells].tolist()
    assert people == pytest.approx(plan.grids["people"].reindex(GRIDS).tolist(), abs=1e-6)
    held = plan.units["lock"][cells] if "lock" in plan.units else pd.Series(None, cells, dtype=object)
    assert page.evaluate("gk.plans[0].cells.ids.map((_, cell) => gk.isLocked(cell))") == held.notna().tolist()
    by_hand = by_the_library(PLAN, rows)
    assert by_hand.units["grid_id"].equals(plan.units["grid_id"])
    locks = [
        each.units["lock"].notna().tolist() if "lock" in each.units else [False] * len(UNITS)
        for each in (by_hand, plan)
    ]
    assert locks[0] == locks[1]


def some_claims(rng):
    hands, kinds = ["Pan", "Ren", "Tang"], ["move", "move", "move", "lock", "free"]
    found = []
    for number in range(rng.randrange(1, 16)):
        kind, unit = rng.choice(kinds), rng.choice([*UNITS[:30], "u9999"])
        here = PLAN.units["grid_id"].get(unit, "W00")
        near = [grid for grid in GRIDS if grid[0] == here[0]] if rng.random() < 0.9 else [*GRIDS, "X99"]
        if kind != "move" and rng.random() < 0.5:
            unit = ""
        grid = here if rng.random() < 0.95 else rng.choice(GRIDS)
        to = rng.choice(near) if kind == "move" else ""
        found.append(Claim(f"c{number}", rng.choice(hands), kind, unit, grid, to))
    return found


def test_python_and_the_page_judge_any_claims_alike(file, page):
    rng = random.Random(7)  # noqa: S311 - test data
    cases = [some_claims(rng) for _ in range(400)]
    opened(page, file)
    told = page.evaluate(
        """cases => cases.map(claims => [...gk.weigh(claims)]
        .map(([id, { status, reason = '', grid = -1 }]) => [id, [status, reason, grid]]))""",
        [[asdict(each) for each in case] for case in cases],
    )
    here = ground(PLAN.units, PLAN.ends, PLAN.parameters, PLAN.attributes)
    seen = set()
    for case, said in zip(cases, told, strict=True):
        mine = {name: [each.status, each.reason, each.grid] for name, each in weighed(here, case).items()}
        assert dict(said) == mine, case
        seen |= {tuple(each[:2]) for each in mine.values()}
    reasons = {"unit", "grid", "elsewhere", "locked", "replaced", "torn", "kept", "contrary"}
    assert {reason for _, reason in seen} >= {"", "empty", "parent", "whole", "band", *reasons}


def test_a_chain_that_holds_only_as_a_whole_is_shown_once_it_does(file, page):
    opened(page, file)
    where = "gk.plans[0].cells.ids.map((id, at) => [id, gk.plans[0].ids[gk.plans[0].cells.own[at]]])"
    assert page.evaluate(DO, ["move", "u0206", "E23"])[:2] == ["declined", "whole"], "u0306 lies between"
    assert dict(page.evaluate(where))["u0206"] == "E13"
    page.evaluate(DO, ["move", "u0306", "E23"])
    assert dict(page.evaluate(where))["u0206"] == dict(page.evaluate(where))["u0306"] == "E23"


def test_a_grid_out_of_its_band_may_be_mended_and_is_not_made_worse(file, page, tmp_path):
    opened(page, file)
    near, far = (page.evaluate(DO, ["move", unit, grid]) for unit, grid in (("u0001", "W01"), ("u0102", "W00")))
    assert near[0] == "accepted", "W00 is far over its band, and comes nearer to it"
    assert far[:2] == ["declined", "band"]
    plan = feedback.take(PLAN, [sent(page, tmp_path / "edits.json")])
    assert kept(plan)["status"].tolist() == ["accepted", "declined"]


# ------------------------------------------------------------------ one log
def test_the_work_of_two_people_on_one_page_is_kept_apart_and_merged_by_its_acts(file, browser, tmp_path):
    pan, ren = (browser.new_context(offline=True) for _ in range(2))
    first, second = (opened(each.new_page(), file) for each in (pan, ren))
    first.evaluate("gk.do.author({}, { value: 'Pan' })")
    first.evaluate(DO, ["move", "u0001", "W01"])
    second.evaluate(DO, ["move", "u0505", "E32"])
    with first.expect_download() as caught:
        first.evaluate("gk.do.saveCopy()")
    copy = tmp_path / "copy.html"
    caught.value.save_as(copy)
    opened(second, copy)
    second.get_by_role("textbox", name="Your name or post (optional)").fill("Ren")
    second.keyboard.press("Tab")
    second.evaluate(DO, ["move", "u0406", "E22"])
    opened(second, copy)  # once more: nothing is lost
    theirs = sent(second, tmp_path / "ren.json")
    assert [(each.author, each.unit_id) for each in theirs.acts] == [
        ("Pan", "u0001"),
        ("Ren", "u0505"),
        ("Ren", "u0406"),
    ]
    mine = sent(first, tmp_path / "pan.json")
    assert [each.author for each in mine.acts] == ["Pan"]
    one, other = feedback.take(PLAN, [mine, theirs]), feedback.take(PLAN, [theirs, edits_file.read(copy), mine])
    assert one.units["grid_id"].equals(other.units["grid_id"])
    assert sorted(kept(one)["author"]) == sorted(kept(other)["author"]) == ["Pan", "Ren", "Ren"]
    pan.close()
    ren.close()


def test_three_people_on_copies_of_one_page_are_heard_and_each_sees_what_was_decided(file, browser, tmp_path):
    """Two want one unit in two grids, a third sides with one of them: it waits, is decided, and stands on the map."""
    does = {
        "Pan": [["move", "u0505", "E32"], ["move", "u0001", "W01"]],
        "Ren": [["move", "u0505", "E23"], ["lock", None, "E11", True]],
        "Liu": [["move", "u0505", "E32"], ["move", "u0406", "E22"], ["undo"]],
    }
    rooms = {name: browser.new_context(offline=True) for name in does}
    pages, sheets = {}, {}
    for name, acts in does.items():
        shutil.copy(file, tmp_path / f"{name}.html")
        own = pages[name] = opened(rooms[name].new_page(), tmp_path / f"{name}.html")
        own.evaluate(DO, ["author", name])
        for act in acts:
            own.evaluate(DO, act)
        own.evaluate("name => gk.comment(`${name} was there`, gk.map.getCenter(), {})", name)
        sheets[name] = sent(own, tmp_path / f"{name}.json")
    plans = [feedback.take(PLAN, [sheets[name] for name in order]) for order in itertools.permutations(does)]
    plan = plans[0]
    for other in plans[1:]:
        assert other.units["grid_id"].equals(plan.units["grid_id"])
        told = ["kind", "author", "unit_id", "to_grid", "status"]
        assert kept(other)[told].sort_index().equals(kept(plan)[told].sort_index())
    assert kept(plan).groupby("author")["kind"].value_counts().to_dict() == {
        ("Pan", "move"): 2, ("Pan", "comment"): 1, ("Ren", "move"): 1, ("Ren", "lock"): 1, ("Ren", "comment"): 1,
        ("Liu", "move"): 1, ("Liu", "comment"): 1,
    }  # fmt: skip
    sides = feedback.conflicts(plan)
    assert sorted(zip(sides["author"], sides["to_grid"], strict=True)) == [
        ("Liu", "E32"), ("Pan", "E32"), ("Ren", "E23"),
    ]  # fmt: skip
    assert plan.units["grid_id"][["u0505", "u0001"]].tolist() == ["E22", "W01"]
    chosen = sides.index[sides["author"] == "Pan"][0]
    settled = feedback.decide(plan, {chosen: feedback.Decision("accepted", "two of three")})
    assert feedback.conflicts(settled).empty
    assert settled.units["grid_id"]["u0505"] == "E32"
    compose(settled, maps()["planner"], lang="en").save(tmp_path / "next.html")
    for name, own in pages.items():
        opened(own, tmp_path / "next.html")
        said = own.locator("[data-view=edits]").inner_text()
        for words in ("u0505: E22 → E32", "u0505: E22 → E23", "two of three", *does, *(f"{each} was" for each in does)):
            assert words in said, (name, words)
        own.evaluate(DO, ["author", name])
        own.evaluate("name => gk.comment(`${name} agrees`, gk.map.getCenter(), {})", name)
    last = feedback.take(settled, [sent(own, tmp_path / f"{name}-2.json") for name, own in pages.items()])
    assert len(kept(last)) == len(kept(settled)) + 3
    assert last.units["grid_id"].equals(settled.units["grid_id"])
    for room in rooms.values():
        room.close()


PAGES = {
    "Pan": [["move", "u0505", "E32"], ["move", "u0001", "W01"]],
    "Ren": [["move", "u0505", "E23"]],
    "Liu": [["lock", None, "E11", False], ["move", "u0406", "E22"]],
}


def read_off(path):
    """Return what a paper says, page by page."""
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext here: apt-get install poppler-utils")
    said = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout
    return said.decode().split("\f")[:-1]


def exported(browser, file, folder):
    """Return the files of three who each worked on a copy of their own."""
    found = []
    for name, does in PAGES.items():
        room = browser.new_context(offline=True)
        own = opened(room.new_page(), file)
        own.evaluate(DO, ["author", name])
        for act in does:
            own.evaluate(DO, act)
        sent(own, folder / f"{name}.json")
        found.append(str(folder / f"{name}.json"))
        room.close()
    return found


def filled_in(folder):
    """Return the slip of one without a name, who read the number of a unit and the check code off the paper."""
    [paper] = read_off(gk.papers(PLAN, folder, only=("slips",), grids="E22", lang="en").files["slips"])
    numbers = numbering(PLAN)
    assert numbers.code in paper
    assert str(numbers.of["u0505"]) in paper.split()
    rows = [
        {"box": "B", "grid": "E22", "units": numbers.of["u0505"], "to grid": "E32", "words": "one yard"},
        {"box": "C", "grid": "W00", "units": numbers.of["u0001"], "words": "stays"},
        {"box": "D", "grid": "E22", "words": "no lamp at the gate"},
    ]
    table = pd.DataFrame(rows).assign(date="2026-11-20", code=numbers.code)
    table.assign(**{"slip no.": 4}).to_csv(folder / "slips.csv", index=False)
    return str(folder / "slips.csv")


@pytest.fixture(scope="module")
def brought(file, browser, tmp_path_factory):
    pytest.importorskip("fpdf")
    folder = tmp_path_factory.mktemp("brought")
    return [*exported(browser, file, folder), filled_in(folder)]


def test_a_slip_is_judged_beside_the_three_pages_that_came_with_it_in_any_order(brought):
    first = gk.import_edits(PLAN, brought)
    for order in itertools.permutations(brought):
        again = gk.import_edits(PLAN, order)
        assert again.units["grid_id"].equals(first.units["grid_id"])
        assert kept(again)["status"].sort_index().equals(kept(first)["status"].sort_index())
    assert kept(first).groupby("author").size().to_dict() == {"Pan": 2, "Ren": 1, "Liu": 2, "No. 4": 3}
    sides = feedback.conflicts(first)
    assert sorted(zip(sides["unit_id"], sides["author"], sides["to_grid"].fillna(""), strict=True)) == [
        ("u0001", "No. 4", ""), ("u0001", "Pan", "W01"),
        ("u0505", "No. 4", "E32"), ("u0505", "Pan", "E32"), ("u0505", "Ren", "E23"),
    ]  # fmt: skip
    assert first.units["grid_id"][["u0505", "u0001"]].tolist() == ["E22", "W00"], "nobody chose"


def test_who_comes_later_by_another_way_is_not_declined_for_it(brought):
    *pages, slips = brought
    for plan in (
        gk.type_edits(gk.import_edits(PLAN, pages), slips),
        gk.import_edits(gk.type_edits(PLAN, slips), pages, rebase=True),
    ):
        said = kept(plan)
        assert said.groupby("author").size().to_dict() == {"Pan": 2, "Ren": 1, "Liu": 2, "No. 4": 3}
        assert "declined" not in set(said["status"][said["unit_id"].isin(["u0001", "u0505"])])


@pytest.mark.parametrize(("lang", "fourth"), [("zh", "4号表"), ("en", "No. 4")])
def test_each_of_four_reads_what_was_decided_on_the_next_map_and_on_his_reply(lang, fourth, brought, browser, tmp_path):
    plan = gk.import_edits(PLAN, brought)
    sides = feedback.conflicts(plan)
    chosen = sides.index[(sides["author"] == "No. 4") & (sides["kind"] == "move")][0]
    done = gk.decide_edits(plan, {chosen: "accepted:two of three"})
    about = kept(done)[kept(done)["unit_id"] == "u0505"].set_index("author")
    assert about["status"].to_dict() == {"No. 4": "accepted", "Pan": "accepted", "Ren": "declined"}
    assert done.units["grid_id"]["u0505"] == "E32"
    replies = read_off(gk.papers(done, tmp_path, only=("replies",), lang=lang).files["replies"])
    assert len(replies) == 4, "a sheet for each"
    for name in (*PAGES, fourth):
        [sheet] = [each for each in replies if name in each]
        assert ("two of three" in " ".join(sheet.split())) == (name != "Liu"), name
    listed = [str(value) for row in gk.list_edits(done, lang=lang)["wishes"] for value in row.values()]
    assert listed.count(fourth) == 3
    compose(done, maps()["planner"], lang=lang).save(tmp_path / "next.html")
    room = browser.new_context(offline=True)
    said = opened(room.new_page(), tmp_path / "next.html").locator("[data-view=edits]").inner_text()
    for words in (fourth, "u0505: E22 → E32", "u0505: E22 → E23", "two of three", "no lamp at the gate", *PAGES):
        assert words in said, words
    assert ("No. 4" in said) == (lang == "en")
    room.close()


def test_nobody_takes_back_what_another_did(file, page):
    opened(page, file)
    page.evaluate("gk.do.author({}, { value: 'Pan' })")
    page.evaluate(DO, ["move", "u0001", "W01"])
    page.evaluate("gk.do.author({}, { value: 'Ren' })")
    page.evaluate("gk.do.undo(); gk.do.discard()")
    assert page.evaluate("gk.edits().moves.map(each => each.author)") == ["Pan"]
    page.evaluate("gk.do.author({}, { value: 'Pan' })")
    page.evaluate("gk.do.undo()")
    assert page.evaluate("gk.edits().moves") == []


def test_what_was_taken_back_at_once_comes_back_by_one_undo(file, page):
    opened(page, file)
    for unit in ("u0001", "u0100"):
        page.evaluate(DO, ["move", unit, "W01"])
    counts = [2]
    for act in ("discard", "undo", "undo", "redo", "redo", "redo"):
        page.evaluate(f"gk.do.{act}()")
        counts.append(page.evaluate("gk.edits().moves.length"))
    assert counts == [2, 0, 2, 1, 2, 0, 0]


def test_two_windows_of_one_browser_lose_nothing_of_each_other(file, context):
    one, two = (opened(context.new_page(), file) for _ in range(2))
    one.evaluate(DO, ["move", "u0001", "W01"])
    until(two, "gk.edits().moves.length === 1")
    two.evaluate(DO, ["move", "u0505", "E32"])
    until(one, "gk.edits().moves.length === 2")
    assert one.evaluate("new Set(gk.edits().moves.map(gk.handOf)).size") == 2


def test_every_file_bears_the_name_of_its_author_and_its_time(file, page):
    opened(page, file)
    page.evaluate("gk.do.author({}, { value: '潘 / 主任' })")
    names = []
    for act in ("export", "saveCopy"):
        with page.expect_download() as caught:
            page.evaluate(f"gk.do.{act}()")
        names.append(caught.value.suggested_filename)
    assert re.fullmatch(r"edits-潘-主任-\d{8}-\d{6}\.json", names[0])
    assert re.fullmatch(r"Q-Town-with-comments-潘-主任-\d{8}-\d{6}\.html", names[1])


def test_the_log_of_somebody_else_is_brought_into_the_page(file, page, browser, tmp_path):
    other = browser.new_context(offline=True)
    theirs = opened(other.new_page(), file)
    theirs.evaluate("gk.do.author({}, { value: 'Ren' })")
    theirs.evaluate(DO, ["move", "u0505", "E32"])
    sent(theirs, tmp_path / "ren.json")
    with theirs.expect_download() as caught:
        theirs.evaluate("gk.do.saveCopy()")
    caught.value.save_as(tmp_path / "ren.html")
    other.close()
    (tmp_path / "else.json").write_text('{"schema": "gridkit-edits", "version": 2, "plan": "x"}', "utf-8")
    opened(page, file)
    page.evaluate(DO, ["move", "u0001", "W01"])
    bring = page.get_by_label("Bring in somebody's edits")
    bring.set_input_files([tmp_path / "ren.json", tmp_path / "ren.html", tmp_path / "else.json"])
    until(page, "gk.edits().moves.length === 2")
    assert page.evaluate("gk.edits().moves.map(each => each.author || '')") == ["Ren", ""]
    assert "else.json" in page.inner_text("#gk-live")
    assert "Ren" in page.inner_text("[data-view=edits]")


# ------------------------------------------------------------------ what comes back
def test_answers_to_moves_locks_and_comments_stand_on_the_next_map_with_their_reasons(file, page, tmp_path):
    opened(page, file)
    page.evaluate("gk.do.author({}, { value: 'Pan' })")
    page.evaluate(DO, ["move", "u0001", "W01"])
    page.evaluate(DO, ["move", "u0102", "W00"])
    page.evaluate(DO, ["lock", None, "E22", True])
    page.evaluate("gk.comment('the wall is gone', gk.map.getCenter(), {})")
    plan = feedback.take(PLAN, [sent(page, tmp_path / "edits.json")])
    note = kept(plan).index[kept(plan)["kind"] == "comment"][0]
    plan = feedback.decide(plan, {note: feedback.Decision("accepted", "seen there")})
    compose(plan, maps()["planner"], lang="en").save(tmp_path / "next.html")
    opened(page, tmp_path / "next.html")
    told = page.locator("[data-view=edits]").inner_text()
    for words in ("u0001: W00 → W01", "applied", "would have", "lock: E22", "the wall is gone", "seen there", "Pan"):
        assert words in told, words


# ------------------------------------------------------------------ hands
def test_a_unit_is_moved_by_keyboard_alone_and_the_move_is_told(file, page):
    opened(page, file)
    page.focus("#gk-map")
    page.keyboard.press("n")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("gk.plans[0].cells.ids[gk.state.cell]") == "u0005"
    page.keyboard.press("Tab")
    assert "→" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    assert page.evaluate("gk.edits().moves.length") == 1
    assert "→" in page.inner_text("#gk-live")
    page.focus("#gk-map")
    page.keyboard.press("Control+z")
    assert page.evaluate("gk.edits().moves.length") == 0


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_finger_can_hit_all_there_is_to_edit_on_a_phone(lang, file, page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(file.as_uri() + f"#lang={lang}")
    page.wait_for_selector("html[data-ready]")
    page.evaluate("gk.select(2, { go: true }); gk.set({ cell: gk.plans[0].members[2][0] })")
    page.evaluate(DO, ["move", "u0001", "W01"])
    page.evaluate("gk.comment('x', gk.map.getCenter(), {})")
    page.click("#gk-tab")
    small = """() => [...document.querySelectorAll('button, select, textarea, summary, label.row, [type=text]')]
        .filter(each => each.offsetParent).map(each => [each.outerHTML.slice(0, 90), each.getBoundingClientRect()])
        .filter(([, { width, height }]) => Math.min(width, height) < 44).map(([text]) => text)"""
    assert page.evaluate(small) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
