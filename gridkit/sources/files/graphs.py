"""Street networks kept as graphs: GraphML as osmnx writes it, its edges as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.crs import LONLAT
from gridkit.errors import SourceError, TableError
from gridkit.language.phrases import Phrase, template
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from pathlib import Path

EDGES = "edges"
_YES = frozenset({"true", "1", "yes"})
_Rows = list[dict[str, str]]


def read(path: Path) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the edges of a graph as lines, a street that is kept in both directions once, and what was done.

    An edge without a shape of its own runs straight between its nodes, which is how osmnx leaves it out. Nodes bear
    ``x`` and ``y`` (``lon`` and ``lat``); the graph its ``crs``, else they are longitudes and latitudes.

    Raises
    ------
    SourceError
        When the file breaks off.
    TableError
        When nodes that edges join have no place.
    """
    said, nodes, edges = _parts(path)
    spots = _spots(nodes, path)
    missing = [
        each for each in edges if not each.get("geometry") and not {each["source"], each["target"]} <= set(spots)
    ]
    if missing:
        raise TableError(
            template(
                "{count} edge joins nodes without a place, such as {node}",
                "{count} edges join nodes without a place, such as {node}",
            ),
            where=path,
            mend="keep x and y of each node, as osmnx.save_graphml does",
            count=len(missing),
            node=missing[0]["source"],
        )
    shapes = [_shape(each, spots, path) for each in edges]
    columns = dict.fromkeys(key for each in edges for key in each if key not in ("source", "target", "geometry", "id"))
    table = pd.DataFrame(
        {key: pd.Series([each.get(key) for each in edges], dtype=TEXT) for key in columns}, index=range(len(edges))
    )
    frame = gpd.GeoDataFrame(table, geometry=shapes, crs=said.get("crs") or LONLAT)
    back = _back(edges, shapes)
    notes: list[str] = [Phrase("edges of a graph: {count} as lines", count=int((~back).sum()))]
    if back.any():
        once = template(
            "{count} edge runs back along a street that is there already: it stands once",
            "{count} edges run back along streets that are there already: each stands once",
        )
        notes.append(Phrase(once, count=int(back.sum())))
    return frame.loc[~back].reset_index(drop=True), notes


def columns(path: Path) -> list[str]:
    """Return the names of the columns of the edges."""
    return [str(name) for name in read(path)[0].columns if name != "geometry"]


def _parts(path: Path) -> tuple[dict[str, str], _Rows, _Rows]:
    """Return the data of the graph itself, of its nodes and of its edges, by their names."""
    names: dict[str, str] = {}
    graph: dict[str, str] = {}
    nodes: _Rows = []
    edges: _Rows = []
    try:
        for _, element in ET.iterparse(path):  # noqa: S314 - expat bounds entities since 2.4
            tag = element.tag.rpartition("}")[2]
            if tag == "key":
                names[element.get("id", "")] = element.get("attr.name", element.get("id", ""))
            elif tag in ("node", "edge"):
                (nodes if tag == "node" else edges).append(dict(element.attrib) | _data(element, names))
                element.clear()
            elif tag == "graph":
                graph = _data(element, names)
    except ET.ParseError as error:
        raise SourceError("is no whole GraphML: {error}", where=path, mend="get it again", error=str(error)) from None
    return graph, nodes, edges


def _data(element: Any, names: dict[str, str]) -> dict[str, str]:  # noqa: ANN401 - ElementTree's
    children = [child for child in element if child.tag.rpartition("}")[2] == "data"]
    return {names.get(child.get("key", ""), child.get("key", "")): child.text or "" for child in children}


def _spots(nodes: _Rows, path: Path) -> dict[str, tuple[float, float]]:
    spots = {}
    for node in nodes:
        x, y = node.get("x", node.get("lon")), node.get("y", node.get("lat"))
        if x is None or y is None:
            continue
        try:
            spots[node["id"]] = float(x), float(y)
        except (ValueError, KeyError):
            raise TableError(
                "node {node} has the place {x}, {y}", where=path, mend="fix it", node=node.get("id", "?"), x=x, y=y
            ) from None
    return spots


def _shape(edge: dict[str, str], spots: dict[str, tuple[float, float]], path: Path) -> shapely.LineString:
    if not edge.get("geometry"):
        return shapely.LineString([spots[edge["source"]], spots[edge["target"]]])
    shape = shapely.from_wkt(edge["geometry"], on_invalid="ignore")
    if not isinstance(shape, shapely.LineString):
        raise TableError(
            "the edge from {start} to {end} has a shape that cannot be read",
            where=path,
            mend="fix it",
            start=edge["source"],
            end=edge["target"],
        )
    return shape


def _back(edges: _Rows, shapes: list[shapely.LineString]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which edges are another one the other way round: osmnx keeps a street of two ways in both directions."""
    there: set[tuple[str, str, str, bytes]] = set()
    back = np.zeros(len(edges), dtype=bool)
    normal = shapely.to_wkb(shapely.normalize(np.array(shapes, dtype=object)))
    # First those that run as their way was drawn, so that it is they that stay.
    order = sorted(range(len(edges)), key=lambda at: edges[at].get("reversed", "").casefold() in _YES)
    for at in order:
        edge = edges[at]
        ends = sorted((edge.get("source", ""), edge.get("target", "")))
        key = (*ends, edge.get("osmid", ""), normal[at])
        back[at] = key in there
        there.add(key)
    return back
