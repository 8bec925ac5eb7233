"""The datums of Chinese maps: WGS 84 to the shifted GCJ-02 and BD-09 and back.

GCJ-02 is the shift that law asks of public maps in China; phone maps and hotlines deliver it. It was never published.
The formulas here are the ones that the field reconstructed from map pairs and that "Restrictions on geographic data in
China" (Wikipedia) prints; they hold to about a metre. BD-09 is Baidu's own turn on top of GCJ-02, as its open platform
describes it. Longitudes and latitudes are degrees throughout; arrays of any shape go in and come out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridkit.crs import way
from gridkit.errors import TableError
from gridkit.language.phrases import Phrase, series

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray
    from pyproj import CRS

    Degrees = NDArray[np.float64]
    Pair = tuple[Degrees, Degrees]

KRASOVSKY_M = 6_378_245.0
KRASOVSKY_E2 = 0.006_693_421_622_965_943
"""Semi-major axis (m) and squared eccentricity of Krasovsky 1940, on which GCJ-02 is reckoned."""

CHINA = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north of the box inside which GCJ-02 shifts; outside it is WGS 84."""

_BAIDU_TURNS = np.pi * 3000 / 180
_BAIDU_LON, _BAIDU_LAT = 0.0065, 0.006
_ROUNDS = 30
_DONE_DEG = 1e-12  # a tenth of a micrometre on the ground


def gcj02_from_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Return GCJ-02 longitude and latitude of WGS 84 points; unchanged outside China.

    Examples
    --------
    >>> lon, lat = gcj02_from_wgs84(120.0, 32.0)
    >>> round(float(lon), 5), round(float(lat), 5)
    (120.00483, 31.998)
    """
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    x, y = lon - 105.0, lat - 35.0
    ripple = _waves(x, (20, 6), (20, 2))
    east_m = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + ripple
    east_m += _waves(x, (20, 1), (40, 1 / 3), (150, 1 / 12), (300, 1 / 30))
    north_m = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + ripple
    north_m += _waves(y, (20, 1), (40, 1 / 3), (160, 1 / 12), (320, 1 / 30))
    bend = 1 - KRASOVSKY_E2 * np.sin(np.deg2rad(lat)) ** 2
    parallel_m = KRASOVSKY_M / np.sqrt(bend) * np.cos(np.deg2rad(lat))
    meridian_m = KRASOVSKY_M * (1 - KRASOVSKY_E2) / bend**1.5
    shifted = in_china(lon, lat)
    return (
        lon + np.where(shifted, np.rad2deg(east_m / parallel_m), 0.0),
        lat + np.where(shifted, np.rad2deg(north_m / meridian_m), 0.0),
    )


def wgs84_from_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Return WGS 84 longitude and latitude of GCJ-02 points, the exact inverse of :func:`gcj02_from_wgs84`.

    Examples
    --------
    >>> lon, lat = wgs84_from_gcj02(*gcj02_from_wgs84(120.0, 32.0))
    >>> round(float(lon), 9), round(float(lat), 9)
    (120.0, 32.0)
    """
    return _inverse(gcj02_from_wgs84, lon, lat)


def bd09_from_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Return BD-09 longitude and latitude of GCJ-02 points."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BAIDU_TURNS)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BAIDU_TURNS)
    return radius * np.cos(angle) + _BAIDU_LON, radius * np.sin(angle) + _BAIDU_LAT


def gcj02_from_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Return GCJ-02 longitude and latitude of BD-09 points, the exact inverse of :func:`bd09_from_gcj02`."""
    return _inverse(bd09_from_gcj02, lon, lat)


def bd09_from_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Return BD-09 longitude and latitude of WGS 84 points."""
    return bd09_from_gcj02(*gcj02_from_wgs84(lon, lat))


def wgs84_from_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Return WGS 84 longitude and latitude of BD-09 points."""
    return wgs84_from_gcj02(*gcj02_from_bd09(lon, lat))


def in_china(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.bool_]:
    """Return which points lie in the box inside which GCJ-02 shifts (not the border of any country)."""
    west, south, east, north = CHINA
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def _waves(at: Degrees, *waves: tuple[float, float]) -> Degrees:
    """Return the sum of sine waves, each an amplitude and a frequency in half turns per degree, in metres."""
    total: Degrees = sum((height * np.sin(often * np.pi * at) for height, often in waves), np.zeros_like(at))
    return total * 2 / 3


def _inverse(forward: Callable[[Degrees, Degrees], Pair], lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Return the points that ``forward`` takes to (lon, lat).

    The shift is nearly the same at both ends (it changes by under 3 % of the way), so taking it off again and again
    closes in fast.
    """
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    back_lon, back_lat = lon.copy(), lat.copy()
    for _ in range(_ROUNDS):
        there_lon, there_lat = forward(back_lon, back_lat)
        off_lon, off_lat = there_lon - lon, there_lat - lat
        back_lon, back_lat = back_lon - off_lon, back_lat - off_lat
        off = np.maximum(np.abs(off_lon), np.abs(off_lat))
        if not (off > _DONE_DEG).any():
            break
    return back_lon, back_lat


TO_WGS84: dict[str, Callable[[ArrayLike, ArrayLike], Pair]] = {
    "wgs84": lambda lon, lat: (np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)),
    "gcj02": wgs84_from_gcj02,
    "bd09": wgs84_from_bd09,
}
"""How points of each datum that a user may name come to WGS 84."""

