"""Laws of reading on what is made of it: one content in any order, form and style gives one plan and its layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import world
from worlds.offices import FORMS, ODD, WHOLE

import gridkit as gk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import geopandas as gpd

LAW = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
WRITERS = {name: write for name, write in (FORMS | ODD).items() if name not in WHOLE}
FORM = st.sampled_from(sorted(WRITERS))
COUNTS = [1100 + 40 * at for at in range(16)]
PLACES = [(round(shape.centroid.x, 6), round(shape.centroid.y, 6)) for shape in world.blocks().geometry]
NUMBERS: dict[str, Callable[[int], str]] = {
    "plain": str,
    "commas": lambda count: f"{count:,}",
    "narrow spaces": lambda count: f"{count:,}".replace(",", "\u202f"),
    "full width": lambda count: str(count).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    "units": lambda count: f"{count}人",
}
MOMENTS = list(pd.date_range("2024-03-05 09:15", periods=16, freq="75h"))
CLOCKS: dict[str, Callable[[pd.Timestamp], str]] = {
    "ISO": lambda time: f"{time:%Y-%m-%d %H:%M}",
    "day first": lambda time: f"{time:%d/%m/%Y %H:%M}",
    "年月日": lambda time: f"{time.year}年{time.month}月{time.day}日 {time.hour}时{time.minute}分",
    "offset": lambda time: f"{time:%Y-%m-%dT%H:%M:%S}+08:00",
    "seconds": lambda time: str(int(time.tz_localize("Asia/Shanghai").timestamp())),
    "Zulu": lambda time: f"{time - pd.Timedelta(hours=8):%Y-%m-%dT%H:%M}:00Z",
}
PAIRS: dict[str, tuple[tuple[str, ...], Callable[[float, float], tuple[Any, ...]]]] = {
    "lon and lat": (("lon", "lat"), lambda x, y: (x, y)),
    "pairs, latitude first": (("坐标",), lambda x, y: (f"{y} {x}",)),
    "WKT": (("wkt",), lambda x, y: (f"POINT ({x} {y})",)),
    "GeoJSON": (("place",), lambda x, y: (f'{{"type": "Point", "coordinates": [{x}, {y}]}}',)),
    "WKB": (("geom",), lambda x, y: (shapely.to_wkb(shapely.Point(x, y), hex=True),)),
    "degrees and minutes": (("纬度", "经度"), lambda x, y: (minutes(y), minutes(x))),
}


def minutes(degrees: float) -> str:
    """Return degrees as degrees, minutes and seconds."""
    seconds = round(degrees * 3600, 3)
    return f"{int(seconds // 3600)}°{int(seconds % 3600 // 60):02d}′{seconds % 60:06.3f}″"


def cells(said: Callable[[gpd.GeoSeries], Sequence[str]]) -> Callable[[gpd.GeoDataFrame, Path], Path]:
    """Return what writes areas into the cells of a CSV."""

    def write(areas: gpd.GeoDataFrame, path: Path) -> Path:
        table = pd.DataFrame(areas.drop(columns="geometry")).assign(geom=said(areas.geometry))
        table.to_csv(path := path.with_suffix(".csv"), index=False)
        return path

    return write


def drawn(driver: str, ending: str, **more: str) -> Callable[[gpd.GeoDataFrame, Path], Path]:
    """Return what writes areas by a driver of GDAL."""

    def write(areas: gpd.GeoDataFrame, path: Path) -> Path:
        pyogrio.write_dataframe(areas, path := path.with_suffix(ending), driver=driver, **more)
        return path

    return write


def kept(areas: gpd.GeoDataFrame, path: Path) -> Path:
    """Write GeoParquet."""
    areas.to_parquet(path := path.with_suffix(".parquet"))
    return path


SHAPED: dict[str, Callable[[gpd.GeoDataFrame, Path], Path]] = {
    "GeoPackage": drawn("GPKG", ".gpkg"),
    "shapefile in GBK": drawn("ESRI Shapefile", ".shp", encoding="GBK"),
    "MapInfo": drawn("MapInfo File", ".tab", encoding="UTF-8"),
    "MIF": drawn("MapInfo File", ".mif", encoding="UTF-8"),
    "FlatGeobuf": drawn("FlatGeobuf", ".fgb"),
    "GML": drawn("GML", ".gml"),
    "GeoParquet": kept,
    "WKT in cells": cells(lambda shapes: shapes.to_wkt(rounding_precision=9)),
    "WKB in cells": cells(lambda shapes: shapes.to_wkb(hex=True)),
    "GeoJSON in cells": cells(lambda shapes: [shapely.to_geojson(each) for each in shapes]),
}


def written(
    form: str, header: Sequence[str], rows: Sequence[Sequence[Any]], order: Sequence[int], turn: int, folder: Path
) -> str:
    """Write rows in an order, the columns turned round by so many."""
    at = [(column + turn) % len(header) for column in range(len(header))]
    table = [[header[column] for column in at], *([rows[row][column] for column in at] for row in order)]
    return str(WRITERS[form](table, folder / "table"))


def split(people: str) -> dict[tuple[float, float], int]:
    """Return which grid each block is in, numbered in the order of the blocks."""
    plan = gk.split(world.district(), parents="code", units=world.blocks(), people=people, target=2800, effort=0.01)
    spots = plan.units.to_crs(4326).geometry.centroid
    labels = dict(zip(zip(spots.x.round(4), spots.y.round(4), strict=True), plan.units["grid_id"], strict=True))
    numbers: dict[str, int] = {}
    return {spot: numbers.setdefault(labels[spot], len(numbers)) for spot in sorted(labels)}


KNOWN: dict[str, Any] = {}
"""What the first example made, which every other has to make as well."""


@LAW
@pytest.mark.filterwarnings("ignore")
@given(form=FORM, style=st.sampled_from(sorted(NUMBERS)), order=st.permutations(range(16)), turn=st.integers(0, 3))
def test_the_plan_is_the_same_in_every_order_form_and_style(form, style, order, turn, tmp_path: Path) -> None:
    rows = [(f"b{at}", *PLACES[at], NUMBERS[style](COUNTS[at])) for at in range(16)]
    made = split(written(form, ("id", "lon", "lat", "people"), rows, order, turn, tmp_path))
    assert made == KNOWN.setdefault("plan", made)
    assert len(set(made.values())) > 4


@LAW
@pytest.mark.filterwarnings("ignore")
@given(
    form=FORM,
    clock=st.sampled_from(sorted(CLOCKS)),
    place=st.sampled_from(sorted(PAIRS)),
    order=st.permutations(range(16)),
    turn=st.integers(0, 2),
)
def test_a_layer_has_the_same_figures_in_every_notation(form, clock, place, order, turn, tmp_path: Path) -> None:
    names, said = PAIRS[place]
    rows = [(f"k{at}", CLOCKS[clock](MOMENTS[at]), *said(*PLACES[at])) for at in range(16)]
    path = written(form, ("id", "time", *names), rows, order, turn, tmp_path)
    laid = gk.layer(world.plan(), "incidents", data=path, timezone="Asia/Shanghai").layers["incidents"]
    facts = {name: value for name, value in laid.facts.items() if name != "read"}
    made = (laid.tables["grids"].sort_index().to_json(), repr(facts))
    assert made == KNOWN.setdefault("layer", made)


AREAS = st.sampled_from(sorted(SHAPED))


@LAW
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@given(district=AREAS, units=AREAS, order=st.permutations(range(16)))
def test_the_plan_is_the_same_whatever_areas_are_kept_in(district, units, order, tmp_path: Path) -> None:
    home = SHAPED[district](world.district()[["code", "name", "geometry"]], tmp_path / "home")
    people = SHAPED[units](world.blocks().assign(people=COUNTS, no=range(16)).iloc[order], tmp_path / "blocks")
    plan = gk.split(home, parents="code", units=people, people=people, target=2800, effort=0.01)
    spots = plan.units.to_crs(4326).geometry.centroid
    table = (spots.x.round(4), spots.y.round(4), plan.units["grid_id"], plan.units["people"].round())
    made = sorted(zip(*table, strict=True))
    assert made == KNOWN.setdefault("areas", made)
    assert plan.units["people"].sum() == pytest.approx(sum(COUNTS), abs=0.5)


@LAW
@pytest.mark.filterwarnings("ignore")
@given(form=AREAS, order=st.permutations(range(8)))
def test_grids_of_before_are_compared_the_same_whatever_they_are_kept_in(form, order, tmp_path: Path) -> None:
    pairs = world.blocks().assign(code=[f"K{at // 2}" for at in range(16)]).dissolve("code", as_index=False)
    path = SHAPED[form](pairs[["code", "geometry"]].iloc[order], tmp_path / "before")
    found = gk.compare(path, world.plan())
    made = (repr(found.facts), found.flows.round(3).to_json(), found.lookup.round(3).to_json())
    assert made == KNOWN.setdefault("before", made)
    assert found.facts["unchanged"] > 0
