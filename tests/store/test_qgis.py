"""A plan's styles say to QGIS what the band says, and draw everything that has a shape."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from gridkit.band import Band
from gridkit.plan.parameters import Parameters
from gridkit.store import qgis
from gridkit.store.qgis import LegendClass, Look
from gridkit.tables import FEATURES

if TYPE_CHECKING:
    from collections.abc import Iterator


def parsed(style: str) -> ET.Element:
    assert style.startswith("<!DOCTYPE qgis")
    return ET.fromstring(style.partition("\n")[2])  # noqa: S314 - our own


def options(symbol: ET.Element) -> dict[str, str]:
    return {each.attrib["name"]: each.attrib["value"] for each in symbol.iter("Option") if "name" in each.attrib}


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as made:
        made.executescript("""
            CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, description TEXT);
            CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT);
        """)
        yield made


def with_shapes(connection: sqlite3.Connection, *names: str) -> None:
    connection.executemany("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom')", [(name,) for name in names])


def test_every_layer_with_shapes_and_a_style_gets_it_and_no_other(connection: sqlite3.Connection) -> None:
    names = ["grids", "units", "incidents__points", "clinics__facilities", "base_roads", "history", "of_no_style"]
    with_shapes(connection, *(name for name in names if name != "history"), "borders")
    qgis.put_styles(connection, [*names, "districts"], Parameters())
    found = connection.execute("SELECT f_table_name, f_geometry_column, useAsDefault FROM layer_styles").fetchall()
    styled = ["grids", "units", "incidents__points", "clinics__facilities", "base_roads"]
    assert found == [(name, "geom", 1) for name in styled]
    assert connection.execute("SELECT data_type FROM gpkg_contents").fetchall() == [("attributes",)]


def test_putting_styles_twice_makes_the_table_once(connection: sqlite3.Connection) -> None:
    with_shapes(connection, "grids", "units")
    qgis.put_styles(connection, ["grids"], Parameters())
    qgis.put_styles(connection, ["units"], Parameters())
    assert connection.execute("SELECT count(*) FROM layer_styles").fetchone() == (2,)
    assert connection.execute("SELECT count(*) FROM gpkg_contents").fetchone() == (1,)


def test_grids_without_a_band_are_drawn_alike_and_labelled_by_what_they_were_cut_by() -> None:
    style = parsed(qgis.STYLES["grids"](Parameters(measure="households")))
    assert style.find("renderer-v2").attrib["type"] == "singleSymbol"  # type: ignore[union-attr]
    assert '"households"' in style.find(".//text-style").attrib["fieldName"]  # type: ignore[union-attr]


@pytest.mark.parametrize("band", [Band(low=340, target=400, high=460), Band(low=0.1, target=0.15, high=0.3)])
def test_the_ranges_of_grids_part_the_numbers_where_the_band_does(band: Band) -> None:
    style = parsed(qgis.STYLES["grids"](Parameters(low=band.low, target=band.target, high=band.high)))
    ranges = [(float(each.attrib["lower"]), float(each.attrib["upper"])) for each in style.iter("range")]
    least, most = band.edges
    assert ranges[1] == (least, most)
    for value in (least, most, ranges[0][1], ranges[2][0], (least + most) / 2, 2 * most):
        first = next(at for at, (low, high) in enumerate(ranges) if low <= value <= high)
        assert (first == 1) is bool(band.inside([value])[0])


def test_every_feature_that_a_border_may_have_has_a_look_of_its_own() -> None:
    style = parsed(qgis.STYLES["borders"](Parameters()))
    assert [each.attrib["value"] for each in style.iter("category")] == list(FEATURES)
    looks = {tuple(sorted(options(symbol).items())) for symbol in style.iter("symbol")}
    assert len(looks) == len(FEATURES)


@pytest.mark.parametrize(
    ("look", "kind", "said"),
    [
        (Look("1,2,3,255"), "fill", {"color": "1,2,3,255", "style": "solid", "outline_style": "solid"}),
        (Look(qgis.NONE, dash="2;1"), "fill", {"style": "no", "outline_style": "dash"}),
        (Look(marker="1,2,3,255", width=0.2), "marker", {"color": "1,2,3,255", "outline_width": "0.2"}),
        (Look(stroke="1,2,3,255", width=0.7), "line", {"line_color": "1,2,3,255", "line_width": "0.7"}),
        (Look(dash="3;1"), "line", {"use_custom_dash": "1", "customdash": "3;1"}),
    ],
)
def test_a_look_becomes_the_symbol_of_its_kind(look: Look, kind: str, said: dict[str, str]) -> None:
    (symbol,) = qgis.single(look).iter("symbol")
    assert symbol.attrib["type"] == kind
    assert said.items() <= options(symbol).items()


def test_a_line_without_dashes_is_whole() -> None:
    (symbol,) = qgis.single(Look()).iter("symbol")
    assert "customdash" not in options(symbol)


def test_the_edge_of_a_range_is_the_same_double_when_it_is_read_back() -> None:
    edge = 1429.7500000000002
    (found,) = qgis.graduated("x", [LegendClass("a", Look("1,1,1,1"), low=edge / 3, high=edge)]).iter("range")
    assert (float(found.attrib["lower"]), float(found.attrib["upper"])) == (edge / 3, edge)


def test_labels_are_on_only_where_there_are_some() -> None:
    plain, labelled = (parsed(qgis.qml(qgis.single(Look()), labels=labels)) for labels in ("", "\"name\" || '<&>'"))
    assert (plain.attrib["labelsEnabled"], plain.find("labeling")) == ("0", None)
    assert labelled.attrib["labelsEnabled"] == "1"
    assert labelled.find(".//text-style").attrib["fieldName"] == "\"name\" || '<&>'"  # type: ignore[union-attr]
