"""Tables of people: compounds, cells and addresses with their place and a count, for new units and for a redraw."""

from __future__ import annotations

import math
from typing import Any

from worlds import offices
from worlds.world import World, spot

PLACES = [spot(at) for at in range(12)]
LON, LAT = zip(*PLACES, strict=True)
COUNTS = (120, 80, 60, 200, 1100, 1900, 300, 900, 180, 270, 280, 610)
RIGHT = {"people": (1400, 2250, 640, 1710)}
NAMES = tuple(f"{stem}小区" for stem in "甲乙丙丁戊己庚辛壬癸子丑")
PLAIN = [["id", "lon", "lat", "people"], *([f"c{at}", *PLACES[at], COUNTS[at]] for at in range(12))]


def of(name: str, header: list[Any], columns: list[Any], right: Any = RIGHT, said: str = "", **more: Any) -> World:
    """Return a world whose table has these columns, a row per compound."""
    before, after = more.pop("before", []), more.pop("after", [])
    rows = [*before, header, *map(list, zip(*columns, strict=True)), *after]
    options = {"as": "people", **more.pop("options", {})}
    return World(name, more.pop("command", "units"), rows, right, said, options=options, **more)


def with_cell(at: int, cell: Any) -> list[Any]:
    """Return the counts with another cell in one row."""
    return [*COUNTS[:at], cell, *COUNTS[at + 1 :]]


