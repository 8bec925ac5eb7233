"""Facilities are called by the name that the reader's language has for them, wherever the page names them."""

from __future__ import annotations

import warnings

import geopandas as gpd
import pytest
from plans import Size, crooked_plan

import gridkit as gk
from gridkit.catalog.map_views import MapView
from gridkit.language.catalogue import languages
from gridkit.language.phrases import Text
from gridkit.render.page import draw, points
from gridkit.render.page.view import PageView

ZH, EN = languages().index("zh"), languages().index("en")


@pytest.fixture(scope="module")
def page() -> PageView:
    plan = crooked_plan(Size(side=6, incidents=0))
    spots = plan.units.geometry.representative_point().iloc[:3]
    names = {"name": ["北门诊所", "南门诊所", None], "name:en": ["North Clinic", None, None]}
    data = gpd.GeoDataFrame(names, geometry=spots.to_list(), crs=plan.crs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plan = gk.layer(plan, "clinics", data=data)
    view = MapView("test", Text(en="Test", zh="测试"), layers=("clinics",), shows=("points", "card"))
    return PageView((plan,), view)


def said(name, at):
    return name[at] if isinstance(name, list) else name


def test_a_point_has_its_name_in_every_language_and_its_own_where_there_is_no_other(page) -> None:
    [layer] = points.packed(page, page.plans[0])
    names = {(said(each, ZH), said(each, EN)) for each in layer["labels"]}
    assert names == {("北门诊所", "North Clinic"), ("南门诊所", "南门诊所"), (None, None)}


def test_cards_name_the_facilities_of_a_grid_in_every_language(page) -> None:
    entry = draw.grids(page, page.plans[0])
    section = next(each for each in entry["card"] if said(each["title"], EN) == "Within the grid")
    [within] = section["rows"]
    lines = [each for each in within["values"] if each]
    assert any("North Clinic" in said(each, EN) and "北门诊所" in said(each, ZH) for each in lines)
    assert not any("North Clinic" in said(each, ZH) for each in lines)
