from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from dataclasses import replace

import pytest
from hostile import HOSTILE
from plans import Size, crooked_plan

from gridkit.errors import GridkitWarning, OutputError, TableError
from gridkit.render.papers import fonts
from gridkit.render.papers.cards import cards

pytest.importorskip("fpdf")


@pytest.fixture(scope="module")
def plan():
    return crooked_plan(Size(side=8, incidents=80))


@pytest.fixture(scope="module")
def latin(plan):
    """A plan whose texts need no Chinese font, so that the test runs where none is installed."""
    names = [f"Grid {index}" for index in range(len(plan.grids))]
    attributes = plan.attributes.assign(name=names, head="A. Head", boundary="East to Main Street")
    backdrop = {
        name: table.assign(name="Main Street", name_en="Main Street") if "name" in table else table
        for name, table in plan.backdrop.items()
    }
    layers = {}
    for name, layer in plan.layers.items():
        tables = dict(layer.tables)
        if "points" in tables:
            columns = [column for column in ("name", "category", "status") if column in tables["points"]]
            tables["points"] = tables["points"].assign(**dict.fromkeys(columns, "Text"))
        layers[name] = replace(layer, tables=tables)
    return replace(
        plan,
        attributes=attributes,
        backdrop=backdrop,
        layers=layers,
        districts=plan.districts.assign(name="Community"),
        parameters=replace(plan.parameters, title="Plan"),
    )


def pages(path):
    return path.read_bytes().count(b"/Type /Page\n")


def drawn(path):
    """Return what the pages draw, as PDF operators."""
    found = re.findall(rb"stream\n(.*?)\nendstream", path.read_bytes(), re.DOTALL)
    out = b""
    for each in found:
        try:
            out += zlib.decompress(each)
        except zlib.error:
            continue
    return out


def test_every_grid_has_one_page(latin, tmp_path):
    cards(latin, tmp_path / "c.pdf", lang="en")
    assert pages(tmp_path / "c.pdf") == len(latin.grids)


def test_a_card_is_drawn_of_lines_and_letters_without_a_picture(latin, tmp_path):
    cards(latin, tmp_path / "c.pdf", lang="en", grids=latin.grids.index[:1])
    operators = drawn(tmp_path / "c.pdf")
    assert operators.count(b" l\n") + operators.count(b" l ") > 100
    assert latin.grids.index[0].encode() in operators
    assert b"/Subtype /Image" not in (tmp_path / "c.pdf").read_bytes()


def test_two_runs_write_the_same_bytes(latin, tmp_path):
    for name in ("a", "b"):
        cards(latin, tmp_path / f"{name}.pdf", lang="en", grids=latin.grids.index[:2])
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_a_missing_grid_is_named_with_its_nearest(latin, tmp_path):
    with pytest.raises(TableError, match=r"did you mean .3205080190"):
        cards(latin, tmp_path / "c.pdf", lang="en", grids=["32050801900000"])


def test_chinese_cards_embed_their_font(plan, tmp_path):
    try:
        fonts.chinese()
    except OutputError:
        pytest.skip("no font with Chinese here: apt-get install fonts-noto-cjk")
    cards(plan, tmp_path / "c.pdf", grids=plan.grids.index[:2])
    assert b"/FontFile" in (tmp_path / "c.pdf").read_bytes()


def test_hostile_text_is_set_like_any_other(plan, tmp_path):
    try:
        fonts.chinese()
    except OutputError:
        pytest.skip("no font with Chinese here: apt-get install fonts-noto-cjk")
    names = [HOSTILE[index % len(HOSTILE)] for index in range(len(plan.grids))]
    hostile = replace(plan, attributes=plan.attributes.assign(name=names, head=names, boundary=names))
    cards(hostile, tmp_path / "c.pdf")
    assert pages(tmp_path / "c.pdf") == len(plan.grids)


def test_a_missing_font_is_said_with_the_way_to_get_one(plan, tmp_path, monkeypatch):
    monkeypatch.setenv(fonts.FONT_VARIABLE, str(tmp_path / "none.ttf"))
    with pytest.raises(OutputError, match="fonts-noto-cjk"):
        cards(plan, tmp_path / "c.pdf")
    assert not (tmp_path / "c.pdf").exists()


def written(path):
    """Return what the pages say, word by word as it is set in a core font."""
    return b"".join(re.findall(rb"\((.*?)\) Tj", drawn(path))).decode("cp1252")


def test_a_card_says_what_its_signs_are_and_its_scale(latin, tmp_path):
    cards(latin, tmp_path / "c.pdf", lang="en", grids=latin.grids.index[:1])
    said = written(tmp_path / "c.pdf")
    assert [sign for sign in ("Legend", "This grid", "Border of a grid", "Clinics") if sign not in said] == []
    assert re.search(r"Scale 1:[0-9]+(?=\D|$)", said)


