"""The page over all districts holds what was counted and no text that runs."""

from __future__ import annotations

import json
import re
from typing import Any

from shapely.geometry import MultiPolygon, box

from gridkit.language.packing import packed
from gridkit.language.phrases import Phrase
from gridkit.render.rollup import page

FACTS = {"made": 1, "kept": 0, "failed": 1, "left": 0, "grids": 3, "people": 99.0}


def rows(name: str) -> list[dict[str, Any]]:
    facts = {"grids": 3, "people": 99.0, "mean": 33.0, "share_in_band": 1.0, "audit": {"gaps": "FAIL", "walk": "PASS"}}
    done = {"id": "a", "name": name, "state": "made", "folder": "districts/a-1", "facts": facts}
    why = packed(Phrase("there is not enough memory"))
    return [
        {**done, "files": ["planner.html", "made.json", "report.xlsx"]},
        {"id": "b", "name": "b", "state": "failed", "folder": "", "why": why, "code": 8},
    ]


def island(text: str) -> dict[str, Any]:
    [found] = re.findall(r'<script type="application/json" id="island">(.*?)</script>', text)
    held: dict[str, Any] = json.loads(found)
    return held


def test_each_district_leads_to_its_files_or_says_why_it_failed_in_every_language() -> None:
    held = island(page.page(rows("A"), FACTS, "T", "zh"))
    done, failed = held["rows"]
    assert done["files"] == ["planner.html", "report.xlsx"]
    assert (done["grids"], done["rules"]) == (3, 1)
    assert failed["why"]["en"] == "there is not enough memory"
    assert failed["why"]["zh"] != failed["why"]["en"]
    assert held["lang"] == "zh"
    assert held["words"]["zh"].keys() == held["words"]["en"].keys()
    assert {held["titles"][file]["zh"] for file in done["files"]} == {"网格划分工作图", "工作簿"}


def test_hostile_names_stay_text() -> None:
    hostile = "</script><img src=x onerror=alert(1)>{{7*7}}"
    text = page.page(rows(hostile), FACTS, hostile, "en")
    assert "<img" not in text
    assert island(text)["rows"][0]["name"] == hostile
    assert "script-src 'sha256-" in text
    assert "unsafe" not in text


def test_outlines_are_paths_of_one_picture_north_up() -> None:
    drawn = page.outlines({"a": box(0, 0, 1, 1), "b": box(0, 1, 1, 3), "c": None})
    assert set(drawn["paths"]) == {"a", "b"}
    assert drawn["size"][1] > drawn["size"][0]
    tops = {name: min(float(y) for y in re.findall(r" ([\d.]+)", path)) for name, path in drawn["paths"].items()}
    assert tops["b"] < tops["a"]
    assert page.outlines({"c": None}) == {}


def test_a_name_stands_in_the_middle_of_the_largest_part_with_the_room_there_is() -> None:
    drawn = page.outlines({"a": MultiPolygon([box(0, 0, 4, 4), box(8, 0, 9, 1)])})
    x, y, radius = drawn["spots"]["a"]
    wide, high = drawn["size"]
    assert (round(x / wide, 2), round(y / high, 1)) == (round(2 / 9, 2), 0.5)
    assert round(radius / wide, 2) == round(2 / 9, 2)
