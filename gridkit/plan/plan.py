"""A plan: which unit belongs to which grid, with the parameters and inputs that made it."""

from __future__ import annotations

import hashlib
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.adjacency import positions
from gridkit.catalog.layer import Layer as Layer  # noqa: PLC0414, TC001 - a plan's users take it from here
from gridkit.crs import require_metric
from gridkit.display import card, cut, lines, listed, same, without_shapes
from gridkit.errors import TableError, UsageError, absent
from gridkit.geometry import united
from gridkit.language.phrases import template
from gridkit.ledger import Ledger
from gridkit.plan import ingredients, interchange, records, summary, thumbnail
from gridkit.plan.parameters import Parameters as Parameters  # noqa: PLC0414 - as Layer
from gridkit.plan.standing import ISSUED, Standing, standing_of
from gridkit.plan.water import uncounted
from gridkit.tables import BORDERS, DISTRICTS, TEXT, UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray
    from pyproj import CRS

    from gridkit.database.address import Address
    from gridkit.provenance import Step

MICRO = "micro_id"
"""The column of UNITS that names the micro-grid a unit belongs to."""
_CHECKED = ("units", "borders", "districts")
"""Fields whose change checks a plan anew, and makes anew all that is derived of it."""
_DERIVED = {
    "grids": ("parameters", "attributes"),
    "state": ("standings", "parameters"),
    "stale": ("layers", "made", "standings", "parameters", "brought", "records"),
    "measures": ("parameters", "attributes", "layers", "made", "standings", "brought", "records"),
}
"""What is derived of a plan and kept, by the fields besides those that it rests on."""


