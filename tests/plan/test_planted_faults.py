"""The audit finds every fault that was planted, where it was planted, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from shapely.affinity import translate
from shapely.geometry import LineString, box
from shapely.ops import unary_union

from gridkit.catalog.presets import Rule, presets
from gridkit.plan.audit.audit import audit
from gridkit.plan.audit.audited import Around

METRES = "EPSG:32650"
WIDE, SIDE = 16, 200.0
LIMITS = {
    "legal": Rule("planted", fail=0),
    "inside": Rule("planted", fail=0),
    "features": Rule("planted", fail=0.9999),
    "area": Rule("planted", fail=0, limit=70_000),
    "compounds": Rule("planted", fail=0),
    "walk": Rule("planted", fail=0, limit=390),
    "band": Rule("planted", fail=0),
    "gaps": Rule("planted", fail=0),
    "overlaps": Rule("planted", fail=0),
    "doubles": Rule("planted", fail=0),
    "contiguous": Rule("planted", fail=0),
    "compact": Rule("planted", fail=0, limit=0.5),
    "crossings": Rule("planted", fail=0, limit=3),
    "people": Rule("planted", fail=0),
    "codes": Rule("planted", fail=0),
}


class City:
    """A city of 16 x 16 squares of 200 m as any polygon layer would hold it, and what is planted in it.

    Grid RRCC is in row RR from the south and column CC from the west; columns 0-7 are in the west parent, 8-15 in the
    east one. Streets run along every line; a lane enters each grid from the south.
    """

    def __init__(self):
        self.shapes = {
            f"{y:02d}{x:02d}": box(SIDE * x, SIDE * y, SIDE * (x + 1), SIDE * (y + 1))
            for y in range(WIDE)
            for x in range(WIDE)
        }
        self.people = dict.fromkeys(self.shapes, 100)
        self.parent = {code: "west" if int(code[2:]) < WIDE // 2 else "east" for code in self.shapes}
        self.code = {code: code for code in self.shapes}
        self.districts = gpd.GeoDataFrame(
            {"name": ["W", "E"]},
            index=pd.Index(["west", "east"], name="district_id"),
            geometry=[box(0, 0, SIDE * 8, SIDE * WIDE), box(SIDE * 8, 0, SIDE * WIDE, SIDE * WIDE)],
            crs=METRES,
        )
        self.lanes = [
            LineString([(c.centroid.x, c.bounds[1]), (c.centroid.x, c.centroid.y)]) for c in self.shapes.values()
        ]
        self.streets = {
            (way, at, along): LineString(
                [(SIDE * at, SIDE * along), (SIDE * at, SIDE * (along + 1))]
                if way == "up"
                else [(SIDE * along, SIDE * at), (SIDE * (along + 1), SIDE * at)]
            )
            for way in ("up", "over")
            for at in range(WIDE + 1)
            for along in range(WIDE)
        }
        self.compounds = [
            translate(box(0, 0, 60, 60), shape.bounds[0] + 120, shape.bounds[1] + 120) for shape in self.shapes.values()
        ]
        self.expected: set[tuple[str, str]] = set()

    def plant(self, rule, *codes):
        self.expected |= {(rule, code) for code in codes}

    def audited(self):
        polygons = gpd.GeoDataFrame(
            {
                "grid_id": [self.code[c] for c in self.shapes],
                "parent": [self.parent[c] for c in self.shapes],
                "people": [self.people[c] for c in self.shapes],
            },
            geometry=list(self.shapes.values()),
            crs=METRES,
        )
        roads = gpd.GeoDataFrame(geometry=[*self.streets.values(), *self.lanes], crs=METRES)
        compounds = gpd.GeoDataFrame(geometry=self.compounds, crs=METRES)
        around = Around(self.districts, None, {"roads": roads, "compounds": compounds}, "{seq:4}")
        preset = presets()["census-tract"]
        low, target, high = (
            replace(number, value=value)
            for number, value in ((preset.band.low, 50), (preset.band.target, 100), (preset.band.high, 150))
        )
        preset = replace(preset, band=replace(preset.band, low=low, target=target, high=high), rules=LIMITS)
        return audit(polygons, preset, around=around)

    def found(self):
        table = self.audited().findings
        return set(zip(table["rule"], table["grid_id"].fillna(""), strict=True))


# ------------------------------------------------------------------ one function per kind of fault
def gap_in_the_middle(city):
    city.shapes["0101"] = city.shapes["0101"].difference(box(250, 250, 280, 280))
    city.plant("gaps", "")


def gap_along_a_border(city):
    city.shapes["0103"] = city.shapes["0103"].difference(box(600, 250, 603, 350))
    city.plant("gaps", "")


def overlap_of_neighbours(city):
    city.shapes["0105"] = city.shapes["0105"].union(box(1200, 250, 1205, 350))
    city.plant("overlaps", "0106")


def overlap_of_a_corner(city):
    city.shapes["0301"] = city.shapes["0301"].union(box(400, 600, 410, 610))
    city.plant("overlaps", "0302")


def drawn_twice(city):
    for name, code in (("0303", "9001"), ("0305", "9002")):
        city.shapes[code] = city.shapes[name]
        city.people[code], city.parent[code], city.code[code] = 100, "west", code
        city.plant("doubles", code)


def exclave(city):
    piece = box(200, 1000, 240, 1040)  # of 0501
    city.shapes["0501"] = city.shapes["0501"].difference(piece)
    city.shapes["0503"] = city.shapes["0503"].union(piece)
    city.plant("contiguous", "0503")
    city.plant("features", "0501")  # its outline runs along nothing


def exclave_at_a_corner(city):
    piece = box(1200, 1100, 1230, 1130)
    city.shapes["0506"] = city.shapes["0506"].difference(piece)
    city.shapes["0605"] = city.shapes["0605"].union(piece)
    city.plant("contiguous", "0605")
    city.plant("features", "0506")


def parent_crossed(city):
    piece = box(1600, 250, 1610, 350)
    city.shapes["0108"] = city.shapes["0108"].difference(piece)
    city.shapes["0107"] = city.shapes["0107"].union(piece)
    city.plant("inside", "0107")


def parent_unknown(city):
    city.parent["0110"] = "nowhere"
    city.plant("legal", "0110")


def compound_split(city):
    city.compounds += [box(2350, 250, 2450, 350), box(2750, 250, 2850, 350)]
    city.plant("compounds", "0111", "0113")


def out_of_band(city):
    city.people["0310"], city.people["0312"] = 300, 20
    city.plant("band", "0310", "0312")


def nobody(city):
    city.people["0314"] = 0
    city.plant("people", "0314")
    city.plant("band", "0314")


def border_on_nothing(city):
    del city.streets["up", 11, 5]
    del city.streets["over", 7, 12]
    city.plant("features", "0510", "0612")


def too_long(city):
    city.shapes["0910"] = unary_union([city.shapes.pop(code) for code in ("0910", "0911", "0912", "0913")])
    for rule in ("walk", "area", "crossings"):  # the streets and lanes inside it enter it seven times
        city.plant(rule, "0910")


def ragged(city):
    shape = city.shapes["1210"]
    teeth = [
        box(shape.bounds[0] + 10 + 40 * k, shape.bounds[1] + 20, shape.bounds[0] + 20 + 40 * k, shape.bounds[3])
        for k in range(5)
    ]
    city.shapes["1210"] = shape.difference(unary_union(teeth))
    city.shapes["1310"] = city.shapes["1310"].union(unary_union(teeth))
    city.plant("compact", "1210", "1310")
    city.plant("features", "1210")
    city.plant("walk", "1310")
    city.plant("compounds", "1210")  # two teeth go through one


def many_entries(city):
    for code in ("0901", "0903"):
        west, south, _, north = city.shapes[code].bounds
        city.lanes += [LineString([(west - 50, y), (west + 50, y)]) for y in (south + 40, south + 70, south + 130)]
        city.plant("crossings", code)
    # the neighbours in the west are entered three times more as well
    city.plant("crossings", "0900", "0902")
    del north


def code_malformed(city):
    city.code["1101"], city.code["1103"] = "3.2E+11", "11-03"
    city.plant("codes", "3.2E+11", "11-03")


def code_twice(city):
    city.code["1107"] = "1105"
    city.plant("codes", "1105", "1105 (2)")


FAULTS = [
    gap_in_the_middle,
    gap_along_a_border,
    overlap_of_neighbours,
    overlap_of_a_corner,
    drawn_twice,
    exclave,
    exclave_at_a_corner,
    parent_crossed,
    parent_unknown,
    compound_split,
    out_of_band,
    nobody,
    border_on_nothing,
    too_long,
    ragged,
    many_entries,
    code_malformed,
    code_twice,
]


def test_nothing_is_found_in_a_sound_city():
    assert City().found() == set()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_planted_fault_is_found_and_no_other_is_invented(fault):
    city = City()
    fault(city)
    assert city.found() == city.expected


def test_all_planted_faults_are_found_at_once_and_none_is_invented():
    city = City()
    for fault in FAULTS:
        fault(city)
    found = city.found()
    assert found == city.expected
    assert len(city.expected) >= 20


def test_a_gap_is_drawn_where_it_was_planted():
    city = City()
    gap_in_the_middle(city)
    places = city.audited().findings
    assert places.geometry.iloc[0].equals(box(250, 250, 280, 280))
    assert places["value"].iloc[0] == pytest.approx(900)
