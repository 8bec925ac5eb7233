"""OpenStreetMap files become tables: lines, areas from rings and relations, places, and what was missing."""

from __future__ import annotations

import bz2
import gzip
import json

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from gridkit.errors import GridkitWarning, SourceError, TableError
from gridkit.sources.osm import extract as osm
from gridkit.sources.osm import osm_pass, tags
from gridkit.tables import FEATURE_TABLES

KRUEGER = CRS.from_epsg(4549)


@pytest.fixture
def town(osm_file):
    """A street with a side street, a river, a railway, a walled compound of two buildings and a lake with an island."""
    osm_file.node("a", 0, 0)
    osm_file.node("b", 100, 0)
    osm_file.node("c", 200, 0)
    osm_file.node("d", 100, 100)
    osm_file.way("a b c", highway="primary", name="大路", name__en="Main Road", oneway="-1", maxspeed="60")
    osm_file.way("b d", highway="residential", tunnel="yes", foot="no")
    osm_file.node("r1", 0, 300)
    osm_file.node("r2", 200, 300)
    osm_file.way("r1 r2", waterway="river", name="Q河")
    osm_file.way("r1 r2", railway="rail", service="yard", bridge="yes")
    osm_file.way(osm_file.ring(110, 10, 190, 90), landuse="residential", name="幸福花园", barrier="wall")
    building = osm_file.ring(120, 20, 140, 40)
    osm_file.nodes[building[1]][2].update(entrance="staircase")
    osm_file.nodes[building[2]][2].update(entrance="staircase")
    osm_file.way(building, building="apartments", building__levels="6;11", building__flats="44", height="33 m")
    osm_file.way(osm_file.ring(150, 20, 170, 40), building="yes", amenity="clinic", name="诊所", beds="12")
    shore, isle = osm_file.ring(300, 0, 500, 200), osm_file.ring(350, 50, 400, 100)
    one, two = osm_file.way(shore[:3]), osm_file.way(shore[2:])
    three = osm_file.way(isle, natural="wood")
    osm_file.relation([(one, "outer"), (two, "outer"), (three, "inner")], natural="water", water="lake", name="Q湖")
    osm_file.node("gate", 110, 50, barrier="lift_gate")
    osm_file.node("shop", 130, 5, shop="bakery", name="面包")
    osm_file.node("bench", 131, 5, amenity="bench")
    return osm_file


def test_every_table_holds_what_its_contract_promises(town, tmp_path):
    extract = osm.read(town.write(tmp_path / "town.osm.pbf"), crs=KRUEGER)
    for name, contract in FEATURE_TABLES.items():
        contract.check(extract.table(name))
    sizes = {name: len(table) for name, table in extract.tables.items()}
    assert sizes == {
        "roads": 2, "rails": 1, "waterways": 1, "walls": 1, "water": 1, "green": 1, "compounds": 1, "buildings": 2,
        "places": 2, "entrances": 3,
    }  # fmt: skip


def test_tags_become_columns(town, tmp_path):
    extract = osm.read(town.write(tmp_path / "town.osm.pbf"), crs=KRUEGER)
    main, side = extract.tables["roads"].loc["w1"], extract.tables["roads"].loc["w2"]
    assert (main["kind"], main["name"], main["name_en"], main["maxspeed"]) == ("primary", "大路", "Main Road", 60)
    assert main["oneway"]
    assert main.geometry.coords[0][0] > main.geometry.coords[-1][0], "a way one drives backward is turned round"
    assert (side["tunnel"], side["layer"], side["foot"], side["oneway"]) == (True, -1, "no", False)
    home, clinic = extract.tables["buildings"].iloc[0], extract.tables["buildings"].iloc[1]
    assert (home["levels"], home["flats"], home["height"], home["stairs"]) == (11, 44, 33, 2)
    assert (home["residential"], clinic["residential"]) == (True, False)
    place = extract.tables["places"].set_index("kind").loc["amenity=clinic"]
    assert (place["name"], place["capacity"], json.loads(place["tags"])["building"]) == ("诊所", 12, "yes")
    assert clinic.geometry.contains(place.geometry)


def test_a_lake_of_two_ways_keeps_its_island(town, tmp_path):
    lake = osm.read(town.write(tmp_path / "town.osm.pbf"), crs=KRUEGER).tables["water"].iloc[0]
    assert (lake["kind"], lake["name"]) == ("lake", "Q湖")
    assert len(lake.geometry.interiors) == 1
    assert lake.geometry.area == pytest.approx(200 * 200 - 50 * 50, rel=0.01)


def test_junctions_share_their_coordinates_exactly(town, tmp_path):
    roads = osm.read(town.write(tmp_path / "town.osm.pbf"), crs=KRUEGER).tables["roads"]
    crossing = set(map(tuple, shapely.get_coordinates(roads.geometry["w1"]))) & set(
        map(tuple, shapely.get_coordinates(roads.geometry["w2"]))
    )
    assert len(crossing) == 1


