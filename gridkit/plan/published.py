"""What was published of a plan: the editions, kept in its records, and what all of them tell together.

::

    Book(plan)                          what a new edition is judged by; its sheets are added one after the other
    sheets(plan) -> tuple[Sheet, ...]   what was printed so far
    parted(records, ...), joined(...)   the records of a part of the plan, and of the whole again

Four tables among :attr:`~gridkit.plan.plan.Plan.records`: ``published`` (what, when, for whom), ``published_grids``
(the grids it was printed by), ``published_cells`` (what was printed), ``published_counts`` (what was counted, one row
each: it stays in the office, as incidents do).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.catalog.definitions import IncidentsLayer
from gridkit.errors import UsageError
from gridkit.measure.incidents.membership import membership
from gridkit.measure.privacy import series
from gridkit.measure.privacy.series import Counted, Sheet, Verdict
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gridkit.catalog.layer import Layer
    from gridkit.plan.plan import Plan

NAMES = ("published", "published_grids", "published_cells", "published_counts")
PEOPLE = ("people", "households")
MARK = "@"
"""Between the name of a column and the digest of what it counts."""


def layout_of(grids: gpd.GeoDataFrame) -> str:
    """Return the digest of a set of grids: their codes and shapes."""
    ordered = grids.sort_index()
    whole = hashlib.sha256("\n".join(map(str, ordered.index)).encode())
    for shape in shapely.to_wkb(shapely.normalize(ordered.geometry.to_numpy())):
        whole.update(shape)
    return f"grids-{whole.hexdigest()[:12]}"


def sheets(plan: Plan) -> tuple[Sheet, ...]:
    """Return every sheet that was printed so far, each once."""
    if "published" not in plan.records:
        return ()
    listed = [sheet for text in plan.records["published"]["sheets"] for sheet in json.loads(text)]
    return tuple(
        dict.fromkeys(
            Sheet(
                each["layout"],
                tuple(each["columns"]),
                frozenset(each["hidden"]),
                tuple(tuple(group) for group in each["groups"]),
            )
            for each in listed
        )
    )


def _written(sheet: Sheet) -> dict[str, Any]:
    return {
        "layout": sheet.layout,
        "columns": list(sheet.columns),
        "hidden": sorted(sheet.hidden),
        "groups": [list(group) for group in sheet.groups],
    }


@dataclass
class Book:
    """What has been published of a plan, and what a new edition of it adds sheet by sheet.

    Attributes
    ----------
    plan
        As it is now, with the editions of the past among its records.
    past
        The sheets of earlier editions.
    sheets
        Those of this one so far.
    """

    plan: Plan
    past: tuple[Sheet, ...] = ()
    sheets: list[Sheet] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Take up what the plan's records say."""
        self.past = sheets(self.plan)
        self.layout = layout_of(self.plan.grids)
        self._tables: list[pd.DataFrame] = []
        self._cached: tuple[int, pd.DataFrame] | None = None
        self._members: dict[str, pd.Index] = {}
        self._read()
        self._people()
        self._flags: dict[str, pd.DataFrame] = {}

    # ------------------------------------------------------------ what was counted
    def _read(self) -> None:
        """Take up what was counted in earlier editions, column by column."""
        table = self.plan.records.get("published_counts")
        if table is None or not len(table):
            return
        frame = gpd.GeoDataFrame(table)
        places = {text: json.loads(text) for text in frame["grids"].unique()}
        layouts = dict.fromkeys(layout for each in places.values() for layout in each)
        held = pd.DataFrame({"n": frame["n"].astype(float), "parent": frame["parent"].astype(object)})
        for layout in layouts:
            held[layout] = frame["grids"].map({text: each.get(layout) for text, each in places.items()})
        held[["x", "y"]] = frame.get_coordinates().to_numpy()
        self._tables.append(held)
        listed = frame["columns"].str.split(" ")
        exploded = listed.explode()
        for name, members in exploded.groupby(exploded.to_numpy()):
            self._members[str(name)] = members.index

    def _people(self) -> None:
        """Take up who lives where: by the units of now, whatever they were when an edition was made."""
        units = self.plan.units
        places = units.representative_point().get_coordinates().to_numpy()
        for name in PEOPLE:
            if name in units and units[name].notna().any():
                table = pd.DataFrame(
                    {
                        "n": units[name].astype(float).fillna(0.0).to_numpy(),
                        "parent": units["parent"].astype(object).to_numpy(),
                        self.layout: units["grid_id"].astype(object).to_numpy(),
                        "x": places[:, 0],
                        "y": places[:, 1],
                    },
                    index=[f"{name}:{unit}" for unit in units.index],
                )
                self._tables.append(table[table["n"] > 0])
                self._members[name] = self._tables[-1].index

    def counts(self, layer: Layer | None, part: str, numbers: pd.Series[Any]) -> str:
        """Return the id of a column of counts of the grids of now, and take up what it counts.

        Parameters
        ----------
        layer
            Whose column it is; None for people and households, which are known already.
        part
            What of the layer is counted: ``count``, ``now``, or one count less others (``orders - closed``).
        numbers
            The counts by grid, as they are to be printed.

        Raises
        ------
        UsageError
            When the layer was published on other grids and nobody knows what of it lies where.
        """
        if layer is None:
            return part
        name = f"{layer.definition.name}/{part.replace(' ', '')}"
        members = self._incidents(layer, part, numbers)
        if members is None:
            members = self._by_grid(name, numbers)
        known = hashlib.sha256("\n".join(sorted(members)).encode()).hexdigest()[:12]
        same = next((each for each in self._members if each.endswith(f"{MARK}{known}")), f"{name}{MARK}{known}")
        self._members.setdefault(same, members)
        return same

    def _incidents(self, layer: Layer, part: str, numbers: pd.Series[Any]) -> pd.Index | None:
        """Return the incidents that a column counts, taken up; None where the layer does not say which these are."""
        name = layer.definition.name
        if not isinstance(layer.definition, IncidentsLayer) or "grid_id" not in layer.tables.get("points", ()):
            return None
        if name not in self._flags:
            self._flags[name] = self._taken_up(layer)
        flags = self._flags[name]
        first, *rest = part.split(" - ")
        if not {first, *rest} <= set(flags):
            return None
        counted = flags[first].to_numpy()
        for each in rest:
            counted = counted & ~flags[each].to_numpy()
        grid = flags["grid"][counted].value_counts().reindex(numbers.index, fill_value=0)
        if not np.array_equal(grid.to_numpy(), numbers.fillna(0).to_numpy()):
            return None
        return flags.index[counted]

    def _taken_up(self, layer: Layer) -> pd.DataFrame:
        points = gpd.GeoDataFrame(layer.tables["points"])
        flags = membership(layer)
        flags["grid"] = points["grid_id"].astype(object)
        keys, places = _keys(points), points.get_coordinates().to_numpy()
        parents = self.plan.grids["parent"].astype(object)
        table = pd.DataFrame(
            {
                "n": 1.0,
                "parent": points["grid_id"].map(parents).to_numpy(dtype=object),
                self.layout: points["grid_id"].to_numpy(dtype=object),
                "x": places[:, 0],
                "y": places[:, 1],
            },
            index=keys,
        )
        self._tables.append(table)
        return flags.set_axis(keys)

    def _by_grid(self, name: str, numbers: pd.Series[Any]) -> pd.Index:
        """Return the counts of a layer without points, taken up grid by grid."""
        events = name in {
            f"{each}/{name.partition('/')[2]}"
            for each, laid in self.plan.layers.items()
            if isinstance(laid.definition, IncidentsLayer)
        }
        if events and any(each.startswith(f"{name}{MARK}") and self._elsewhere(each) for each in self._members):
            raise UsageError(
                "{layer!r} was published on other grids than those of now, and the plan does not say what of it lies "
                "where",
                mend="lay the layer again with its data, or leave it out of the view",
                layer=name.partition("/")[0],
            )
        found = numbers[numbers.fillna(0) > 0]
        places = self.plan.grids.loc[found.index].representative_point().get_coordinates().to_numpy()
        table = pd.DataFrame(
            {
                "n": found.to_numpy(dtype=float),
                "parent": self.plan.grids["parent"].astype(object).reindex(found.index).to_numpy(),
                self.layout: found.index.to_numpy(dtype=object),
                "x": places[:, 0],
                "y": places[:, 1],
            },
            index=[f"{name}:{self.layout}:{grid}:{number:g}" for grid, number in found.items()],
        )
        self._tables.append(table)
        return table.index

    def _elsewhere(self, column: str) -> bool:
        """Whether a column of the past counts whole grids of another layout."""
        return any(":grids-" in str(key) and f":{self.layout}:" not in str(key) for key in self._members[column][:1])

    def counted(self, columns: Iterable[str]) -> Counted:
        """Return all that was counted in some columns, alike things as one row."""
        wanted = [name for name in columns if name in self._members]
        layouts = list(dict.fromkeys([self.layout, *(sheet.layout for sheet in self.past)]))
        whole = self._whole(layouts)
        flags = np.zeros((len(whole), len(wanted)), dtype=bool)
        for at, name in enumerate(wanted):
            flags[:, at] = whole.index.isin(self._members[name])
        some = flags.any(axis=1)
        rows = whole[some]
        alike = np.zeros(len(rows), dtype=np.int64)
        for name in ("parent", *layouts):
            alike = _paired(alike, pd.factorize(rows[name])[0])
        for at in range(len(wanted)):
            alike = _paired(alike, flags[some, at])
        _, first, which = np.unique(alike, return_index=True, return_inverse=True)
        table = pd.DataFrame(rows[["parent", *layouts]].iloc[first]).reset_index(drop=True)
        table["n"] = np.bincount(which, rows["n"].to_numpy(dtype=float), minlength=len(first))
        return Counted(table, pd.DataFrame(flags[some][first], columns=wanted), tuple(_rivals(wanted)))

    def _whole(self, layouts: Sequence[str]) -> pd.DataFrame:
        """Return all that was counted, with its grid in every layout."""
        if self._cached is not None and self._cached[0] == len(self._tables):
            return self._cached[1]
        whole = pd.concat(self._tables) if self._tables else pd.DataFrame({"n": [], "parent": [], "x": [], "y": []})
        # What is counted in several layers or editions is one thing; every table may know it by another layout.
        whole = whole.groupby(level=0).first() if whole.index.has_duplicates else whole
        for layout in layouts:
            if layout not in whole:
                whole[layout] = None
            absent = whole[layout].isna().to_numpy()
            if absent.any():
                at = shapely.points(whole.loc[absent, ["x", "y"]].to_numpy(dtype=float))
                whole.loc[absent, layout] = self._located(layout, at)
        self._cached = (len(self._tables), whole)
        return whole

    def _located(self, layout: str, points: Any) -> np.ndarray:  # noqa: ANN401 - an array of points
        """Return the grid of a layout that each point lies in; None outside."""
        areas = self._areas(layout)
        found = np.full(len(points), None, dtype=object)
        which, area = areas.sindex.query(points, predicate="intersects")
        found[which[::-1]] = areas["grid_id"].to_numpy(dtype=object)[area[::-1]]
        return found

    def _areas(self, layout: str) -> gpd.GeoDataFrame:
        if layout == self.layout:
            return self.plan.grids.reset_index()
        held = gpd.GeoDataFrame(self.plan.records["published_grids"])
        return held[held["layout"] == layout]

    # ------------------------------------------------------------ what may be printed
    def withheld(
        self, columns: Sequence[str], hidden: Iterable[str], groups: Sequence[Sequence[str]], limit: int
    ) -> Sheet:
        """Return the next sheet of this edition, with all rows withheld that it takes beside all other sheets.

        Parameters
        ----------
        columns
            Ids of its columns (:meth:`counts`).
        hidden
            Grids whose row is withheld for the sheet's own sake.
        groups
            Parents of which a reader may know the sums together.
        limit
            The least count that may be shown.
        """
        sheet = Sheet(self.layout, tuple(dict.fromkeys(columns)), frozenset(hidden), tuple(map(tuple, groups)))
        before = self._beside(sheet)
        counted = self.counted(series.columns_of([*before, sheet]))
        if len(counted.table) and sheet.columns:
            sheet = series.withheld(counted, before, sheet, limit)
        self.sheets.append(sheet)
        return sheet

    def _beside(self, sheet: Sheet) -> list[Sheet]:
        """Return the earlier sheets that may tell something of one: of people or of events, as it is."""
        kind = _kind(sheet)
        return [each for each in (*self.past, *self.sheets) if _kind(each) == kind]

    def verdict(self, limit: int, *, past: bool = False) -> Verdict:
        """Return what can be got out of all that was published and, unless it is asked of the ``past``, is now."""
        told = list(self.past) if past else [*self.past, *self.sheets]
        found = []
        for kind in dict.fromkeys(map(_kind, told)):
            those = [sheet for sheet in told if _kind(sheet) == kind]
            found.append(series.judged(self.counted(series.columns_of(those)), those, limit))
        leasts = [each.least for each in found if each.least is not None]
        mosts = [each.most for each in found if each.most is not None]
        return Verdict(
            sum(each.small for each in found),
            sum(each.told for each in found),
            min(mosts, default=None),
            min(leasts, default=None),
        )

    # ------------------------------------------------------------ what is kept of it
    def kept(self, edition: Edition) -> Plan:
        """Return the plan with this edition among its records."""
        plan, time = self.plan, datetime.now(UTC).isoformat(timespec="seconds")
        text = json.dumps([_written(sheet) for sheet in self.sheets], ensure_ascii=False)
        cells = json.dumps(edition.printed, ensure_ascii=False, sort_keys=True)
        known = hashlib.sha256(f"{edition.output} {edition.view} {time}\n{text}\n{cells}".encode()).hexdigest()[:12]
        while known in plan.records.get("published", pd.DataFrame()).index:
            known = hashlib.sha256(known.encode()).hexdigest()[:12]
        row = {
            "time": time,
            "output": edition.output,
            "view": edition.view,
            "layout": self.layout,
            "state": plan.state,
            "layers": json.dumps(_windows(plan, edition.layers), ensure_ascii=False),
            "columns": json.dumps(series.columns_of(self.sheets), ensure_ascii=False),
            "sheets": text,
            "limit": float(edition.limit),
            "shown": float(edition.shown),
            "withheld": float(edition.withheld),
            "least": float("nan") if edition.least is None else float(edition.least),
        }
        records = dict(plan.records)
        editions = pd.DataFrame([row], index=pd.Index([known], dtype=TEXT, name="edition_id"))
        records["published"] = _added(records.get("published"), editions)
        records["published_cells"] = _added(records.get("published_cells"), _cells(known, edition.printed))
        if self.layout not in set(records.get("published_grids", pd.DataFrame({"layout": []}))["layout"]):
            records["published_grids"] = _added(records.get("published_grids"), _grids(plan.grids, self.layout))
        records["published_counts"] = self._kept_counts()
        return plan.having(records=records)

    def _kept_counts(self) -> gpd.GeoDataFrame:
        """Return what was counted of events in any edition; people are known from the units."""
        layouts = list(dict.fromkeys([self.layout, *(sheet.layout for sheet in self.past)]))
        whole = self._whole(layouts)
        columns = [name for name in series.columns_of([*self.past, *self.sheets]) if name not in PEOPLE]
        texts = pd.Series("", index=whole.index, dtype=object)
        for name in columns:
            if name in self._members:
                inside = whole.index.isin(self._members[name])
                texts[inside] += f"{name} "
        some = (texts != "").to_numpy()
        kept, places = whole[some], whole.loc[some, layouts]
        codes: Any = []
        distinct: Any = []
        if some.any():
            codes, distinct = pd.factorize(pd.MultiIndex.from_frame(places.fillna("")))
        written = np.array(
            [
                json.dumps(
                    {layout: grid for layout, grid in zip(layouts, each, strict=True) if grid}, ensure_ascii=False
                )
                for each in distinct
            ],
            dtype=object,
        )
        return gpd.GeoDataFrame(
            {
                "n": kept["n"].astype(float),
                "parent": kept["parent"].astype(TEXT).where(kept["parent"].notna(), None),
                "grids": written[codes] if len(distinct) else [],
                "columns": texts[some].str.strip(),
            },
            index=pd.Index(kept.index, dtype=TEXT, name="counted_id"),
            geometry=gpd.points_from_xy(kept["x"].astype(float), kept["y"].astype(float)),
            crs=self.plan.crs,
        )


