"""A project in a file is what the command line would be asked for, files beside it, mistakes named."""

from __future__ import annotations

import pytest

from gridkit.errors import DefinitionError, SourceError
from gridkit.project import asked, of_project, project, read

TEXT = """
district = "d.gpkg:communities"
parents = "code"
osm = ["a.osm.pbf", "/data/b.osm.pbf"]
people = "p.gpkg:people"
units = "hexagons"
hexagon_m = 200
target = 1000
swap_xy = true

[features]
water = "rivers.shp"
"""


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "gridkit.toml"
    path.write_text(TEXT)
    return path


def test_files_are_found_beside_the_project_and_words_stay_words(path, tmp_path):
    held = read(path)
    assert held.district == str(tmp_path / "d.gpkg:communities")
    assert held.osm == (str(tmp_path / "a.osm.pbf"), "/data/b.osm.pbf")
    assert held.features == {"water": str(tmp_path / "rivers.shp")}
    assert (held.units, held.hexagon_m, held.target, held.swap_xy) == ("hexagons", 200, 1000, True)
    assert held.parents == "code"


def test_what_is_given_beside_a_project_file_goes_before_it(path):
    (made,), rest = of_project(str(path), target=500)
    assert rest == {}
    assert (made.target, made.hexagon_m) == (500, 200)
    assert asked({"district": made}) is made
    assert project(path, by="people").by == "people"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('district = "d.gpkg"\ntaget = 3', "no choice 'taget' - did you mean 'target'"),
        ('district = "d.gpkg"\ntarget = "many"', "target is a number, not 'many'"),
        ("target = 3", "names no district"),
        ("target = ", "no TOML"),
    ],
)
def test_a_mistake_in_a_project_is_one_line_with_its_file(text, said, tmp_path):
    path = tmp_path / "gridkit.toml"
    path.write_text(text)
    with pytest.raises(DefinitionError, match=said) as told:
        read(path)
    assert str(path) in str(told.value)


def test_a_project_that_is_not_there_is_a_missing_source(tmp_path):
    with pytest.raises(SourceError, match=r"gone\.toml"):
        read(tmp_path / "gone.toml")
