"""The layers against other people's packages, hand computations and their own promises, in one table.

    python3 dev.py python benchmarks/truth.py [--runs 200] [-o benchmarks/truth.md]

Peers run on real data (GRIDKIT_REAL_DATA, else ../shared/data): Sao Paulo's accidents on its hexagons, Baltimore's and
New York's orders, Beasley's p-median instances. What a test promises (how often it errs, how strong a thing has to be
to be seen) is counted on made-up maps; tests/measure runs smaller samples of the same. A peer that is not installed is
left out, and said to be.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import warnings
from dataclasses import dataclass
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

import test_withhold as pages
from lattices import lattice_neighbours
from sao_paulo import accidents, hexagons

from gridkit.catalog.definitions import layers, maps
from gridkit.measure.access.catchment import floating_catchment, stepped
from gridkit.measure.access.reach import Pairs
from gridkit.measure.incidents import layer
from gridkit.measure.incidents.closed_loop import closed_loop
from gridkit.measure.incidents.contiguity import contiguity, with_self
from gridkit.measure.incidents.discovery import false_discovery
from gridkit.measure.incidents.hotspots import alone, hot_spots, visible
from gridkit.measure.incidents.local_association import gi_star, local_moran
from gridkit.measure.incidents.placement import assign
from gridkit.measure.incidents.rates import crude, interval, smoothed
from gridkit.measure.incidents.repeats import knox
from gridkit.measure.incidents.trend import bursts, periods, trend
from gridkit.measure.siting.p_median import p_median
from gridkit.render.withhold import Withheld

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[1]
REAL = Path(os.environ.get("GRIDKIT_REAL_DATA") or ROOT.parent / "shared" / "data")
SURE = 0.05
EACH = 5
"""So many maps are drawn for each one that told a strength."""


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, on what, ours, and what it is held against."""

    what: str
    on: str
    ours: str
    against: str


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
    by_hand = [stats.poisson.cdf(counts, high), stats.poisson.sf(counts[counts > 0] - 1, low[counts > 0])]
    yield Row(
        "Garwood bounds",
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


# ------------------------------------------------------------------ promises
SIDE = 16
NEAR = lattice_neighbours(SIDE)
PEOPLE = pd.Series(np.random.default_rng(9).gamma(0.8, 1250, SIDE**2) + 20)


def drawn(seed: int, uneven: float, mean: float, hot: np.ndarray | None = None, ratio: float = 1.0) -> pd.Series:
    """Return counts of a map of 256 areas, large and small, with so uneven risks and a hot spot if one is asked for."""
    rng = np.random.default_rng(seed)
    risk = rng.gamma(1 / uneven, uneven, SIDE**2) if uneven else np.ones(SIDE**2)
    if hot is not None:
        risk[hot] *= ratio
    return pd.Series(rng.poisson(PEOPLE / 1000 * mean * risk))


def null_maps(runs: int) -> Iterator[Row]:
    """How many maps on which nothing lies together show something all the same."""
    for uneven in (0.0, 0.5):
        for name, rate in (("smoothed", smoothed), ("crude", crude)):
            tables = [gi_star(rate(drawn(seed, uneven, 4.0), PEOPLE), NEAR, seed=seed) for seed in range(runs)]
            ours = np.mean([(each["q"] <= SURE).any() for each in tables])
            curve = np.mean([(false_discovery(2 * stats.norm.sf(np.abs(each["z"]))) <= SURE).any() for each in tables])
            yield Row(
                f"Gi*, {name} rates: null maps that show something",
                f"{runs} maps, dispersion {uneven:g}",
                f"{ours:.1%}",
                f"promised about 5 %; by the normal curve {curve:.1%}",
            )
        shown = np.mean([hot_spots(drawn(seed, uneven, 4.0), PEOPLE, NEAR).table["hot"].any() for seed in range(runs)])
        single = np.mean([alone(drawn(seed, uneven, 4.0), PEOPLE)["alone"].any() for seed in range(runs)])
        yield Row(
            "hot spots (window): null maps that show something",
            f"{runs} maps, dispersion {uneven:g}",
            f"{shown:.1%}",
            "promised at most about 5 %",
        )
        yield Row(
            "single areas: null maps that show something",
            f"{runs} maps, dispersion {uneven:g}",
            f"{single:.1%}",
            "promised at most about 5 %",
        )


def powers(runs: int) -> Iterator[Row]:
    """Whether what is said to be visible is seen four times in five: told by one map, tried on others."""
    window = with_self(NEAR)
    for uneven, single in itertools.product((0.0, 0.3, 0.6), (False, True)):
        due = PEOPLE.to_numpy() if single else window @ PEOPLE.to_numpy()
        middle = np.argsort(due)[SIDE**2 // 3 : 2 * SIDE**2 // 3]
        told, seen, beside = [], 0, 0
        for seed in range(runs):
            if seed % EACH == 0:
                limit = visible(hot_spots(drawn(seed, uneven, 8.0), PEOPLE, NEAR), NEAR, single=single)
            if not np.isfinite(limit):
                continue
            centre = int(np.random.default_rng(seed).choice(middle))
            hot = np.array([centre]) if single else window[[centre]].indices
            counts = drawn(1000 + seed, uneven, 8.0, hot, limit)
            by_window = bool(hot_spots(counts, PEOPLE, NEAR).table["hot"].iloc[centre])
            told.append(limit)
            beside += by_window
            seen += bool(alone(counts, PEOPLE)["alone"].iloc[centre]) if single else by_window
        what = "a lone hot area" if single else "a hot area with its neighbours"
        more = f"; by the window {beside / len(told):.0%}" if single else ""
        yield Row(
            f"{what}, at the told {min(told):.1f} to {max(told):.1f} times",
            f"{len(told)} maps, dispersion {uneven:g}, told by {len(told) // EACH} others",
            f"seen in {seen / len(told):.0%}",
            f"promised at least 80 %{more}",
        )


def trends(runs: int) -> Iterator[Row]:
    """How often a season or bursts are called a trend."""
    from measure.incidents.test_trend import bursting

    for known in (365, 550, 730):
        for phi in (1, 2, 3):
            alarms = verdicts = 0
            for seed in range(runs):
                times = bursting(np.random.default_rng(seed), known, phi)
                two = periods(times)
                if two is None:
                    continue
                verdicts += 1
                counts = [pd.Series([inside(times).sum()]) for inside in (two.now, two.then)]
                table = trend(*counts, dispersion=bursts(times, two), share=two.share)
                alarms += table["trend_p"].iloc[0] < SURE
            said = f"{alarms / verdicts:.1%}" if verdicts else "no verdict"
            yield Row(
                "trend: false alarms, season of 15 %",
                f"{runs} series of {known} days, dispersion {phi}",
                said,
                "promised 3 to 7 %" if verdicts else "promised none",
            )


def attack() -> Iterator[Row]:
    """Count what a linear program gets out of finished public pages."""
    asked, layer.QUESTIONS = layer.QUESTIONS, (layer._trends, layer._hot, layer._closed)  # noqa: SLF001
    whole = Withheld.column

    def cell_by_cell(*given: Any) -> tuple[pd.Series, np.ndarray]:  # noqa: ANN401
        values, name = given[2:]
        few = values[name] if name in pages.TRUTH else pd.Series(0, values.index)
        return values[name], ((few > 0) & (few < 10)).to_numpy()

    for how, column in (("whole rows, as published", whole), ("small cells alone, to try the attack", cell_by_cell)):
        Withheld.column = column  # type: ignore[method-assign]
        found = np.zeros(3, dtype=int)
        for seed in range(20):
            plan, table = pages.made_map(seed)
            found += pages.attacked(plan, table, pages.finished(plan, maps()["public"]))
        yield Row(
            "linear program over a public page",
            f"20 maps, {found[0]} small counts",
            f"{found[1]} recovered, {found[2]} proven small",
            how,
        )
    Withheld.column, layer.QUESTIONS = whole, asked  # type: ignore[method-assign]


# ------------------------------------------------------------------ the table
def main() -> None:
    """Print the table, or write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200, help="made-up maps for each promise")
    parser.add_argument("-o", type=Path, help="a Markdown file")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    parts: list[Callable[[], Iterator[Row]]] = [sao_paulo, orders, medians] if REAL.is_dir() else []
    parts += [catchments, *((lambda part=part: part(asked.runs)) for part in (null_maps, powers, trends)), attack]
    lines = ["| measure | on | gridkit | held against |", "|---|---|---|---|"]
    for part in parts:
        for row in part():
            lines.append(f"| {row.what} | {row.on} | {row.ours} | {row.against} |")
            print(lines[-1], flush=True)
    if asked.o:
        asked.o.write_text(
            "# The layers held against truth\n\nWritten by `truth.py`.\n\n" + "\n".join(lines) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
