"""Roads of mapping agencies: classes by their vocabularies, what is in none said, one way as they are driven."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from shapely.geometry import LineString

from gridkit.sources import features, road_classes

CRS = "EPSG:32651"


def roads(**columns: list[object]) -> gpd.GeoDataFrame:
    """Return lines one above the other that run east, with these columns."""
    count = len(next(iter(columns.values())))
    lines = [LineString([(120.6, 32.5 + 0.001 * at), (120.61, 32.5 + 0.001 * at)]) for at in range(count)]
    return gpd.GeoDataFrame(columns, geometry=lines, crs=4326)


def test_roads_of_a_british_agency_have_their_classes_and_its_forms() -> None:
    british = roads(
        road_classification=["Motorway", "A Road", "A Road", "B Road", "Unclassified", "Not Classified", "Unknown"],
        form_of_way=["Slip Road", "Dual Carriageway", "Roundabout", *["Single Carriageway"] * 4],
        trunk_road=[True, True, False, False, False, False, False],
    )
    read = features.read(british, "roads", crs=CRS)
    table = read.tables["roads"]
    assert table["kind"].tolist() == [
        "motorway_link", "trunk", "primary", "secondary", "unclassified", "service", "residential"
    ]  # fmt: skip
    assert table["junction"].notna().tolist() == [at == 2 for at in range(7)]
    assert "1 row without a kind" in " ".join(map(str, read.accounts[0].notes))


def test_roads_of_a_french_agency_have_classes_by_importance_and_run_as_they_are_driven() -> None:
    french = roads(
        NATURE=["Type autoroutier", "Route à 1 chaussée", "Bretelle", "Sentier", "Route à 2 chaussées", "Escalier"],
        IMPORTANCE=["1", "3", "2", "6", "5", "6"],
        SENS=["Sens direct", "Sens inverse", "Sens direct", "Sans objet", "Double sens", "Sans objet"],
    )
    read = features.read(french, "roads", crs=CRS)
    table = read.tables["roads"]
    assert table["kind"].tolist() == ["motorway", "secondary", "primary_link", "path", "residential", "steps"]
    assert table["oneway"].tolist() == [True, True, True, False, False, False]
    east = [line.coords[-1][0] > line.coords[0][0] for line in table.geometry]
    assert east == [True, False, True, True, True, True]
    assert not [note for note in map(str, read.accounts[0].notes) if "neither" in note or "not known" in note]


def test_classes_in_no_vocabulary_are_said_with_their_counts_and_stay_roads() -> None:
    read = features.read(roads(type=["Gasse", "Gasse", "Steig", "residential"]), "roads", crs=CRS)
    assert read.tables["roads"]["kind"].tolist() == ["road", "road", "road", "residential"]
    said = " ".join(map(str, read.accounts[0].notes))
    assert "3 roads are of classes that are not known" in said
    assert "Gasse (2)" in said
    assert "Steig (1)" in said


def test_the_level_above_the_ground_tells_bridges_and_tunnels():
    levels = road_classes.off_ground(pd.DataFrame({"POS_SOL": ["0", "1", "-1", "Gué ou radier", None]}))
    assert levels is not None
    assert levels.tolist() == [0, 1, -1, 0, 0]
    assert road_classes.off_ground(pd.DataFrame({"NATURE": ["Chemin"]})) is None
