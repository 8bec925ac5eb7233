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
OPEN = {"dots": (["13.540", "12.100", "9.870", "8.400"] * 4, "decimal"), "few": (SUPPRESSED, "withheld")}


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
