import json
import os
import shutil
import sqlite3
import subprocess
import sys
import warnings
from contextlib import closing
from dataclasses import replace
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
from shapely.geometry import MultiPolygon, Point, box
from towns import METRES, moved, town

from gridkit.catalog.definitions import IncidentsLayer
from gridkit.catalog.layer import Layer
from gridkit.catalog.presets import presets
from gridkit.errors import GridkitWarning, OutputError, SourceError, TableError
from gridkit.hardening import SETTINGS
from gridkit.language.phrases import Phrase, Text
from gridkit.plan.audit.audit import audit
from gridkit.plan.life.edit import Merge, edit
from gridkit.plan.life.history import undo
from gridkit.provenance import Input, step
from gridkit.store import geopackage
from gridkit.store.geopackage import digest, holds_plan, read, sealed, verify, write, write_all
from gridkit.tables import TEXT


def frames_equal(one, other):
    pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))
    if isinstance(one, gpd.GeoDataFrame):
        assert one.crs == other.crs
        assert one.geometry.geom_equals(other.geometry).all()


@pytest.fixture
def rich():
    """Return a plan with everything a plan may hold, and names that a GeoPackage does not take."""
    plan = edit(town(), [Merge(("W00", "W10"))], reason="太小", loose=True)
    units = plan.units.assign(fid=np.arange(16), Fid="x", geom=1.5, 备注=["一", None] * 8, flag=True)
    points = gpd.GeoDataFrame(
        {
            "time": pd.to_datetime(["2026-01-01T08:00", None]),
            "zoned": pd.to_datetime(["2026-01-01T08:00+08:00", "2026-01-02T00:00+08:00"]),
            "category": pd.Categorical(["fire", None], categories=pd.Index(["fire"], dtype=TEXT)),
            "tags": [{"a": [1, "二"]}, None],
            "count": pd.array([1, None], dtype="Int64"),
            "yes": pd.array([True, None], dtype="boolean"),
            "wait": pd.to_timedelta([90, None], unit="min"),
        },
        index=pd.Index(["i1", "i2"], name="incident_id"),
        geometry=[Point(1, 2), Point(3, 4)],
        crs=METRES,
    )
    definition = IncidentsLayer("fires", Text(en="Fires", zh="火情"))
    tables = {
        "points": points,
        "grids": pd.DataFrame({"count": [1, 2, 3]}, index=plan.grids.index),
        "empty": points.iloc[:0],
    }
    water = gpd.GeoDataFrame(
        {"kind": ["lake", "river"]},
        index=pd.Index(["w1", "w2"], name="feature_id"),
        geometry=[box(0, 0, 1, 1), MultiPolygon([box(2, 2, 3, 3), box(4, 4, 5, 5)])],
        crs=METRES,
    )
    names = pd.DataFrame({"name": ["东一", None, "西"]}, index=plan.grids.index)
    plan = replace(plan, units=units, backdrop={"water": water}, attributes=names)
    plan = plan.with_layer(Layer(definition, tables, {"inside": np.int64(2), "share": 0.5}))
    plan = audit(plan, presets()["cn-social"]).kept(plan)
    return plan.with_step(step("layer", {"token": "x"}, (Input("data", "fires.csv", 3, "ab"),), ("two rows",)))


def test_a_plan_comes_back_as_it_was(rich, tmp_path):
    back = read(write(rich, tmp_path / "方案 plan.gpkg"))
    for name in ("units", "borders", "districts", "attributes"):
        frames_equal(getattr(rich, name), getattr(back, name))
    for name, table in rich.records.items():
        frames_equal(table, back.records[name])
    for name, table in rich.layers["fires"].tables.items():
        frames_equal(table, back.layers["fires"].tables[name])
    frames_equal(rich.backdrop["water"], back.backdrop["water"])
    assert back.layers["fires"].definition == rich.layers["fires"].definition
    assert back.layers["fires"].facts == {"inside": 2, "share": 0.5}
    assert back.parameters == rich.parameters
    assert back.history == rich.history
    assert back.digest == rich.digest
    assert back.stale == rich.stale == ()


