"""Facilities, counts of them, staff and grids: clinics and schools laid on a plan, files looked into and compared."""

from __future__ import annotations

from typing import Any

from worlds import offices
from worlds.world import World, spot

PLACES = [spot(at) for at in range(6)]
LON, LAT = zip(*PLACES, strict=True)
NAMES = tuple(f"{stem}小学" for stem in "甲乙丙丁戊己")
SEATS = (360, 1240, 900, 45, 2700, 810)
RIGHT = {"rows": 6, "inside": 6, "name": NAMES, "capacity": SEATS}
PLAIN = [["名称", "经度", "纬度", "学位"], *map(list, zip(NAMES, LON, LAT, SEATS, strict=True))]


def of(name: str, header: list[Any], columns: list[Any], right: Any = RIGHT, said: str = "", **more: Any) -> World:
    """Return a world whose table has these columns, a row per school."""
    before, after = more.pop("before", []), more.pop("after", [])
    rows = [*before, header, *map(list, zip(*columns, strict=True)), *after]
    options = {"as": "schools", **more.pop("options", {})}
    return World(name, "layer", rows, right, said, options=options, **more)


CELLS = [0, 2, 0, 0, 1, 1]

WORLDS = [
    *(World("schools", "layer", PLAIN, RIGHT, form=form, options={"as": "schools"}) for form in offices.FORMS),
    of("seats with units", ["名称", "经度", "纬度", "学位"], [NAMES, LON, LAT, [f"{seats}个学位" for seats in SEATS]]),
    of("seats with commas", ["name", "lon", "lat", "seats"], [NAMES, LON, LAT, [f"{seats:,}" for seats in SEATS]]),
    of(
        "seats with points",
        ["name", "lon", "lat", "seats"],
        [NAMES, LON, LAT, [f"{s:,}".replace(",", ".") for s in SEATS]],
        None,
        "decimal",
    ),
    of(
        "seats in full width",
        ["名称", "经度", "纬度", "学位"],
        [
            NAMES,
            LON,
            LAT,
            [str(seats).translate(str.maketrans("0123456789", "０１２３４５６７８９")) for seats in SEATS],
        ],
    ),
    of(
        "seats as shares",
        ["name", "lon", "lat", "seats"],
        [NAMES, LON, LAT, ["12%", "20%", "5%", "9%", "40%", "14%"]],
        None,
        "share",
    ),
    of(
        "a school twice with its number",
        ["编号", "名称", "经度", "纬度", "学位"],
        [[*range(6), 1], [*NAMES, NAMES[1]], [*LON, LON[1]], [*LAT, LAT[1]], [*SEATS, SEATS[1]]],
        {"rows": 7},
        "more than once",
    ),
    of(
        "a school twice without a number",
        ["名称", "经度", "纬度", "学位"],
        [[*NAMES, NAMES[1]], [*LON, LON[1]], [*LAT, LAT[1]], [*SEATS, SEATS[1]]],
        {"rows": 7},
        "same place",
    ),
    of(
        "a school twice, once",
        ["名称", "经度", "纬度", "学位"],
        [[*NAMES, NAMES[1]], [*LON, LON[1]], [*LAT, LAT[1]], [*SEATS, SEATS[1]]],
        RIGHT,
        "left out",
        options={"alike": "once"},
    ),
    of(
        "a total below",
        ["名称", "经度", "纬度", "学位"],
        [NAMES, LON, LAT, SEATS],
        after=[["合计", "", "", sum(SEATS)]],
    ),
    of("cells with a count of schools", ["cell", "lon", "lat", "schools"], [range(6), LON, LAT, CELLS], None, "count"),
    of(
        "cells with a count of schools in Chinese",
        ["格子", "经度", "纬度", "学校数"],
        [list("abcdef"), LON, LAT, CELLS],
        None,
        "count",
    ),
    of(
        "cells with a count of schools and a unit",
        ["格子", "经度", "纬度", "学校数（所）"],
        [list("abcdef"), LON, LAT, CELLS],
        None,
        "count",
    ),
    of(
        "cells with a count of schools as text",
        ["cell", "lon", "lat", "schools"],
        [range(6), LON, LAT, [f"{count}所" for count in CELLS]],
        None,
        "count",
    ),
    of(
        "cells with a count called number",
        ["cell", "lon", "lat", "number_of_schools"],
        [range(6), LON, LAT, CELLS],
        None,
        "count",
    ),
    of(
        "cells with a count, counted",
        ["cell", "lon", "lat", "schools"],
        [range(6), LON, LAT, CELLS],
        {"rows": 4},
        options={"count": "schools"},
    ),
    of(
        "cells with a count in a sheet, counted",
        ["cell", "lon", "lat", "schools"],
        [range(6), LON, LAT, CELLS],
        {"rows": 4},
        options={"count": "schools"},
        form="ods",
    ),
    of(
        "cells with a count, each one",
        ["cell", "lon", "lat", "schools"],
        [range(6), LON, LAT, CELLS],
        {"rows": 6},
        options={"count": "none"},
    ),
    of(
        "the head's phone in the name",
        ["名称", "经度", "纬度"],
        [[f"{name} 13800138000" for name in NAMES], LON, LAT],
        {"rows": 6, "personal": False},
    ),
    of(
        "the head's name",
        ["名称", "经度", "纬度", "负责人"],
        [NAMES, LON, LAT, ["李四光"] * 6],
        {"rows": 6},
        "personal",
    ),
    of("swapped", ["名称", "经度", "纬度"], [NAMES, LAT, LON], None, "swap"),
    of("an address alone", ["名称", "地址"], [NAMES, ["人民路1号"] * 6], None, "coordinates"),
    of(
        "half of them without a place",
        ["名称", "经度", "纬度"],
        [NAMES, [*LON[:3], "", "", ""], [*LAT[:3], "", "", ""]],
        None,
        "accept",
    ),
    World(
        "a table of labels", "compare", [["unit_id", "grid_id"], *([f"u{at}", "G1"] for at in range(3))], None, "unit"
    ),
    *(
        World(
            "personal columns",
            "inspect",
            [["姓名", "手机号", "经度", "纬度"], *(["张三丰", 13800138000 + at, *PLACES[at]] for at in range(6))],
            {"masked": True},
            form=form,
        )
        for form in offices.FORMS
    ),
    *(
        World(
            "personal data in text",
            "inspect",
            [
                ["id", "note", "lon", "lat"],
                *([f"a{at}", f"联系人：张三丰 0513-6523000{at}", *PLACES[at]] for at in range(6)),
            ],
            {"masked": True},
            form=form,
        )
        for form in offices.FORMS
    ),
]