def test_every_kind_of_file_reads_the_same(town, tmp_path):
    pbf = osm.read(town.write(tmp_path / "town.osm.pbf"), crs=KRUEGER)
    plain = town.write(tmp_path / "town.osm")
    (tmp_path / "town.osm.gz").write_bytes(gzip.compress(plain.read_bytes()))
    (tmp_path / "town.osm.bz2").write_bytes(bz2.compress(plain.read_bytes()))
    for name in ("town.osm", "town.osm.gz", "town.osm.bz2"):
        other = osm.read(tmp_path / name, crs=KRUEGER)
        for table, rows in pbf.tables.items():
            assert rows.drop(columns="geometry").equals(other.tables[table].drop(columns="geometry"))
            assert rows.geometry.geom_equals(other.tables[table].geometry).all()


def test_only_what_lies_near_the_district_is_kept_and_kept_whole(town, tmp_path, square):
    path = town.write(tmp_path / "town.osm.pbf")
    around = (
        osm.read(path, crs=KRUEGER)
        .tables["compounds"]
        .set_geometry(osm.read(path, crs=KRUEGER).tables["compounds"].centroid.buffer(20))
    )
    close = osm.read(path, district=around, margin_m=60)
    assert sorted(close.tables["roads"].index) == ["w1", "w2"]
    assert close.tables["roads"].length["w1"] == pytest.approx(200, rel=0.01)
    assert len(close.tables["water"]) == 0
    assert len(osm.read(path, district=around, margin_m=400).tables["water"]) == 1
    with pytest.raises(TableError, match=r"nothing in it is near the district: it lies in 120\.6, 32\.5"):
        osm.read(path, district=square, margin_m=1)


def test_a_clipped_extract_is_read_as_far_as_it_goes(town, tmp_path):
    town.hidden = {"c", "r2"}
    with pytest.warns(GridkitWarning, match="3 of 10 ways lack nodes"):
        lost = osm.read(town.write(tmp_path / "town.osm.pbf"), crs=KRUEGER)
    assert lost.tables["roads"].length["w1"] == pytest.approx(100, rel=0.01), "the part whose nodes are there"
    assert len(lost.tables["waterways"]) == 0
    assert lost.report["ways without some nodes"] == 3
    assert lost.report["ways without nodes"] == 2


def test_water_whose_ring_stays_open_is_never_filled_but_keeps_its_shore(town, tmp_path):
    shore = next(way for way in town.ways if len(way[1]) == 3 and not way[2])
    town.ways.remove(shore)
    report = osm.read(town.write(tmp_path / "town.osm.pbf"), crs=KRUEGER)
    assert len(report.tables["water"]) == 0
    shore = report.tables["waterways"].loc["r1"]
    assert (shore["kind"], shore["name"]) == ("river", "Q湖")
    assert shore.geometry.length == pytest.approx(400, rel=0.01), "the shore that is there still parts the land"
    assert report.report["relations with members missing"] == 1
    assert report.report["relations that close no ring"] == 1


def test_a_gap_is_never_bridged():
    assert osm_pass.longest_run([(0, 0), (1, 0), None, (5, 0), (6, 0), (7, 0)]) == [(5, 0), (6, 0), (7, 0)]
    assert osm_pass.longest_run([None, None]) == []


def test_a_building_drawn_as_way_and_as_relation_counts_once(osm_file, tmp_path):
    way = osm_file.way(osm_file.ring(0, 0, 20, 20), building="yes")
    osm_file.relation([(way, "outer")], building="apartments")
    extract = osm.read(osm_file.write(tmp_path / "a.osm.pbf"), crs=KRUEGER)
    assert extract.tables["buildings"]["kind"].tolist() == ["apartments"]
    assert extract.report["buildings drawn twice, as way and as relation"] == 1


def test_a_bow_tie_building_is_mended(osm_file, tmp_path):
    for name, x, y in (("a", 0, 0), ("b", 20, 20), ("c", 20, 0), ("d", 0, 20)):
        osm_file.node(name, x, y)
    osm_file.way("a b c d a", building="yes")
    extract = osm.read(osm_file.write(tmp_path / "a.osm.pbf"), crs=KRUEGER)
    assert extract.tables["buildings"].area.iloc[0] == pytest.approx(200, rel=0.01)
    assert extract.report["areas mended"] == 1


def test_squares_and_stubs_are_no_streets(osm_file, tmp_path):
    osm_file.way(osm_file.ring(0, 0, 20, 20), highway="pedestrian", area="yes")
    osm_file.way(osm_file.ring(30, 0, 50, 20), highway="pedestrian")
    osm_file.node("x", 0, 0)
    osm_file.node("y", 9, 0)
    osm_file.way("x y", highway="proposed")
    assert osm.read(osm_file.write(tmp_path / "a.osm.pbf"), crs=KRUEGER).tables["roads"].index.tolist() == ["w2"]