def test_an_edit_is_undone_after_a_trip_through_the_file(tmp_path):
    before = town()
    after = read(write(edit(before, [Merge(("W00", "W10"))], loose=True), tmp_path / "p.gpkg"))
    frames_equal(undo(after).units, before.units)


def test_other_programs_see_grids_and_units_with_their_columns(rich, tmp_path):
    path = write(rich, tmp_path / "p.gpkg")
    layers = dict(pyogrio.list_layers(path))
    assert list(layers)[:4] == ["grids", "units", "borders", "districts"]
    assert {"base_water", "fires__points", "findings"} <= set(layers)
    for name in ("grids", "units"):
        assert {"grid_id", "people", "households", "area_m2"} <= set(pyogrio.read_info(path, layer=name)["fields"])


def test_households_are_a_column_also_when_none_are_known(tmp_path):
    bare = replace(town(), units=town().units.drop(columns="households"))
    path = write(bare, tmp_path / "p.gpkg")
    assert "households" in pyogrio.read_info(path, layer="units")["fields"]
    frames_equal(read(path).units, bare.units)


def test_qgis_finds_a_style_for_each_layer_of_the_plan(rich, tmp_path):
    path = write(rich, tmp_path / "p.gpkg")
    with sqlite3.connect(path) as connection:
        styles = dict(connection.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault = 1"))
        columns = dict(connection.execute("SELECT f_table_name, f_geometry_column FROM layer_styles"))
    connection.close()
    assert {"grids", "units", "borders", "districts", "base_water", "fires__points", "fires__on_grids"} == set(styles)
    assert 'type="marker"' in styles["fires__points"]
    assert set(columns.values()) == {"geom"}
    grids = ET.fromstring(styles["grids"].split("\n", 1)[1])  # noqa: S314 - our own
    assert [each.get("label") for each in grids.iter("range")] == ["< 20", "20 - 60", "> 60"]
    assert "grid_id" in grids.find(".//text-style").get("fieldName")
    borders = ET.fromstring(styles["borders"].split("\n", 1)[1])  # noqa: S314 - our own
    assert {each.get("value") for each in borders.iter("category")} >= {"river", "arterial", "none"}


def test_provenance_stands_in_the_file_where_the_standard_wants_it(rich, tmp_path):
    path = write(rich, tmp_path / "p.gpkg")
    with sqlite3.connect(path) as connection:
        documents = dict(connection.execute("SELECT md_standard_uri, metadata FROM gpkg_metadata"))
        scopes = connection.execute(
            "SELECT count(*) FROM gpkg_metadata_reference WHERE reference_scope = 'geopackage'"
        ).fetchone()
        extension = connection.execute(
            "SELECT count(*) FROM gpkg_extensions WHERE extension_name = 'gpkg_metadata'"
        ).fetchone()
    connection.close()
    history = json.loads(documents["urn:gridkit:history"])
    assert [each["command"] for each in history] == ["edit", "layer"]
    assert history[0]["parameters"]["reason"] == "太小"
    assert scopes == (3,)
    assert extension == (2,)


def test_a_file_is_refused_or_replaced_whole(tmp_path):
    path = write(town(), tmp_path / "p.gpkg")
    before = path.read_bytes()
    with pytest.raises(OutputError, match="exists"):
        write(town(6, 3), path)
    assert path.read_bytes() == before
    assert len(read(write(town(6, 3), path, overwrite=True)).units) == 36
    assert [each.name for each in tmp_path.iterdir()] == ["p.gpkg"]


def test_a_kill_in_the_middle_leaves_the_old_plan(tmp_path):
    path = write(town(), tmp_path / "p.gpkg")
    script = (
        "import sys, os; sys.path.insert(0, sys.argv[2]); import pyogrio; from towns import town\n"
        "from gridkit.store import geopackage\n"
        "geopackage.qgis.put_styles = lambda *_: os._exit(9)\n"
        "geopackage.write(town(6, 3), sys.argv[1], overwrite=True)\n"
    )
    tests = os.path.join(os.path.dirname(__file__), os.pardir)  # noqa: PTH118, PTH120 - a plain text for the script
    assert subprocess.run([sys.executable, "-c", script, path, tests], check=False).returncode == 9
    assert len(read(path).units) == 16
    write(town(), path, overwrite=True)
    assert [each.name for each in tmp_path.iterdir()] == ["p.gpkg"]


def test_the_digest_tells_content_not_the_time_of_writing(rich, tmp_path):
    one, other = write(rich, tmp_path / "a.gpkg"), write(rich, tmp_path / "b.gpkg")
    assert digest(one) == digest(other) == sealed(one)
    assert digest(write(moved(rich, {"u0000": "E01"}), tmp_path / "c.gpkg")) != digest(one)


def test_a_table_changed_by_hand_is_named_and_still_read(tmp_path):
    path = write(town(), tmp_path / "p.gpkg")
    assert verify(path) == ()
    units = pyogrio.read_dataframe(path, layer="units")
    units.loc[units["unit_id"] == "u0000", "grid_id"] = "E01"
    pyogrio.write_dataframe(units.assign(extra=1), path, layer="units", driver="GPKG", append=False)
    assert verify(path) == ("units",)
    with pytest.warns(GridkitWarning, match="1 table was changed since gridkit wrote it.*: units"):
        assert read(path).units.loc["u0000", ["grid_id", "extra"]].tolist() == ["E01", 1]


def test_a_table_or_column_that_is_gone_is_named(tmp_path):
    path = write(town(), tmp_path / "p.gpkg")
    units = pyogrio.read_dataframe(path, layer="units")
    pyogrio.write_dataframe(units.drop(columns="people"), path, layer="units", driver="GPKG")
    with pytest.warns(GridkitWarning), pytest.raises(TableError, match=r"p.gpkg:units: columns are gone: \['people'\]"):
        read(path)
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM gpkg_contents WHERE table_name = 'borders'")
    connection.close()
    with pytest.warns(GridkitWarning), pytest.raises(TableError, match="borders"):
        read(path)


@pytest.mark.parametrize("keep", [0, 10, 100, 5000, 0.5, 0.99])
def test_a_file_cut_short_is_named(keep, tmp_path):
    path = write(town(), tmp_path / "p.gpkg")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(keep * len(whole)) if isinstance(keep, float) else keep])
    with pytest.raises(SourceError, match=r"p\.gpkg: "):
        read(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html>login</html>", "a web page"),
        (b"PK\x03\x04", "not a GeoPackage"),
        (b"", "empty"),
        (b"SQLite format 3\x00" + b"\x00" * 200, "not a GeoPackage|damaged"),
    ],
)
def test_a_file_that_is_no_geopackage_is_named(content, said, tmp_path):
    path = tmp_path / "p.gpkg"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=said):
        read(path)


