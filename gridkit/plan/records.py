"""Tables that a plan keeps beside its units: findings, comments, retired codes, and all that was published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridkit.tables import LINES, POINTS, POLYGONS, Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

FINDINGS = Table(
    "findings",
    "finding_id",
    {
        "rule": Column("the rule of the audit that found it", "text"),
        "verdict": Column("WARN or FAIL", "text"),
        "grid_id": Column("the grid at fault, empty when it is none", "text", nullable=True),
        "value": Column("what was measured there, in the rule's unit", "number", nullable=True),
    },
    POLYGONS | LINES | POINTS,
)
COMMENTS = Table(
    "comments",
    "comment_id",
    {
        "kind": Column("comment, move or lock: what was asked for", "text"),
        "grid_id": Column("the grid it is about", "text", nullable=True),
        "unit_id": Column("the unit it is about", "text", nullable=True),
        "to_grid": Column("the grid a unit is to move to", "text", nullable=True),
        "text": Column("what was said", "text", nullable=True),
        "author": Column("who said it", "text", nullable=True),
        "time": Column("when, ISO 8601", "text", nullable=True),
        "source": Column("the file it came in", "text", nullable=True),
        "status": Column("open, accepted or declined", "text"),
        "answer": Column("what a planner answered", "text", nullable=True),
        "reason": Column("why, as a message of ours: JSON of its template and facts", "text", nullable=True),
    },
    POINTS,
)
RETIRED = Table(
    "retired",
    "code",
    {
        "successor": Column("the grid that took most of its households, or people", "text", nullable=True),
        "time": Column("when it was retired, ISO 8601", "text"),
        "reason": Column("why", "text"),
    },
)
PUBLISHED = Table(
    "published",
    "edition_id",
    {
        "time": Column("when, ISO 8601", "text"),
        "output": Column("what was handed out: page, extract, cards ...", "text"),
        "view": Column("the map view it was made by", "text"),
        "layout": Column("the grids it was printed by, as in published_grids", "text"),
        "state": Column("digest of grids, people and shapes that it was measured on", "text"),
        "layers": Column("its layers, with the first and last time in each, as JSON", "text"),
        "columns": Column("its columns of counts, by their ids, as JSON", "text"),
        "sheets": Column("which of them were printed together, and which rows withheld, as JSON", "text"),
        "limit": Column("the least count that might be shown", "number", least=0),
        "shown": Column("rows of numbers that were shown", "number", least=0),
        "withheld": Column("rows of numbers that were withheld", "number", least=0),
        "least": Column("the least count that anybody could compute", "number", nullable=True),
    },
)
PUBLISHED_GRIDS = Table(
    "published_grids",
    "place_id",
    {
        "layout": Column("the digest of a set of grids", "text"),
        "grid_id": Column("a grid of it", "text"),
        "parent": Column("the district_id it lay in", "text"),
    },
    POLYGONS,
)
PUBLISHED_CELLS = Table(
    "published_cells",
    "cell_id",
    {
        "edition_id": Column("the edition", "text"),
        "grid_id": Column("the grid", "text"),
        "printed": Column("what was printed of it, as JSON by column; null where it was withheld", "text"),
    },
)
PUBLISHED_COUNTS = Table(
    "published_counts",
    "counted_id",
    {
        "n": Column("how many", "number", least=0),
        "parent": Column("the district_id it lies in", "text", nullable=True),
        "grids": Column("the grid it was counted in, as JSON by layout", "text"),
        "columns": Column("the columns of counts it is part of, by their ids", "text"),
    },
    POINTS,
)
RECORDS: dict[str, Table] = {
    table.name: table
    for table in (FINDINGS, COMMENTS, RETIRED, PUBLISHED, PUBLISHED_GRIDS, PUBLISHED_CELLS, PUBLISHED_COUNTS)
}
"""Contracts of the tables a plan may keep in :attr:`Plan.records`."""


def check(records: Mapping[str, pd.DataFrame]) -> None:
    """Raise :class:`gridkit.errors.TableError` where a record breaks its contract; tables without one are free."""
    for name, contract in RECORDS.items():
        if name in records:
            contract.check(records[name])
