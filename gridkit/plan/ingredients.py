"""What a layer was measured from besides the grids: tables that were brought, other layers, records; and what changed.

::

    digest(table) -> str                       a table by what it says, the same before and after it was in a file
    of(plan, asked) -> dict[str, str]          the digest of all that a layer asked for, kept with it
    changed(plan, inputs, own, without) -> bool    whether any of it is another one now

A layer says itself what it is made from: whoever measures it writes down what it asked for, and what was not there, so
that bringing that makes the layer stale.
"""

from __future__ import annotations

import hashlib
import json
import weakref
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.language.packing import packed_within

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from gridkit.catalog.layer import Layer


class Holding(Protocol):
    """What holds the ingredients: a plan."""

    @property
    def layers(self) -> Mapping[str, Layer]:
        """Layers by name."""

    @property
    def brought(self) -> Mapping[str, gpd.GeoDataFrame]:
        """Tables by what they were brought for."""

    @property
    def records(self) -> Mapping[str, pd.DataFrame]:
        """Tables of what happened."""


STALE = "stale"
"""In the place of a digest: made from grids or tables that are known to be others."""
OF_READING = ("read", "notes")
"""Facts of the tables that were read: no measuring finds them again, and no change of grids touches them."""
EVERY = "*"
"""In the place of a name: which ones there are at all."""
LAYERS = "layers"
_LENGTH = 16
_known: dict[int, tuple[Any, str]] = {}
"""Digests of tables by their identity, as long as they live: a plan is asked often what in it is stale."""


def digest(table: pd.DataFrame) -> str:
    """Return a digest of what a table says: columns by name, rows in their order, nothing of how they are kept.

    Examples
    --------
    >>> one = pd.DataFrame({"a": [1, 2], "b": ["x", None]})
    >>> digest(one) == digest(pd.DataFrame({"b": ["x", np.nan], "a": [1.0, 2.0]})), digest(one) == digest(one[:1])
    (True, False)
    """
    held = _known.get(id(table))
    if held is not None and held[0]() is table:
        return held[1]
    whole = hashlib.sha256(str(len(table)).encode())
    whole.update(_bytes(table.index.to_series()))
    for name in sorted(table.columns, key=str):
        own = _bytes(table[name])
        if own:
            whole.update(str(name).encode() + b"\0" + own)
    found = whole.hexdigest()[:_LENGTH]
    _known[id(table)] = (weakref.ref(table, partial(_forget, id(table))), found)
    return found


def _forget(key: int, _: object) -> None:
    _known.pop(key, None)


def _bytes(values: pd.Series[Any]) -> bytes:
    """Return the content of a column; nothing where it says nothing."""
    if isinstance(values.dtype, gpd.array.GeometryDtype):
        shapes = np.asarray(values.array, dtype=object)
        return shapely.get_coordinates(shapes).tobytes() + shapely.get_num_coordinates(shapes).tobytes()
    gone = values.isna().to_numpy()
    if gone.all():
        return b""
    if pd.api.types.is_datetime64_any_dtype(values):
        moments = pd.to_datetime(values, utc=values.dt.tz is not None)
        return moments.to_numpy(dtype="datetime64[us]").astype(np.int64).tobytes()
    if pd.api.types.is_numeric_dtype(values):
        return np.where(gone, np.nan, values.to_numpy(dtype=float, na_value=np.nan)).tobytes()
    texts = np.array(["" if none else str(each) for each, none in zip(values, gone, strict=True)], dtype=object)
    return pd.util.hash_array(texts).tobytes()


def _of_layer(layer: Layer) -> str:
    """Return a digest of what one layer tells another: its grids and headline."""
    grids = layer.tables.get("grids")
    # Sentences by their templates: as texts they name options as whoever measured writes them, by command or in Python.
    facts = packed_within({name: fact for name, fact in layer.facts.items() if name not in OF_READING})
    told = json.dumps(facts, sort_keys=True, default=_plain)
    text = f"{layer.digest} {'' if grids is None else digest(grids)} {told}"
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]


def _plain(value: Any) -> Any:  # noqa: ANN401 - a fact
    """Return a fact as it is when it was in a file."""
    return value.item() if hasattr(value, "item") else str(value)


def of(plan: Holding, asked: Mapping[str, Iterable[str]], own: str, without: Collection[str]) -> dict[str, str]:
    """Return the digest of each thing that was asked for, by ``KIND NAME``; empty where there was none.

    Parameters
    ----------
    asked
        Names that were asked for, by kind: ``brought``, ``layers``, ``records``.
    own
        The layer that asked, which is none of its own ingredients.
    without
        Layers that are stale, and told nothing.
    """
    every = [(kind, name) for kind, names in asked.items() for name in sorted(names)]
    return {f"{kind} {name}": _now(plan, (kind, name), own, without) for kind, name in every}


def changed(plan: Holding, layer: Layer, without: Collection[str]) -> bool:
    """Return whether something that a layer was measured from is another one now, or there now, or gone."""
    own = layer.definition.name
    asked = ((each.partition(" "), was) for each, was in layer.inputs.items())
    return any(_now(plan, (kind, name), own, without) != was for (kind, _, name), was in asked)


def _now(plan: Holding, asked: tuple[str, str], own: str, without: Collection[str]) -> str:
    kind, name = asked
    held: Mapping[str, Any] = getattr(plan, kind)
    if kind == LAYERS:
        held = {each: layer for each, layer in held.items() if each not in without and each != own}
    if name == EVERY:
        return hashlib.sha256("\n".join(sorted(held)).encode()).hexdigest()[:_LENGTH]
    if name not in held:
        return ""
    return _of_layer(held[name]) if kind == LAYERS else digest(held[name])