def test_a_geopackage_that_is_no_plan_lists_its_layers(tmp_path):
    path = tmp_path / "hexagons.gpkg"
    town().grids.reset_index().to_file(path, layer="hexagons")
    for function in (read, verify):
        with pytest.raises(SourceError, match="no plan of gridkit; its layers: hexagons"):
            function(path)


def test_a_missing_file_a_newer_plan_and_a_half_written_one_are_named(tmp_path):
    with pytest.raises(SourceError, match="no such file"):
        read(tmp_path / "gone.gpkg")
    path = write(town(), tmp_path / "p.gpkg")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE gpkg_metadata SET metadata = replace(metadata, '\"format\": 1', '\"format\": 99')")
    connection.close()
    with pytest.raises(SourceError, match="newer gridkit"):
        read(path)
    path.with_name("p.gpkg-journal").write_bytes(b"x")
    with pytest.raises(SourceError, match="stopped while writing"):
        read(path)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::gridkit.errors.GridkitWarning")
def test_a_flipped_byte_is_an_error_or_told_or_harmless(tmp_path):
    plan = town()
    path = write(plan, tmp_path / "p.gpkg")
    whole, rng = path.read_bytes(), np.random.default_rng(0)
    for at in rng.integers(0, len(whole), 120):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ int(rng.integers(1, 256))]) + whole[at + 1 :])
        try:
            back, changed = read(path), verify(path)
        except (SourceError, TableError):
            continue
        if not changed:
            frames_equal(back.units, plan.units)
            frames_equal(back.borders, plan.borders)
            assert back.parameters == plan.parameters


