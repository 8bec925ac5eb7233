"""The scorecard as a layer: every indicator by grid, community and subdistrict, sums that add up, few hidden."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit.catalog.layer import Layer
from gridkit.measure.participation.indicators import OF_HOUSEHOLDS
from gridkit.measure.participation.remainder import UPPER
from gridkit.measure.participation.remainder import judged as judged_of
from gridkit.measure.privacy.changed import changed, stamp
from gridkit.measure.privacy.rolled import Behind, Rolled, behind, rolled
from gridkit.measure.response.funnel import funnel
from gridkit.measure.scorecard.known import BESIDE, Known, known, source_of, trend
from gridkit.measure.share import Share

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridkit.catalog.definitions import ScorecardLayer
    from gridkit.measure.inputs import Subject

WHOLE, SUBDISTRICT, COMMUNITY, GRID = "district", "subdistrict", "community", "grid"
LEVELS = (WHOLE, SUBDISTRICT, COMMUNITY, GRID)


def scorecard(definition: ScorecardLayer, subject: Subject) -> Layer:
    """Return the scorecard.

    Returns
    -------
    Layer
        ``lines``: one row per area and indicator: ``level`` (of :data:`LEVELS`), ``area``, ``indicator``, ``n``,
        ``of`` and the share with its interval, ``why`` it is not told, ``grids_known`` of ``grids``, ``source``,
        ``asof``, ``trials`` (whether chance alone has limits) and ``outside`` (of them, at the rate of all; no rank).
        ``grids``: the shares side by side, with ``NAME_n`` and ``NAME_of``. Facts: ``lines`` of the district,
        ``trends``, and what is ``missing``.
    """
    found = known(subject)
    shared = _shared(found, subject)
    parts: list[dict[str, Any]] = []
    whole: list[dict[str, Any]] = []
    grids = pd.DataFrame(index=subject.grids.index)
    for name in definition.indicators:
        each = found.get(name, Known(Share(None, None)))
        its = _rows(name, each, subject, _hides(name, each, subject, shared))
        parts += its
        rows = pd.DataFrame(its)
        whole.append({str(k): v for k, v in rows.iloc[0].items() if k not in ("level", "area", "outside", "trials")})
        own = rows[rows["level"] == GRID].set_index("area")
        if len(own):
            for column, of in ((name, "share"), (f"{name}_n", "n"), (f"{name}_of", "of")):
                grids[column] = pd.to_numeric(own[of]).reindex(grids.index).astype(float)
    table = pd.DataFrame(parts).rename_axis("row_id")
    trends = {name: told for name, each in found.items() if (told := trend(each.months))}
    plain = [{k: _plain(v) for k, v in row.items()} for row in whole]
    facts = {
        "lines": plain,
        "trends": trends,
        "known": sum(not row["why"] for row in plain),
        "few": sum(row["why"] == "few" for row in plain),
        "missing": [row["indicator"] for row in plain if row["why"] == "missing"],
        "behind": shared[0].plain(),
    }
    return Layer(definition, {"grids": grids.rename_axis("grid_id"), "lines": _typed(table)}, facts)


def _rows(name: str, each: Known, subject: Subject, hides: Behind | None) -> list[dict[str, Any]]:
    """Return the rows of one indicator, the whole district first; ``hides`` is what a line of people hides behind."""
    head = {"level": WHOLE, "area": "", "indicator": name, "outside": "", "trials": float(each.whole.binomial)}
    if each.counts is None:
        return [{**head, **each.whole.told()}]
    counts, own = each.counts, each.whole
    judged = judged_of(counts, persons=own.persons)
    judge = (judged["n"], judged["of"], judged["parent"])
    safe = _all(judged) if own.computed else rolled(*judge, persons=own.persons, hides=hides)
    told = own.told() if safe.whole else _hidden(own)
    rows = [{**head, **told}]
    rows += _areas(name, counts, own, safe, set(judged["parent"].dropna().astype(str)), subject)
    withheld = set(safe.withheld.index[safe.withheld.to_numpy(dtype=bool)])
    for grid in subject.grids.index:
        n, of = (_of(counts, grid, column) for column in ("n", "of"))
        share = replace(own, n=n, of=of, known=int(n is not None), grids=1)
        told = _hidden(share) if grid in withheld else share.told()
        rows.append({**head, "level": GRID, "area": grid, **told})
    _judge(rows, binomial=own.binomial)
    return rows


def _shared(found: Mapping[str, Known], subject: Subject) -> tuple[Behind, Behind]:
    """Return what lines over the same households hide few behind: those of participation, and the others.

    Those of participation were told when it was laid. What others would have to hide besides, those tell: so the sums
    that it would follow from are not told. Where it tells of no households, the others hide what they have to.
    """
    layer = subject.layers.get("participation")
    held = {} if layer is None else layer.facts.get("behind", {})  # a plan of an earlier version has none
    told = Behind.of(held)
    tells = any(name in found for name in OF_HOUSEHOLDS) and bool(held)
    others = {name: found[name] for name in (*OF_HOUSEHOLDS, *BESIDE) if name in found}
    if tells:
        others = {name: line for name, line in others.items() if name not in OF_HOUSEHOLDS}
    past = told if tells else None
    for name in others:
        earlier = _earlier(name, subject, all_lines=True)
        past = earlier if past is None else past.beside(earlier)
    judged = [judged_of(line.counts, persons=True) for line in others.values() if line.counts is not None]
    rest = behind([(table["of"], table["parent"]) for table in judged], past)
    return (told, rest) if tells else (rest, rest)


def _earlier(name: str, subject: Subject, *, all_lines: bool) -> Behind | None:
    """Return what a line of people may not tell for the sake of earlier scorecards."""
    source = source_of(name)
    now = (source, stamp(subject.services.get(source)))
    return changed(pd.DataFrame(subject.units), subject.records, now, all_lines=all_lines)


def _hides(name: str, each: Known, subject: Subject, shared: tuple[Behind, Behind]) -> Behind | None:
    """Return what a line of people hides few behind: of households as all lines over the same do, now and before."""
    if not each.whole.persons or each.counts is None:
        return None
    if name in (*OF_HOUSEHOLDS, *BESIDE):
        return shared[name in BESIDE]
    own = judged_of(each.counts, persons=True)
    return behind([(own["of"], own["parent"])], _earlier(name, subject, all_lines=False))


def _areas(
    name: str, counts: pd.DataFrame, own: Share, safe: Rolled, judged: set[str], subject: Subject
) -> list[dict[str, Any]]:
    """Return the rows of subdistricts and communities: sums of their grids, and of what is known of them alone."""
    parents = sorted(str(parent) for parent in subject.grids["parent"].unique())
    members: dict[tuple[str, str], set[str]] = {}
    for parent in parents:
        upper = subject.upper.get(parent)
        if upper:
            members.setdefault((SUBDISTRICT, upper), set()).add(parent)
    for parent in sorted(set(counts["parent"].dropna().astype(str)) - set(parents)):
        if parent.startswith(UPPER):  # known of a subdistrict, and of none of its communities
            members.setdefault((SUBDISTRICT, parent.removeprefix(UPPER)), set()).add(parent)
    members |= {(COMMUNITY, parent): {parent} for parent in parents}
    rows = []
    for (level, area), those in members.items():
        here = counts[counts["parent"].astype(str).isin(those)]
        held = here[here["n"].notna() & here["of"].notna()]
        grids = subject.grids.index[subject.grids["parent"].astype(str).isin(those)]
        seen = int(held.index.isin(grids).sum())
        n, of = (float(held[column].sum()) if len(held) else None for column in ("n", "of"))
        share = replace(own, n=n, of=of, known=seen, grids=len(grids))
        may = not (those & judged) or safe.tells(those & judged)
        told = share.told() if may else _hidden(share)
        rows.append(
            {"level": level, "area": area, "indicator": name, "outside": "", "trials": float(own.binomial), **told}
        )
    return rows


def _all(counts: pd.DataFrame) -> Rolled:
    """Return that all rows and sums may be told: nobody is counted."""
    parents = sorted({str(parent) for parent in counts["parent"].dropna()})
    return Rolled(pd.Series(data=False, index=counts.index), tuple((parent,) for parent in parents))


def _hidden(share: Share) -> dict[str, Any]:
    """Return a line of which nothing is told, whether it is small itself or protects one that is: these look alike."""
    empty = dict.fromkeys(("n", "of", "share", "share_low", "share_high"))
    return {**share.told(), **empty, "why": share.why if share.why == "missing" else "few"}


def _judge(rows: list[dict[str, Any]], *, binomial: bool) -> None:
    """Say of each grid and community that is told whether it lies outside the limits of chance at the rate of all."""
    for level in (COMMUNITY, GRID):
        told = [row for row in rows if row["level"] == level and not row["why"]]
        if not binomial or len(told) < 2:  # noqa: PLR2004 - one alone is the rate of all
            continue
        n, of = (np.array([float(row[name]) for row in told]) for name in ("n", "of"))
        for row, outside in zip(told, funnel(n, of)["outside"], strict=True):
            row["outside"] = outside


def _of(counts: pd.DataFrame, place: Any, column: str) -> float | None:  # noqa: ANN401 - a name
    value = counts[column].get(place)
    return None if value is None or pd.isna(value) else float(value)


_TEXTS = ("level", "area", "indicator", "why", "source", "asof", "outside")


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    made: dict[str, Any] = {}
    for name in table:
        if name in _TEXTS:
            made[str(name)] = table[name].astype("object").where(table[name].notna(), "").map(str)
        else:
            made[str(name)] = pd.to_numeric(table[name]).astype(float)
    return pd.DataFrame(made, index=table.index)


def _plain(value: Any) -> Any:  # noqa: ANN401 - a cell
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and np.isnan(value) else value


def funnels(lines: pd.DataFrame, names: Mapping[str, Any], least: int = 4) -> list[str]:
    """Return the indicators whose grids may be drawn as a funnel: those with most grids beyond chance first."""
    grids = lines[(lines["level"] == GRID) & (lines["why"] == "") & (lines["of"] > 0)]
    trials = grids[grids["trials"] == 1.0]
    by = trials.groupby("indicator")
    counts, beyond = by.size(), (trials["outside"] != "").groupby(trials["indicator"]).sum()
    varied = by["n"].sum() > 0
    able = [str(name) for name in names if counts.get(name, 0) >= least and varied.get(name)]
    return sorted(able, key=lambda name: -int(beyond[name]))
