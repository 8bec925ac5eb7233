"""What inspect proposes goes through as it stands, or it says beside it what has to be settled first."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import pytest
from worlds.world import blocks, district, spot

import gridkit as gk
from gridkit.recipes.inspect import inspect
from gridkit.render.inspection.lines import lines
from gridkit.render.inspection.page import page

if TYPE_CHECKING:
    from pathlib import Path

SUPPRESSED = ["100"] * 8 + ["<5"] * 8
OPEN = {"dots": (["13.540", "12.100", "9.870", "8.400"] * 4, "decimal"), "few": (SUPPRESSED, "suppressed zero")}


@pytest.fixture
def area(tmp_path: Path) -> Path:
    path = tmp_path / "district.gpkg"
    district().drop(columns="people").to_file(path)
    return path


@pytest.mark.parametrize("name", OPEN)
def test_what_a_reader_will_ask_is_said_before_the_line(name: str, area: Path, tmp_path: Path) -> None:
    cells, option = OPEN[name]
    path = tmp_path / "blocks.gpkg"
    blocks().assign(people=cells).to_file(path)
    look = inspect([str(area), str(path)])
    assert "gridkit split" in look["go_on"][0]
    (said,) = look["first"]
    assert option in said["en"]
    assert option in said["zh"]
    shown = [each.text for each in lines(look, "en", 200)]
    assert shown.index("to be settled first, by adding the option") < shown.index("how to go on")
    assert option in page(look, "zh")


def test_what_leaves_nothing_open_goes_through_as_it_stands(area: Path, tmp_path: Path) -> None:
    path = tmp_path / "blocks.gpkg"
    blocks().to_file(path)
    look = inspect([str(area), str(path)])
    assert "first" not in look
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = gk.split(area, parents="code", units=path, people=f"{path}:people", target=1000, effort=0.01)
    assert made.units["people"].sum() == pytest.approx(1600, rel=1e-4)


def test_dates_of_a_layer_are_asked_about_and_a_clean_table_is_not(tmp_path: Path) -> None:
    rows = ["id,lon,lat,time", *(f"A{at},{spot(at)[0]},{spot(at)[1]},0{at % 9 + 1}/03/2024" for at in range(20))]
    (tmp_path / "open.csv").write_text("\n".join(rows))
    (tmp_path / "clean.csv").write_text("\n".join(row.replace("/03/", "/23/") for row in rows))
    (said,) = inspect(str(tmp_path / "open.csv"))["first"]
    assert "dmy" in said["en"]
    assert "first" not in inspect(str(tmp_path / "clean.csv"))


SETTLED = {"dots": {"thousands": "."}, "few": {"suppressed": "zero"}}


@pytest.mark.parametrize("name", SETTLED)
def test_an_option_that_settles_it_is_tried_here_and_stands_in_the_line(name: str, area: Path, tmp_path: Path) -> None:
    path = tmp_path / "blocks.gpkg"
    blocks().assign(people=OPEN[name][0]).to_file(path)
    ((option, said),) = SETTLED[name].items()
    look = inspect([str(area), str(path)], **SETTLED[name])
    assert "first" not in look
    assert look["go_on"][0].endswith(f"--{option} {said}")


def test_each_line_says_what_its_own_command_takes(tmp_path: Path) -> None:
    rows = ["id,lon,lat,time", *(f"A{at},{spot(at)[0]},{spot(at)[1]},0{at % 9 + 1}/03/2024" for at in range(20))]
    (tmp_path / "open.csv").write_text("\n".join(rows))
    look = inspect(str(tmp_path / "open.csv"), dates="dmy", suppressed="zero")
    assert "first" not in look
    (line,) = look["go_on"]
    assert "--dates dmy" in line
    assert "--suppressed" not in line, "a layer of events takes no rule for people"


def test_an_encoding_that_was_said_shows_the_table_and_asks_nothing(tmp_path: Path) -> None:
    path = tmp_path / "totals.csv"
    path.write_bytes("社區,人口\n柳舟社區,1200\n梅津社區,900\n".encode("big5"))
    assert "encoding" in {each["code"] for each in inspect(str(path))["tables"][0]["suspicions"]}
    look = inspect(str(path), encoding="big5")
    assert not look["tables"][0]["suspicions"]
    assert look["go_on"][0].endswith("--encoding big5")


def test_a_column_that_was_named_plays_its_role(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x1,y1,seen\n120.6,32.5,2024-03-05\n120.61,32.51,2024-03-06\n")
    columns = {"lon": "x1", "lat": "y1", "time": "seen"}
    look = inspect(str(tmp_path / "a.csv"), columns=columns)
    assert str(look["tables"][0]["role"]) == "incidents"
    assert "--column lon=x1 --column lat=y1 --column time=seen" in look["go_on"][0]


def test_of_several_that_count_people_the_one_taken_is_said(area: Path, tmp_path: Path) -> None:
    for name in ("first.gpkg", "second.gpkg"):
        blocks().to_file(tmp_path / name)
    look = inspect([str(area), str(tmp_path / "first.gpkg"), str(tmp_path / "second.gpkg")])
    said = [each["en"] for each in look["instead"]]
    assert any("--people is" in each and each.index("first.gpkg") < each.index("second.gpkg") for each in said)
    assert any("second.gpkg" in each.text for each in lines(look, "en", 400))
    assert "second.gpkg" in page(look, "zh").rpartition("<h2>")[2]
    assert "instead" not in inspect([str(area), str(tmp_path / "first.gpkg")])
