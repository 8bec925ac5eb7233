"""What a page shows to a reader without scripts: a picture of the grids and a table of their names."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gridkit.geometry import poles
from gridkit.language.catalogue import languages
from gridkit.language.numbers import Quantity
from gridkit.language.phrases import Phrase, spoken, template
from gridkit.render.colour import TINTS
from gridkit.render.page.draw import short
from gridkit.render.page.look import colours
from gridkit.render.png import png

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from gridkit.plan.plan import Plan

WIDE_PX, FAR_PX = 640, 420
"""The longer side of the picture, and where its grids bear no names."""
MOST_NAMED = 100
"""Up to so many grids bear the ends of their codes in the picture; of more they would cover each other."""
MOST_LISTED = 300
"""Up to so many grids are listed one by one, of more the communities with what they hold."""
NAME_PX = 11


def plain(plan: Plan, entry: Mapping[str, Any], lang: str, *, public: bool) -> str:
    """Return the picture and the table as HTML.

    Parameters
    ----------
    plan
        Whose grids are drawn.
    entry
        What the page holds of them, of :func:`gridkit.render.page.draw.grids`: names are said as there.
    lang
        The language it is written in: without scripts nobody can switch.
    public
        A page for the public has no figures.
    """
    at = languages().index(lang)

    def said(text: str | list[str]) -> str:
        return text if isinstance(text, str) else text[at]

    table, measure = plan.grids, plan.parameters.measure
    ids = [str(each) for each in table.index]
    picture = _picture(table, entry["tints"], short(ids))
    values = None if public or measure not in table else table[measure].astype(float).to_numpy()
    parents, of = [said(each) for each in entry["parents"]], np.asarray(entry["parentOf"])
    # Thousands of rows would weigh more than all that readers with scripts are shown.
    listed = [np.array([row]) for row in range(len(ids))]
    columns: list[tuple[Phrase, list[str]]]
    if len(ids) <= MOST_LISTED:
        note = ""
        columns = [
            (Phrase("grid", "label"), [said(each) for each in entry["called"]]),
            (Phrase("grid code", "label"), ids),
        ]
    else:
        many = template("{count} grid, one row for each community", "{count} grids, one row for each community")
        note = f"<p>{escape(Phrase(many, count=len(ids)).said(lang))}</p>\n"
        listed = [np.flatnonzero(of == parent) for parent in range(len(parents))]
        columns = [
            (Phrase("community", "page"), parents),
            (Phrase("grids", "label"), [str(len(each)) for each in listed]),
            (
                Phrase("grid code", "label"),
                [" – ".join(dict.fromkeys((ids[each[0]], ids[each[-1]]))) for each in listed],
            ),
        ]
    if values is not None:
        totals = [float(values[each].sum()) for each in listed]
        counts = [str(spoken(Quantity(each), lang)) if np.isfinite(each) else "–" for each in totals]
        columns.append((Phrase(measure, "label"), counts))
    head = "".join(f"<th>{escape(str(spoken(title, lang)))}" for title, _ in columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}" for cell in row)
        for row in zip(*(cells for _, cells in columns), strict=True)
    )
    return f"{picture}\n{note}<table><tr>{head}{rows}</table>"


def _picture(table: gpd.GeoDataFrame, tints: list[int], brief: list[str]) -> str:
    """Return the grids in their tints, north up, with the ends of their codes where there is room for them."""
    from rasterio import Affine
    from rasterio.features import rasterize

    west, south, east, north = (float(each) for each in table.total_bounds)
    metre = (WIDE_PX if len(brief) <= MOST_NAMED else FAR_PX) / max(east - west, north - south, 1.0)
    wide, high = (max(1, round((far - near) * metre)) for near, far in ((west, east), (south, north)))
    to = Affine(1 / metre, 0.0, west, 0.0, -1 / metre, north)
    paper, ink = 0, len(TINTS) + 1
    shapes = table.geometry.to_numpy()
    ground = rasterize(zip(shapes, (each + 1 for each in tints), strict=True), (high, wide), paper, transform=to)
    lines = [line for line in shapely.boundary(shapes) if not line.is_empty]
    pixels = rasterize(((line, ink) for line in lines), out=ground.astype(np.uint8), transform=to)
    image = base64.b64encode(png(pixels, ("#ffffff", *TINTS, colours()["ink"][0]))).decode("ascii")
    names = ""
    if len(brief) <= MOST_NAMED:
        middle = shapely.get_coordinates(poles(shapes))
        names = "".join(
            f'<text x="{(x - west) * metre:.0f}" y="{(north - y) * metre + NAME_PX / 3:.0f}">{escape(name)}</text>'
            for (x, y), name in zip(middle, brief, strict=True)
        )
    return (
        f'<svg viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" role="img">'
        f'<image width="{wide}" height="{high}" href="data:image/png;base64,{image}"/>'
        f'<g font-size="{NAME_PX}" text-anchor="middle">{names}</g></svg>'
    )
