"""Each layer of a plan file is there joined to its grids, styled, for programs that join nothing."""

from __future__ import annotations

import binascii
import io
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from plans import Size, crooked_plan
from towns import METRES, town

import gridkit as gk
from gridkit.catalog.columns import Measure
from gridkit.catalog.definitions import BalanceLayer
from gridkit.catalog.layer import Layer
from gridkit.language.phrases import Text
from gridkit.store import geopackage
from gridkit.store.views import SUFFIX, choropleth

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.plan.plan import Plan


@pytest.fixture(scope="module")
def plan() -> Plan:
    return crooked_plan(Size(side=8, incidents=80))


@pytest.fixture(scope="module")
def file(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return geopackage.write(plan, tmp_path_factory.mktemp("views") / "plan.gpkg")


def test_a_view_holds_the_grids_with_the_columns_of_its_layer(plan: Plan, file: Path) -> None:
    read = pyogrio.read_dataframe(file, layer=f"incidents{SUFFIX}").set_index("grid_id")
    assert read.crs == plan.crs
    assert read.geometry.geom_equals(plan.grids.geometry.reindex(read.index)).all()
    pd.testing.assert_series_equal(
        read["rate"].sort_index(),
        plan.layers["incidents"].tables["grids"]["rate"],
        check_dtype=False,
        check_index_type=False,
    )


def test_every_view_has_a_style_whose_classes_hold_every_value(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        styles = dict(connection.execute("SELECT f_table_name, styleQML FROM layer_styles"))
        views = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'")]
    for view in (name for name in views if name.endswith(SUFFIX) and name in styles):
        renderer = ET.fromstring(styles[view].partition("\n")[2]).find("renderer-v2")  # noqa: S314 - our own
        assert renderer is not None
        values = pyogrio.read_dataframe(file, layer=view)[renderer.attrib["attr"]].dropna()
        ranges = [(float(each.attrib["lower"]), float(each.attrib["upper"])) for each in renderer.iter("range")]
        assert min(low for low, _ in ranges) <= values.min()
        assert max(high for _, high in ranges) >= values.max()
    assert any(name.startswith("incidents") for name in styles)


def test_a_plan_comes_back_as_it_was_and_its_views_are_no_change_of_it(plan: Plan, file: Path) -> None:
    back = geopackage.read(file)
    assert set(back.layers) == set(plan.layers)
    assert geopackage.verify(file) == ()


def test_a_layer_of_other_grids_gets_no_view(plan: Plan, tmp_path: Path) -> None:
    stale = replace(plan, units=plan.units.assign(people=plan.units["people"] + 1))
    file = geopackage.write(stale, tmp_path / "plan.gpkg")
    assert not [name for name, _ in pyogrio.list_layers(file) if str(name).endswith(SUFFIX)]


def test_what_was_found_on_other_grids_says_so_where_qgis_shows_it_and_is_drawn_nowhere(tmp_path: Path) -> None:
    staff = pd.DataFrame({"工号": ["1", "2"], "网格": ["W00", "W10"], "岗位": ["专职网格员", "专职网格员"]})
    spots = gpd.GeoDataFrame({"time": "2026-05-05"}, geometry=gpd.points_from_xy([50], [50]), index=[0], crs=METRES)
    found = gk.staffing(gk.layer(town(), "incidents", data=spots), staff=staff, assign=True)
    found = gk.departments_harmonise(found, {"net": "parent"})
    found = gk.audit(found).kept(found)
    for number, plan in enumerate((found, found.having(units=found.units.assign(people=found.units["people"] + 1)))):
        file = geopackage.write(plan, tmp_path / f"plan-{number}.gpkg")
        with closing(sqlite3.connect(file)) as connection:
            told = {name: (title, said) for name, title, said in connection.execute(
                "SELECT table_name, identifier, description FROM gpkg_contents"
            )}  # fmt: skip
            styled = {name for (name,) in connection.execute("SELECT f_table_name FROM layer_styles")}
            project = zipped(connection.execute("SELECT content FROM qgis_projects").fetchone()[0])
        old = {name for name, (title, said) in told.items() if "out of date" in said and said in title}
        assert geopackage.read(file).stale == plan.stale
        if not number:
            assert plan.stale == ()
            assert old == set()
            assert {"incidents__points"} <= styled
            continue
        assert {"assignment", "harmony"} <= set(plan.stale)
        expected = {name for name in told if name.startswith(("assignment", "harmony", "findings", "incidents__"))}
        assert expected - {"incidents__brought"} <= old
        assert not old & styled
        assert not [name for name in old if f"layername={name}<" in project]


def zipped(stored: str) -> str:
    """Return the text of a project as QGIS stores it."""
    with zipfile.ZipFile(io.BytesIO(binascii.unhexlify(stored))) as archive:
        return archive.read(archive.namelist()[0]).decode()


def test_a_layer_without_a_value_has_a_view_and_no_style_and_one_without_grids_has_neither(tmp_path: Path) -> None:
    plan = town()
    nothing = pd.DataFrame({"people_off": [float("nan")] * 4}, index=plan.grids.index)
    for name, tables in (("empty", {"grids": nothing}), ("units_alone", {"units": plan.units[["people"]]})):
        measure = Measure("people_off", Text(en="Off", zh="偏差"))
        plan = plan.with_layer(Layer(BalanceLayer(name, Text(en=name, zh=name), measures=(measure,)), tables))
    file = geopackage.write(plan, tmp_path / "plan.gpkg")
    names = [str(name) for name, _ in pyogrio.list_layers(file)]
    assert f"empty{SUFFIX}" in names
    assert f"units_alone{SUFFIX}" not in names
    with closing(sqlite3.connect(file)) as connection:
        styled = {name for (name,) in connection.execute("SELECT f_table_name FROM layer_styles")}
    assert f"empty{SUFFIX}" not in styled


def test_the_first_measure_with_values_is_drawn() -> None:
    grids = pd.DataFrame({"a": [float("nan"), float("nan")], "b": [0.1, 0.4], "c": [1.0, 2.0]})
    measures = tuple(Measure(name, Text(en=name, zh=name), percent=name == "b") for name in "abc")
    layer = Layer(BalanceLayer("x", Text(en="X", zh="X"), measures=measures), {"grids": grids})
    drawn = choropleth(layer, ["a", "b", "c"])
    assert 'attr="b"' in drawn
    assert "10% - " in drawn
    assert 'attr="c"' in choropleth(layer, ["a", "c"])
    assert choropleth(layer, ["a"]) == ""