BAIDU_METRES = "+proj=merc +ellps=clrk66 +units=m +no_defs"
"""Baidu's Mercator (BD-09 MC): longitudes and latitudes of BD-09 on the ellipsoid of Clarke 1866, to a centimetre."""


def to_wgs84(datum: str, *, where: object = "") -> Callable[[ArrayLike, ArrayLike], Pair]:
    """Return the way back to WGS 84 of a datum as users name it: ``GCJ02``, ``gcj-02``, ``bd09``, ``wgs84``.

    Raises
    ------
    TableError
        When there is no such datum here.
    """
    return TO_WGS84[known(datum, where=where)]


def known(datum: str, *, where: object = "") -> str:
    """Return the name of a datum here as its users write it.

    Raises
    ------
    TableError
        When there is no such datum here.

    Examples
    --------
    >>> known("GCJ-02"), known("CGCS2000")
    ('gcj02', 'wgs84')
    """
    name = datum.casefold().replace("-", "").replace("_", "").replace(" ", "")
    if name == "cgcs2000":  # within centimetres of WGS 84
        name = "wgs84"
    if name not in TO_WGS84:
        raise TableError(
            "there is no datum {datum!r} here",
            where=where,
            mend="there are {names}",
            datum=datum,
            names=series(TO_WGS84),
        )
    return name


# ---------------------------------------------------------------- Gauss-Krueger

KRUEGER_ZONES = {3: range(25, 46), 6: range(13, 24)}
"""Zones of CGCS2000 by their width in degrees: 3-degree zones 25-45 (75-135 E), 6-degree zones 13-23 (75-135 E)."""

_FIRST_EPSG = {(3, True): 4513, (3, False): 4534, (6, True): 4491, (6, False): 4502}
_EASTING_M = (200_000.0, 800_000.0)  # half a zone is at most 170 km wide in China, round the false easting of 500 km
_NORTHING_M = (1_800_000.0, 6_000_000.0)  # 16 to 54 degrees north
_ZONE_M = 1_000_000.0


def krueger_epsg(meridian: float, *, width: int = 3, prefix: bool = False) -> int:
    """Return the EPSG code of CGCS2000 Gauss-Krueger by its central meridian (degrees east).

    ``prefix`` says that the zone number stands before the easting (40,553,400 instead of 553,400).

    Raises
    ------
    TableError
        When no zone of that width has this central meridian.

    Examples
    --------
    >>> krueger_epsg(120), krueger_epsg(120, prefix=True), krueger_epsg(117, width=6)
    (4549, 4528, 4509)
    """
    zone = meridian / 3 if width == 3 else (meridian + 3) / 6  # noqa: PLR2004 - degrees
    if zone not in KRUEGER_ZONES.get(width, ()):
        raise TableError(
            "no {width}-degree zone of CGCS2000 has the central meridian {meridian:g}", width=width, meridian=meridian
        )
    return _FIRST_EPSG[width, prefix] + int(zone) - KRUEGER_ZONES[width][0]


def krueger_looks(bounds: tuple[float, float, float, float]) -> str:
    """Return in words which Gauss-Krueger system bounds look like, or nothing when they look like none.

    Examples
    --------
    >>> krueger_looks((3603200, 553400, 3606200, 556400))
    'CGCS2000 Gauss-Krueger without zone, north first (swap_xy=True; EPSG:4534 to 4554 by central meridian)'
    """
    for order, turned in (((0, 1, 2, 3), False), ((1, 0, 3, 2), True)):
        west, south, east, north = (bounds[i] for i in order)
        if not (_NORTHING_M[0] <= south and north <= _NORTHING_M[1]):
            continue
        zone = int(west // _ZONE_M)
        if zone == 0 and _EASTING_M[0] <= west and east <= _EASTING_M[1]:
            return Phrase(
                "CGCS2000 Gauss-Krueger without zone, north first (--swap-xy; EPSG:4534 to 4554 by central meridian)"
                if turned
                else "CGCS2000 Gauss-Krueger (EPSG:4534 to 4554 by central meridian)"
            )
        for width, zones in KRUEGER_ZONES.items():
            if zone in zones and _EASTING_M[0] <= west - zone * _ZONE_M and east - zone * _ZONE_M <= _EASTING_M[1]:
                code = _FIRST_EPSG[width, True] + zone - zones[0]
                return Phrase(
                    "CGCS2000 Gauss-Krueger with the zone in the easting, north first (--swap-xy; EPSG:{code})"
                    if turned
                    else "CGCS2000 Gauss-Krueger with the zone in the easting (EPSG:{code})",
                    code=code,
                )
    return ""


def swapped(bounds: tuple[float, float, float, float], crs: CRS) -> bool:
    """Return whether bounds lie in the area a projected CRS is for only once x and y are swapped."""
    area = crs.area_of_use
    if area is None or crs.to_epsg() is None:
        return False
    out = way(crs.geodetic_crs, crs)
    west, south, east, north = out.transform_bounds(area.west, area.south, area.east, area.north)
    wide, high = (east - west) / 2, (north - south) / 2  # systems are used beyond their area, by half of it at most

    def inside(box: tuple[float, float, float, float]) -> bool:
        return bool(
            box[0] >= west - wide and box[1] >= south - high and box[2] <= east + wide and box[3] <= north + high
        )

    return not inside(bounds) and inside((bounds[1], bounds[0], bounds[3], bounds[2]))
