"""Which districts a batch is of: the rows of a table of choices, or the areas of a layer that bear one name."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit import atomic, provenance
from gridkit.crs import EQUAL_AREA, LONLAT
from gridkit.errors import GridkitWarning, TableError
from gridkit.language.phrases import series, template
from gridkit.options.catalogue import FEATURE_KINDS, project_options
from gridkit.project import in_place
from gridkit.sources.coordinates import points
from gridkit.sources.files import vectors
from gridkit.sources.tables import cells
from gridkit.sources.tables import read as tables
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

_IDS, _NAMES = ("district_id", "id", "code", "编码"), ("name", "title", "名称")
_TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods")
FILE = "district.parquet"
_AREA = 2
"""The dimension of polygons."""


@dataclass(frozen=True)
class District:
    """One district of a batch.

    Attributes
    ----------
    id, name
        What it is told from others by, and what it is called.
    chosen
        The keys of the project that are its own; files as they are found from here.
    weight
        What it is ordered by, largest first: its people where they are known, else its area.
    shape
        Its area in WGS 84; None where its own file holds it, or it has none.
    rows
        Its areas, of a layer of many districts; they become its own file.
    """

    id: str
    name: str
    chosen: Mapping[str, Any] = field(default_factory=dict)
    weight: float = 0.0
    shape: BaseGeometry | None = None
    rows: gpd.GeoDataFrame | None = None

    @property
    def slug(self) -> str:
        """Its name as one of a folder."""
        return atomic.slug(self.id)

    def written(self, folder: Path) -> dict[str, Any]:
        """Return its choices, its own areas written into a folder of its own."""
        if self.rows is None:
            return dict(self.chosen)
        path = folder / self.slug / FILE
        with atomic.replacing(path) as file:
            self.rows.to_parquet(file)
        return {**self.chosen, "district": str(path)}


def read(source: str | Path) -> list[District]:
    """Return the districts of a batch, the largest first.

    Parameters
    ----------
    source
        ``FILE:LAYER:COLUMN``, areas of which those alike in a column are one district; or a table whose columns are
        keys of a project (``district``, ``people`` ...) and whose rows are districts.

    Raises
    ------
    SourceError
        When it cannot be read.
    TableError
        When there are no districts in it, one stands there twice, or it says neither districts nor a column.
    """
    spec = vectors.parse(source)
    with provenance.role("districts"):
        found = list(
            _of_table(spec) if spec.path.suffix.lower() in _TABLES and spec.column is None else _of_layer(spec)
        )
    if not found:
        raise TableError("there is no district in it", where=source)
    ids = pd.Series([each.id for each in found])
    if ids.duplicated().any():
        raise TableError(
            "district {name!r} stands there more than once",
            where=source,
            mend="give each its own id",
            name=str(ids[ids.duplicated()].iloc[0]),
        )
    # Largest first, so that no large one begins when all others are done; ties by name, so that runs are alike.
    return sorted(found, key=lambda each: (-each.weight, each.id))


def _of_layer(spec: vectors.Spec) -> Iterator[District]:
    if spec.column is None:
        raise TableError("which column tells the districts?", where=spec.path, mend="name it: FILE:LAYER:COLUMN")
    frame = points.shapes(spec)
    ids = cells.codes(frame[vectors.column(frame, spec.column, where=spec.path)], where=spec.path)
    if ids.isna().any():
        raise TableError(
            template("column {column!r} is empty in {count} row", "column {column!r} is empty in {count} rows"),
            where=spec.path,
            mend="say which district they belong to",
            column=spec.column,
            count=int(ids.isna().sum()),
        )
    area = frame.geometry.to_crs(EQUAL_AREA).area
    people = pd.to_numeric(frame["people"], errors="coerce").fillna(0) if "people" in frame else area
    named = next((name for name in _NAMES if name in frame and name != spec.column), None)
    lonlat = frame.geometry.to_crs(LONLAT)
    frame.attrs = {}
    for key, rows in frame.groupby(ids.astype(TEXT), sort=True):
        alone = named is not None and len(rows) == 1
        # What is wrong with an area its own district says, and no other: here it is only where its inputs lie.
        shape = shapely.union_all(shapely.make_valid(np.asarray(lonlat.loc[rows.index], dtype=object)))
        yield District(
            str(key),
            str(rows[named].iloc[0]) if alone else str(key),
            {"title": str(rows[named].iloc[0]) if alone else str(key)},
            float(people.loc[rows.index].sum()),
            shape if shapely.get_dimensions(shape) == _AREA else None,
            gpd.GeoDataFrame(rows.reset_index(drop=True)),
        )


def _of_table(spec: vectors.Spec) -> Iterator[District]:
    table = tables.read(spec.path, sheet=spec.layer)
    kinds = {each.name: each.kind for each in project_options()} | dict.fromkeys(FEATURE_KINDS, "feature")
    key = next((name for name in _IDS if name in table), None) or next((n for n in _NAMES if n in table), None)
    if key is None:
        raise TableError("no column names the districts", where=spec.path, mend="call one of them id or name")
    table = table.rename(columns=str)
    columns = list(map(str, table.columns))
    known = [name for name in columns if name in kinds]
    spare = [name for name in columns if name not in (*known, *_IDS, *_NAMES, "weight")]
    if spare:
        said = GridkitWarning(
            "columns that are no keys of a project fill their names in braces, as in people/{{{name}}}.tif: {all}",
            where=spec.path,
            name=spare[0],
            all=series(spare),
        )
        warnings.warn(said, stacklevel=4)
    beside = spec.path.absolute().parent
    named = next((name for name in _NAMES if name in columns), key)
    weights = pd.to_numeric(table["weight"], errors="coerce").fillna(0) if "weight" in table else None
    for at, row in enumerate(table.to_dict("records")):
        given = {name: row[name] for name in known if not pd.isna(row[name])}
        chosen = {
            name: in_place(kinds[name], _plain(value), beside) if name != "osm" else _several(value, beside)
            for name, value in given.items()
        }
        chosen |= {"title": str(row[named])} if "title" not in chosen else {}
        braces = {name: str(row[name]) for name in columns}
        weight = 0.0 if weights is None else float(weights.iloc[at])
        yield District(str(row[key]), str(row[named]), {**chosen, "{}": braces}, weight)


def _several(value: Any, beside: Path) -> list[str]:  # noqa: ANN401 - a cell
    return [str(beside / each.strip()) for each in str(value).split(";")]


def _plain(value: Any) -> Any:  # noqa: ANN401 - a cell
    item = getattr(value, "item", None)
    plain = item() if callable(item) else value
    return int(plain) if isinstance(plain, float) and plain.is_integer() else plain


def filled(held: Any, braces: Mapping[str, str]) -> Any:  # noqa: ANN401 - any value of TOML
    """Return what a project holds with names in braces filled from a district's row: ``people/{id}.tif``.

    Examples
    --------
    >>> filled({"people": "p/{id}.tif", "osm": ["{id}.osm"]}, {"id": "7"})
    {'people': 'p/7.tif', 'osm': ['7.osm']}
    """
    if isinstance(held, dict):
        return {name: filled(each, braces) for name, each in held.items()}
    if isinstance(held, list):
        return [filled(each, braces) for each in held]
    if not isinstance(held, str) or "{" not in held:
        return held
    for name, value in braces.items():
        held = held.replace("{" + name + "}", value)
    return held
