"""Households to be visited, read from the office's table and placed: by their own point, else by what a key names.

A household without coordinates stands at the middle of the compound, building or unit that its row names; where a row
names a grid alone, it counts there and has no door. Names, addresses and numbers stay in the table.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np

from gridkit.catalog import definitions
from gridkit.errors import GridkitWarning, TableError
from gridkit.language.phrases import Phrase, template
from gridkit.measure.departments.joined import joined
from gridkit.plan.directory import directory
from gridkit.sources import gate, holdings, incidents
from gridkit.sources.files import vectors
from gridkit.sources.tables import cells
from gridkit.tables import TEXT, flagged

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from gridkit.ledger import Account
    from gridkit.measure.departments.joined import Directory
    from gridkit.plan.plan import Plan
    from gridkit.sources.holdings import Holding
    from gridkit.sources.reading import Reading

TIME = (
    "last_visit", "last visit", "visited", "visit", "date", "time", "上次走访", "最近走访", "走访日期", "走访时间",
    "入户时间", "日期", "时间",
    "última visita", "data da visita", "fecha de visita", "dernière visite", "letzter besuch",
    "последний визит", "дата визита", "последнее посещение", "дата посещения",
)  # fmt: skip
CATEGORY = (
    "class", "kind", "category", "household class", "类别", "户类别", "家庭类别", "对象类别", "人员类别",
    "classe", "categoria", "categoría", "clase", "catégorie", "kategorie", "klasse", "категория", "группа",
    "tipo de domicílio", "tipo de família", "tipo de hogar", "категория семьи", "категория домохозяйства",
)  # fmt: skip
BUILDING = ("building", "building name", "house", "楼栋", "楼栋名称", "楼宇", "楼号", "幢")
"""What the columns of a table of households go by, beside the keys that every department's table has."""
_UNPLACED = template(
    "{count} household has no place of its own: it stands at the middle of what its row names",
    "{count} households have no place of their own: they stand at the middle of what their rows name",
)
_DOORLESS = template(
    "{count} household has a grid and no door: it counts, and is in no round",
    "{count} households have a grid and no door: they count, and are in no round",
)


@dataclass(frozen=True)
class Households:
    """Households as read.

    Attributes
    ----------
    rows
        ``time`` (the last visit), ``category`` (the class), ``grid_id`` (of rows that name no more than a grid), and
        points, missing for those.
    account
        What became of the rows.
    nowhere
        How many have no place, and name nothing that the plan has.
    unread
        How many last visits are no dates.
    """

    rows: gpd.GeoDataFrame
    account: Account
    nowhere: int
    unread: int


def read(source: Any, plan: Plan, reading: Reading) -> Households:  # noqa: ANN401 - whatever the gate takes
    """Return the households of a table, placed in a plan.

    Raises
    ------
    TableError
        When there is no household in it, or none has a place.
    """
    held = _held(gate.taken(source), plan, reading)
    if not len(held.rows):
        raise TableError("there are no rows in it", where="--due", mend="give a row for each household that is due")
    places = directory(plan)
    found = joined(held, places)
    own: Any = held.rows.geometry
    inside = (found["match"] == "place") | _within(own, plan)
    points: Any = own.where(inside).to_numpy()
    named = flagged(~inside & (found["match"] != ""))
    points[named.to_numpy()] = [_spot(held, places, at, found.loc[at, "unit_id"]) for at in found.index[named]]
    beyond = flagged((found["match"] == "") & own.notna() & ~own.is_empty)
    points[beyond.to_numpy()] = own[beyond].to_numpy()
    points = gpd.GeoSeries(points, index=own.index, crs=plan.crs)
    doorless = named & points.isna()
    nowhere = (found["match"] == "") & ~beyond
    if nowhere.all():
        raise TableError(
            "no household has a place",
            where="--due",
            mend="give longitude and latitude, or the grid, unit, compound or address of each",
        )
    said = held.roles.get("category")
    if said is None:
        text = template("no column says of which class a household is: all count as any other")
        warnings.warn(
            GridkitWarning(text, where="--due", mend="name it: --column {key}=COLUMN", key="category"), stacklevel=4
        )
    rows = gpd.GeoDataFrame(
        {
            "time": held.dated.to_numpy(),
            "category": None if said is None else held.rows[said].astype(TEXT).to_numpy(),
            "grid_id": found["grid_id"].where(doorless).to_numpy(),
        },
        geometry=points.to_numpy(),
        crs=plan.crs,
    )
    for text, count in ((_UNPLACED, int((named & ~doorless).sum())), (_DOORLESS, int(doorless.sum()))):
        if count:
            warnings.warn(GridkitWarning(text, where="--due", count=count), stacklevel=4)
    lost = {"outside": int(beyond.sum()), "unmatched": int(nowhere.sum())}
    used = len(found) - sum(lost.values())
    account = held.account(used, {why: count for why, count in lost.items() if count})
    return Households(rows[~nowhere.to_numpy()], account, int(nowhere.sum()), _unread(held))


def _held(source: Any, plan: Plan, reading: Reading) -> Holding:  # noqa: ANN401 - whatever the gate took
    """Return the table with every row it has; the one column of dates is that of visits, whatever it is called."""
    keys: Mapping[str, Any] = definitions.layers()["sharing"].columns
    columns: dict[str, tuple[str, ...]] = {
        "updated": TIME,
        "category": CATEGORY,
        **{role: tuple(keys[role]) for role in holdings.KEYS},
    }
    columns["address"] = (*columns["address"], *BUILDING)
    given = {("updated" if role == "time" else role): name for role, name in reading.columns.items()}
    where = "the table" if isinstance(source, gpd.GeoDataFrame) else vectors.parse(source).path.name
    taken = replace(reading, columns=given)

    def held(columns: Mapping[str, tuple[str, ...]]) -> Holding:
        return holdings.read(source, where, columns, crs=plan.crs, reading=taken, district=plan.districts)

    found = held(columns)
    if "updated" in found.roles:
        return found
    rest = [name for name in found.columns if name not in {*found.roles.values(), *found.personal}]
    dated = incidents.of_dates(found.rows, rest)
    if len(dated) != 1:
        return found
    note = Phrase("time in {name}: the only column that holds dates", name=dated[0])
    again = held({**columns, "updated": (dated[0],)})
    return replace(again, notes=(*again.notes, note))


def _within(points: gpd.GeoSeries, plan: Plan) -> pd.Series[bool]:
    """Return which points lie in a grid of the plan, whatever else their rows say."""
    from gridkit.measure.incidents.placement import assign

    return assign(points, plan.grids).notna()


def _spot(held: Holding, places: Directory, at: Any, unit: Any) -> Any:  # noqa: ANN401 - a point or none
    """Return where a household stands by the keys of its row: what its address or compound names, else its unit."""
    said = {role: str(held.rows.loc[at, held.roles[role]]) for role in ("compound", "address") if role in held.roles}
    texts = ["".join(said.values()), *reversed(said.values())] if said else []
    for text in texts:
        point = places.spot(text)
        if point is not None:
            return point
    return places.middle(str(unit)) if isinstance(unit, str) else None


def _unread(held: Holding) -> int:
    """Return how many cells of last visits hold something that is no date."""
    if "updated" not in held.roles:
        return 0
    filled = ~cells.blanks(held.rows[held.roles["updated"]])
    return int((np.asarray(filled) & held.dated.isna().to_numpy()).sum())
