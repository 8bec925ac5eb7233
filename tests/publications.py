"""Series of publications of one made-up district, and a reader who keeps all of them and solves for what is withheld.

A series is what an office does in some years: it publishes, moves a unit, publishes another layer, adds some months,
cuts a grid in two, lets a subdistrict publish its own part, puts the parts together, takes an edit back. What it hands
out is a page alone, or the page, workbook and cards of ``publish``. The reader has all that was ever published; he
knows which grids lie where, which event may be counted in which columns, and the sums that he may know. For each small
count, of a row or of what two editions differ by, he asks for the most that it can be.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
from plans import Size, crooked_plan
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array, vstack

import gridkit as gk
from gridkit.catalog.columns import Measure
from gridkit.catalog.definitions import layers
from gridkit.catalog.map_views import maps
from gridkit.errors import GridkitError, OutputError
from gridkit.language.phrases import Text
from gridkit.measure.compute import computed
from gridkit.measure.incidents.membership import membership
from gridkit.measure.inputs import Subject
from gridkit.plan.life import edit, history, subdistricts
from gridkit.plan.published import sheets
from gridkit.recipes.published import remembered
from gridkit.recipes.refresh import refresh
from gridkit.render.page.compose import compose
from gridkit.render.page.payload import HIDDEN, open_island
from gridkit.render.papers.extract import KEPT
from gridkit.tables import Extract

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridkit.measure.privacy.series import Sheet
    from gridkit.plan.plan import Plan

LIMIT = 10
FILES = 0.3
"""The share of editions that are handed out as page, workbook and cards, and read from there."""
KINDS = ("incidents", "crime", "disputes")
"""All events, some of them, and the rest: two layers that are each other's complement."""
COUNTED = ("count", "overdue")
SHARES = {"change": ("now", "before", 0.0051, 1.0), "closure_rate": ("closed", "orders", 0.00051, 0.0)}
"""Of which counts a share is made, how far it is rounded, and what it is less."""
TARGETS = ("count", "now", "before", "overdue")


@dataclass
class Published:
    """What left the office at one time, and what a reader of all of it is to find out.

    Attributes
    ----------
    plan
        As it was then.
    printed
        The grids with their columns, as a reader sees them.
    sheets
        Of which parents he may know the sums.
    """

    plan: Plan
    printed: Mapping[str, Any]
    sheets: tuple[Sheet, ...]
    layers: tuple[str, ...]


@dataclass
class World:
    """A plan, its events, and what was published of it.

    Attributes
    ----------
    besides
        Layers that only the office is to know, which every page and workbook names all the same.
    """

    plan: Plan
    events: gpd.GeoDataFrame
    rng: np.random.Generator
    months: int = 14
    remembering: bool = True
    published: list[Published] = field(default_factory=list)
    known_sheets: set[Sheet] = field(default_factory=set)
    parts: dict[str, Plan] = field(default_factory=dict)
    besides: tuple[str, ...] = ()

    def laid(self) -> None:
        """Lay all layers anew on what is known by now."""
        for name in KINDS:
            self.plan = with_events(self.plan, name, self.known(name))

    def known(self, name: str) -> gpd.GeoDataFrame:
        """Return the events of a layer that are known by now."""
        until = pd.Timestamp("2024-01-01") + pd.DateOffset(months=self.months)
        known = self.events[self.events["time"] < until]
        return known if name == KINDS[0] else known[known["crime"] == (name == KINDS[1])]

    def publish(self, plan: Plan, names: tuple[str, ...], *, files: bool = False) -> Plan:
        """Publish some layers, as a page alone or as files; nothing when it is refused."""
        try:
            listed = (*names, *self.besides)
            kept, printed = _in_files(plan, listed) if files else _as_page(plan, listed)
        except OutputError:
            return plan
        new = tuple(sheet for sheet in sheets(kept) if sheet not in self.known_sheets)
        self.known_sheets |= set(new)
        self.published.append(Published(plan, printed, new, names))
        return kept if self.remembering else replace(kept, records=plan.records)


