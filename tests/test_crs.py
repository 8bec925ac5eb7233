"""The CRS gate lets metres in and says how to mend everything else."""

from __future__ import annotations

import geopandas as gpd
import pytest
from pyproj import CRS
from shapely import Point, box

from gridkit.crs import is_metric, metric_crs, require_metric, round_earth, shift, to_metric
from gridkit.errors import TableError


def points(x: float, y: float, crs: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[Point(x, y)], crs=crs)


@pytest.mark.parametrize(
    ("code", "expected"), [(32650, True), (4528, True), (4326, False), (4490, False), (2263, False), (None, False)]
)
def test_only_projected_metres_are_metric(code: int | None, expected: object) -> None:
    assert is_metric(CRS.from_epsg(code) if code else None) is expected


def test_degrees_go_to_the_utm_zone_of_their_middle() -> None:
    assert to_metric(points(120.9, 32.0, 4326)).crs.to_epsg() == 32651


def test_a_metric_crs_is_kept() -> None:
    frame = points(500_000, 3_500_000, 4528)
    assert to_metric(frame) is frame


def test_web_mercator_is_never_worked_in() -> None:
    frame = points(120.9, 32.0, 4326).to_crs(3857)
    assert metric_crs(frame).to_epsg() == 32651


@pytest.mark.parametrize(("x", "looks"), [(120.9, "degrees"), (447_000.0, "metres")])
def test_a_missing_crs_is_named_with_what_the_numbers_look_like(x: float, looks: str) -> None:
    with pytest.raises(TableError, match=f"x.shp: there is no coordinate reference system.*{looks}"):
        to_metric(points(x, 32.0, None), where="x.shp")


def test_degrees_do_not_pass_where_metres_are_needed() -> None:
    with pytest.raises(TableError, match="not in metres"):
        require_metric(points(120.9, 32.0, 4326))


def squares(*boxes: tuple[float, float, float, float], crs: int = 4326) -> gpd.GeoSeries:
    return gpd.GeoSeries([box(*each) for each in boxes], crs=crs)


@pytest.mark.parametrize("boxes", [[(179.8, -17, 180.2, -16)], [(179.8, -17, 180, -16), (-180, -17, -179.8, -16)]])
def test_what_lies_across_the_line_of_dates_is_worked_on_in_one_piece(
    boxes: list[tuple[float, float, float, float]],
) -> None:
    given = squares(*boxes)
    assert round_earth(given) == pytest.approx((179.8, -17, 180.2, -16))
    metres = given.to_crs(metric_crs(given))
    west, south, east, north = metres.total_bounds
    assert (east - west, north - south) == pytest.approx((42_700, 111_000), rel=0.02)


def test_what_reaches_around_the_earth_keeps_its_bounds() -> None:
    assert round_earth(squares((-170, 10, -10, 20), (10, 10, 170, 20))) == pytest.approx((-170, 10, 170, 20))
    assert round_earth(squares((499_000, 3_500_000, 501_000, 3_501_000), crs=32650)) == pytest.approx(
        (116.99, 31.63, 117.01, 31.64), abs=0.01
    )


def test_a_frame_is_put_where_it_is_asked_for_and_left_where_it_is() -> None:
    metres = squares((499_000, 3_500_000, 501_000, 3_501_000), crs=32650)
    assert to_metric(metres) is metres
    assert to_metric(metres, CRS.from_epsg(32651)).crs == CRS.from_epsg(32651)
    with pytest.raises(TableError, match="there is no coordinate reference system"):
        to_metric(metres.set_crs(None, allow_override=True), CRS.from_epsg(32650))


def test_a_datum_that_is_put_to_wgs_84_roughly_is_told_with_how_roughly() -> None:
    degrees = shift(squares((-47, -24, -46, -23), crs=4618))
    metres = shift(squares((3_500_000, 5_500_000, 3_510_000, 5_510_000), crs=31467))
    assert degrees is not None
    assert metres is not None
    assert degrees.said("en").startswith("SAD69 is put to WGS 84 to within 5 m")
    assert metres.said("en").startswith("DHDN / 3-degree Gauss-Kruger zone 3 is put to WGS 84 to within 3 m")


@pytest.mark.parametrize(
    ("bounds", "crs"),
    [((116, 39, 117, 40), 4214), ((116, 39, 117, 40), 4610), ((499_000, 4_400_000, 501_000, 4_410_000), 2437)],
    ids=["Beijing 1954", "Xian 1980", "Beijing 1954 in metres"],
)
def test_a_datum_from_which_no_way_is_known_is_told(bounds: tuple[float, float, float, float], crs: int) -> None:
    found = shift(squares(bounds, crs=crs))
    assert found is not None
    assert found.said("en").startswith("no way from ")
    assert "一百米" in found.said("zh")


@pytest.mark.parametrize(
    "frame",
    [
        squares((116, 39, 117, 40)),
        squares((116, 39, 117, 40), crs=4490),
        squares(crs=4214),
        squares((1160, 39, 1170, 40), crs=4214),
        gpd.GeoSeries([Point()], crs=4214),
        gpd.GeoSeries(
            [Point(0, 0)],
            crs='ENGCRS["plan",EDATUM["site"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["metre",1]]',
        ),
    ],
    ids=["WGS 84", "CGCS2000", "no row", "no degrees", "an empty shape", "a building site"],
)
def test_nothing_is_told_where_nothing_is_off_or_nothing_is_known(frame: gpd.GeoSeries) -> None:
    assert shift(frame) is None
