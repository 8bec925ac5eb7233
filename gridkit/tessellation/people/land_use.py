"""Land use: what share of the density of housing people live at in parks, fields, schools, stations and works.

The shares stand in the preset; :func:`marked` writes them beside the kinds of the areas, where everything that asks who
lives where finds them. Where areas overlap the smallest says what is there: a village in a nature reserve is a village.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridkit.tables import Extract
    from gridkit.tessellation.mosaic import Floats, Indices, Polygons

LIVED_IN = "lived_in"
"""The column of the areas: people per square metre of ground (or floor) there, ordinary housing being 1."""
TABLES = ("green", "compounds")
NEARLY_ALL = 0.8
"""What is left of a polygon when so much of it is of known use is its margin, and of the same use. Dimensionless."""


def marked(extract: Extract, shares: Mapping[str, float]) -> Extract:
    """Return an extract whose green areas and compounds carry :data:`LIVED_IN` by their kind, 1 where none is given."""
    made = {
        name: extract.tables[name].assign(
            **{LIVED_IN: extract.tables[name]["kind"].map(shares).fillna(1.0).astype(float)}
        )
        for name in TABLES
        if name in extract.tables
    }
    return replace(extract, tables={**extract.tables, **made})


def known(extract: Extract) -> bool:
    """Return whether an extract has areas that people live in less than in housing."""
    return bool((areas(extract)[1] < 1).any())


def areas(extract: Extract) -> tuple[Polygons, Floats]:
    """Return the areas that carry a share, the smallest first, and their shares."""
    tables = [extract.tables[name] for name in TABLES if name in extract.tables and LIVED_IN in extract.tables[name]]
    if not tables:
        return np.zeros(0, dtype=object), np.zeros(0)
    shapes = np.concatenate([np.asarray(table.geometry, dtype=object) for table in tables])
    shares = np.concatenate([table[LIVED_IN].to_numpy(dtype=float) for table in tables])
    # The smallest first: areas are nested on a map (a school in a park), and the inner one says more.
    order = np.argsort(shapely.area(shapes), kind="stable")
    return shapes[order], shares[order]


def at(spots: Polygons, extract: Extract) -> Floats:
    """Return the share at each point: that of the smallest area it lies in, 1 outside all."""
    shapes, shares = areas(extract)
    out = np.ones(len(spots))
    spot, area = shapely.STRtree(shapes).query(spots, predicate="intersects")
    order = np.lexsort((area, spot))
    first = np.unique(spot[order], return_index=True)[1]
    out[spot[order][first]] = shares[area[order][first]]
    return out


def parts(ground: Polygons, extract: Extract) -> tuple[Polygons, Indices, Floats]:
    """Return polygons in parts by land use: the parts, the row of the polygon each is of, and the share on it.

    Parameters
    ----------
    ground
        Polygons in metres.
    extract
        Its marked areas.
    """
    shapes, shares = areas(extract)
    rest = np.asarray(ground, dtype=object).copy()
    made, owner, share = [], [], []
    row, area = shapely.STRtree(shapes).query(rest, predicate="intersects")
    order = np.lexsort((area, row))
    for i, some in pd.Series(area[order]).groupby(row[order]):
        for k in some.to_numpy():
            inside = shapely.intersection(rest[i], shapes[k])
            if shapely.area(inside) > 0:
                # What a smaller area took is gone for the larger, so that no ground counts twice.
                rest[i] = shapely.difference(rest[i], shapes[k])
                made.append(inside)
                owner.append(int(i))
                share.append(float(shares[k]))
    size = shapely.area(np.array(made, dtype=object)) if made else np.zeros(0)
    covered = np.bincount(owner, size, len(rest)) if made else np.zeros(len(rest))
    mean = np.divide(
        np.bincount(owner, size * share, len(rest)) if made else covered,
        covered,
        out=np.ones(len(rest)),
        where=covered > 0,
    )
    # Areas are drawn to the kerb or to the fence, not to the middle of the street: a rim of undefined use around a
    # campus must not be taken for housing.
    margin = covered >= NEARLY_ALL * (covered + shapely.area(rest))
    every = np.concatenate([rest, np.array(made, dtype=object)])
    rows = np.concatenate([np.arange(len(rest)), np.array(owner, dtype=np.int64)])
    values = np.concatenate([np.where(margin, mean, 1.0), np.array(share)])
    kept = shapely.area(every) > 0
    return every[kept], rows[kept], values[kept]
