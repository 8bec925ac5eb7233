"""Plans from elsewhere and for elsewhere: labels of units, polygons a city has, and the graphs of other packages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.crs import require_metric, to_metric
from gridkit.errors import TableError, UsageError
from gridkit.language.numbers import Quantity
from gridkit.language.phrases import listed, template
from gridkit.tables import BORDERS, DISTRICTS, TEXT, UNITS, Extract
from gridkit.tessellation import barriers

if TYPE_CHECKING:
    Labels = str | Path | pd.DataFrame | pd.Series[Any] | Mapping[Any, Any] | Sequence[Any] | np.ndarray[Any, Any]

WHOLE = "all"
"""The district of units that name none."""
WHO = {"networkx": "networkx", "libpysal": "libpysal", "gerrychain": "gerrychain"}
"""The packages graphs go to, none of which gridkit needs itself."""


# ------------------------------------------------------------------ in
def tables(
    units: gpd.GeoDataFrame,
    labels: Any,  # noqa: ANN401 - of many kinds
    graph: Any = None,  # noqa: ANN401 - of any of three packages
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return UNITS with their grids, BORDERS and DISTRICTS of any polygons with labels, what they lack filled in.

    Parameters
    ----------
    units
        Polygons in any CRS. ``parent``, ``people``, ``households`` and what else UNITS may have is kept.
    labels
        The grid of each: see :meth:`gridkit.Plan.from_labels`.
    graph
        Which units touch, by a graph of libpysal, networkx or GerryChain; those that share a border when None.
    """
    named = units.set_axis(pd.Index(units.index.astype(TEXT), name=UNITS.index))
    if not named.index.is_unique:
        raise TableError("names of units stand twice", where="units", mend="give each polygon an index of its own")
    grids = labelled(units, labels)
    made = to_metric(named, where="units")
    made = made.rename_geometry("geometry") if made.active_geometry_name != "geometry" else made
    made["grid_id"] = grids.to_numpy()
    fill: dict[str, Any] = {"parent": WHOLE, "people": 0.0, "kind": "given"}
    made = made.assign(**{name: value for name, value in fill.items() if name not in made}, area_m2=made.area)
    made["parent"] = made["parent"].astype(TEXT)
    shapes = made[["parent", "geometry"]].dissolve("parent").rename_axis(DISTRICTS.index)
    districts = shapes.assign(name=shapes.index.to_numpy())
    if graph is None:
        empty = Extract({}, require_metric(made))
        from gridkit.tessellation.borders import touching

        return made, touching(made, barriers.select(empty, None), empty), districts
    return made, joined(made, ends(graph)), districts


def labelled(units: gpd.GeoDataFrame, labels: Any) -> pd.Series:  # noqa: ANN401 - of many kinds
    """Return the grid of each unit as text; raise :class:`TableError` where one has none, or a label has no unit."""
    given = labels
    if hasattr(labels, "assignment"):  # a Partition of GerryChain, which numbers the units anew
        name = _names(labels.graph)
        given = {name(node): part for node, part in labels.assignment.items()}
    if isinstance(given, str) and given in units:
        found = units[given]
    elif isinstance(given, str | Path | pd.DataFrame):
        from gridkit.sources import labels as tables_of_labels

        table = tables_of_labels.read(given)
        if table is None:
            raise TableError(
                "there is no column {name!r}",
                where="units",
                mend="or give a table of unit_id and grid_id",
                name="grid_id" if isinstance(given, pd.DataFrame) else str(given),
            )
        found = _by_name(units, table)
    elif isinstance(given, pd.Series | Mapping):
        found = _by_name(units, pd.Series(given) if isinstance(given, Mapping) else given)
    else:
        values = list(given)
        if len(values) != len(units):
            raise TableError(
                template("{count} label for {units}", "{count} labels for {units}"),
                where="labels",
                count=len(values),
                units=Quantity(len(units), "units"),
            )
        found = pd.Series(values, index=units.index)
    if found.isna().any():
        missing = listed(units.index[found.isna().to_numpy()])
        raise TableError("units without a grid: {units}", where="labels", units=missing)
    return found.astype(TEXT)


def _by_name(units: gpd.GeoDataFrame, labels: pd.Series) -> pd.Series:
    """Return labels by the names of units, which a file may have read as numbers where the units have text."""
    own = pd.Series(labels.to_numpy(), index=labels.index.astype(TEXT))
    names = units.index.astype(TEXT)
    strange = own.index.difference(names)
    if len(strange):
        raise TableError("labels name units that are not there: {units}", where="labels", units=listed(strange))
    return own.reindex(names).set_axis(units.index)


