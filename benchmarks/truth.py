"""The layers against other people's packages, hand computations and their own promises, in one table.

    python3 dev.py python benchmarks/truth.py [--runs 200] [--peers FOLDER] [-o benchmarks/truth.md]

Peers run on real data (GRIDKIT_REAL_DATA, else ../shared/data): Sao Paulo's accidents, streets and schools on its
hexagons, Baltimore's and New York's orders, Beasley's p-median instances. What a test promises (how often it errs, how
strong a thing has to be to be seen) is counted on made-up maps; tests/measure runs smaller samples of the same. A peer
that is not installed is left out, and said to be; ``--peers`` names a folder that holds more of them
(``pip install --target FOLDER statsmodels``), asked after what is installed here.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy import stats
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "render"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "measure" / "access"))

from promises import SURE, Row, attack, null_maps, powers, trends
from sao_paulo import accidents, hexagons, schools, subject
from sites import as_pairs, world
from test_reach import by_networkx

from gridkit.catalog.definitions import layers
from gridkit.measure import balance, shape
from gridkit.measure.access import equity
from gridkit.measure.access.catchment import floating_catchment, gaussian, stepped
from gridkit.measure.access.network import build
from gridkit.measure.access.reach import Pairs, nearest_facility, snap, within
from gridkit.measure.incidents import density, hit_rate
from gridkit.measure.incidents.closed_loop import closed_loop
from gridkit.measure.incidents.contiguity import contiguity
from gridkit.measure.incidents.discovery import false_discovery
from gridkit.measure.incidents.local_association import gi_star, local_moran
from gridkit.measure.incidents.placement import assign
from gridkit.measure.incidents.rates import crude, interval, smoothed
from gridkit.measure.incidents.repeats import knox
from gridkit.measure.incidents.space_time_scan import Cylinders, scan
from gridkit.measure.incidents.trend import conditional
from gridkit.measure.siting.location import maximal_coverage, set_cover
from gridkit.measure.siting.p_median import p_median

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[1]
REAL = Path(os.environ.get("GRIDKIT_REAL_DATA") or ROOT.parent / "shared" / "data")


HEAD = """# The layers held against truth

Written by `truth.py`: peers and hand computations on real data, promises on made-up maps ({runs} for each promise, five
times as many series for trends). A share of 200 maps is known to about 1.5 points where it is 5 %, and to 3 points
where it is 80 %.

"""


# ------------------------------------------------------------------ peers
def sao_paulo() -> Iterator[Row]:
    """Hold counts, rates, Gi*, Moran and Knox against their peers on Sao Paulo's accidents."""
    cells, on = hexagons(REAL), "Sao Paulo, accidents of 2014 and 2015"
    events = pd.concat([accidents(REAL, year) for year in (2014, 2015)])
    events = events[~(events.geometry.is_empty | events.geometry.isna())]
    grids = gpd.GeoDataFrame(geometry=cells.geometry).rename_axis("grid_id")
    grids.index = grids.index.astype(str)
    counts = assign(events, grids).value_counts().reindex(grids.index, fill_value=0).astype(float)
    joined = gpd.sjoin(events, grids, predicate="within")["grid_id"].value_counts().reindex(grids.index, fill_value=0)
    yield Row(
        "incidents per area",
        on,
        f"{counts.sum():.0f}",
        f"geopandas.sjoin {joined.sum():.0f}, most off {(counts - joined).abs().max():.0f}",
    )
    low, high = interval(counts)
    some = counts > 0
    by_hand = [
        stats.poisson.cdf(counts, high) - stats.poisson.pmf(counts, high) / 2,
        stats.poisson.sf(counts[some], low[some]) + stats.poisson.pmf(counts[some], low[some]) / 2,
    ]
    yield Row(
        "mid-P bounds of counts",
        on,
        "tails of 2.5 %",
        f"Poisson tails at them, most off {max(np.abs(each - 0.025).max() for each in by_hand):.1e}",
    )
    people = pd.Series(cells["population"].astype(float).to_numpy(), grids.index)
    near, some = contiguity(grids), people > 0
    rate = crude(counts, people.where(some, 1.0))
    p = np.random.default_rng(0).random(500) ** 3
    yield Row(
        "false discovery rate",
        "500 p-values",
        "q",
        f"scipy, most off {np.abs(false_discovery(p) - stats.false_discovery_control(p)).max():.1e}",
    )
    try:
        import esda
        from libpysal.weights import W
    except ImportError:
        yield Row("Gi*, local Moran, smoothing", on, "-", "esda is not installed: not held against it")
        return
    bayes = esda.smoothing.Empirical_Bayes(counts[some].to_numpy()[:, None], people[some].to_numpy()[:, None]).r.ravel()
    yield Row(
        "smoothed rate",
        on,
        "Marshall",
        f"esda, most off {np.abs(smoothed(counts[some], people[some]) - bayes).max():.1e}",
    )
    weights = W(
        {i: near.indices[near.indptr[i] : near.indptr[i + 1]].tolist() for i in range(len(grids))},
        silence_warnings=True,
    )
    gi, moran = gi_star(rate, near), local_moran(rate, near)
    theirs = esda.G_Local(rate.to_numpy(), weights, transform="B", star=True, permutations=0)
    yield Row(
        "Gi*, z",
        on,
        f"{gi['z'].max():.4f} at most",
        f"esda {theirs.Zs.max():.4f}, most off {np.abs(gi['z'] - theirs.Zs).max():.1e}",
    )
    peer = esda.Moran_Local(rate.to_numpy(), weights, permutations=9999, seed=1)
    scale = len(rate) / (len(rate) - 1)
    yield Row("local Moran, I", on, "I", f"esda, most off {np.abs(moran['moran'] - peer.Is * scale).max():.1e}")
    both = np.minimum(2 * peer.p_sim, 1)
    small = (both <= 0.1) & (both > 0.001)
    ratio = float(np.median(moran["p"].to_numpy()[small] / both[small]))
    yield Row(
        "conditional permutations, p",
        on,
        "p",
        f"esda with 9,999, of p from .001 to .1: the median ratio is {ratio:.2f}",
    )
    yield from _knox(events, on)


