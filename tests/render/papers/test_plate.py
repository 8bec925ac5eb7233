"""The map on paper: a round scale that shows all, few bytes, numbers and names that do not meet."""

from __future__ import annotations

import pytest
import shapely

from gridkit.language.phrases import Phrase
from gridkit.render.papers import plate as plates
from gridkit.render.papers.pen import INK
from gridkit.render.papers.plate import SCALES, Look, _Labels, bounds_of, plate, view
from gridkit.render.papers.setting import Setting, document, finished

FRAME = (13.0, 40.0, 184.0, 138.0)


@pytest.fixture
def setting(small):
    return Setting(small, "zh")


@pytest.mark.parametrize("side", [30, 90, 333, 1000, 4700])
def test_a_map_shows_its_shape_whole_at_a_round_scale(side):
    seen = view(shapely.box(0, 0, side, side / 2), FRAME)
    west, south, east, north = seen.window
    assert (west <= 0, south <= 0, east >= side, north >= side / 2) == (True,) * 4
    number = 1000 / seen.scale
    while number >= 10:
        number /= 10
    assert min(abs(number - step) for step in SCALES) < 1e-6
    left, top, width, height = FRAME
    corners = seen.place(shapely.get_coordinates(shapely.box(*seen.window)))
    assert corners.min(axis=0) == pytest.approx([left, top])
    assert corners.max(axis=0) == pytest.approx([left + width, top + height])


def test_no_two_labels_stand_on_one_place(setting, chinese):
    pdf = document(setting, "t")
    pdf.add_page()
    labels = _Labels(pdf, FRAME)
    assert labels.put("第一网格", (100, 100), 9, INK)
    assert not labels.put("第二网格", (101, 100), 9, INK)
    assert labels.put("第二网格", (101, 106), 9, INK)
    assert not labels.put("第三网格", (14, 100), 9, INK), "it would be cut by the frame"
    finished(pdf)


def test_a_map_names_its_grids_numbers_its_units_and_says_its_scale(setting, chinese, read, tmp_path):
    plan = setting.plan
    first = plan.grids.index[0]
    units = plan.units.index[plan.units["grid_id"] == first]
    pdf = document(setting, "t")
    for look in (
        Look(plan.grids.geometry[first], (first,), setting.short),
        Look(plan.grids.geometry[first], (first,), setting.short, {unit: 71 + at for at, unit in enumerate(units)}),
        Look(bounds_of(plan.grids.geometry), called=setting.short, tints=dict.fromkeys(plan.grids.index, "#a6cbe3")),
    ):
        pdf.add_page()
        end = plate(pdf, setting, FRAME, look)
        assert FRAME[1] + FRAME[3] < end < 230
    (tmp_path / "m.pdf").write_bytes(finished(pdf))
    named, numbered, all_of = read(tmp_path / "m.pdf")
    assert setting.short[first] in named
    assert [str(71 + at) for at in range(len(units)) if str(71 + at) not in numbered] == []
    assert all(setting.short[grid] in all_of for grid in plan.grids.index)
    for page in (named, numbered, all_of):
        assert "1:" in page
        assert "图例" in page


def test_water_lies_over_the_colours_of_the_grids_that_it_is_shared_out_to(setting, chinese, monkeypatch):
    filled = []
    monkeypatch.setattr(plates, "_polygons", lambda _pdf, _seen, _shapes, colour: filled.append(colour))
    pdf = document(setting, "t")
    pdf.add_page()
    every = setting.plan.grids
    plate(pdf, setting, FRAME, Look(bounds_of(every.geometry), tints=dict.fromkeys(every.index, "#a6cbe3")))
    finished(pdf)
    water = "#bcdcec"
    assert filled.index(water) < filled.index("#a6cbe3") < len(filled) - 1 - filled[::-1].index(water)


def test_a_map_is_small(setting, chinese, tmp_path):
    pdf = document(setting, "t")
    for grid in setting.plan.grids.index:
        pdf.add_page()
        plate(pdf, setting, FRAME, Look(setting.plan.grids.geometry[grid], (grid,), setting.short))
    (tmp_path / "m.pdf").write_bytes(finished(pdf))
    assert (tmp_path / "m.pdf").stat().st_size < 100_000 * len(setting.plan.grids)


def test_what_changed_where_one_walks_and_the_line_in_question_are_drawn_and_in_the_legend(
    setting, chinese, read, tmp_path
):
    grids = setting.plan.grids
    first = grids.index[0]
    ground = grids.geometry[first]
    road = shapely.LineString([ground.centroid, grids.geometry.iloc[1].centroid])
    pdf = document(setting, "t")
    looks = (
        Look(ground, (first,), setting.short, line=ground.boundary, line_title=Phrase("Border in question")),
        Look(ground, (first,), setting.short, changed=ground.buffer(-20)),
        Look(ground, (first,), setting.short, walks=((Phrase("Patrol"), "#aa3311", road),), services=True),
        Look(bounds_of(grids.geometry), called=setting.short, across=grids.geometry.union_all().boundary),
    )
    for look in looks:
        pdf.add_page()
        plate(pdf, setting, FRAME, look)
    (tmp_path / "m.pdf").write_bytes(finished(pdf))
    pages = read(tmp_path / "m.pdf")
    for page, words in zip(pages, ("Border in question", "Changes", "Patrol", "Border of an area"), strict=True):
        assert Phrase(words).said("zh") in page, words
    assert setting.plan.layers["clinics"].definition.title.said("zh") in pages[2]