def ends(graph: Any) -> pd.DataFrame:  # noqa: ANN401 - of any of three packages
    """Return the pairs of units that a graph joins, as text; of libpysal, networkx or GerryChain."""
    adjacency = getattr(graph, "adjacency", None)
    if isinstance(adjacency, pd.Series):
        one, other = (adjacency.index.get_level_values(level) for level in (0, 1))
    elif hasattr(graph, "edges") and hasattr(graph, "nodes"):
        name = _names(graph)
        edges = [tuple(map(name, edge[:2])) for edge in graph.edges]
        one, other = (pd.Index([edge[side] for edge in edges]) for side in (0, 1))
    else:
        raise UsageError(
            "{kind} is no graph known here",
            mend="give one of libpysal, networkx or GerryChain",
            kind=type(graph).__name__,
        )
    sides = np.sort(np.stack([one.astype(TEXT), other.astype(TEXT)], axis=1), axis=1)
    pairs = pd.DataFrame(sides, columns=["unit_id", "neighbour"])
    return pairs[pairs["unit_id"] != pairs["neighbour"]].drop_duplicates(ignore_index=True)


def _names(graph: Any) -> Callable[[Any], Any]:  # noqa: ANN401 - GerryChain's
    """Return what gives the nodes of a graph the names they came with; those of GerryChain may be numbered anew."""
    numbered = getattr(graph, "is_rx_graph", None)
    return graph.original_nx_node_id_for_internal_node_id if numbered and numbered() else lambda node: node


def joined(units: gpd.GeoDataFrame, pairs: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return BORDERS of pairs of units: the line they share, else a link from one to the other."""
    at = [units.index.get_indexer(pd.Index(pairs[side])) for side in ("unit_id", "neighbour")]
    strangers = {*pairs["unit_id"][at[0] < 0], *pairs["neighbour"][at[1] < 0]}
    if strangers:
        raise TableError(
            "the graph names units that are not there: {units}", where="graph", units=listed(sorted(strangers))
        )
    shapes = units.geometry.to_numpy()
    outlines = [shapely.boundary(shapes[rows]) for rows in at]
    shared = [_lines(one, other) for one, other in zip(*outlines, strict=True)]
    metres = np.nan_to_num(shapely.length(np.array(shared, dtype=object)))
    spots = [shapely.point_on_surface(shapes[rows]) for rows in at]
    links = [shapely.LineString([one, other]) for one, other in zip(*spots, strict=True)]
    table = gpd.GeoDataFrame(
        pairs, geometry=[line or link for line, link in zip(shared, links, strict=True)], crs=units.crs
    )
    table["shared_m"], table["feature"], table["feature_m"], table["name"] = metres, "none", 0.0, None
    table["link"] = np.where(metres > 0, "border", "bridge")
    return table.rename_axis(BORDERS.index)


def _lines(one: shapely.Geometry, other: shapely.Geometry) -> shapely.Geometry | None:
    """Return the lines that two outlines share, without the points they touch in; None where they share none."""
    parts = shapely.get_parts(shapely.intersection(one, other))
    lines = [part for part in parts if isinstance(part, shapely.LineString) and not part.is_empty]
    return shapely.line_merge(shapely.MultiLineString(lines)) if lines else None


# ------------------------------------------------------------------ out
def networkx(units: gpd.GeoDataFrame, borders: gpd.GeoDataFrame) -> Any:  # noqa: ANN401 - networkx's
    """Return a ``networkx.Graph``: units with their columns as nodes, borders with theirs as edges."""
    graph = package("networkx").Graph()
    columns = [name for name in units if name != units.active_geometry_name]
    graph.add_nodes_from((str(name), row) for name, row in units[columns].to_dict("index").items())
    rows = borders[["shared_m", "feature", "link"]].to_dict("records")
    graph.add_edges_from(
        (one, other, row) for one, other, row in zip(borders["unit_id"], borders["neighbour"], rows, strict=True)
    )
    return graph


def libpysal(units: gpd.GeoDataFrame, borders: gpd.GeoDataFrame) -> Any:  # noqa: ANN401 - libpysal's
    """Return a ``libpysal.graph.Graph`` of the units, weighted by the metres of border they share."""
    package("libpysal")
    one, other = borders["unit_id"].to_numpy(), borders["neighbour"].to_numpy()
    rows = {"focal": np.concatenate([one, other]), "neighbor": np.concatenate([other, one])}
    weight = np.tile(borders["shared_m"].to_numpy(), 2)
    alone = units.index.difference(pd.Index(rows["focal"])).to_numpy()  # an island is its own neighbour, of no weight
    graph: Any = import_module("libpysal.graph").Graph
    return graph.from_arrays(
        np.concatenate([rows["focal"], alone]),
        np.concatenate([rows["neighbor"], alone]),
        np.concatenate([weight, np.zeros(len(alone))]),
    )


def gerrychain(units: gpd.GeoDataFrame, borders: gpd.GeoDataFrame) -> Any:  # noqa: ANN401 - GerryChain's
    """Return a ``gerrychain.Partition`` of the units into their grids."""
    chain = package("gerrychain")
    graph = chain.Graph.from_networkx(networkx(units, borders))
    return chain.Partition(graph, assignment="grid_id")


def package(name: str) -> Any:  # noqa: ANN401 - a module
    """Return a package that is not ours; raise :class:`UsageError` where it is not installed."""
    try:
        return import_module(name)
    except ImportError:
        raise UsageError(
            "the graph is one of {name}, which is not installed", mend="install {name}", name=name
        ) from None
