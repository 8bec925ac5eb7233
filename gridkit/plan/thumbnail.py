"""A plan drawn small: one SVG and one table that need nothing but a browser."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gridkit.display import said

if TYPE_CHECKING:
    import geopandas as gpd

    from gridkit.plan.parameters import Parameters

WIDTH = 480
"""Width of the drawing in pixels."""
ROWS = 8
"""Grids listed under it."""
COLOURS = {"low": "#b35806", "within": "#d9d9d9", "high": "#542788"}


def html(grids: gpd.GeoDataFrame, parameters: Parameters) -> str:
    """Return a drawing of the grids and a table of the first of them, all text escaped."""
    counts = f"{len(grids):,} grids, {grids['people'].sum():,.0f} people"
    title = escape(parameters.title or "Plan")
    return f"<figure><figcaption><b>{title}</b>: {counts}</figcaption>{svg(grids, parameters)}{_table(grids)}</figure>"


def svg(grids: gpd.GeoDataFrame, parameters: Parameters) -> str:
    """Return the grids as SVG: grey inside the band, orange below it, purple above."""
    west, south, east, north = grids.total_bounds
    pixel = max(east - west, north - south, 1e-9) / WIDTH
    shapes = shapely.coverage_simplify(grids.geometry.to_numpy(), pixel)
    paths = "".join(
        f'<path d="{_path(shape, west, north, pixel)}" fill="{COLOURS[where]}">'
        f"<title>{escape(str(grid))}</title></path>"
        for grid, shape, where in zip(grids.index, shapes, _against_band(grids, parameters), strict=True)
    )
    width, height = np.ceil([(east - west) / pixel, (north - south) / pixel])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 {width + 2:.0f} {height + 2:.0f}" '
        f'width="{width + 2:.0f}" stroke="#fff" fill-rule="evenodd" role="img">{paths}</svg>'
    )


def explored(grids: gpd.GeoDataFrame, parameters: Parameters, column: str) -> Any:  # noqa: ANN401 - folium's
    """Return the grids on a web map, coloured as in the drawing; texts from data are escaped before folium has them."""
    import folium  # only where a map is asked for

    told = [name for name in dict.fromkeys((column, "parent", "people", "households", "area_m2")) if name in grids]
    table = grids[[*told, "geometry"]].to_crs(4326)
    table[told] = table[told].map(_inert)
    table.insert(0, "grid", [_inert(grid) for grid in grids.index])
    table["colour"] = [COLOURS[where] for where in _against_band(grids, parameters)]
    west, south, east, north = table.total_bounds
    page = folium.Map()
    page.fit_bounds([(south, west), (north, east)])
    folium.GeoJson(
        table.reset_index(drop=True).to_json(),
        style_function=lambda each: {"fillColor": each["properties"]["colour"], "color": "#444", "weight": 1},
        tooltip=folium.GeoJsonTooltip(["grid", *told]),
    ).add_to(page)
    return page


def _inert(value: object) -> str:
    """Return a value as text that is neither markup to a browser nor a template to folium."""
    return said(value).replace("{", "&#123;").replace("}", "&#125;")


def _path(shape: shapely.Geometry, west: float, north: float, pixel: float) -> str:
    rings = shapely.get_rings(shapely.get_parts(shape))
    corners = ((shapely.get_coordinates(ring) - (west, north)) / (pixel, -pixel) for ring in rings)
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "Z" for ring in corners)


def _against_band(grids: gpd.GeoDataFrame, parameters: Parameters) -> list[str]:
    values, band = grids.get(parameters.measure), parameters.band
    if values is None or band is None:
        return ["within"] * len(grids)
    return [str(where) for where in np.select([band.below(values), band.above(values)], ["low", "high"], "within")]


def _table(grids: gpd.GeoDataFrame) -> str:
    shown = [name for name in ("parent", "people", "households", "area_m2", "units") if name in grids]
    head = "".join(f"<th>{escape(name)}</th>" for name in ("grid_id", *shown))
    rows = "".join(
        f"<tr><th>{escape(str(grid))}</th>" + "".join(f"<td>{_said(row[name])}</td>" for name in shown) + "</tr>"
        for grid, row in grids.head(ROWS).iterrows()
    )
    more = f"<caption>the first {ROWS} of {len(grids):,}</caption>" if len(grids) > ROWS else ""
    return f"<table>{more}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _said(value: object) -> str:
    if isinstance(value, int | float | np.number):
        return "" if np.isnan(float(value)) else f"{float(value):,.0f}"
    return escape(str(value))