@dataclass(frozen=True)
class Edition:
    """What is to be remembered of one edition, beside its sheets.

    Attributes
    ----------
    output
        What was handed out: ``page``, ``extract`` ...
    view
        The map view.
    layers
        The layers it shows.
    limit
        The least count that might be shown.
    printed
        What was printed, by grid and column; None where it was withheld.
    shown, withheld
        Rows of numbers, over all sheets.
    least
        The least count that anybody could compute.
    """

    output: str
    view: str
    layers: tuple[str, ...]
    limit: int
    printed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    shown: int = 0
    withheld: int = 0
    least: float | None = None


def _paired(one: Any, other: Any) -> Any:  # noqa: ANN401 - arrays of codes
    """Return a code for each pair of codes."""
    codes = np.asarray(other, dtype=np.int64)
    both = np.asarray(one) * (int(codes.max(initial=0)) + 2) + codes + 1
    return np.unique(both, return_inverse=True)[1]


def _kind(sheet: Sheet) -> str:
    """Return what a sheet counts: people, households, or events; they tell nothing of each other."""
    return "people" if set(sheet.columns) & set(PEOPLE) else "events"


def _keys(points: gpd.GeoDataFrame) -> pd.Index:
    """Return a name for each incident that is the same in every table it stands in: its place, its time, its turn.

    Places are taken to the decimetre, which survives being written and read.
    """
    frame = pd.DataFrame(np.rint(points.get_coordinates().to_numpy() * 10).astype(np.int64), columns=["x", "y"])
    time = points["time"] if "time" in points else pd.Series(pd.NaT, points.index)
    frame["time"] = pd.to_datetime(time).astype("datetime64[s]").astype("int64").to_numpy()
    order = frame.groupby(["x", "y", "time"]).cumcount()
    told = pd.util.hash_pandas_object(frame, index=False)
    return pd.Index([f"{number:016x}-{turn}" for number, turn in zip(told, order, strict=True)], dtype=TEXT)