def shapes() -> Iterator[Row]:
    """Hold compactness and balance against esda and hand computations, on grids of four hexagons or so."""
    cells, on = hexagons(REAL), "Sao Paulo, hexagons by fours"
    xy = cells.representative_point().get_coordinates()
    order = np.lexsort((xy["y"], (xy["x"] // 900)))
    group = pd.Series(np.argsort(order) // 4, cells.index)
    grids = cells[["geometry"]].assign(of=group).dissolve("of")
    people = cells["population"].astype(float).groupby(group).sum()
    off = np.abs(balance.deviation(people) - (people / people.mean() - 1)).max()
    yield Row("balance: deviation", on, "share off the mean", f"by hand, most off {off:.1e}")
    values = people.to_numpy()
    off = abs(balance.spread(people) - np.sqrt(((values - values.mean()) ** 2).mean()) / values.mean())
    yield Row("balance: spread", on, f"{balance.spread(people):.4f}", f"by hand, off {off:.1e}")
    convex = grids.convex_hull
    by_hand = {
        "Polsby-Popper": (shape.polsby_popper, 4 * np.pi * grids.area / grids.length**2),
        "convexity": (shape.convexity, grids.area / convex.area),
        "Reock": (shape.reock, grids.area / (np.pi * _radius(convex) ** 2)),
        "elongation": (shape.elongation, pd.Series([_sides(each) for each in convex], grids.index)),
    }
    try:
        from esda import shape as peer
    except ImportError:
        theirs = {}
    else:
        geometries = np.asarray(grids.geometry.values)
        theirs = {
            "Polsby-Popper": peer.isoperimetric_quotient(geometries),
            "convexity": peer.convex_hull_ratio(geometries),
            "Reock": peer.minimum_bounding_circle_ratio(geometries),
        }
    for name, (ours, hand) in by_hand.items():
        found = ours(grids)
        more = f"; esda {np.abs(found - theirs[name]).max():.1e}" if name in theirs else ""
        yield Row(
            name, on, f"{found.mean():.4f} in the mean", f"by hand, most off {np.abs(found - hand).max():.1e}{more}"
        )


def _radius(convex: gpd.GeoSeries) -> np.ndarray:
    """Return the radius of the least circle around each polygon: the least of all by two or three of its corners."""
    radii = []
    for each in convex:
        corners = np.asarray(each.exterior.coords)[:-1] - np.asarray(each.exterior.coords)[0]
        best = np.inf
        for some in itertools.chain(itertools.combinations(corners, 2), itertools.combinations(corners, 3)):
            if len(some) == 2:
                middle = np.mean(some, axis=0)
            else:
                a, b, c = some
                system = 2 * np.array([b - a, c - a])
                if abs(np.linalg.det(system)) < 1e-9:
                    continue
                middle = np.linalg.solve(system, [b @ b - a @ a, c @ c - a @ a])
            radius = np.hypot(*(some[0] - middle))
            if radius < best and (np.hypot(*(corners - middle).T) <= radius * (1 + 1e-9)).all():
                best = radius
        radii.append(best)
    return np.array(radii)


def _sides(convex: Any) -> float:  # noqa: ANN401 - a polygon
    """Return width over length of the least rectangle around a polygon: of all that share a side with it."""
    corners = np.asarray(convex.exterior.coords)
    found = []
    for x, y in np.diff(corners, axis=0):
        if not np.hypot(x, y):
            continue
        turn = np.array([[x, y], [-y, x]]) / np.hypot(x, y)
        found.append(np.ptp(corners @ turn.T, axis=0))
    least = min(found, key=np.prod)
    return float(least.min() / least.max())


def streets() -> Iterator[Row]:
    """Hold minutes along the streets, what rests on them, and densities against networkx and hand computations."""
    sao, on = subject(REAL), "Sao Paulo, streets"
    network = build(sao.extract.table("roads"), "walk")
    homes = snap(network, sao.units.representative_point())
    at = snap(network, schools(REAL).geometry)
    found = nearest_facility(network, homes, at, limit=120.0)
    near, theirs = np.isfinite(found.minutes), by_networkx(network, homes, at)
    yield Row(
        "minutes to the nearest",
        f"{on}: {len(homes)} homes, {len(at)} schools",
        f"{found.minutes[near].mean():.3f} in the mean",
        f"networkx, most off {np.abs(found.minutes - theirs)[near].max():.1e}",
    )
    pairs, one = within(network, homes, at, 15.0), np.full(len(homes), np.inf)
    some = pairs.facility == 0
    one[pairs.origin[some]] = pairs.minutes[some]
    only = type(at)(at.edge[:1], at.share[:1], at.access[:1])
    theirs = by_networkx(network, homes, only)
    reached = theirs <= 15.0
    agree = (np.isfinite(one) == reached).all() and np.allclose(one[reached], theirs[reached], atol=1e-9)
    yield Row(
        "homes within 15 minutes of one",
        on,
        f"{int(some.sum())}",
        f"networkx {reached.sum()}, {'the same' if agree else 'OTHERS'}",
    )
    people = sao.units["people"].to_numpy()
    reach = floating_catchment(pairs, gaussian(pairs.minutes, 15.0), people, np.ones(len(at)))
    weight = np.zeros((len(homes), len(at)))
    weight[pairs.origin, pairs.facility] = np.exp(-np.log(100.0) * (pairs.minutes / 15.0) ** 2)
    demand = people @ weight
    by_hand = weight[:, demand > 0] @ (1 / demand[demand > 0])
    yield Row(
        "E2SFCA, Gaussian",
        on,
        f"{people @ reach.score:.3f} schools shared out",
        f"by matrices, most off {np.abs(reach.score - by_hand).max():.1e}",
    )
    spent, count = found.minutes[near], people[near]
    apart = np.abs(spent[:, None] - spent) * count[:, None] * count
    gini = apart.sum() / (2 * count.sum() ** 2 * (spent @ count / count.sum()))
    yield Row("Gini of minutes", on, f"{equity.gini(spent, count):.6f}", f"from all pairs of people {gini:.6f}")
    whole = np.rint(count).astype(int)
    each = np.sort(np.repeat(spent, whole))[::-1]
    tenth = each[: round(0.1 * len(each))].mean()
    yield Row("minutes of the worst tenth", on, f"{equity.worst(spent, whole):.4f}", f"person by person {tenth:.4f}")
    events = accidents(REAL, 2015)
    events = events[~(events.geometry.is_empty | events.geometry.isna())]
    events = events[events.within(sao.units.union_all())]
    along = density.on_network(network, snap(network, events.geometry), 200.0, sao.units.crs)
    total = float((along["per_km"] * along.length / 1000).sum())
    yield Row(
        "density along the streets, added up", f"{on}: accidents of 2015", f"{total:,.3f}", f"incidents {len(events):,}"
    )


def counts() -> Iterator[Row]:
    """Hold tests of counts against statsmodels, the scan and the accuracy index against hand computations."""
    on = "Sao Paulo, accidents by hexagon"
    cells = hexagons(REAL)
    grids = gpd.GeoDataFrame(geometry=cells.geometry).rename_axis("grid_id")
    grids.index = grids.index.astype(str)
    years = []
    for year in (2014, 2015):
        events = accidents(REAL, year)
        events = events[~(events.geometry.is_empty | events.geometry.isna())].assign(year=year)
        years.append(events.assign(grid_id=assign(events, grids)))
    both = pd.concat(years).dropna(subset="grid_id")
    per_year = pd.crosstab(both["grid_id"], both["year"]).reindex(grids.index, fill_value=0)
    then, now = per_year[2014].to_numpy(), per_year[2015].to_numpy()
    ours = conditional(now, then)
    try:
        from statsmodels.stats.multitest import multipletests
        from statsmodels.stats.rates import confint_poisson, test_poisson_2indep
    except ImportError:
        yield Row("change of counts, mid-P bounds", on, "-", "statsmodels is not installed: not held against it")
    else:
        some = np.flatnonzero(now + then > 0)
        # Theirs of both sides at once takes off half of what is as likely, not half on either side; so side by side.
        sides = [
            [test_poisson_2indep(now[k], 1, then[k], 1, method="cond-midp", alternative=way).pvalue for k in some]
            for way in ("larger", "smaller")
        ]
        theirs = np.minimum(2 * np.min(sides, axis=0), 1.0)
        yield Row(
            "change of counts, mid-p",
            on,
            f"{(ours < SURE).sum()} below .05",
            f"statsmodels {(theirs < SURE).sum()}, most off {np.abs(ours[some] - theirs).max():.1e}",
        )
        low, high = interval(pd.Series(now))
        bounds = np.array([confint_poisson(c, 1, method="midp-c") for c in now])
        # Theirs of no event at all is one-sided.
        some = now > 0
        off = max(np.abs(low - bounds[:, 0])[some].max(), np.abs(high - bounds[:, 1])[some].max())
        yield Row("mid-P bounds of counts", on, "95 %", f"statsmodels, most off {off:.1e}")
        q = multipletests(ours, method="fdr_bh")[1]
        yield Row(
            "false discovery rate", on, "q", f"statsmodels, most off {np.abs(false_discovery(ours) - q).max():.1e}"
        )
    dense = hit_rate.leading(pd.Series(then / grids.area, grids.index), grids.area)
    told = hit_rate.foresight(dense, pd.Series(now, grids.index), grids.area)
    pai = (now[dense].sum() / now.sum()) / (grids.area[dense].sum() / grids.area.sum())
    yield Row(
        "PAI of the densest tenth", on, f"{told.pai:.4f}, PEI {told.pei:.4f}", f"by hand {pai:.4f}, PEI at most 1"
    )
    week = ((both["time"].max().normalize() - both["time"].dt.normalize()).dt.days // 7).to_numpy()
    recent = week < 26
    table = np.zeros((len(grids), 26), dtype=np.int64)
    np.add.at(table, (grids.index.get_indexer(both["grid_id"][recent]), 25 - week[recent]), 1)
    xy = grids.representative_point().get_coordinates().to_numpy()
    best = scan(table, xy, cylinders=Cylinders(), simulations=99).iloc[0]
    yield Row(
        "space-time scan, the best score",
        f"{on} and week",
        f"{best['score']:.6f}",
        f"every cylinder by a plain loop {_scanned(table, xy):.6f}",
    )


def _scanned(table: np.ndarray, xy: np.ndarray) -> float:
    """Return the highest score of any cylinder: up to a tenth of the incidents' usual share, up to the last week."""
    total, weight, weeks = table.sum(), table.sum(axis=1) / table.sum(), table.sum(axis=0)
    best = 0.0
    for centre in range(len(xy)):
        held, inside = 0.0, np.zeros(table.shape[1])
        for member in np.argsort(np.hypot(*(xy - xy[centre]).T), kind="stable"):
            held, inside = held + weight[member], inside + table[member]
            if held > 0.1 + 1e-12 and member != centre:
                break
            for begin in range(table.shape[1]):
                c, mu = inside[begin:].sum(), held * weeks[begin:].sum()
                if c > mu > 0:
                    best = max(best, c * np.log(c / mu) + (total - c) * np.log((total - c) / (total - mu)))
    return best


def sites() -> Iterator[Row]:
    """Hold the choice of sites against spopt."""
    minutes, people = world(11, places=200, candidates=25)
    try:
        import pulp
        from spopt import locate
    except ImportError:
        yield Row("sites", "made up, 200 by 25", "-", "spopt is not installed: not held against it")
        return
    quiet = pulp.PULP_CBC_CMD(msg=False)
    covers = csr_array((minutes.T <= 12.0).astype(float))
    ours = maximal_coverage(covers, people, 4)
    model = locate.MCLP.from_cost_matrix(minutes, people, 12.0, p_facilities=4).solve(quiet)
    yield Row(
        "most people within 12 minutes, 4 sites",
        "made up, 200 by 25",
        f"{ours.value:.0f}, proven to {ours.gap:.1%}",
        f"spopt {pulp.value(model.problem.objective):.0f}",
    )
    wanted = np.asarray((minutes <= 25).any(axis=1))
    found = set_cover(csr_array((minutes.T <= 25.0).astype(float)), wanted)
    model = locate.LSCP.from_cost_matrix(minutes[wanted], 25.0).solve(quiet)
    yield Row(
        "all within 25 minutes, fewest sites",
        "made up, 200 by 25",
        f"{found.value:.0f}, proven to {found.gap:.1%}",
        f"spopt {pulp.value(model.problem.objective):.0f}",
    )
    median = p_median(as_pairs(minutes), people, np.full(len(people), minutes.max() + 1), 4, minutes.shape[1])
    model = locate.PMedian.from_cost_matrix(minutes, people, p_facilities=4).solve(quiet)
    yield Row(
        "p-median, 4 sites",
        "made up, 200 by 25",
        f"{median.value:,.2f}, proven to {median.gap:.1%}",
        f"spopt {pulp.value(model.problem.objective):,.2f}",
    )


def _knox(events: gpd.GeoDataFrame, on: str) -> Iterator[Row]:
    some = events[events["time"].notna()].iloc[::15]
    xy = some.get_coordinates().to_numpy()
    days = ((some["time"] - some["time"].min()).dt.total_seconds() / 86400).to_numpy()
    ours = knox(xy, days, 400.0, 14.0)
    one, other = np.triu_indices(len(xy), 1)
    pairs = (np.hypot(*(xy[one] - xy[other]).T) <= 400) & (np.abs(days[one] - days[other]) <= 14)
    yield Row("Knox, pairs", f"{on}, every 15th", f"{ours.near}, p {ours.p:.3f}", f"all pairs by hand {pairs.sum()}")
    try:
        from pointpats import Knox
    except ImportError:
        return
    peer = Knox(xy, days[:, None], delta=400, tau=14, permutations=99)
    yield Row(
        "Knox, pairs", f"{on}, every 15th", f"{ours.near}", f"pointpats {int(peer.statistic_)}, p {peer.p_sim:.2f}"
    )


def orders() -> Iterator[Row]:
    """Hold the closed loop against the figures of two cities' published orders."""
    names = {"SRStatus": "status", "CreatedDate": "time", "DueDate": "due", "CloseDate": "closed"}
    table = pd.read_csv(REAL / "baltimore-311" / "baltimore_311_sample.csv", usecols=list(names)).rename(columns=names)
    times = ["time", "due", "closed"]
    table[times] = table[times].apply(pd.to_datetime, format="%m/%d/%Y %I:%M:%S %p")
    facts = _loop(table, pd.Timestamp("2019-02-13 16:18:53"))
    for above, below, known in (
        ("on_time", "due", "5,303 of 6,422 at the extract"),
        ("closed_in_time", "closed_limited", "5,332 of 6,354"),
        ("closed", "orders", "6,501 of 6,648"),
    ):
        yield Row(
            f"closed loop, {above} / {below}",
            "Baltimore 311",
            f"{facts[above]:,} of {facts[below]:,}",
            f"by hand {known}",
        )
    rows = pd.read_csv(REAL / "nyc-nets-manhattan" / "nyc311_manhattan.csv")
    city = pd.DataFrame(
        {
            "status": rows["Status"],
            "time": pd.to_datetime(rows["Created Date"]),
            "closed": pd.to_datetime(rows["Closed Date"]),
        }
    )
    facts = _loop(city, None)
    yield Row(
        "closed loop, closed / orders", "New York 311", f"{facts['closed']} of {facts['orders']}", "by hand 171 of 240"
    )


def _loop(table: pd.DataFrame, now: pd.Timestamp | None) -> dict[str, int]:
    return closed_loop(table, pd.Series(None, table.index, dtype=object), layers()["incidents"], now)[1]


def medians() -> Iterator[Row]:
    """Beasley's p-median instances, whose optima are published."""
    best = {1: 5819, 2: 4093, 3: 4250, 4: 3034, 5: 1355}
    for number, optimum in best.items():
        values = np.array((REAL / "pmed" / f"pmed{number}.txt").read_text().split(), dtype=int)
        n, _, count = values[:3]
        length = np.zeros((n, n))
        for a, b, cost in values[3:].reshape(-1, 3):  # of repeated edges the last one counts
            length[a - 1, b - 1] = length[b - 1, a - 1] = cost
        minutes = shortest_path(csr_array(length), directed=False)
        place, site = (each.ravel() for each in np.indices(minutes.shape))
        order = np.lexsort((place, site))
        pairs = Pairs(place[order], site[order], minutes.ravel()[order])
        found = p_median(pairs, np.ones(n), np.full(n, minutes.max() + 1), int(count), int(n))
        yield Row(
            "p-median", f"pmed{number}", f"{found.value:,.0f}, proven to {found.gap:.1%}", f"published {optimum:,}"
        )


def catchments() -> Iterator[Row]:
    """E2SFCA beside the package access."""
    rng = np.random.default_rng(3)
    minutes = rng.random((200, 12)) * 40
    near = np.argwhere(minutes <= 30)
    near = near[np.lexsort((near[:, 0], near[:, 1]))]
    pairs = Pairs(near[:, 0], near[:, 1], minutes[near[:, 0], near[:, 1]])
    people, capacity = rng.integers(0, 500, 200).astype(float), rng.integers(1, 50, 12).astype(float)
    ours = floating_catchment(pairs, stepped(pairs.minutes, (10.0, 20.0, 30.0), (1.0, 0.68, 0.22)), people, capacity)
    try:
        import access
    except ImportError:
        yield Row("E2SFCA", "made up, 200 by 12", "-", "access is not installed: not held against it")
        return
    theirs = access.Access(
        demand_df=pd.DataFrame({"id": np.arange(200), "people": people}), demand_index="id", demand_value="people",
        supply_df=pd.DataFrame({"id": np.arange(12), "doctors": capacity}), supply_index="id", supply_value=["doctors"],
        cost_df=pd.DataFrame({"origin": pairs.origin, "dest": pairs.facility, "cost": pairs.minutes}),
        cost_origin="origin", cost_dest="dest", cost_name="cost",
    )  # fmt: skip
    theirs.enhanced_two_stage_fca(name="e", weight_fn=access.weights.step_fn({10: 1, 20: 0.68, 30: 0.22}))
    off = np.abs(theirs.access_df["e_doctors"].fillna(0).to_numpy() - ours.score).max()
    yield Row("E2SFCA", "made up, 200 by 12", "score", f"access, most off {off:.1e}")


# ------------------------------------------------------------------ the table
def main() -> None:
    """Print the table, or write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200, help="made-up maps for each promise")
    parser.add_argument("-o", type=Path, help="a Markdown file")
    parser.add_argument("--peers", type=Path, help="a folder of further packages to compare with")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    if asked.peers:
        sys.path.append(str(asked.peers))
    real: list[Callable[[], Iterator[Row]]] = [sao_paulo, counts, shapes, streets, orders, medians]
    parts = real if REAL.is_dir() else []
    parts += [
        catchments,
        sites,
        *((lambda part=part: part(asked.runs)) for part in (null_maps, powers, trends)),
        attack,
    ]
    lines = ["| measure | on | gridkit | held against |", "|---|---|---|---|"]
    for part in parts:
        for row in part():
            lines.append(f"| {row.what} | {row.on} | {row.ours} | {row.against} |")
            print(lines[-1], flush=True)
    if asked.o:
        text = HEAD.format(runs=asked.runs) + "\n".join(lines) + "\n"
        asked.o.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