HIDDEN = {"<5": "<5", "dots": "..", "star": "*", "x": "x", "ellipsis": "…", "word": "少于5", "French": "moins de 5"}
MEN = tuple(count // 2 for count in COUNTS)
WOMEN = tuple(count - count // 2 for count in COUNTS)

WORLDS = [
    *(
        World("places with a count", command, PLAIN, RIGHT, form=form, options={"as": "people"})
        for command in ("units", "redraw")
        for form in offices.FORMS
    ),
    *(
        World("places with a count", "audit", PLAIN, {"failed": True}, form=form, options={"as": "people"})
        for form in ("csv", "xlsx", "parquet", "dbf")
    ),
    of("经度 and 纬度", ["小区", "经度", "纬度", "常住人口"], [NAMES, LON, LAT, COUNTS]),
    of("pairs in a cell", ["小区", "坐标", "人口"], [NAMES, [f"{x},{y}" for x, y in PLACES], COUNTS]),
    of("pairs in a cell, latitude first", ["小区", "坐标", "人口"], [NAMES, [f"{y},{x}" for x, y in PLACES], COUNTS]),
    of(
        "coordinates with a decimal comma",
        ["name", "lon", "lat", "Einwohner"],
        [NAMES, [str(x).replace(".", ",") for x in LON], [str(y).replace(".", ",") for y in LAT], COUNTS],
        form="csv of semicolons",
    ),
    of(
        "degrees and minutes",
        ["name", "lon", "lat", "people"],
        [
            NAMES,
            [f"{int(x)}°{(x % 1) * 60:.5f}′E" for x in LON],
            [f"{int(y)}°{(y % 1) * 60:.5f}′N" for y in LAT],
            COUNTS,
        ],
    ),
    of(
        "degrees times a million",
        ["name", "lon", "lat", "people"],
        [NAMES, [round(x * 1e6) for x in LON], [round(y * 1e6) for y in LAT], COUNTS],
        None,
        "million|1e6|1,000,000",
    ),
    of(
        "degrees and minutes of a GPS",
        ["name", "lon", "lat", "people"],
        [
            NAMES,
            [f"{int(x) * 100 + (x % 1) * 60:.5f}" for x in LON],
            [f"{int(y) * 100 + (y % 1) * 60:.5f}" for y in LAT],
            COUNTS,
        ],
        None,
        "NMEA|ddmm|minutes",
    ),
    of(
        "metres of Web Mercator under lon and lat",
        ["name", "lon", "lat", "people"],
        [
            NAMES,
            [round(x * 111319.490793, 2) for x in LON],
            [round(6378137 * math.log(math.tan(math.radians(45 + y / 2))), 2) for y in LAT],
            COUNTS,
        ],
        None,
        "Mercator|3857",
    ),
    of(
        "longitude and latitude the wrong way round",
        ["name", "lon", "lat", "people"],
        [NAMES, LAT, LON, COUNTS],
        None,
        "swap",
    ),
    *(
        of(
            f"a withheld count, {name}",
            ["id", "lon", "lat", "people"],
            [range(12), LON, LAT, with_cell(2, cell)],
            {"people": (1400, 2250, 580, 1710)},
            "withheld",
        )
        for name, cell in HIDDEN.items()
    ),
    of(
        "withheld counts as the mean of what they may be",
        ["id", "lon", "lat", "people"],
        [range(12), LON, LAT, with_cell(2, "<5")],
        {"people": (1400, 2250, 582.5, 1710)},
        options={"suppressed": "mean"},
    ),
    of(
        "withheld counts as nobody",
        ["id", "lon", "lat", "people"],
        [range(12), LON, LAT, with_cell(2, "<5")],
        {"people": (1400, 2250, 580, 1710)},
        "nobody",
        options={"suppressed": "zero"},
    ),
    of(
        "withheld counts as nobody in a redraw",
        ["id", "lon", "lat", "people"],
        [range(12), LON, LAT, [*COUNTS[:2], "<5", "<5", *COUNTS[4:]]],
        {"people": (1400, 2250, 580, 1510)},
        command="redraw",
        options={"suppressed": "zero"},
    ),
    of(
        "withheld counts in a redraw stop it",
        ["id", "lon", "lat", "people"],
        [range(12), LON, LAT, [*COUNTS[:2], "<5", "<5", *COUNTS[4:]]],
        None,
        "accept",
        command="redraw",
    ),
    of(
        "blank counts beyond what is borne",
        ["id", "lon", "lat", "people"],
        [range(12), LON, LAT, [*COUNTS[:2], "", "", *COUNTS[4:]]],
        None,
        "accept",
    ),
    of(
        "a count below zero",
        ["id", "lon", "lat", "people"],
        [range(12), LON, LAT, with_cell(2, -9)],
        None,
        "below zero",
    ),
    of(
        "a total in the last row",
        ["id", "lon", "lat", "people"],
        [range(12), LON, LAT, COUNTS],
        after=[["合计", "", "", sum(COUNTS)]],
    ),
    of(
        "a total without coordinates and a name",
        ["name", "lon", "lat", "people"],
        [NAMES, LON, LAT, COUNTS],
        after=[["Total general", "", "", sum(COUNTS)]],
    ),
    of("men and women", ["name", "lon", "lat", "男", "女"], [NAMES, LON, LAT, MEN, WOMEN], RIGHT, "男"),
    of(
        "men and women in a redraw",
        ["name", "lon", "lat", "男", "女"],
        [NAMES, LON, LAT, MEN, WOMEN],
        RIGHT,
        "男",
        command="redraw",
    ),
    of(
        "people called a density",
        ["name", "lon", "lat", "people_per_km2"],
        [NAMES, LON, LAT, COUNTS],
        None,
        "density",
        options={"column": "people_per_km2"},
    ),
    of(
        "people called a density, and counts",
        ["name", "lon", "lat", "people_per_km2"],
        [NAMES, LON, LAT, COUNTS],
        options={"column": "people_per_km2", "density": "none"},
    ),
    of(
        "people called a density, and counts, in a redraw",
        ["name", "lon", "lat", "people_per_km2"],
        [NAMES, LON, LAT, COUNTS],
        command="redraw",
        options={"column": "people_per_km2", "density": "none"},
    ),
    of(
        "points under density",
        ["name", "lon", "lat", "people"],
        [NAMES, LON, LAT, COUNTS],
        None,
        "density",
        options={"density": "km2"},
    ),
    of(
        "a compound twice",
        ["id", "lon", "lat", "people"],
        [[*range(12), 5], [*LON, LON[5]], [*LAT, LAT[5]], [*COUNTS, COUNTS[5]]],
        RIGHT,
        "twice",
    ),
    of(
        "points twice without a number",
        ["lon", "lat", "people"],
        [[*LON, LON[5]], [*LAT, LAT[5]], [*COUNTS, COUNTS[5]]],
        {"people": (1400, 4150, 640, 1710)},
        "same place|twice",
    ),
    of(
        "people outside",
        ["id", "lon", "lat", "people"],
        [range(13), [*LON, 121.5], [*LAT, 32.5], [*COUNTS, 999]],
        RIGHT,
        "outside",
    ),
    of(
        "all people outside",
        ["id", "lon", "lat", "people"],
        [range(12), [x + 1 for x in LON], LAT, COUNTS],
        None,
        "meets|lies",
    ),
    of(
        "a row without a place",
        ["id", "lon", "lat", "people"],
        [range(13), [*LON, ""], [*LAT, ""], [*COUNTS, 77]],
        RIGHT,
        "no place",
    ),
    of(
        "zeros for coordinates",
        ["id", "lon", "lat", "people"],
        [range(13), [*LON, 0], [*LAT, 0], [*COUNTS, 77]],
        RIGHT,
        "no place",
    ),
    of(
        "households and people",
        ["小区", "经度", "纬度", "户数", "人口"],
        [NAMES, LON, LAT, MEN, COUNTS],
        {"people": RIGHT["people"], "households": (700, 1125, 320, 855)},
    ),
    of("people with units", ["小区", "经度", "纬度", "人口"], [NAMES, LON, LAT, [f"{count}人" for count in COUNTS]]),
    of(
        "people in full width",
        ["小区", "经度", "纬度", "人口"],
        [
            NAMES,
            LON,
            LAT,
            [str(count).translate(str.maketrans("0123456789", "０１２３４５６７８９")) for count in COUNTS],
        ],
    ),
    of(
        "people with points for thousands, in a redraw",
        ["小区", "经度", "纬度", "人口"],
        [NAMES, LON, LAT, [f"{count:,}".replace(",", ".") for count in COUNTS]],
        command="redraw",
        options={"decimal": ","},
    ),
    of(
        "people with points for thousands, in a redraw, not said",
        ["小区", "经度", "纬度", "人口"],
        [NAMES, LON, LAT, [f"{count:,}".replace(",", ".") for count in COUNTS]],
        None,
        "decimal",
        command="redraw",
    ),
    of("a table of names alone", ["小区", "人口"], [NAMES, COUNTS], None, "coordinates|compounds"),
    of("addresses alone", ["地址", "人口"], [[f"人民路{at}号" for at in range(12)], COUNTS], None, "coordinates"),
    of(
        "codes for nothing",
        ["id", "lon", "lat", "people"],
        [range(12), LON, LAT, [*COUNTS[:2], 99999, 99999, *COUNTS[4:]]],
        None,
        "code for nothing|invalid|impossible",
    ),
    of("the name of a person beside", ["姓名", "经度", "纬度", "人口"], [["张三"] * 12, LON, LAT, COUNTS]),
]
