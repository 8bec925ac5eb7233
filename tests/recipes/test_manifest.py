"""What a step is made from is told by content: wherever a file lies, whenever it was written."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from towns import town

import gridkit as gk
from gridkit.errors import SourceError
from gridkit.recipes import manifest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "d.shp"
    path.write_bytes(b"shapes")
    (tmp_path / "d.dbf").write_bytes(b"values")
    return path


def key(**options: object) -> str:
    return manifest.key_of(manifest.parts_of("split", {"target": 3, **options})[0])


def test_a_key_is_of_contents_not_of_places(file: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "b"
    elsewhere.mkdir()
    for part in (file, file.with_suffix(".dbf")):
        shutil.copy(part, elsewhere)
    assert key(district=str(file)) == key(district=str(elsewhere / "d.shp"))
    assert key(district=f"{file}:a") != key(district=f"{file}:b")
    assert key(district=str(file), threads=1) == key(district=str(file), threads=2)
    assert key(district=str(file), seed=1) != key(district=str(file), seed=2)


def test_a_file_that_is_read_with_another_counts(file: Path) -> None:
    before = key(district=str(file))
    file.with_suffix(".dbf").write_bytes(b"others")
    assert key(district=str(file)) != before


def test_a_step_hangs_on_the_one_before() -> None:
    assert manifest.key_of({"a": "1"}, "x") != manifest.key_of({"a": "1"}, "y")


def test_a_database_is_read_anew_each_time_and_tells_no_password() -> None:
    address = "postgresql://me:pw@host/db"
    (one, held), (other, _) = (manifest.parts_of("split", {"people": address}) for _ in range(2))
    assert one["people"] != other["people"]
    assert held == []
    assert "pw" not in one["people"]


@pytest.mark.parametrize("name", ["gone.gpkg", "gone.gpkg:layer", "folder/gone.shp"])
def test_a_file_that_is_not_there_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        manifest.parts_of("split", {"district": str(tmp_path / name)})


def test_an_output_is_same_changed_or_missing(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1")
    was = manifest.written(tmp_path, ["a.csv"])["a.csv"]
    assert manifest.altered(tmp_path, "a.csv", was) == ""
    (tmp_path / "a.csv").write_text("2")
    assert manifest.altered(tmp_path, "a.csv", was) == "changed"
    (tmp_path / "a.csv").unlink()
    assert manifest.altered(tmp_path, "a.csv", was) == "missing"


def test_a_record_comes_back_as_it_was_written(tmp_path: Path) -> None:
    held = manifest.Held("people", "../p.tif", 3, "ab")
    made = manifest.Made("split", "k", {"a": "1"}, (held,), {"x": {"bytes": 1, "sha256": "c"}}, {"cpu_s": 1.0})
    manifest.Manifest(tmp_path, {"held": {}}).with_made(made).write()
    assert manifest.read(tmp_path).made == {"split": made}
    assert manifest.read(tmp_path).step_of("x") == made
    assert manifest.read(tmp_path / "nothing").made == {}


def test_a_step_goes_by_its_definition_and_its_own_options(tmp_path: Path) -> None:
    presets = {name: manifest.parts_of("split", {"preset": name})[0]["definition"] for name in ("cn-social", "chw")}
    assert len(set(presets.values())) == 2
    layers = {name: manifest.parts_of("layer", {"name": name})[0]["definition"] for name in ("incidents", "clinics")}
    assert len(set(layers.values())) == 2
    views = {name: manifest.parts_of("map", {"view": name})[0]["definition"] for name in ("public", "planner")}
    assert len({*presets.values(), *layers.values(), *views.values()}) == 6
    assert "definition" not in manifest.parts_of("audit", {})[0]
    (tmp_path / "people.csv").write_text("a")
    several, held = manifest.parts_of("layer", {"name": "incidents", "data": [tmp_path / "people.csv"]})
    assert [each.bytes for each in held] == [1]
    assert several != manifest.parts_of("layer", {"name": "incidents"})[0]
    named, held = manifest.parts_of("departments overlay", {"areas": {"police": str(tmp_path / "people.csv")}})
    assert [each.bytes for each in held] == [1]
    assert str(tmp_path) not in str(named), "wherever it lies"


def test_a_plan_that_another_program_touched_and_left_as_it_was_is_the_same(tmp_path: Path) -> None:
    gk.write_plan(town(), tmp_path / "plan.gpkg")
    was = manifest.written(tmp_path, ["plan.gpkg"])["plan.gpkg"]
    assert "content" in was
    with closing(sqlite3.connect(tmp_path / "plan.gpkg")) as file, file:
        file.execute("CREATE TABLE of_another (a)")
        file.execute("DROP TABLE of_another")
    assert manifest.altered(tmp_path, "plan.gpkg", was) == ""
    with closing(sqlite3.connect(tmp_path / "plan.gpkg")) as file, file:
        file.execute("DROP TABLE districts")
    assert manifest.altered(tmp_path, "plan.gpkg", was) == "changed"


def test_a_record_names_files_from_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text("1")
    [held] = manifest.moved([manifest.content("people", tmp_path / "in" / "a.csv")], tmp_path / "out")
    assert (held.path, held.bytes) == ("../in/a.csv", 1)
