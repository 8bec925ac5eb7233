"""Tables made plain enough for a GeoPackage, with a note of how they looked, and made whole again from it."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.errors import TableError
from gridkit.tables import TEXT, dtype_named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TAKEN = ("fid", "geom", "geometry", "ogc_fid", "rowid")
"""Names a GeoPackage gives to columns of its own."""

logger = logging.getLogger(__name__)


def plain(
    frame: pd.DataFrame, *, taken: tuple[str, ...] = TAKEN, longest: int | None = None
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the table with its index as columns and only names and types a GeoPackage holds, and its shape as JSON.

    Parameters
    ----------
    frame
        Any table of a plan.
    taken
        Names that the store gives to columns of its own.
    longest
        Bytes that a name may have; any number when None.

    Examples
    --------
    >>> table, shape = plain(pd.DataFrame({"a": [1], "A": [True]}, index=pd.Index(["x"], name="fid")))
    >>> list(table)
    ['fid_2', 'a', 'A_2']
    >>> restored(table, shape)
         a     A
    fid
    x    1  True
    """
    spatial = isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name is not None
    levels = [str(name) if name is not None else f"index_{i}" for i, name in enumerate(frame.index.names)]
    flat = pd.DataFrame(frame.drop(columns=frame.active_geometry_name) if spatial else frame)
    values = [frame.index.get_level_values(i) for i in range(len(levels))]
    series = [pd.Series(np.asarray(level), dtype=level.dtype) for level in values]
    series += [flat.iloc[:, i].reset_index(drop=True) for i in range(flat.shape[1])]
    before = [*levels, *flat.columns]
    names = _free([str(name) for name in before], taken, longest)
    kinds = [_kind(each) for each in series]
    table = pd.DataFrame(
        {name: _TO[kind](each) for name, each, kind in zip(names, series, kinds, strict=True)},
        index=pd.RangeIndex(len(frame)),
    )
    renamed = {str(old): new for old, new in zip(before, names, strict=True) if str(old) != new}
    if renamed:
        logger.info("columns renamed in the file: %s", renamed)
    shape: dict[str, Any] = {
        "index": list(frame.index.names),
        "columns": [
            [old, new, kind, _type(each)] for old, new, kind, each in zip(before, names, kinds, series, strict=True)
        ],
        "geometry": frame.active_geometry_name if spatial else None,
        "multi": False,
    }
    if not spatial:
        return table, shape
    shapes = frame.geometry.to_numpy()
    types = frame.geometry.geom_type.dropna()
    shape["place"] = list(frame.columns).index(str(frame.active_geometry_name))
    shape["multi"] = len(set(types)) > 1 and len(set(types.str.removeprefix("Multi"))) == 1
    return gpd.GeoDataFrame(table, geometry=shapes, crs=frame.crs), shape


def restored(frame: pd.DataFrame, shape: Mapping[str, Any], *, where: object = "") -> pd.DataFrame:
    """Return the table that :func:`plain` was given; columns added to the file since keep their names.

    Raises
    ------
    TableError
        When a column is gone, or its values are no longer of its type.
    """
    gone = [new for _, new, _, _ in shape["columns"] if new not in frame]
    if gone:
        raise TableError("columns are gone: {gone}", where=where, mend="put them back in QGIS", gone=gone)
    levels = len(shape["index"])
    back = [_back(frame[new], kind, dtype, where) for _, new, kind, dtype in shape["columns"]]
    index = pd.MultiIndex.from_arrays(back[:levels]) if levels > 1 else pd.Index(back[0])
    index.names = shape["index"]
    known = {*(new for _, new, _, _ in shape["columns"]), *shape.get("absent", ()), "geometry"}
    extra = [name for name in frame.columns if name not in known]
    parts = [each.set_axis(index) for each in (*back[levels:], *(frame[name] for name in extra))]
    table = pd.concat(parts, axis=1) if parts else pd.DataFrame(index=index)
    table.columns = pd.Index([*(old for old, *_ in shape["columns"][levels:]), *extra])
    if shape["geometry"] is None:
        return table
    shapes = frame.geometry.to_numpy()
    if shape["multi"]:
        shapes = _single_where_one(shapes)
    table.insert(shape["place"], shape["geometry"], gpd.GeoSeries(shapes, index=index, crs=frame.crs))
    return gpd.GeoDataFrame(table, geometry=shape["geometry"], crs=frame.crs)


def _free(names: list[str], taken: tuple[str, ...], longest: int | None) -> list[str]:
    """Return the names, those taken or equal but for case with a number added, those too long cut."""
    seen = {name.casefold() for name in taken}
    out = []
    for name in names:
        free, number = _cut(name, longest), 2
        while free.casefold() in seen:
            end = f"_{number}"
            free, number = _cut(name, longest, len(end)) + end, number + 1
        seen.add(free.casefold())
        out.append(free)
    return out