def _rivals(columns: Sequence[str]) -> list[tuple[str, str]]:
    """Return the pairs of columns of which one may be taken from the other: counts of all, and the same part twice."""
    parts = {name: name.partition(MARK)[0].partition("/")[2] for name in columns if MARK in name}
    return [(one, other) for one, part in parts.items() for other, its in parts.items() if one != other and part == its]


def _windows(plan: Plan, layers: Iterable[str]) -> dict[str, list[Any]]:
    """Return the first and last time in each layer."""
    facts = {name: plan.layers[name].facts for name in layers if name in plan.layers}
    return {name: [each.get("first"), each.get("last")] for name, each in facts.items()}


def _cells(edition: str, printed: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    rows = [
        {"edition_id": edition, "grid_id": grid, "printed": json.dumps(said, ensure_ascii=False)}
        for grid, said in printed.items()
    ]
    index = pd.Index([f"{edition}/{grid}" for grid in printed], dtype=TEXT, name="cell_id")
    return pd.DataFrame(rows, index=index, columns=["edition_id", "grid_id", "printed"])


def _grids(grids: gpd.GeoDataFrame, layout: str) -> gpd.GeoDataFrame:
    codes = grids.index.astype(TEXT)
    return gpd.GeoDataFrame(
        {"layout": layout, "grid_id": codes, "parent": grids["parent"].astype(TEXT).to_numpy()},
        geometry=grids.geometry.to_numpy(),
        crs=grids.crs,
        index=pd.Index([f"{layout}/{grid}" for grid in codes], dtype=TEXT, name="place_id"),
    )


def _added(held: pd.DataFrame | None, rows: pd.DataFrame) -> Any:  # noqa: ANN401 - a table of either kind
    """Return a record with rows added; those it has by that name stay as they are."""
    if held is None:
        return rows
    fresh = rows[~rows.index.isin(held.index)]
    if not len(fresh):
        return held
    both = pd.concat([held, fresh])
    return gpd.GeoDataFrame(both, crs=rows.crs) if isinstance(rows, gpd.GeoDataFrame) else both


# ------------------------------------------------------------------ parts of a plan, and the whole again
def parted(records: Mapping[str, pd.DataFrame], parents: Iterable[str]) -> dict[str, pd.DataFrame]:
    """Return the records of editions as a part of the plan keeps them: its own places, and every edition."""
    own = {str(parent) for parent in parents}
    kept = {}
    for name in NAMES:
        if name in records:
            table = records[name]
            kept[name] = table[table["parent"].isin(own)] if "parent" in table else table
    return kept


def joined(whole: Plan, parts: Iterable[Plan]) -> dict[str, pd.DataFrame]:
    """Return the records of editions of a whole plan and of its parts together."""
    found: dict[str, pd.DataFrame] = {}
    for plan in (whole, *parts):
        for name in NAMES:
            if name in plan.records:
                held = plan.records[name]
                found[name] = _united(found[name], held) if name in found else held
    return found


def _united(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Return two records of one kind as one; of what both know, all columns and grids."""
    if "columns" not in one or "grids" not in one:
        return pd.DataFrame(_added(one, other)) if not isinstance(one, gpd.GeoDataFrame) else _added(one, other)
    both = one.index.intersection(other.index)
    out = one.copy()
    for key in both:
        grids = {**json.loads(one.loc[key, "grids"]), **json.loads(other.loc[key, "grids"])}
        names = dict.fromkeys([*one.loc[key, "columns"].split(" "), *other.loc[key, "columns"].split(" ")])
        out.loc[key, ["grids", "columns"]] = [json.dumps(grids, ensure_ascii=False), " ".join(names)]
    return _added(out, other)  # type: ignore[no-any-return]
