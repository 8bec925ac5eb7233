"""Projects are compared, hashed and sent to other processes by what they hold."""

from __future__ import annotations

import pickle
import subprocess
import sys

import geopandas as gpd
import pytest
from shapely.geometry import box

import gridkit as gk
from gridkit.project import Project, project


def district(width: float = 1.0) -> gpd.GeoDataFrame:
    """Return one square of a name."""
    return gpd.GeoDataFrame({"name": ["Q"]}, geometry=[box(0, 0, width, 1)], crs=32651)


def test_projects_of_like_content_are_one_key():
    one = project(district(), water="w.shp", roads="r.shp", target=900)
    other = project(district(), roads="r.shp", water="w.shp", target=900)
    assert one == other
    assert len({one, other}) == 1


@pytest.mark.parametrize(
    "changed", [project(district(2.0), target=900), project(district(), target=901), project("q.gpkg", target=900), 900]
)
def test_projects_that_differ_are_not_equal(changed):
    assert project(district(), target=900) != changed


def test_a_project_survives_the_trip_to_another_process():
    there = pickle.loads(pickle.dumps(project(district(), water="w.shp")))  # noqa: S301 - our own bytes
    assert there == project(district(), water="w.shp")


def test_the_hash_of_a_project_is_content_not_place():
    assert hash(Project("a.gpkg")) == hash(Project("a.gpkg"))
    assert hash(Project("a.gpkg")) != hash(Project("b.gpkg"))


@pytest.mark.parametrize("name", sorted(name for name in gk.__all__ if callable(getattr(gk, name))))
def test_what_is_public_pickles_by_name(name):
    """A worker is sent ``gk.split`` and its arguments; the name must lead back to the same object."""
    assert pickle.loads(pickle.dumps(getattr(gk, name))) is getattr(gk, name)  # noqa: S301


def test_a_function_sent_to_a_fresh_process_is_found_there():
    sent = pickle.dumps(gk.split).hex()
    program = f"import pickle; print(pickle.loads(bytes.fromhex({sent!r})).__name__)"
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert out == "split\n"
