"""Departments' nets, from whatever they are kept in: polygons with a code, a column of the plan's units, or a plan."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from gridkit import ledger
from gridkit.crs import to_metric
from gridkit.errors import SourceError, TableError, UsageError
from gridkit.geometry import mend
from gridkit.language.phrases import Phrase, listed, series, template
from gridkit.ledger import Account
from gridkit.sources.coordinates import points
from gridkit.sources.files import closed_lines, vectors
from gridkit.sources.reading import Reading
from gridkit.sources.tables import cells
from gridkit.tables import LINES, NETS, POINTS, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable

NAMES = ("name", "名称", "name_zh", "name_en", "nom", "nombre", "название")
"""Columns that say what an area is called."""
_CODE = re.compile(r"(?i)(code|_id$|^id$|编码|编号|代码|号$|num$|no$|number|key)")
_MEASURE = re.compile(
    r"(?i)^(shape|area|perimeter|length|len|objectid|fid|gid|ogc_fid|x|y|lon|lat|longitude|latitude)(_|\b|$)"
)
_ROW = re.compile(r"(?i)^(id|index)$")
_TOLD_APART = 0.9
"""The share of rows that a column of codes tells apart at least: an area may be drawn in several rows."""


def named(source: Any) -> tuple[str, Any]:  # noqa: ANN401 - whatever the gate takes
    """Return the name a net was given and its source, of ``NAME=SOURCE``; the name of its file, else, is its own.

    Examples
    --------
    >>> named("police=beats.geojson:beats:code")
    ('police', 'beats.geojson:beats:code')
    >>> named("beats.geojson")
    ('beats', 'beats.geojson')
    """
    if not isinstance(source, str | Path):
        return "", source
    text = str(source)
    name, mark, rest = text.partition("=")
    if mark and name.strip() and not Path(text).exists() and not set("/\\:") & set(name):
        return name.strip(), rest
    try:
        spec = vectors.parse(source)
    except SourceError:  # that it is not there is said where it is read
        return Path(text).stem, source
    return spec.layer or spec.path.stem, source


def together(nets: Iterable[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Return several nets as one table.

    Raises
    ------
    UsageError
        When two bear one name, or there is none.
    """
    found = list(nets)
    if not found:
        raise UsageError("no net is given", mend="name at least one: NAME=FILE")
    names = [str(net["net"].iloc[0]) for net in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(
            "two nets are called {name!r}", mend="give each a name of its own: NAME=FILE", name=series(twice)
        )
    return gpd.GeoDataFrame(pd.concat(found), crs=found[0].crs)


def of_units(units: gpd.GeoDataFrame, column: str, name: str) -> gpd.GeoDataFrame:
    """Return the net that a column of units holds: the units of each code as one area.

    Units without a code are ground that the net does not cover.
    """
    codes = cells.codes(units[column], where="units")
    kept = units[codes.notna()].assign(code=codes[codes.notna()])
    shapes = kept[["code", "geometry"]].dissolve("code")
    return _net(shapes.reset_index(), name)


def read(
    source: vectors.Source,
    name: str,
    *,
    crs: Any = None,  # noqa: ANN401 - anything pyproj takes
    reading: Reading | None = None,
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return one net as NETS in a metric CRS, and notes of how it was read.

    Parameters
    ----------
    source
        A file or ``FILE[:LAYER][:COLUMN]`` of polygons, or a GeoDataFrame with ``code``. Where no column is named, the
        one that tells the areas apart is taken and told.
    name
        What the net is called.
    crs
        The metric CRS it comes in.
    reading
        CRS, datum and encoding of what does not say.

    Raises
    ------
    TableError
        When there are no polygons.
    """
    spec = source if isinstance(source, gpd.GeoDataFrame) else vectors.parse(source)
    where = name if isinstance(spec, gpd.GeoDataFrame) else str(spec.path)
    taken = reading or Reading()
    frame = points.shapes(spec, reading=taken, swap_xy=taken.swap_xy)
    notes = list(frame.attrs.get("notes", []))
    rows = len(frame)
    frame, closed = closed_lines.areas(frame, where=where)
    bare = np.asarray(frame.geometry.isna() | frame.geometry.is_empty, dtype=bool)
    flat = ~bare & frame.geom_type.isin(sorted(LINES | POINTS | {"MultiPoint"})).to_numpy()
    if not len(frame) or (bare | flat).all():
        raise TableError("there is no area in this net", where=where, mend="give polygons with a code each")
    frame, mended = mend(frame[~(bare | flat)], where=where)
    frame = to_metric(frame, crs, where=where)
    column, guessed = _code_column(frame, spec, where)
    codes = pd.Series([str(at + 1) for at in range(len(frame))], index=frame.index)
    if column is not None:
        read_codes = cells.codes(frame[column], where=where)
        if read_codes.isna().any():
            bare_codes = template(
                "{count} area has no code and is numbered", "{count} areas have no code and are numbered"
            )
            notes.append(Phrase(bare_codes, count=int(read_codes.isna().sum())))
        codes = read_codes.where(read_codes.notna(), "?" + codes)
    called = next((each for each in NAMES if each in frame and each != column), None)
    net = _net(frame.assign(code=codes, name=frame[called] if called else None), name)
    lost = {"shapeless": int(bare.sum()), "other": int(flat.sum())}
    used = rows - sum(lost.values()) - int(frame.attrs.get("left_out", 0))
    lost["other"] += rows - used - sum(lost.values())
    notes += [*closed, *mended, *guessed]
    ledger.noted(
        net, Account(where, "nets", "rows", rows, used, {why: n for why, n in lost.items() if n}, tuple(notes))
    )
    return net, notes


def _net(frame: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    """Return areas as NETS."""
    codes = frame["code"].astype(TEXT)
    index = [f"{name}:{code}" for code in codes]
    doubled = pd.Series(index).groupby(index).cumcount().to_numpy()
    called = frame["name"] if "name" in frame else pd.Series(np.nan, index=frame.index)
    made = gpd.GeoDataFrame(
        {
            "net": pd.Series(name, index=frame.index, dtype=TEXT),
            "code": codes,
            "name": called.astype(TEXT).where(called.notna()),
        },
        geometry=frame.geometry.to_numpy(),
        crs=frame.crs,
    )
    made.index = pd.Index(
        [f"{each}#{n + 1}" if n else each for each, n in zip(index, doubled, strict=True)], name=NETS.index, dtype=TEXT
    )
    NETS.check(made, where=name)
    return made


def _code_column(
    frame: gpd.GeoDataFrame, spec: vectors.Spec | gpd.GeoDataFrame, where: object
) -> tuple[str | None, list[str]]:
    """Return the column of codes that was named, else the one that tells the areas apart best, with a note of it."""
    if not isinstance(spec, gpd.GeoDataFrame) and spec.column:
        return vectors.column(frame, spec.column, where=where), []
    return ("code", []) if "code" in frame else telling(frame, spec)


def telling(frame: gpd.GeoDataFrame, spec: vectors.Spec | gpd.GeoDataFrame) -> tuple[str | None, list[str]]:
    """Return the column that tells areas apart best, None where none does, with a note of it.

    Parameters
    ----------
    frame
        Areas with their columns.
    spec
        What they were read from: columns called like the file come first.
    """
    stem = (
        "" if isinstance(spec, gpd.GeoDataFrame) else re.sub(r"[\W_\d]+", "", spec.layer or spec.path.stem).casefold()
    )
    telling = [str(column) for column in frame.columns if _tells(frame, column)]
    ranked = sorted(telling, key=lambda column: -_rank(column, stem))
    if not ranked:
        return None, [Phrase("no column tells the areas apart: they are numbered")]
    best, *others = ranked
    if not others:
        return best, [Phrase("the areas are told apart by the column {column!r}", column=best)]
    note = Phrase(
        "the areas are told apart by the column {column!r}; {others} would do too: name one as FILE:LAYER:COLUMN",
        column=best,
        others=listed(others),
    )
    return best, [note]


def _tells(frame: gpd.GeoDataFrame, column: Any) -> bool:  # noqa: ANN401 - a label of pandas
    """Whether a column tells the areas apart: text or whole numbers, hardly any twice, no measure of the drawing."""
    values = frame[column]
    if column == frame.geometry.name or _MEASURE.search(str(column)):
        return False
    numbers = pd.api.types.is_numeric_dtype(values)
    if numbers and not (values.dropna() % 1 == 0).all():
        return False
    return bool(values.notna().any() and values.nunique() >= _TOLD_APART * len(frame))


_ALIKE = 4
"""So many first letters in common with the file's name are no chance."""


def _rank(column: str, stem: str) -> int:
    """Return how much a column looks like the codes of this net: called like the file, like a code, like a row."""
    plain = _plain(column)
    alike = next((n for n in range(min(len(plain), len(stem)), 0, -1) if plain[:n] in stem), 0)
    return 4 * (alike >= _ALIKE) + 2 * bool(_CODE.search(column)) - 3 * bool(_ROW.search(column)) - (column in NAMES)


def _plain(name: str) -> str:
    """Return the letters of a name alone."""
    return re.sub(r"[\W_\d]+", "", name).casefold()