def test_a_card_names_its_grid_and_leaves_room_for_what_is_not_known(latin, tmp_path):
    nameless = replace(latin, attributes=latin.attributes[["boundary"]])
    cards(nameless, tmp_path / "c.pdf", lang="en", grids=latin.grids.index[:1])
    said = written(tmp_path / "c.pdf")
    assert "Community, grid" in said or "grid 3205" in said
    assert [field for field in ("Head of grid", "Grid workers", "Complaint line") if field not in said] == []


def test_what_a_field_has_no_room_for_stands_whole_under_the_bounds(latin, tmp_path):
    heads = "A. First of the grid and its neighbours, B. Second of the grid, C. Third"
    cards(
        replace(latin, attributes=latin.attributes.assign(head=heads)),
        tmp_path / "c.pdf",
        lang="en",
        grids=latin.grids.index[:1],
    )
    assert "C. Third" in written(tmp_path / "c.pdf")


def test_cards_with_an_approval_number_tell_no_count_and_name_nobody(latin, tmp_path):
    for name, number in (("office", ""), ("public", "S(2026)001")):
        cards(latin, tmp_path / f"{name}.pdf", lang="en", approval=number)
    office, public = drawn(tmp_path / "office.pdf"), drawn(tmp_path / "public.pdf")
    for told in (b"A. Head", b"People", b"Households", b"Off the target", b"Incidents"):
        assert told in office
        assert told not in public
    assert b"S(2026)001" in public.replace(b"\\", b"")


@pytest.mark.skipif(fonts.wide() is None, reason="no font with Arabic is installed: apt-get install fonts-dejavu-core")
def test_arabic_is_joined_and_letters_that_no_font_has_are_told(latin, tmp_path):
    arabic = replace(latin, attributes=latin.attributes.assign(name="حي السلام"))
    cards(arabic, tmp_path / "joined.pdf", lang="en", grids=list(latin.grids.index[:1]))
    text = subprocess.run(
        ["pdftotext", tmp_path / "joined.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    # Lam and alef are one sign when they are joined, whose two letters poppler turns round.
    assert {"حي السلام", "حي السالم"} & {line.strip("\u202a\u202b\u202c") for line in text.splitlines()}
    strange = replace(latin, attributes=latin.attributes.assign(name="\U00016f00\U00016f01"))
    with pytest.warns(GridkitWarning, match="2 letters are in no font"):
        cards(strange, tmp_path / "strange.pdf", lang="en", grids=list(latin.grids.index[:1]))


def said_on(plan, tmp_path, **choices):
    cards(plan, tmp_path / "c.pdf", grids=plan.grids.index[:1], overwrite=True, **choices)
    return subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "c.pdf"), "-"], capture_output=True, check=True
    ).stdout.decode()


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext here")
def test_a_card_says_what_is_known_and_nothing_of_what_is_not(latin, tmp_path):
    first = latin.grids.index[0]
    layer = latin.layers["incidents"]
    points = layer.tables["points"].assign(grid_id=first)
    laid = replace(layer, tables={**layer.tables, "points": points}, digest="")
    latin = replace(
        latin, layers={**latin.layers, "incidents": laid}, units=latin.units.assign(micro_id=latin.units.index)
    )
    told = said_on(replace(latin, attributes=latin.attributes.assign(note="gate shut at night")), tmp_path, lang="en")
    for word in (
        first,
        "A. Head",
        "People",
        "Households",
        "Area",
        "Range of size",
        "gate shut at night",
        "Incidents",
        "Micro-grids",
    ):
        assert word in told, word
    bare = replace(latin, attributes=None, layers={}, units=latin.units.drop(columns="households"))
    told = said_on(bare, tmp_path, lang="en")
    for word in ("Households", "Incidents", "Services within a walk", "A. Head", "Note"):
        assert word not in told, word


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext here")
def test_what_a_field_has_no_room_for_stands_whole_below(latin, tmp_path):
    staff = "; ".join(f"Worker number {at}" for at in range(9))
    plan = replace(latin, attributes=latin.attributes.assign(staff=staff))
    told = said_on(plan, tmp_path, lang="en")
    assert "Worker number 8" in " ".join(told.split())


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext here")
def test_a_plan_without_a_band_has_no_range_on_its_cards(latin, tmp_path):
    free = replace(latin.parameters, low=None, target=None, high=None)
    assert "Range of size" not in said_on(replace(latin, parameters=free), tmp_path, lang="en")
