"""Integrated response as a layer: orders by department, grid and net, the hands they go through, one-stop counters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from gridkit.catalog.layer import Layer
from gridkit.errors import TableError
from gridkit.measure.incidents.closed_loop import states
from gridkit.measure.incidents.placement import assign
from gridkit.measure.response.counters import reached
from gridkit.measure.response.funnel import LEAST, funnel
from gridkit.measure.response.orders import RATES, by_departments, log, summed
from gridkit.measure.share import FEW, wilson
from gridkit.tables import TEXT

if TYPE_CHECKING:
    import geopandas as gpd

    from gridkit.catalog.definitions import ResponseLayer
    from gridkit.measure.inputs import Subject

COUNTERS, NETS = "counters", "departments"
"""The names under which a plan keeps the counters of departments, and their nets."""


def response(definition: ResponseLayer, subject: Subject) -> Layer:
    """Return the layer of a log of orders.

    Returns
    -------
    Layer
        ``grids``: orders of each grid, median hours and rates with their parts, and where its closure of solved orders
        stands against chance (``funnel``). ``departments``, ``by_departments``, ``hands``, ``funnel``; ``nets``: the
        areas of departments' nets, each with its orders.
    """
    if subject.data is None:
        raise TableError("there is no order", mend="name a log of them: gridkit response PLAN LOG")
    rows = subject.data
    incidents = subject.registry["incidents"]
    state = states(rows, incidents)
    kept = rows[(state != "void").to_numpy()].assign(done=(state == "closed")[state != "void"])
    kept = kept.assign(grid_id=assign(kept.geometry, subject.grids).astype("object"))
    found = log(pd.DataFrame(kept))
    orders = found.orders
    everyone = summed(orders).iloc[0]
    grids = summed(orders, orders["grid_id"]).rename_axis("grid_id").reindex(subject.grids.index)
    counted = [str(name) for name in grids.columns if str(name).endswith(_COUNTS)]
    grids[counted] = grids[counted].fillna(0)
    judged = {name: _judged(grids, name) for name in RATES if (grids[f"{name}_of"] > 0).any()}
    for name, table in judged.items():
        grids[f"{name}_outside"] = table["outside"].to_numpy()
    facts = {**_facts(everyone, orders, rows, state, judged), "stayed": found.stayed}
    tables: dict[str, pd.DataFrame] = {
        "grids": grids,
        "by_departments": by_departments(orders),
        "departments": summed(orders, orders["first"]).rename_axis("department"),
        "hands": found.hands.rename_axis("hand_id"),
        "funnel": _long(judged),
    }
    nets = subject.services.get(NETS)
    if nets is not None:
        tables["nets"] = _by_net(orders, nets)
    counters = subject.services.get(COUNTERS)
    if counters is not None:
        reach, told = reached(counters, subject, definition.minutes)
        tables["grids"] = grids.join(reach)
        facts |= told
    return Layer(definition, tables, facts)


_COUNTS = ("orders", "timed", "_n", "_of")
"""How the names of columns end that count: a grid without orders has none, and not an unknown number."""


def _judged(grids: pd.DataFrame, rate: str) -> pd.DataFrame:
    """Return a rate of every grid against what chance does to it."""
    n, of = (grids[f"{rate}_{part}"].to_numpy(dtype=float) for part in ("n", "of"))
    return funnel(n, of).set_index(grids.index)


def _long(judged: dict[str, pd.DataFrame]) -> pd.DataFrame:
    parts = [table.assign(measure=name).reset_index() for name, table in judged.items()]
    made = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"grid_id": [], "measure": []})
    return made.rename_axis("row_id")


def _by_net(orders: pd.DataFrame, nets: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the orders of each area of each net."""
    import geopandas as gpd

    points = gpd.GeoSeries(orders["geometry"], crs=nets.crs) if "geometry" in orders else None
    parts = []
    for name in dict.fromkeys(nets["net"]):
        own = nets[nets["net"] == name]
        whole = own[["code", "geometry"]].dissolve("code")
        whole.index = whole.index.astype(TEXT)
        if points is None:
            continue
        area = assign(points, whole).astype("object")
        table = summed(orders, area).rename_axis("code").reset_index()
        table.insert(0, "net", name)
        parts.append(table)
    made = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"net": [], "code": [], "orders": []})
    return made.rename_axis("area_id")


def _facts(
    everyone: pd.Series[Any],
    orders: pd.DataFrame,
    rows: pd.DataFrame,
    state: pd.Series[Any],
    judged: dict[str, pd.DataFrame],
) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "rows": len(rows),
        "void": int((state == "void").sum()),
        "orders": len(orders),
        "without_department": int((orders["departments"] == 0).sum()),
        "without_place": int(orders["grid_id"].isna().sum()) if "grid_id" in orders else len(orders),
        "open": int((orders["closed"] == 0).sum()),
        "timed": int(everyone["timed"]),
        "reversed": int(orders["reversed"].sum()) if "reversed" in orders else 0,
        "at_once": int(orders["at_once"].sum()) if "at_once" in orders else 0,
        "median_hours": _number(everyone["median_hours"]),
        "median_response_hours": _number(everyone["median_response_hours"]),
    }
    for rate in RATES:
        n, of = int(everyone[f"{rate}_n"]), int(everyone[f"{rate}_of"])
        facts[rate] = {"share": n / of if of else None, "n": n, "of": of, **_interval(n, of)}
    facts["grids_ranked"] = {name: int((table["rank"].notna()).sum()) for name, table in judged.items()}
    facts["least_ranked"] = LEAST
    facts["outside_funnel"] = {name: int((table["outside"] != "").sum()) for name, table in judged.items()}
    return facts


def _interval(n: int, of: int) -> dict[str, float]:
    """Return the interval of a share of few, 95 % (Wilson 1927); nothing where there are a hundred or more."""
    if not 0 < of < FEW:
        return {}
    low, high = wilson(n, of)
    return {"low": low, "high": high}


def _number(value: Any) -> float | None:  # noqa: ANN401 - a cell
    return None if pd.isna(value) else float(value)