def _cut(name: str, longest: int | None, less: int = 0) -> str:
    """Return a name cut to so many bytes, less those of its end."""
    return name if longest is None else name.encode()[: longest - less].decode(errors="ignore")


def _type(values: pd.Series) -> str | list[Any]:
    """Return the name of a column's type; of a category, what it may hold."""
    if isinstance(values.dtype, pd.CategoricalDtype) and _kind(values) == "text":
        return ["category", values.dtype.categories.tolist(), bool(values.dtype.ordered)]
    return str(values.dtype)


def _kind(values: pd.Series) -> str:
    """Return how a column is held in the file."""
    kind = next((kind for holds, kind in _KINDS if holds(values.dtype)), "")
    if not kind:
        return "text" if pd.api.types.infer_dtype(values, skipna=True) in ("string", "empty") else "json"
    return _WITH_NULLS.get(kind, kind) if values.isna().any() else kind


def _is_category(*, text: bool) -> Callable[[Any], bool]:
    """Return whether a type is a category, of texts or of anything else."""
    return lambda dtype: (
        isinstance(dtype, pd.CategoricalDtype) and pd.api.types.is_string_dtype(dtype.categories.dtype) == text
    )


_KINDS: tuple[tuple[Callable[[Any], bool], str], ...] = (
    (_is_category(text=True), "text"),
    (_is_category(text=False), "json"),
    (pd.api.types.is_bool_dtype, "flag"),
    (pd.api.types.is_timedelta64_dtype, "seconds"),
    (pd.api.types.is_datetime64_any_dtype, "time"),
    (pd.api.types.is_integer_dtype, "whole"),
    (pd.api.types.is_float_dtype, "number"),
    (lambda dtype: isinstance(dtype, gpd.array.GeometryDtype), "shape"),
)
"""How each type of column is held; the first that fits counts, and what fits none is text or JSON."""
_WITH_NULLS = {"flag": "json", "whole": "number"}
"""What holds a type that has no null of its own once there is one."""


def _text(values: pd.Series) -> pd.Series:
    told = values.to_numpy(dtype=object, copy=True)
    told[values.isna().to_numpy()] = None
    return pd.Series(told, index=values.index, name=values.name, dtype=object)


def _each(function: Callable[[Any], Any]) -> Callable[[pd.Series], pd.Series]:
    """Return a function of columns that applies ``function`` to what is not null."""

    def applied(values: pd.Series) -> pd.Series:
        there = values.notna().to_numpy()
        out = np.full(len(values), None, dtype=object)
        out[there] = [function(value) for value in values[there]]
        return pd.Series(out, index=values.index)

    return applied


def _time(values: pd.Series, dtype: str) -> pd.Series:
    """Return times with their zone: the file holds UTC, and an empty or null column has lost even that."""
    return values.dt.tz_localize("UTC") if "," in dtype and values.dt.tz is None else values


def _as_it_is(values: pd.Series) -> pd.Series:
    return values


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=lambda other: getattr(other, "tolist", other.__str__)())


_TO: dict[str, Callable[[pd.Series], pd.Series]] = {
    "text": _text,
    "flag": lambda values: values.astype(bool),
    "seconds": lambda values: values.dt.total_seconds(),
    "time": lambda values: values if values.dt.tz is None else values.dt.tz_convert("UTC"),
    "whole": lambda values: values.astype("int64"),
    "number": lambda values: values.astype("float64"),
    "shape": _each(shapely.to_wkt),
    "json": _each(_json),
}
_FROM: dict[str, Callable[[pd.Series], pd.Series]] = {
    "text": _text,
    "seconds": lambda values: pd.to_timedelta(values, unit="s"),
    "shape": lambda values: gpd.GeoSeries.from_wkt(values.astype(object).where(values.notna(), None)),
    "json": _each(json.loads),
}


def _back(values: pd.Series, kind: str, dtype: str | list[Any], where: object) -> pd.Series:
    if kind == "shape":
        return _FROM[kind](values)
    if isinstance(dtype, list):
        return _text(values).astype(pd.CategoricalDtype(pd.Index(dtype[1], dtype=TEXT), ordered=dtype[2]))
    wanted = "object" if kind == "json" and dtype in ("category", "str") else dtype
    try:
        told = _time(pd.to_datetime(values), dtype) if kind == "time" else _FROM.get(kind, _as_it_is)(values)
        return told.astype(dtype_named(wanted))
    except (TypeError, ValueError) as error:
        raise TableError(
            "column {name!r} is no longer {dtype}: {why}",
            where=where,
            mend="fix its values in QGIS",
            name=values.name,
            dtype=dtype,
            why=error,
        ) from error


def _single_where_one(shapes: np.ndarray[Any, np.dtype[np.object_]]) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Return multi-geometries of one part as that part: the file had to promote all when some were multi."""
    out = shapes.copy()
    one = np.flatnonzero(shapely.get_num_geometries(shapes) == 1)
    out[one] = shapely.get_geometry(shapes[one], 0)
    return out