def test_a_plan_is_a_geopackage_of_version_1_3(tmp_path):
    path = write(town(), tmp_path / "plan.gpkg")
    with closing(sqlite3.connect(path)) as connection:
        version, owner = (
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("user_version", "application_id")
        )
    assert version == 10300
    assert owner == int.from_bytes(b"GPKG", "big")


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="GDAL's own programs are not installed")
def test_the_gdal_of_a_system_opens_a_plan_without_a_word(tmp_path):
    path = write(town(), tmp_path / "plan.gpkg")
    # What gridkit sets for the GDAL in its own process is not what a program of the system is started with.
    foreign = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    told = subprocess.run(
        ["ogrinfo", "-ro", path, "grids", "-so"], capture_output=True, text=True, check=True, env=foreign
    )
    assert told.stderr == ""
    assert "Feature Count" in told.stdout


def test_why_a_layer_has_no_value_is_said_in_the_language_of_the_reader(rich, tmp_path):
    why = Phrase("there is nothing to count per: {base} are 0 in all", base="households")
    layer = rich.layers["fires"]
    told = replace(rich, layers={**rich.layers, "fires": replace(layer, facts={**layer.facts, "rate_why": why})})
    facts = read(write(told, tmp_path / "plan.gpkg")).layers["fires"].facts
    assert facts["rate_why"].said("zh") == why.said("zh") != why.said("en")


def test_several_plans_are_written_as_one_act_or_not_at_all(tmp_path):
    plans = {tmp_path / name: town() for name in ("a.gpkg", "b.gpkg")}
    assert write_all(plans) == list(plans)
    assert [read(path).digest for path in plans] == [town().digest] * 2
    more = {tmp_path / "c.gpkg": town(), tmp_path / "b.gpkg": town()}
    with pytest.raises(OutputError):
        write_all(more)
    assert not (tmp_path / "c.gpkg").exists()


@pytest.mark.parametrize("at_once", [False, True])
def test_a_new_file_of_single_incidents_that_others_may_read_is_warned_of(rich, tmp_path, monkeypatch, at_once):
    monkeypatch.setattr(geopackage, "open_to_others", lambda _path: True)
    with pytest.warns(GridkitWarning, match="places of single incidents, and others on this machine may read it"):
        write_all({tmp_path / "a.gpkg": rich}) if at_once else write(rich, tmp_path / "a.gpkg")
    with warnings.catch_warnings():
        warnings.simplefilter("error", GridkitWarning)
        write(town(), tmp_path / "b.gpkg")


def test_a_plan_that_changes_while_it_is_read_is_read_again_and_in_the_end_refused(tmp_path, monkeypatch):
    path = write(town(), tmp_path / "a.gpkg")
    states = iter(["one", "two", "two", "two"])
    monkeypatch.setattr(geopackage, "stamp", lambda _path: next(states))
    assert read(path).digest == town().digest
    changing = iter(str(number) for number in range(100))
    monkeypatch.setattr(geopackage, "stamp", lambda _path: next(changing))
    with pytest.raises(SourceError, match="changes while it is being read"):
        read(path)


def test_what_holds_a_plan_is_known_by_its_contents(tmp_path):
    plan = write(town(), tmp_path / "plan.gpkg").rename(tmp_path / "plan.bin")
    town().units.to_file(tmp_path / "units.gpkg")
    (tmp_path / "text.gpkg").write_text("a plan")
    (tmp_path / "damaged.gpkg").write_bytes(plan.read_bytes()[:6000])
    assert not holds_plan("x" * 5_000), "no name of a file"
    found = {name: holds_plan(tmp_path / name) for name in ("plan.bin", "units.gpkg", "text.gpkg", "gone.gpkg")}
    assert found == {"plan.bin": True, "units.gpkg": False, "text.gpkg": False, "gone.gpkg": False}