def _as_page(plan: Plan, names: tuple[str, ...]) -> tuple[Plan, Mapping[str, Any]]:
    page = compose(plan, replace(maps()["public"], layers=("balance", *names)))
    return remembered(plan, page, "public"), page.printed


def _in_files(plan: Plan, names: tuple[str, ...]) -> tuple[Plan, Mapping[str, Any]]:
    """Publish into a folder, and read what a reader finds there: on the page, in the workbook, on the cards."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        listed = ", ".join(f'"{name}"' for name in ("balance", *names))
        (place / "open.toml").write_text(
            f'title = {{ en = "Open" }}\nlayers = [{listed}]\nshows = ["card", "table"]\n'
            'audience = "public"\nleast_count = 10\n',
            encoding="utf-8",
        )
        done = gk.publish(replace(plan, origin=None), place / "public", view="open", maps=place, lang="en")
        found = re.search(r'id="gk-island">([^<]*)<', done.files["page"].read_text(encoding="utf-8"))
        assert found is not None
        (drawn,) = open_island(found[1])["plans"]
        rows = list(openpyxl.load_workbook(done.files["extract"]).worksheets[0].iter_rows(values_only=True))[1:]
        for at, column in enumerate(drawn["columns"], 3):
            cells = [row[at] for row in rows]
            told = [
                HIDDEN if each == KEPT else None if each is None else each / column.get("factor", 1.0) for each in cells
            ]
            # What either of the two says, a reader knows.
            column["of"] = [one if one != HIDDEN else other for one, other in zip(told, column["of"], strict=True)]
        _reads_cards(plan, place / "cards.pdf", [str(each) for each in drawn["ids"]])
        return replace(done.plan, origin=plan.origin), drawn


def _reads_cards(plan: Plan, file: Path, ids: list[str]) -> None:
    """Hold that cards with an approval number say nothing of people and incidents, so that a reader learns no count."""
    gk.cards(plan, file, approval="S(2026)001", grids=ids[:1], lang="en")
    text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    assert "Bounds" in text
    assert not {"Incidents", "People", "Households"} & set(re.findall(r"\w+", text))


def world(seed: int, side: int = 12, across: int = 2) -> World:
    """Return a plan of 36 grids (of ``side / across`` squared) with two years of events, many of its counts small."""
    rng = np.random.default_rng(seed)
    plan = crooked_plan(Size(side=side, across=across, incidents=0, pieces=1, buildings=0), seed=seed % 3)
    plan = replace(plan, layers={}, attributes=None)
    each = (14 + 8 * (seed % 3)) * 4 / across**2
    many = rng.gamma(0.7, each, len(plan.units)) * (rng.random(len(plan.units)) < 0.85)
    unit = np.repeat(np.arange(len(plan.units)), rng.poisson(many))
    middle = plan.units.representative_point()
    x, y = middle.x.to_numpy()[unit], middle.y.to_numpy()[unit]
    time = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 730 * 1440, len(unit)), unit="min")
    spent = pd.to_timedelta(rng.gamma(1.0, 8, len(unit)), unit="D")
    done = rng.random(len(unit)) < 0.9
    events = gpd.GeoDataFrame(
        {
            "time": time,
            "closed": pd.Series(time + spent).where(done),
            "status": np.where(done, "closed", "open"),
            "crime": rng.random(len(unit)) < 0.6,
        },
        geometry=gpd.points_from_xy(x + rng.uniform(-20, 20, len(unit)), y + rng.uniform(-20, 20, len(unit))),
        crs=plan.crs,
    ).rename_axis("incident_id")
    made = World(plan, events, rng)
    made.laid()
    return made


def with_events(plan: Plan, name: str, events: gpd.GeoDataFrame) -> Plan:
    """Return a plan with a layer of events that prints counts, changes and overdue ones."""
    own = layers()["incidents"]
    kept = ("count", "rate", "change", "closure_rate", "overdue")
    definition = replace(
        own,
        name=name,
        title=Text(en=name, zh=name),
        days=14.0,
        measures=tuple(each for each in own.measures if isinstance(each, Measure) and each.column in kept),
    )
    brought = replace(plan, brought={**plan.brought, name: events.drop(columns="crime")})
    subject = Subject(plan.units, plan.grids, Extract({}, plan.crs), data=brought.brought[name])
    return brought.with_layer(computed(definition, subject))


# ------------------------------------------------------------------ what an office does
def step(made: World) -> str:
    """Let the office do one thing, and publish; return what it was."""
    rng = made.rng
    names = tuple(KINDS[at] for at in sorted(rng.choice(3, size=int(rng.integers(1, 4)), replace=False)))
    what = str(rng.choice(["publish", "move", "move", "months", "part", "undo", "split"]))
    files = bool(rng.random() < FILES)
    if what == "move":
        moved(made)
    elif what == "split":
        cut(made)
    elif what == "months":
        made.months = min(24, made.months + int(rng.integers(1, 3)))
        made.laid()
    elif what == "undo" and any("undo" in each.parameters for each in made.plan.history):
        made.plan = refresh(history.undo(made.plan))
    elif what == "part":
        parts = {name: refresh(part) for name, part in subdistricts.part(made.plan, "name").items()}
        chosen = sorted(parts)[int(rng.integers(0, len(parts)))]
        parts[chosen] = made.publish(parts[chosen], names, files=files)
        made.plan = refresh(subdistricts.join(made.plan, parts))
        return what
    made.plan = made.publish(made.plan, names, files=files)
    return f"{what} as files" if files else what


def cut(made: World) -> None:
    """Redraw: cut a grid in two, or put it together with a neighbour."""
    grid = str(made.rng.choice(made.plan.grids.index))
    try:
        made.plan = gk.redraw(made.plan, splits=(f"{grid}=2",), loose=True, reason="a test")
    except GridkitError:
        return


def moved(made: World) -> None:
    """Give a unit on a border to the grid beyond it, where the plan lets it go."""
    borders, units = made.plan.borders, made.plan.units
    one, other = (units["grid_id"].reindex(borders[end]).to_numpy() for end in ("unit_id", "neighbour"))
    inside = (
        units["parent"].reindex(borders["unit_id"]).to_numpy()
        == units["parent"].reindex(borders["neighbour"]).to_numpy()
    )
    able = np.flatnonzero((one != other) & inside)
    for at in made.rng.permutation(able)[:20]:
        wish = edit.asked(moves=(f"{borders['unit_id'].iloc[at]}={other[at]}",))
        try:
            made.plan = refresh(edit.edit(made.plan, wish, reason="a test", loose=True))
        except GridkitError:
            continue
        return


# ------------------------------------------------------------------ what a reader does
@dataclass
class Reader:
    """Unknown numbers of events by piece and kind, and what the pages say of sums of them."""

    truth: np.ndarray
    kinds: np.ndarray
    columns: list[tuple[int, str, str]]
    place: np.ndarray
    grids: list[list[str]]
    lines: list[tuple[np.ndarray, np.ndarray, float, float]] = field(default_factory=list)

    def of(self, edition: int, row: int | None, column: int) -> np.ndarray:
        """Return the places of the unknowns that a cell adds up; of all rows where none is named."""
        within = self.place[:, edition] >= 0 if row is None else self.place[:, edition] == row
        return np.flatnonzero(np.outer(within, self.kinds[:, column]).ravel())

    def knows(self, at: np.ndarray, factor: np.ndarray, low: float, high: float) -> None:
        """Note that a sum lies between two numbers."""
        self.lines.append((at, factor, low, high))

    def system(self) -> tuple[Any, np.ndarray]:
        """Return the notes as inequalities."""
        at = np.concatenate([each[0] for each in self.lines])
        factor = np.concatenate([each[1] for each in self.lines])
        line = np.repeat(np.arange(len(self.lines)), [len(each[0]) for each in self.lines])
        matrix = coo_array((factor, (line, at)), shape=(len(self.lines), self.truth.size)).tocsr()
        low, high = (np.array([each[side] for each in self.lines]) for side in (2, 3))
        capped, floored = np.isfinite(high), np.isfinite(low)
        return vstack([matrix[capped], -matrix[floored]]).tocsr(), np.concatenate([high[capped], -low[floored]]) + 1e-6

    def most(self, at: np.ndarray, system: tuple[Any, np.ndarray]) -> float:
        """Return the most that a sum can be."""
        cost = np.zeros(self.truth.size)
        cost[at] = -1.0
        answer = linprog(cost, A_ub=system[0], b_ub=system[1], bounds=(0, None))
        return {0: -(answer.fun or 0.0), 3: np.inf}.get(answer.status, np.nan)

    def whole(self, at: np.ndarray, system: tuple[Any, np.ndarray]) -> bool:
        """Tell whether whole numbers, too, leave a sum as large as the limit: events are not cut in pieces."""
        wanted = coo_array((np.ones(len(at)), (np.zeros(len(at), dtype=int), at)), shape=(1, self.truth.size))
        answer = milp(
            np.zeros(self.truth.size),
            constraints=[LinearConstraint(system[0], -np.inf, system[1]), LinearConstraint(wanted, LIMIT, np.inf)],
            bounds=Bounds(0, np.inf),
            integrality=np.ones(self.truth.size),
            options={"time_limit": 20.0},
        )
        assert answer.status in (0, 1, 2)
        # Who runs out of time has proven nothing.
        return answer.status != 2


def reader_of(made: World) -> Reader:
    """Return a reader who knows every page that was published."""
    ids = made.events.index
    flags, columns, place, grids = [], [], [], []
    for number, each in enumerate(made.published):
        codes = list(each.printed["ids"])
        at = pd.Series(-1, index=ids)
        for name in each.layers:
            laid = each.plan.layers[name]
            table, points = membership(laid), laid.tables["points"]
            at[points.index] = points["grid_id"].map({code: row for row, code in enumerate(codes)}).to_numpy()
            for column in ("count", "now", "before", "overdue", "orders", "closed"):
                if column in table:
                    columns.append((number, name, column))
                    flags.append(table[column].reindex(ids, fill_value=False).to_numpy(dtype=bool))
        joined = gpd.sjoin(made.events[["geometry"]], each.plan.grids[["geometry"]], predicate="intersects")
        first = joined[~joined.index.duplicated()]["grid_id"].map({code: row for row, code in enumerate(codes)})
        at = at.where(at >= 0, first.reindex(ids).fillna(-1).astype(int))
        place.append(at.to_numpy())
        grids.append(codes)
    counted = np.array(flags).any(axis=0)
    kinds, kind = np.unique(np.array(flags).T[counted], axis=0, return_inverse=True)
    pieces, piece = np.unique(np.column_stack(place)[counted], axis=0, return_inverse=True)
    truth = np.zeros((len(pieces), len(kinds)))
    np.add.at(truth, (piece.ravel(), kind.ravel()), 1.0)
    reader = Reader(truth, kinds, columns, pieces, grids)
    for number, each in enumerate(made.published):
        _reads(reader, number, each)
    return reader


def _reads(reader: Reader, number: int, each: Published) -> None:
    """Note what a page says, and that the rows it withholds are not empty."""
    said = {(column["layer"], column["name"]): column["of"] for column in each.printed["columns"] if column}
    own = {(name, column): at for at, (edition, name, column) in enumerate(reader.columns) if edition == number}
    for (name, column), values in said.items():
        for row, value in enumerate(values):
            if name not in each.layers or value in (None, "hidden"):
                continue
            if column in COUNTED:
                at = reader.of(number, row, own[name, column])
                reader.knows(at, np.ones(len(at)), value, value)
            elif column in SHARES:
                part, whole, *_ = SHARES[column]
                cells = reader.of(number, row, own[name, part]), reader.of(number, row, own[name, whole])
                _reads_share(reader, cells, column, float(value))
    for row in range(len(reader.grids[number])):
        # A row of noughts would be shown.
        if all(said[name, "count"][row] == HIDDEN for name in each.layers):
            at = np.unique(np.concatenate([reader.of(number, row, own[name, "count"]) for name in each.layers]))
            reader.knows(at, np.ones(len(at)), 1.0, np.inf)
    _reads_sums(reader, number, each, own)


def _reads_sums(reader: Reader, number: int, each: Published, own: Mapping[tuple[str, str], int]) -> None:
    """Note the sums that the reader may know from elsewhere."""
    parents = each.plan.grids["parent"].astype(str).to_numpy()
    for sheet in each.sheets:
        for column in sheet.columns:
            key = tuple(column.partition("@")[0].split("/"))
            for group in sheet.groups if key in own else ():
                rows = np.flatnonzero(np.isin(parents, group))
                at = np.concatenate([reader.of(number, row, own[key]) for row in rows])
                total = float(reader.truth.ravel()[at].sum())
                reader.knows(at, np.ones(len(at)), total, total)


def _reads_share(reader: Reader, cells: tuple[np.ndarray, np.ndarray], column: str, value: float) -> None:
    """Note what a share says of its two counts, as far as it is rounded."""
    above, below = cells
    _, _, half, off = SHARES[column]
    at = np.concatenate([above, below])
    for side in (-half, half):
        factor = np.concatenate([np.ones(len(above)), np.full(len(below), -(value + off + side))])
        reader.knows(at, factor, *((0.0, np.inf) if side < 0 else (-np.inf, 0.0)))


def _asked(reader: Reader) -> list[np.ndarray]:
    """Return all that a reader may ask for: rows and pieces of every column, and what one month more adds to a row."""
    asked: dict[bytes, np.ndarray] = {}

    def ask(within: np.ndarray, kinds: np.ndarray) -> None:
        cells = np.flatnonzero(np.outer(within, kinds).ravel())
        asked.setdefault(cells.tobytes(), cells)

    pieces = np.eye(len(reader.truth), dtype=bool)
    for at, (edition, name, column) in enumerate(reader.columns):
        if column not in TARGETS:
            continue
        rows = [reader.place[:, edition] == row for row in range(len(reader.grids[edition]))]
        others = [
            two
            for two, (second, other, its) in enumerate(reader.columns)
            if second != edition and column == its == "count" and name == other
        ]
        for within in (*rows, *pieces):
            ask(within, reader.kinds[:, at])
        for within in rows:
            for two in others:
                ask(within, reader.kinds[:, at] & ~reader.kinds[:, two])
    return list(asked.values())


def attacked(made: World, most: int | None = None, whole: int = 10) -> tuple[int, int, int]:
    """Return how many small counts there are, how many a reader gets exactly, and of how many he knows they are small.

    Parameters
    ----------
    most
        Of how many of them he asks, chosen at random; all when None.
    whole
        Of how many of these he asks for whole numbers as well.
    """
    reader = reader_of(made)
    flat = reader.truth.ravel()
    small = [cells for cells in _asked(reader) if 0 < flat[cells].sum() < LIMIT]
    if most is not None and len(small) > most:
        small = [small[at] for at in made.rng.choice(len(small), most, replace=False)]
    system = reader.system()
    recovered = proven = 0
    for turn, cells in enumerate(small):
        top = reader.most(cells, system)
        assert not np.isnan(top), "the reader's notes contradict each other"
        proven += int(top < LIMIT - 1e-3 or (turn < whole and not reader.whole(cells, system)))
        recovered += int(top <= flat[cells].sum() + 0.5)
    return len(small), recovered, proven
