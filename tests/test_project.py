"""Projects are compared, hashed and sent to other processes by what they hold."""

from __future__ import annotations

import pickle
import subprocess
import sys

import geopandas as gpd
import pytest
from shapely.geometry import box

import gridkit as gk
from gridkit.errors import DefinitionError, SourceError, UsageError
from gridkit.project import Project, asked, in_place, of_project, project, read


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


TEXT = """
district = "q.gpkg:communities"
osm = ["a.osm.pbf"]
units = "hexagons"
people = "https://example.org/people.tif"
target = 900
output = "out"

[features]
water = "rivers.shp"

[[layer]]
name = "clinics"
"""


def test_a_file_of_a_project_names_files_beside_it_and_words_stay_words(tmp_path):
    (tmp_path / "gridkit.toml").write_text(TEXT, encoding="utf-8-sig")
    found = read(tmp_path / "gridkit.toml")
    assert found.district == str(tmp_path / "q.gpkg:communities")
    assert found.osm == (str(tmp_path / "a.osm.pbf"),)
    assert (found.units, found.people) == ("hexagons", "https://example.org/people.tif")
    assert (found.target, found.features) == (900, {"water": str(tmp_path / "rivers.shp")})
    assert project(tmp_path / "gridkit.toml", target=800).target == 800
    assert project(found, roads="r.shp").features == {"water": str(tmp_path / "rivers.shp"), "roads": "r.shp"}


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        (None, SourceError, "it cannot be read: "),
        ("district = ", DefinitionError, "it is no TOML"),
        (b"district = '\xb9'", DefinitionError, "it is no TOML"),
        ("target = 900", DefinitionError, "it names no district"),
        ("district = 'a.gpkg'\ntraget = 900", DefinitionError, "there is no choice 'traget' - did you mean 'target'"),
        ("district = 'a.gpkg'\ntarget = 'many'", DefinitionError, "target is a number"),
    ],
)
def test_a_file_that_is_no_project_is_one_line_that_names_it(tmp_path, text, kind, said):
    path = tmp_path / "gridkit.toml"
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(kind, match=said) as told:
        read(path)
    assert "gridkit.toml" in str(told.value)
    assert "\n" not in str(told.value)


def test_one_of_several_is_several_and_no_flags_are_those_of_old():
    assert project("a.gpkg", osm="b.pbf").osm == ("b.pbf",)
    assert project("a.gpkg", flags=None) == project("a.gpkg")
    with pytest.raises(UsageError, match="did you mean 'water'"):
        project("a.gpkg", watr="w.shp")


def test_a_project_in_place_of_a_district_is_changed_by_what_is_given_beside_it(tmp_path):
    (tmp_path / "gridkit.toml").write_text("district = 'q.gpkg'\ntarget = 900")
    (merged,), rest = of_project(tmp_path / "gridkit.toml", target=700, water="w.shp", progress=print)
    assert (merged.target, merged.features) == (700, {"water": "w.shp"})
    assert "progress" in rest
    assert "target" not in rest
    assert of_project("q.gpkg", water="w.shp", target=1) == (("q.gpkg",), {"target": 1, "features": {"water": "w.shp"}})
    assert asked({"district": merged, "target": 1}) is merged
    assert asked({"district": "q.gpkg", "target": 1, "progress": None}).target == 1
    assert in_place("number", "a.shp", tmp_path) == "a.shp"
    assert in_place("files", {"x": ["a.shp", 3, "blocks", "h3:9"]}, tmp_path) == {
        "x": [str(tmp_path / "a.shp"), 3, "blocks", "h3:9"]
    }