def test_the_utm_zone_of_the_data_is_used_when_no_crs_is_given(town, tmp_path):
    assert osm.read(town.write(tmp_path / "a.osm.pbf")).crs.to_epsg() == 32651


def test_a_file_cut_within_a_block_is_refused(town, tmp_path):
    path = town.write(tmp_path / "town.osm.pbf")
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(SourceError, match=r"town\.osm\.pbf: is cut off or damaged"):
        osm.read(path)
    path = town.write(tmp_path / "town.osm")
    path.write_bytes(path.read_bytes()[:-300])
    with pytest.raises(SourceError, match="is cut off or damaged"):
        osm.read(path)


def test_nodes_without_ways_are_warned_of(osm_file, tmp_path):
    osm_file.node("shop", 0, 0, shop="bakery")
    with pytest.warns(GridkitWarning, match="there is no way in it"):
        osm.read(osm_file.write(tmp_path / "a.osm.pbf"))


def test_something_else_is_refused(tmp_path, blocks):
    blocks.to_file(tmp_path / "a.gpkg")
    with pytest.raises(SourceError, match="is no OpenStreetMap extract"):
        osm.read(tmp_path / "a.gpkg")


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=2, max_size=12, unique=True))
def test_coordinates_come_in_to_the_last_digit_of_openstreetmap(tmp_path_factory, corners):
    import osmium

    path = tmp_path_factory.mktemp("osm") / "a.osm.pbf"
    degrees = np.array(corners) * 1e-4 + (120.6, 32.5)
    new = osmium.osm.mutable
    with osmium.SimpleWriter(str(path)) as writer:
        for at, (lon, lat) in enumerate(degrees):
            writer.add_node(new.Node(id=at + 1, location=(float(lon), float(lat)), version=1))
        writer.add_way(new.Way(id=1, nodes=list(range(1, len(degrees) + 1)), tags={"highway": "service"}, version=1))
    line = osm.read(path, crs=KRUEGER).tables["roads"].to_crs(4326).geometry.iloc[0]
    assert np.abs(shapely.get_coordinates(line) - degrees).max() < 1e-8


@pytest.mark.parametrize(
    ("said", "value"),
    [({"building": "yes"}, True), ({"building": "yes", "office": "it"}, False), ({"building": "garage"}, False),
     ({"building": "retail", "building:use": "residential"}, True)],
)  # fmt: skip
def test_people_live_where_the_tags_allow_it(said, value):
    assert tags.lived_in(said) is value


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ({"junction": "roundabout"}, True),
        ({"highway": "motorway"}, True),
        ({"highway": "motorway", "oneway": "no"}, False),
    ],
)
def test_oneway_is_said_or_implied(said, value):
    assert tags.oneway(said) is value


@pytest.mark.real
def test_helsinki_has_its_golden_number_of_buildings(real_data):
    extract = osm.read(real_data / "helsinki-core" / "Helsinki.osm.pbf")
    assert len(extract.tables["buildings"]) == 444  # 446 areas of libosmium's, two of them drawn twice
    assert extract.report["ways without some nodes"] == 421  # at their heads, their ends or between
    for name, contract in FEATURE_TABLES.items():
        contract.check(extract.table(name))


@pytest.mark.real
def test_the_other_real_extracts_read(real_data):
    sao_paulo = osm.read(real_data / "sao-paulo-centre" / "spo_osm.pbf")
    assert (len(sao_paulo.tables["roads"]), len(sao_paulo.tables["rails"])) == (5938, 199)
    nantong = osm.read(real_data / "nantong" / "nantong.osm")
    assert (len(nantong.tables["roads"]), len(nantong.tables["buildings"])) == (30, 89)
    assert nantong.tables["places"]["name"].str.contains("[一-龥]").any()


def test_the_made_up_district_reads_whole(demo_dir):
    extract = osm.read(demo_dir / "district.osm.pbf")
    assert "ways without some nodes" not in extract.report
    assert extract.tables["buildings"]["stairs"].sum() > 500
    assert extract.tables["roads"]["name_en"].notna().sum() > 20


def test_ways_of_an_unknown_highway_class_are_counted_by_name(town, tmp_path):
    town.way("a d", highway="residental")
    town.way("c d", highway="proposed")
    extract = osm.read(town.write(tmp_path / "town.osm.pbf"), crs=KRUEGER)
    (account,) = extract.accounts
    assert [str(note) for note in account.notes] == ["1 way of a highway class in no list is no road here: residental"]
    assert len(extract.tables["roads"]) == 2
