"""The names that columns go by."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gridkit.errors import absent
from gridkit.sources.tables import cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

COORDINATES: dict[str, tuple[str, ...]] = {
    "lon": (
        "lon", "lng", "long", "longitude", "lon_deg", "经度", "gps经度", "百度经度", "高德经度", "坐标经度", "x经度",
        "longitud", "долгота", "経度", "經度", "경도", "boylam", "bujur", "kinh độ", "kinh do", "خط الطول", "طول",
        "देशांतर", "długość", "długość geograficzna", "längengrad", "longitudine", "lengtegraad", "zeměpisná délka",
        "ลองจิจูด", "γεωγραφικό μήκος", "довгота", "longitud (x)", "দ্রাঘিমাংশ",
    ),
    "lat": (
        "lat", "latitude", "lat_deg", "纬度", "gps纬度", "百度纬度", "高德纬度", "坐标纬度", "y纬度", "latitud",
        "широта", "緯度", "위도", "enlem", "lintang", "vĩ độ", "vi do", "خط العرض", "عرض", "अक्षांश", "szerokość",
        "szerokość geograficzna", "breitengrad", "latitudine", "breedtegraad", "zeměpisná šířka", "ละติจูด",
        "γεωγραφικό πλάτος", "latitud (y)", "অক্ষাংশ",
    ),
    "x": (
        "x", "east", "easting", "coord_x", "x_coord", "xcoord", "point_x", "x坐标", "横坐标", "东坐标", "este", "leste",
        "coordenada_x", "coord x",
    ),
    "y": (
        "y", "north", "northing", "coord_y", "y_coord", "ycoord", "point_y", "y坐标", "纵坐标", "北坐标", "norte",
        "coordenada_y", "coord y",
    ),
    "wkt": (
        "wkt", "geom", "geometry", "the_geom", "wkt_geom", "shape", "geometria", "wkb", "ewkb", "wkb_geometry",
        "geojson", "st_asgeojson", "point", "几何", "图形",
    ),
    "pair": (
        "lonlat", "lnglat", "lon_lat", "lng_lat", "longitudelatitude", "latlon", "latlng", "latlong", "lat_lon",
        "lat_lng", "lat_long", "latitudelongitude", "coordinates", "coordinate", "coords", "xy", "坐标", "经纬度",
        "位置坐标", "gps", "gps坐标", "location", "geolocation", "geopoint", "geo_point", "geo_point_2d",
        "georeference", "position",
        "位置", "定位", "ubicacion", "ubicación", "localização", "localizacao", "coordenadas",
        "coordonnées", "koordinaten", "координаты",
    ),
}  # fmt: skip
"""Names that columns of coordinates go by in the languages of two dozen countries."""


_LONLAT = (
    ("longitude", "latitude"), ("longitud", "latitud"), ("long", "lat"), ("lon", "lat"), ("lng", "lat"),
    ("经度", "纬度"), ("經度", "緯度"), ("経度", "緯度"), ("경도", "위도"), ("boylam", "enlem"), ("bujur", "lintang"),
    ("东经", "北纬"), ("经", "纬"), ("längengrad", "breitengrad"),
    ("länge", "breite"), ("laenge", "breite"), ("долгота", "широта"),
)  # fmt: skip
_DEGREES = re.compile(
    r"longit|latit|lng|[经纬經緯経]度|[경위]도|boylam|enlem|bujur|lintang"
    r"|kinh độ|vĩ độ|خط ال|längengrad|breitengrad"
)
_PLACED = re.compile(r"coord|gis|gps|坐标|map|pos|loc|utm|point|geo|cent|merc|gauss|krueger")
_DATUMS = (
    ("bd09", re.compile(r"(?:^|[\W_])bd(?:09)?[\W_]|百度|baidu")),
    ("gcj02", re.compile(r"gcj|高德|腾讯|火星|amap|gaode|tencent")),
    ("wgs84", re.compile(r"wgs")),
)  # fmt: skip
_NOTE = re.compile(r"[(\[{<【（][^)\]}>】）]*[)\]}>】）]")
_WHOLE = re.compile(
    r"[\s_\-—]+(?:合计|总计|小计|共计|总数|计|total|all|both sexes|insgesamt|gesamt|всего|итого|ensemble)$"
)
_YEAR = re.compile(r"(?:19|20)\d{2}\s*年?(?:末|底|度)?|(?:\bin |as of |\bat |\bper )$")
_UNIT = re.compile(r"[,，:：/]\s*(?:persons?|people|人|户|戶|households|units?|m|km|m2|张|個|个)$")
_SCALED = re.compile(r"[\s_,，:：/]+(?:in |x )?(?:['’]?000s?|thousands?|tsd\.?|(?:十|百|千)?[万千亿][人户戶])$")
_TWO_FIGURES = re.compile(r"(?<=^pmun)\d{2}$|(?<=^psdc)\d{2}$|(?<=^p)\d{2}(?=_pop$)")
"""The year in names of INSEE: PMUN21, PSDC21, P21_POP."""
_APART = re.compile(r"[\s_\-.,:：]+")


def column_for(frame: pd.DataFrame, candidates: Sequence[str] | str) -> str | None:
    """Return the first of some candidate names that the frame has, as the frame spells it.

    Case, spaces, points and underscores do not count. A unit, note or year in a header (人口（人）, Population 2024
    (persons)) does not count either, unless several columns differ by nothing else.
    """
    wanted = [_bare(each) for each in ([candidates] if isinstance(candidates, str) else candidates)]
    exact = {_bare(str(name)): str(name) for name in reversed(frame.columns)}
    core: dict[str, list[str]] = {}
    for name in frame.columns:
        core.setdefault(_core(str(name)), []).append(str(name))
    for each in wanted:
        if each in exact:
            return exact[each]
        if len(found := core.get(each, [])) == 1:
            return found[0]
    return None


def twins(frame: pd.DataFrame) -> dict[str, str]:
    """Return the first two columns whose names differ by the words for longitude and latitude, or by x and y, alone.

    Such are 事发经度 and 事发纬度, start_lng and start_lat, GIS_X and GIS_Y.
    """
    folded = {_APART.sub("", cells.plain(str(name)).casefold()): str(name) for name in reversed(frame.columns)}
    bare = {re.sub(r"[xyen]$", "", name): spelled for name, spelled in folded.items()}
    for each in (folded, bare):
        for name, spelled in reversed(each.items()):
            other = name
            for east, north in _LONLAT:
                other = other.replace(east, north)
            if other != name and other in each:
                return {"lon": spelled, "lat": each[other]}
    for name, spelled in reversed(folded.items()):
        other = re.sub(r"x$", "y", name)
        if other != name and other in folded and _PLACED.search(name):
            return {"x": spelled, "y": folded[other]}
    return {}


def of_degrees(name: str) -> bool:
    """Return whether a column is called a longitude or a latitude, in which 120,581 is no count."""
    said = _core(name)
    return bool(_DEGREES.search(said)) or said in {_bare(each) for role in ("lon", "lat") for each in COORDINATES[role]}


def datum_of(name: str) -> str | None:
    """Return the datum that the name of a column of longitudes says: bd_lng, 高德经度, wgs84_lon; None for none."""
    said = cells.plain(name).casefold()
    return next((datum for datum, words in _DATUMS if words.search(said)), None)


def alike(frame: pd.DataFrame, candidates: Sequence[str]) -> list[str]:
    """Return the columns that a name stands for alike, so that none of them was taken: 2023年人口, 2024年人口."""
    wanted = {_bare(each) for each in candidates}
    return [str(name) for name in frame.columns if _core(str(name)) in wanted]


def require(frame: pd.DataFrame, given: Iterable[str], where: object) -> None:
    """Raise :class:`TableError` where a column the user named is not there."""
    for name in given:
        if column_for(frame, name) is None:
            raise absent("column", name, frame.columns, where=where)


def _bare(name: str) -> str:
    return _APART.sub("", cells.plain(name).casefold())


def _core(name: str) -> str:
    """Return a header without its unit, note and year."""
    said = _WHOLE.sub("", _NOTE.sub(" ", cells.plain(name).casefold()).strip())
    said = _TWO_FIGURES.sub("", said)
    said = _YEAR.sub(" ", _UNIT.sub("", _SCALED.sub("", said.strip())))
    return _bare(said)
