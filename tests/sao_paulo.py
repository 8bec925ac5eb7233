"""Sao Paulo's centre as a subject, straight from the files, without the package's own readers."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pyogrio

from gridkit.measure.inputs import Subject
from gridkit.tables import Extract


def hexagons(folder):
    return gpd.read_file(f"zip://{folder / 'sao-paulo-centre' / 'spo_hexgrid_EPSG32723.gpkg.zip'}").set_index("id")


def subject(folder):
    cells = hexagons(folder)
    units = gpd.GeoDataFrame(
        {"parent": "d", "people": cells["population"].astype(float), "kind": "hexagon", "area_m2": cells.area},
        geometry=cells.geometry,
    )
    units = units.assign(grid_id=units.index).rename_axis("unit_id")
    roads = pyogrio.read_dataframe(
        folder / "sao-paulo-centre" / "spo_osm.pbf",
        layer="lines",
        columns=["osm_id", "highway"],
        where="highway is not null",
    )
    roads = roads.to_crs(units.crs).rename(columns={"highway": "kind"}).set_index("osm_id").rename_axis("feature_id")
    grids = units.rename_axis("grid_id").assign(units=1)
    return Subject(units, grids, Extract({"roads": roads}, units.crs))


def accidents(folder, year):
    rows = pd.read_csv(folder / "sao-paulo-centre" / f"ocorrencias-transito-pmsp-{year}.csv", dtype=str)
    clock = pd.to_timedelta(rows["HORA"].str.zfill(4).str[:2].astype(float), unit="h")
    places = gpd.GeoSeries.from_wkt(rows["WKT"], crs=4326).to_crs(32723)
    frame = gpd.GeoDataFrame(
        {"time": pd.to_datetime(rows["DATA"].str[:10], format="%Y/%m/%d") + clock, "category": rows["TIPO_ACIDE"]},
        geometry=places,
    )
    frame.index = pd.Index([f"{year}-{i}" for i in range(len(frame))], name="incident_id")
    return frame


def schools(folder):
    cells = hexagons(folder)
    cells = cells[cells["schools"] > 0]
    points = gpd.GeoDataFrame({"name": cells["schools"].astype(str)}, geometry=cells.representative_point())
    return points.rename_axis("facility_id")
