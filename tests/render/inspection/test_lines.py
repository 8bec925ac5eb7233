"""A look fits any terminal, in every language, and its commands come back whole when pasted."""

from __future__ import annotations

import shlex

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from shapely.geometry import box

from gridkit.recipes.inspect import inspect
from gridkit.render.inspection.lines import lines, pasted, wrapped


@pytest.fixture(scope="module")
def look(tmp_path_factory):
    folder = tmp_path_factory.mktemp("a folder of a name that is longer than a narrow terminal is wide")
    areas = gpd.GeoDataFrame(
        {"name": ["映杏社区", "柳舟社区"], "people": [14_000, 12_000], "电话": ["13800138000"] * 2},
        geometry=[box(120.5, 32.5, 120.51, 32.51), box(120.51, 32.5, 120.52, 32.51)],
        crs=4326,
    )
    areas.to_file(folder / "communities of last year.gpkg")
    (folder / "cases.csv").write_text("id,lon,lat,time\nA1,120.505,32.505,2025-03-05 10:00\n", encoding="utf-8")
    return inspect([folder / "communities of last year.gpkg", folder / "cases.csv"])


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [30, 40, 60, 84, 120, 200])
def test_nothing_runs_off_the_edge(look, width, lang):
    told = list(lines(look, lang, width))
    # A word of a command is never broken: a path longer than the line would not be found when pasted.
    assert all(cell_len(each.text) <= width for each in told if each.style != "command")
    text = "\n".join(each.text for each in told)
    assert ("人口" if lang == "zh" else "people") in text
    assert "13800138000" not in text


@pytest.mark.parametrize("width", [30, 40, 120, 200])
def test_commands_come_back_whole_when_pasted(look, width):
    told = "\n".join(each.text for each in lines(look, "en", width) if each.style == "command")
    whole = [shlex.split(line) for line in look["go_on"]]
    assert [shlex.split(line) for line in told.replace("\\\n", " ").split("\n")] == whole
    piped = [each.text for each in lines(look, "en", width, continued=False) if each.style == "command"]
    assert [shlex.split(line) for line in piped] == whole


def test_several_files_are_one_command_and_then_its_layers(look):
    split, layer = look["go_on"]
    assert "--parents name" in split
    assert split.startswith("gridkit split")
    assert layer.startswith("gridkit layer plan.gpkg incidents --data")


@given(text=st.text(alphabet="ab 网格，。/x1", max_size=80), width=st.integers(4, 40))
def test_no_letter_is_lost_where_a_text_is_broken(text, width):
    made = wrapped(text, width)
    assert "".join("".join(made).split()) == "".join(text.split())
    assert all(cell_len(line) <= width + 4 for line in made)  # what closes a clause stays with it


@given(
    words=st.lists(st.text(alphabet="ab'- $网", min_size=1, max_size=12), min_size=1, max_size=9),
    width=st.integers(30, 90),
)
def test_any_command_comes_back(words, width):
    command = shlex.join(["gridkit", *words])
    assert shlex.split(" ".join(line.removesuffix("\\") for line in pasted(command, width))) == ["gridkit", *words]
