"""The papers of an office, written as PDF and read back: every figure is the plan's, persons are left to the pen."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from hostile import HOSTILE

import gridkit as gk
from gridkit.errors import OutputError, UsageError
from gridkit.plan.editions import stand
from gridkit.plan.life.edits_file import Comment, EditSheet, Wish
from gridkit.plan.life.feedback import take
from gridkit.plan.numbering import numbering
from gridkit.plan.segments import segments, walk_code
from gridkit.render.papers.opinions import masked_name
from gridkit.render.papers.set import PAPERS
from gridkit.render.papers.sheet import stage

ALONE = ("scheme", "list", "atlas", "board", "slips", "walk", "visits")
"""Papers that need nothing but a plan."""


@pytest.fixture(scope="module")
def commented(small):
    """Return the plan with two remarks and a wish that cannot be fulfilled."""
    unit = small.units.index[0]
    here, there = small.units["grid_id"].iloc[0], small.grids.index[-1]
    acts = (
        Comment(id="aaaaaaaa-1", author="朱大伟", time="2026-11-20", text="东门没有路灯", grid_id=here),
        Wish(
            id="bbbbbbbb-1", author="综合执法局", time="2026-11-21", unit_id=unit, was=here, to=there, reason="同一小区"
        ),
        Comment(id="cccccccc-1", author="", time="", text="=1+1", grid_id=here),
    )
    return take(small, [EditSheet("gridkit-edits", 2, small.digest, acts=acts)])


@pytest.fixture(scope="module")
def written(small, tmp_path_factory):
    """Return what every paper that needs nothing else says, in both languages, page by page."""
    pytest.importorskip("fpdf")
    return {lang: gk.papers(small, tmp_path_factory.mktemp(lang), only=ALONE, lang=lang).files for lang in ("zh", "en")}


def bare(text):
    return re.sub(r"\s+", "", text)


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_paper_has_a_head_with_its_stage_and_a_foot(lang, written, read, chinese, small):
    for name in ALONE:
        if name == "board":
            continue
        pages = read(written[lang][name])
        staged = {"zh": "征求意见稿", "en": "draft for comment"}[lang]
        assert staged in pages[0] or name == "visits", name
        for number, page in enumerate(pages, 1):
            said = {"zh": f"第{number}页 共{len(pages)}页", "en": f"Page {number} of {len(pages)}"}[lang]
            assert bare(said) in bare(page), (name, number)
            assert {"zh": "内部使用", "en": "For office use"}[lang] in page


def test_the_list_adds_up(small, written, read, chinese):
    whole = bare("".join(read(written["zh"]["list"])))
    people, homes = small.grids["people"].sum(), small.grids["households"].sum()
    assert f"{homes:,.0f}{people:,.0f}" in whole
    assert [grid for grid in small.grids.index if grid not in whole] == []


def test_the_scheme_tells_the_plan_and_its_check(small, written, read, chinese):
    whole = bare("".join(read(written["zh"]["scheme"])))
    for part in ("一、基本情况", "五、划分结果", "六、质量检查", "九、意见征集与采纳", "附件"):
        assert part in whole
    assert f"{small.grids['people'].sum():,.0f}人" in whole
    assert "未提供原网格" in whole
    assert whole.count("无缝衔接（无空白、无重叠、无重复）") == 1
    assert "nothing drawn twice), Little change." in " ".join("".join(read(written["en"]["scheme"])).split())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_paper_names_an_option_of_the_program(lang, written, read, chinese):
    for name in ALONE:
        assert re.findall(r"--[a-z]+|gridkit [a-z]+", "".join(read(written[lang][name]))) == [], name


def test_a_board_tells_no_count_and_names_nobody(small, written, read, chinese):
    pages = read(written["zh"]["board"])
    assert len(pages) == len(small.grids)
    for page, grid in zip(pages, small.grids.index, strict=True):
        assert grid in page
        assert small.attributes.loc[grid, "head"] not in page
        assert f"{small.grids.loc[grid, 'people']:,.0f}" not in page
        assert "监督电话" in page


def test_a_slip_numbers_the_units_of_its_community(small, written, read, chinese):
    numbers = numbering(small)
    pages = read(written["zh"]["slips"])
    for page, grid in zip(pages, small.grids.index, strict=True):
        own = small.units.index[small.units["grid_id"] == grid]
        words = page.split()
        assert [unit for unit in own if str(numbers.of[unit]) not in words] == []
        assert numbers.code in page
        assert all(f"{letter} " in page for letter in "ABCD")


def test_every_border_is_on_a_sheet_with_its_length(small, written, read, chinese):
    whole = "".join(read(written["en"]["walk"]))
    found = segments(small)
    assert {f"S{each.number}:" for each in found} <= set(whole.split())
    assert walk_code(small) in whole
    for each in found:
        assert f"{each.metres:,.0f} m" in whole


def test_the_atlas_has_an_index_and_a_page_per_grid_of_few_bytes(small, written, read, chinese):
    pages = read(written["zh"]["atlas"])
    assert len(pages) == len(small.grids) + 2
    index = pages[1]
    for number, page in enumerate(pages[2:], 3):
        [grid] = [each for each in small.grids.index if each in page]
        assert re.search(rf"{grid}.* {number}\b", index)
    assert written["zh"]["atlas"].stat().st_size < 100_000 * len(pages)


def test_the_ledger_leaves_names_to_the_pen(small, written, read, chinese):
    pages = read(written["zh"]["visits"])
    assert len(pages) == 2 * len(small.grids)
    assert all("走访人" in page for page in pages[1::2])
    assert not any(head in page for page in pages for head in small.attributes["head"])


def test_old_and_new_codes_stand_side_by_side(small, tmp_path, read, chinese):
    renamed = {grid: f"9{grid[1:]}" for grid in small.grids.index[:1]}
    old = replace(small, units=small.units.assign(grid_id=small.units["grid_id"].replace(renamed)), attributes=None)
    made = gk.papers(small, tmp_path, only="codes", against=old, lang="zh")
    whole = bare("".join(read(made.files["codes"])))
    assert [code for code in (*renamed.values(), *small.grids.index) if code not in whole] == []
    assert whole.count("变更") >= 1
    assert whole.count("沿用") == len(small.grids) - 1


def test_opinions_mask_persons_and_count_what_became_of_them(commented, tmp_path, read, chinese):
    made = gk.papers(commented, tmp_path, only="opinions, replies", lang="zh")
    opinions = bare("".join(read(made.files["opinions"])))
    assert "共征集意见3条，采纳0条，未采纳1条，正在研究2条" in opinions
    assert "朱**" in opinions
    assert "朱大伟" not in opinions
    assert "综合执法局" in opinions
    replies = read(made.files["replies"])
    assert len(replies) == 3, "one for each who said something, named or not"
    assert sum("朱大伟" in page for page in replies) == 1
    assert [page for page in replies if "朱大伟" in page and "同楼" in page] == []


def test_reasons_call_grids_and_communities_by_their_names(commented, tmp_path, read, chinese):
    for lang in ("zh", "en"):
        opinions = "".join(read(gk.papers(commented, tmp_path / lang, only="opinions", lang=lang).files["opinions"]))
        codes = [*commented.grids.index, *commented.grids["parent"]]
        assert [code for code in codes if len(str(code)) > 5 and str(code) in bare(opinions)] == []
        assert not re.search(r"\bapplied\b|已采纳", opinions)


def test_a_scheme_names_no_resident_and_attaches_only_what_the_set_holds(commented, tmp_path, read, chinese):
    edited = [replace(commented.history[-1], parameters={"author": "朱大伟, No. 4", "reason": "同楼"})]
    plan = replace(commented, history=(*commented.history, *edited))
    whole = bare("".join(read(gk.papers(plan, tmp_path, only="scheme", lang="zh").files["scheme"])))
    assert "朱大伟" not in whole
    assert "朱**、4号表" in whole
    assert "意见采纳情况表" in whole
    assert "新旧编码对照表" not in whole, "there are no grids of before"


def test_names_of_bodies_are_whole_and_those_of_persons_are_not():
    assert masked_name("东门街道办事处") == "东门街道办事处"
    assert masked_name("欧阳修远") == "欧**"
    assert masked_name("") == ""


def test_the_stage_follows_the_standing_and_the_comments(small, commented):
    assert stage(small) == stage(commented) == "draft for comment"
    answered = commented.records["comments"].assign(status="declined")
    assert stage(commented.with_record("comments", answered)) == "for approval"
    assert stage(stand(small, "approved")) == "approved version"
    issued = stand(small, "issued", since="2027-01-01", body="青岚街道办事处")
    assert stage(issued).said("zh") == "印发稿"


@pytest.mark.slow
def test_a_set_leaves_out_what_it_cannot_write_and_says_why(small, tmp_path, chinese):
    first = small.grids.index[0]
    made = gk.papers(small, tmp_path, grids=first, lang="zh")
    assert set(made.files) == set(ALONE)
    assert set(made.left_out) == set(PAPERS) - set(ALONE)
    assert all(path.stat().st_size > 1000 for path in made.files.values())
    with pytest.raises(UsageError, match="nothing to compare with"):
        gk.papers(small, tmp_path / "other", only="codes")
    with pytest.raises(UsageError, match="did you mean 'board'"):
        gk.papers(small, tmp_path / "other", only="bord")
    with pytest.raises(OutputError, match="overwrite"):
        gk.papers(small, tmp_path, only="board")
    assert not (tmp_path / "other").exists()


def test_what_leaves_the_office_tells_no_count(small, tmp_path, read, chinese):
    made = gk.papers(small, tmp_path, approval="苏S(2026)001号", lang="zh")
    assert set(made.files) == {"list", "atlas", "board", "slips"}
    for path in made.files.values():
        whole = "".join(read(path))
        assert "内部使用" not in whole
        for grid in small.grids.index:
            assert f"{small.grids.loc[grid, 'people']:,.0f}" not in whole.split()


@pytest.mark.slow
def test_hostile_texts_are_set_like_any_other(small, commented, tmp_path, read, chinese):
    at = iter(range(10**6))

    def hostile(count):
        return [HOSTILE[next(at) % len(HOSTILE)] + ("长" * 300 if index == 0 else "") for index in range(count)]

    comments = commented.records["comments"]
    many = (
        pd.concat([comments] * 20)
        .reset_index(drop=True)
        .rename(index=lambda n: f"z{n:07d}-1")
        .rename_axis("comment_id")
    )
    many = many.assign(text=hostile(len(many)), author=hostile(len(many)), answer=hostile(len(many)))
    roads = small.backdrop["roads"].assign(name=hostile(len(small.backdrop["roads"])))
    plan = replace(
        small.with_record("comments", many),
        districts=small.districts.assign(name=hostile(len(small.districts))),
        attributes=small.attributes.assign(name=hostile(4), boundary=hostile(4)),
        backdrop={**small.backdrop, "roads": roads},
        parameters=replace(small.parameters, title=hostile(1)[0]),
    )
    made = gk.papers(plan, tmp_path, lang="zh", paper="A3")
    assert set(made.files) == set(PAPERS) - {"codes", "proposal"}
    for path in made.files.values():
        assert read(path)


@pytest.mark.parametrize("paper", ["A4", "A3"])
def test_papers_have_the_size_that_was_asked_for(paper, small, tmp_path, chinese):
    first = small.grids.index[0]
    made = gk.papers(small, tmp_path, only=("slips", "visits"), paper=paper, grids=first, lang="zh")
    wide, high = {"A4": (595.28, 841.89), "A3": (841.89, 1190.55)}[paper]
    for name, size in (("slips", (wide, high)), ("visits", (high, wide))):
        box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", made.files[name].read_bytes())
        assert [float(each) for each in box.groups()] == pytest.approx(size, abs=0.1)