def digest(units: gpd.GeoDataFrame) -> str:
    """Return a hash of which unit belongs to which grid."""
    pairs = units["grid_id"].sort_index()
    text = "\n".join(f"{unit}\t{grid}" for unit, grid in pairs.items())
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass
class Origin:
    """The file or schema a plan was read from, and the states of it the plan and its descendants were made from.

    It is shared by every plan that comes from the one that was read: when one of them is written, the new state is
    theirs too, and only what somebody else wrote in between is foreign.
    """

    path: Path | Address
    stamps: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Plan:
    """Units with their grids, the borders between them, and all that was laid on top.

    Attributes
    ----------
    units
        UNITS with ``grid_id`` filled, in a metric CRS.
    borders
        BORDERS: the contiguity the grids were judged by.
    districts
        DISTRICTS: the parents no grid leaves.
    backdrop
        Tables the map is drawn on, by name: ``roads`` (kind, name, name_en), ``rails``, ``waterways``, ``water``,
        ``green``, ``buildings`` (kind, levels), ``compounds`` (name), ``places`` (kind, name), ``walls``; any may be
        missing.
    layers
        Computed layers by name.
    history
        Every step that made the plan, oldest first.
    attributes
        Further columns of grids that are not computed from the units, on the index ``grid_id`` (name, head, note ...).
    records
        Tables kept with the plan: ``retired`` codes, ``comments``, ``findings`` of the last audit, and what was
        published of it (see RECORDS and :mod:`gridkit.plan.published`).
    brought
        What users brought for layers, as it was read, by the layer's name: incidents, facilities, candidate sites. A
        layer is measured again from it when the grids change, and facilities of one layer are known to the others.
    past
        Units and borders from before they were cut anew, by the step that cut them: what undo puts back; and the grids
        of every edition that was issued.
    standings
        What it was declared to be (draft, approved, issued), from when and by whom, each on the grids it was said of.
    made
        The :attr:`state` that each thing derived from the grids was made from: ``bounds``, ``findings``, ``micro``.
    origin
        The file it was read from; None for a plan that was just made.
    """

    units: gpd.GeoDataFrame
    borders: gpd.GeoDataFrame
    districts: gpd.GeoDataFrame
    parameters: Parameters = field(default_factory=Parameters)
    backdrop: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)
    layers: Mapping[str, Layer] = field(default_factory=dict)
    history: tuple[Step, ...] = ()
    attributes: pd.DataFrame | None = None
    records: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    brought: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)
    past: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)
    made: Mapping[str, str] = field(default_factory=dict)
    standings: tuple[Standing, ...] = ()
    origin: Origin | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Check the contracts of the tables, that every unit has a grid, and that borders join units of the plan."""
        UNITS.check(self.units)
        BORDERS.check(self.borders)
        DISTRICTS.check(self.districts)
        records.check(self.records)
        if "grid_id" not in self.units or self.units["grid_id"].isna().any():
            raise TableError(
                "some units have no grid_id", where="units", mend="split the units first: gridkit.split(...)"
            )
        strange = (self.ends < 0).any(axis=1)
        if strange.any():
            named = pd.unique(self.borders[["unit_id", "neighbour"]][strange].to_numpy().ravel())
            strangers = named[self.units.index.get_indexer(pd.Index(named)) < 0]
            raise TableError(
                template(
                    "{count} unit named by borders is not in the plan: {units}",
                    "{count} units named by borders are not in the plan: {units}",
                ),
                where="borders",
                mend="draw the borders from these units: gridkit.tessellation.borders",
                count=len(strangers),
                units=strangers[:5].tolist(),
            )

    @cached_property
    def dissolved(self) -> gpd.GeoDataFrame:
        """The grids as the units alone make them: :func:`dissolve`."""
        return dissolve(self.units)

    @cached_property
    def grids(self) -> gpd.GeoDataFrame:
        """GRIDS: the units dissolved by ``grid_id``, their measures added up, what is divided by among them."""
        grids = self.dissolved.copy()
        measure = self.parameters.measure
        if measure in self.units and measure not in grids:
            grids[measure] = self.units.groupby("grid_id", sort=True)[measure].sum(min_count=1)
        if self.attributes is not None:
            grids = grids.join(self.attributes.drop(columns=grids.columns, errors="ignore"))
        return grids

    @property
    def ledger(self) -> Ledger:
        """What became of all that the steps of this plan read: ``plan.ledger.frame()`` is a table of it."""
        return Ledger() + [account for each in self.history for account in each.ledger]

    @cached_property
    def ends(self) -> NDArray[np.int64]:
        """The positions in the units of the two units of each border: [borders, 2]."""
        return positions(self.borders, self.units.index)

    @property
    def crs(self) -> CRS:
        """The metric CRS of every table."""
        return require_metric(self.units)

    @cached_property
    def digest(self) -> str:
        """A hash of which unit belongs to which grid: edits made on a map name the plan they were made on by it."""
        return digest(self.units)

    @cached_property
    def state(self) -> str:
        """A hash of all that a layer is measured on: the grid, people, households and shape of every unit, the band.

        An edit elsewhere, new people, another range of size, or units cut anew make it another one, whatever the order
        of the rows.
        """
        units = self.units.sort_index()
        held = [name for name in ("grid_id", "parent", "people", "households", "lock") if name in units]
        rows = pd.util.hash_pandas_object(pd.DataFrame(units[held]).astype(TEXT), index=True).to_numpy()
        shapes = shapely.to_wkb(units.geometry.to_numpy())
        whole = hashlib.sha256(rows.tobytes())
        for shape in shapes:
            whole.update(shape)
        own = self.parameters
        whole.update(f"{own.measure} {own.low:.9g} {own.target:.9g} {own.high:.9g}".encode())
        # Years are counted on the grids that were in force in them.
        for each in self.standings:
            if each.stage == ISSUED:
                whole.update(f"{each.since} {each.until} {each.digest}".encode())
        return f"state-{whole.hexdigest()[:16]}"

    @property
    def standing(self) -> Standing:
        """What the plan counts for; grids that were drawn otherwise since they were issued are a draft again."""
        return standing_of(self.standings, self.digest)

    @property
    def interrupted(self) -> bool:
        """Whether the search that made it was stopped, so that a longer one may find a better plan."""
        return bool(self.history) and bool(self.history[-1].parameters.get("interrupted"))

    @cached_property
    def stale(self) -> tuple[str, ...]:
        """Names of the layers, and of what else is derived, that were made from other grids or tables than now."""
        fresh = ("", self.state, self.digest)
        old = {name for name, layer in self.layers.items() if layer.digest not in fresh}
        # Those that tell of other layers come last: what a stale one says, nobody may repeat.
        for telling in (False, True):
            old |= {
                name
                for name, layer in self.layers.items()
                if any(each.startswith(ingredients.LAYERS) for each in layer.inputs) == telling
                and name not in old
                and ingredients.changed(self, layer, old)
            }
        derived = (name for name, state in self.made.items() if state != self.state)
        return (*(name for name in self.layers if name in old), *derived)

    @property
    def lapsed(self) -> tuple[str, ...]:
        """Names of the records that were found for other grids or tables than those of now, each with its search."""
        gone = [name for name in self.stale if name in self.made]
        return tuple(name for name in self.records if any(name == each or name.startswith(f"{each}_") for each in gone))

    @property
    def retired(self) -> tuple[str, ...]:
        """Codes of grids that are gone, which no grid may be given again."""
        return tuple(self.records["retired"].index) if "retired" in self.records else ()

    def having(self, **fields: Any) -> Plan:  # noqa: ANN401 - any field
        """Return the plan with other values of some fields.

        While units, borders and districts stay, they are neither checked again, nor are the grids dissolved again.
        """
        if not fields.keys().isdisjoint(_CHECKED):
            return replace(self, **fields)
        other = copy(self)
        for name, value in fields.items():
            object.__setattr__(other, name, value)
        for name, rests_on in _DERIVED.items():
            if not fields.keys().isdisjoint(rests_on):
                vars(other).pop(name, None)
        if fields.get("records", self.records) is not self.records:
            records.check(other.records)
        return other

    def with_layer(self, layer: Layer) -> Plan:
        """Return the plan with a layer added, or replaced when one of that name is there."""
        laid = replace(layer, digest=self.state)
        return self.having(layers={**self.layers, layer.definition.name: laid})

    def with_record(self, name: str, table: pd.DataFrame) -> Plan:
        """Return the plan with a table of RECORDS added or replaced."""
        return self.having(records={**self.records, name: table})

    def with_made(self, *names: str) -> Plan:
        """Return the plan with derived things marked as made from its grids as they are."""
        return self.having(made={**self.made, **dict.fromkeys(names, self.state)})

    def with_ids(self, names: Mapping[Any, str], **fields: Any) -> Plan:  # noqa: ANN401 - any field
        """Return the plan with units whose grids are called otherwise: the same grids, so that their shapes stay."""
        other = copy(self)
        for name, value in fields.items():
            object.__setattr__(other, name, value)
        for name in ("dissolved", "digest", *_DERIVED):
            vars(other).pop(name, None)
        shapes = vars(self).get("dissolved")
        if shapes is not None:
            ids = pd.Index([names.get(grid, grid) for grid in shapes.index], dtype=TEXT, name=shapes.index.name)
            if ids.is_unique:
                vars(other)["dissolved"] = shapes.set_axis(ids).sort_index()
        return other

    def with_step(self, step: Step) -> Plan:
        """Return the plan with a step added to its history."""
        return self.having(history=(*self.history, step))

    # ------------------------------------------------------------ from elsewhere, and for it
    @classmethod
    def from_labels(
        cls,
        units: gpd.GeoDataFrame,
        labels: Any,  # noqa: ANN401 - of many kinds
        *,
        graph: Any = None,  # noqa: ANN401 - of any of three packages
        parameters: Parameters | None = None,
    ) -> Plan:
        """Return the plan of any polygons and the grid of each; what UNITS, BORDERS and DISTRICTS ask for is filled in.

        Parameters
        ----------
        units
            Polygons in any CRS; ``people`` and ``parent`` are taken where they are columns.
        labels
            The grid of each: a Series or mapping by the names of units, a column of ``units``, a sequence in their
            order, a table of ``unit_id`` and ``grid_id`` (a file or a DataFrame), or a Partition of GerryChain. What
            is made of a table :func:`gridkit.redraw` takes as the plan in force.
        graph
            Which units touch, as a graph of libpysal, networkx or GerryChain; those with a border in common when None.
        parameters
            Title, measure and band, where there are such.

        Raises
        ------
        TableError
            When a unit has no label, or a label no unit.

        Examples
        --------
        >>> from shapely.geometry import box
        >>> squares = gpd.GeoDataFrame(geometry=[box(x, 0, x + 90, 90) for x in (0, 90, 180, 270)], crs=32650)
        >>> len(Plan.from_labels(squares, ["a", "a", "b", "b"]).grids)
        2
        """
        made, borders, districts = interchange.tables(units, labels, graph)
        return cls(made, borders, districts, parameters or Parameters())

    @classmethod
    def from_grids(
        cls,
        polygons: gpd.GeoDataFrame,
        code: str | None = None,
        *,
        graph: Any = None,  # noqa: ANN401 - of any of three packages
        parameters: Parameters | None = None,
    ) -> Plan:
        """Return the plan of the grids a city has: each polygon is a grid of one unit.

        Parameters
        ----------
        polygons
            Grids in any CRS; ``people`` and ``parent`` are taken where they are columns.
        code
            The column of their codes; the index when None.
        graph, parameters
            As of :meth:`from_labels`.
        """
        named = polygons if code is None else polygons.set_index(code)
        return cls.from_labels(named, [str(name) for name in named.index], graph=graph, parameters=parameters)

    @property
    def labels(self) -> pd.Series:
        """The grid of each unit: what :meth:`from_labels` takes, and what a labels file holds."""
        return self.units["grid_id"]

    def to_networkx(self) -> Any:  # noqa: ANN401 - networkx's
        """Return the units and their borders as a ``networkx.Graph``."""
        return interchange.networkx(self.units, self.borders)

    def to_libpysal(self) -> Any:  # noqa: ANN401 - libpysal's
        """Return the contiguity of the units as a ``libpysal.graph.Graph``, weighted by metres of border."""
        return interchange.libpysal(self.units, self.borders)

    def to_gerrychain(self) -> Any:  # noqa: ANN401 - GerryChain's
        """Return the plan as a ``gerrychain.Partition``; its ``graph`` is the GerryChain graph."""
        return interchange.gerrychain(self.units, self.borders)

    # ------------------------------------------------------------ seen and compared
    @cached_property
    def measures(self) -> gpd.GeoDataFrame:
        """The grids with the columns of every layer beside their own, as ``LAYER_COLUMN``; stale layers left out."""
        table = self.grids
        for name, layer in self.layers.items():
            if name not in self.stale and "grids" in layer.tables:
                table = table.join(without_shapes(layer.tables["grids"]).add_prefix(f"{name}_"))
        return table

    def summary(self) -> dict[str, Any]:
        """Return the plan in numbers, JSON-ready: size, balance, shape, and each grid outside the band."""
        return summary.summary(self)

    def plot(self, column: str | None = None, **options: Any) -> Any:  # noqa: ANN401 - matplotlib's
        """Draw the grids by matplotlib, coloured by a column of :attr:`measures`, and return the axes.

        Parameters
        ----------
        column
            What colours them; by default what was balanced.
        options
            Further ones of :meth:`geopandas.GeoDataFrame.plot`.

        Raises
        ------
        UsageError
            When matplotlib is not installed, or there is no such column.
        """
        try:
            import matplotlib as mpl  # noqa: F401 - asked whether it is there
        except ImportError:
            raise UsageError("plot() draws by matplotlib, which is not installed", mend="install matplotlib") from None
        drawn = {"edgecolor": "white", "linewidth": 0.5, "legend": True, **options}
        return self.measures.plot(column=self._column(column), **drawn)

    def explore(self, column: str | None = None) -> Any:  # noqa: ANN401 - folium's
        """Return the grids on a web map that pans and zooms, for a notebook; its base map comes from the network.

        :func:`gridkit.map` draws the page that is handed out.

        Parameters
        ----------
        column
            What is told of each grid first; by default what was balanced.
        """
        return thumbnail.explored(self.measures, self.parameters, self._column(column))

    def _column(self, column: str | None) -> str:
        wanted = column or self.parameters.measure
        if wanted not in self.measures:
            raise absent("column", wanted, self.measures.columns, kind=UsageError)
        return wanted

    def __repr__(self) -> str:
        own, units = self.parameters, self.units
        band = "-" if own.band is None else f"{own.low:,.0f} - {own.high:,.0f} {own.measure}"
        return lines(
            f"Plan {own.title!r}",
            {
                "grids": f"{units['grid_id'].nunique():,} of {len(units):,} units",
                "people": f"{units['people'].sum():,.0f}, {units['parent'].nunique():,} parents",
                "band": band,
                "preset": own.preset or "-",
                "layers": listed(self.layers),
                "stale": listed(self.stale),
                "history": cut(listed(step.command for step in self.history)),
                "CRS": self.crs.to_string(),
            },
        )

    def _repr_html_(self) -> str:
        """Show the plan in a notebook: a drawing of its grids, and the first of them in a table."""
        facts = {"layers": listed(self.layers), "stale": listed(self.stale)}
        return thumbnail.html(self.grids, self.parameters) + card("", facts if self.layers else {})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plan) and same(self, other) if self is not other else True

    def __hash__(self) -> int:
        return hash(self.digest)


def micro_grids(plan: Plan) -> gpd.GeoDataFrame:
    """Return the micro-grids on ``micro_id``: their grid, people, households, area and units; empty without any."""
    if MICRO not in plan.units:
        empty = gpd.GeoDataFrame({"grid_id": pd.Series(dtype=TEXT)}, geometry=gpd.GeoSeries([], crs=plan.crs))
        return empty.rename_axis(MICRO)
    units = plan.units
    table = dissolve(units.assign(grid_id=units[MICRO])).rename_axis(MICRO)
    table.insert(0, "grid_id", units.groupby(MICRO)["grid_id"].first().reindex(table.index))
    return table.drop(columns="parent")


def dissolve(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return GRIDS: the units of each ``grid_id`` as one polygon, their people, households and areas added up.

    Parameters
    ----------
    units
        UNITS with ``grid_id``. A planar coverage (edges of neighbours identical) dissolves fast; units that overlap, as
        the stair units of one tower do, or whose edges are not noded are dissolved by the slower general union.

    Returns
    -------
    GeoDataFrame
        On the index ``grid_id``, sorted. ``area_m2`` is that of the polygon, water units left out as far as the units'
        own ``area_m2`` leaves them out. Households are null in a grid where any
        unit with people has none given.
    """
    groups = units.groupby("grid_id", sort=True)
    shapes = np.empty(groups.ngroups, dtype=object)
    geometry = units.geometry.to_numpy()
    members = {str(grid): rows for grid, rows in groups.indices.items()}
    for i, grid in enumerate(sorted(members)):
        shapes[i] = united(geometry[members[grid]])
    table = pd.DataFrame(
        {
            "parent": groups["parent"].first(),
            "people": groups["people"].sum(),
            "households": _households(units),
            "area_m2": shapely.area(shapes) - _water(units),
            "units": groups.size(),
        },
        index=pd.Index(sorted(members), dtype=TEXT, name="grid_id"),
    )
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, index=table.index, crs=units.crs))


def _water(units: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return the square metres of each grid, in the order of their ids, that are water and do not count."""
    summed = pd.Series(uncounted(units)).groupby(units["grid_id"].to_numpy(), sort=True).sum()
    return np.asarray(summed, dtype=np.float64)


def _households(units: gpd.GeoDataFrame) -> pd.Series[float]:
    """Return the households of each grid, null where a unit with people has none given."""
    grids = units["grid_id"]
    if "households" not in units:
        return pd.Series(np.nan, index=pd.Index(sorted(grids.unique()), dtype=TEXT))
    given = pd.to_numeric(units["households"]).astype(float)
    unknown = (given.isna() & (units["people"] > 0)).groupby(grids).any() | given.isna().groupby(grids).all()
    return given.groupby(grids).sum().mask(unknown)
