"""The grids of a plan as the rows of a scheme of delivery: every value fits its field, or the delivery is refused.

::

    filled(plan, scheme, crs) -> Table        cells as they are written, shapes in the CRS, and what is not known
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely

from gridkit.crs import LONLAT, require_crs
from gridkit.errors import TableError
from gridkit.language.phrases import Phrase, joined, spoken, template
from gridkit.measure.balance import dedicated
from gridkit.plan.bounds import bounds
from gridkit.plan.names import Names
from gridkit.render.export import measured
from gridkit.render.formats import DEGREES, METRES, digits_of
from gridkit.store.sheets import CONTROL, harmless
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pyproj

    from gridkit.catalog.deliveries import Delivery, Field
    from gridkit.plan.plan import Plan

_UNKNOWN_DAY = date(2000, 1, 1)
_MANY = 5
"""So many faults are told; the rest are counted."""


@dataclass(frozen=True)
class Table:
    """The rows as they are written, their shapes, and the fields they fill."""

    scheme: Delivery
    rows: list[list[str]]
    shapes: gpd.GeoSeries
    empty: dict[str, int]

    @property
    def names(self) -> list[str]:
        """The names of the fields, in their order."""
        return [field.name for field in self.scheme.fields]


def made(plan: Plan) -> str:
    """Return the day the plan was last worked on, ISO 8601; empty where it does not say."""
    return plan.history[-1].finished[:10] if plan.history else ""


def day(plan: Plan) -> date:
    """Return the same day; a fixed one where the plan does not say."""
    said = made(plan)
    return date.fromisoformat(said) if said else _UNKNOWN_DAY


# ------------------------------------------------------------------ what
def _name(plan: Plan, lang: str) -> list[str]:
    known = Names(plan)
    return [str(spoken(known.whole(str(grid)), lang)) for grid in plan.grids.index]


def _community(plan: Plan, lang: str) -> list[str]:
    known = Names(plan)
    return [str(spoken(known.community(str(parent)), lang)) for parent in plan.grids["parent"].astype(TEXT)]


def _kind(plan: Plan, _: str) -> list[str]:
    return ["dedicated" if own else "comprehensive" for own in dedicated(plan.grids, plan.units)]


FACTS: dict[str, Callable[[Plan, str], Any]] = {
    "code": lambda plan, _: list(plan.grids.index.astype(TEXT)),
    "name": _name,
    "kind": _kind,
    "community_code": lambda plan, _: list(plan.grids["parent"].astype(TEXT)),
    "community": _community,
    "perimeter_m": lambda plan, _: list(plan.grids.length),
    "bounds": lambda plan, lang: list(bounds(plan, lang)),
    "standing": lambda plan, _: plan.standing.stage,
    "since": lambda plan, _: plan.standing.since,
    "until": lambda plan, _: plan.standing.until,
    "body": lambda plan, _: plan.standing.body,
    "made": lambda plan, _: made(plan),
    "number": lambda plan, _: list(range(1, len(plan.grids) + 1)),
    "blank": lambda _plan, _lang: None,
}
"""What a field may hold beside the shapes (``lon``, ``lat``, ``wkt``) and the columns of the grids: one for all,
or one for each grid."""


def filled(plan: Plan, scheme: Delivery, crs: pyproj.CRS) -> Table:
    """Return the table as it is written; every value that cannot stand in it is a fault, and none is cut."""
    shapes = plan.grids.geometry.to_crs(crs)
    grids = [str(grid) for grid in plan.grids.index]
    faults: list[Phrase] = []
    columns: list[list[str]] = []
    empty: dict[str, int] = {}
    for field in scheme.fields:
        cells = []
        for grid, value in zip(grids, _values(plan, field, scheme.lang, shapes), strict=True):
            try:
                cells.append(_cell(value, field, scheme, grid))
            except TableError as error:
                faults.append(error.phrase())
                cells.append("")
        columns.append(cells)
        if (missing := cells.count("")) and field.holds != "blank":
            empty[field.name] = missing
    if faults:
        raise TableError(
            template("{count} value does not fit the scheme: {said}", "{count} values do not fit the scheme: {said}"),
            where=scheme.name,
            mend="change the plan, or take a scheme of your own that says otherwise; nothing was written",
            count=len(faults),
            said=joined(faults[:_MANY]),
        )
    return Table(scheme, [list(row) for row in zip(*columns, strict=True)], shapes, empty)


def _values(plan: Plan, field: Field, lang: str, shapes: gpd.GeoSeries) -> list[Any]:
    """Return what a field holds in each grid; None where it is not known."""
    held: Any = None
    if field.holds in _SHAPES:
        held = _SHAPES[field.holds](shapes)
    elif field.holds in FACTS:
        held = FACTS[field.holds](plan, lang)
    else:
        table = measured(plan, lang)
        held = list(table[field.holds]) if field.holds in table else None
    return held if isinstance(held, list) else [held] * len(plan.grids)


def _inside(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    degrees = require_crs(shapes).geodetic_crs
    return shapes.representative_point().to_crs(LONLAT if degrees is None else degrees)


def _wkt(shapes: gpd.GeoSeries) -> list[str]:
    digits = digits_of(gpd.GeoDataFrame(geometry=shapes), DEGREES if require_crs(shapes).is_geographic else METRES)
    return list(shapely.to_wkt(shapes.to_numpy(), rounding_precision=digits))


_SHAPES: dict[str, Callable[[gpd.GeoSeries], list[Any]]] = {
    "lon": lambda shapes: list(_inside(shapes).x),
    "lat": lambda shapes: list(_inside(shapes).y),
    "wkt": _wkt,
}


# ------------------------------------------------------------------ one value
def _cell(value: Any, field: Field, scheme: Delivery, grid: str) -> str:  # noqa: ANN401 - a value of any column
    """Return a value as it is written; empty where it is not known.

    Raises
    ------
    TableError
        When it does not fit.
    """
    said = "" if value is None or pd.isna(value) else str(value).strip()
    facts = {"field": field.name, "grid": grid}
    if not said:
        if field.required:
            raise TableError("{field} of {grid} is not known", **facts)
        return ""
    if field.codes is not None:
        if said not in field.codes:
            raise TableError("{field} of {grid}: {value!r} has no code", **facts, value=said)
        said = field.codes[said].code
    elif field.type == "date":
        return _date(said, facts)
    elif field.type != "text":
        said = _number(value, field, facts)
    elif scheme.form == "csv":
        said = str(harmless(CONTROL.sub(" ", said)))
    else:
        said = re.sub(r"\s*[\r\n]+\s*", " ", CONTROL.sub(" ", said))
    return _fitted(said, field, scheme, facts)


def _date(said: str, facts: Mapping[str, str]) -> str:
    try:
        return date.fromisoformat(said[:10]).isoformat()
    except ValueError:
        raise TableError("{field} of {grid}: {value!r} is no day", **facts, value=said) from None


def _number(value: Any, field: Field, facts: Mapping[str, str]) -> str:  # noqa: ANN401 - a value of any column
    try:
        number = float(value)
        return f"{number:.{field.digits}f}" if field.type == "number" else str(round(number))
    except (TypeError, ValueError, OverflowError):
        raise TableError("{field} of {grid}: {value!r} is no number", **facts, value=str(value)) from None


def _fitted(said: str, field: Field, scheme: Delivery, facts: Mapping[str, str]) -> str:
    if field.pattern and not re.fullmatch(field.pattern, said):
        raise TableError(
            "{field} of {grid}: {value!r} is not of the form {form}", **facts, value=said, form=field.pattern
        )
    try:
        raw = said.encode(scheme.codec)
    except UnicodeEncodeError as error:
        raise TableError(
            "{field} of {grid} holds {sign!r}, which {encoding} cannot write",
            **facts,
            sign=said[error.start : error.start + 1],
            encoding=scheme.encoding,
        ) from None
    long = len(raw) if scheme.form == "shapefile" else len(said)
    if long > field.length and field.holds != "wkt":
        raise TableError(
            "{field} of {grid} needs {long} places, and has {length}", **facts, long=long, length=field.length
        )
    return said
