"""Who answers for the grids of a plan, and the households that keep their worker from one plan to the next."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from gridkit.catalog.presets import presets
from gridkit.measure.work.continuity import Kept, kept, workers

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from gridkit.catalog.layer import Layer
    from gridkit.catalog.workload import Workload
    from gridkit.plan.plan import Plan

STAFFING = "staffing"
"""The layer that holds the posts of a plan."""


def answering(plan: Plan) -> dict[str, frozenset[str]]:
    """Return who answers for each grid, by the numbers of staff; nothing where the plan knows no staff."""
    layer = plan.layers.get(STAFFING)
    if layer is None:
        return {}
    work = _work(layer)
    seats = set() if work is None else {name for name, role in work.roles.items() if role.seat}
    return workers(pd.DataFrame(layer.tables["posts"]), seats)


def _work(layer: Layer) -> Workload | None:
    """Return what the practice of a staffing layer says of work."""
    practice = str(layer.facts.get("preset", ""))
    return presets()[practice].workload if practice in presets() else None


def board(plan: Plan) -> pd.DataFrame | None:
    """Return what a notice board says of each grid's posts: what they are, the office's telephone, duties; no names.

    Returns
    -------
    DataFrame
        On ``grid_id``: ``post`` (and ``post_en``, ``post_zh``), ``phone``, ``duties`` (and ``duties_en``, where the
        table of staff has them in English too); None where the plan knows no staff.
    """
    layer = plan.layers.get(STAFFING)
    if layer is None or STAFFING in plan.stale:
        return None
    work = _work(layer)
    posts = pd.DataFrame(layer.tables["posts"])
    told = posts[posts["role"].isin([] if work is None else list(work.roles))]
    made = pd.DataFrame(index=plan.grids.index)
    for lang in ("en", "zh"):
        words = {} if work is None else {name: role.title.said(lang) for name, role in work.roles.items()}
        made[f"post_{lang}"] = _joined(told["role"].map(words), told["grid_id"], (", ", "、"))
    made["post"] = made["post_en"]
    for name in ("phone", "duties", "duties_en"):
        if name in told:
            made[name] = _joined(told[name], told["grid_id"], ("; ", "；"))
    return made


def on_the_card(plan: Plan) -> Plan:
    """Return the plan whose grids say who works there, for the cards and lists of the office."""
    layer = plan.layers.get(STAFFING)
    work = None if layer is None else _work(layer)
    if layer is None or work is None:
        return plan
    posts = pd.DataFrame(layer.tables["posts"])
    told = posts[posts["role"].isin(list(work.roles))]
    attributes = pd.DataFrame(index=plan.grids.index) if plan.attributes is None else plan.attributes.copy()
    attributes = attributes.reindex(attributes.index.union(plan.grids.index, sort=False))
    for lang in ("en", "zh"):
        words = {name: role.title.said(lang) for name, role in work.roles.items()}
        said = {str(grid): _listed(rows, words, lang) for grid, rows in told.groupby("grid_id")}
        attributes[f"staff_{lang}"] = pd.Series(said, dtype=object).reindex(attributes.index)
    attributes["staff"] = attributes["staff_zh"] if plan.parameters.lang == "zh" else attributes["staff_en"]
    return plan.having(attributes=attributes)


def _listed(rows: pd.DataFrame, words: Mapping[str, str], lang: str) -> str:
    """Return the posts of a grid in words, with names where they were kept."""
    comma = "、" if lang == "zh" else ", "
    if "name" in rows and rows["name"].notna().any():
        form = "{name}（{post}）" if lang == "zh" else "{name} ({post})"
        return comma.join(
            form.format(name=name, post=words[str(role)]) if isinstance(name, str) else words[str(role)]
            for name, role in zip(rows["name"], rows["role"], strict=True)
        )
    counts = rows["role"].value_counts(sort=False)
    return comma.join(words[str(role)] + (f" × {count}" if count > 1 else "") for role, count in counts.items())


def _joined(values: pd.Series[str], grid: pd.Series[str], marks: tuple[str, str]) -> pd.Series[str]:
    """Return the different texts of each grid as one, with the second of two marks between them where they are Chinese.

    What stands in a table is in the language of whoever wrote it, whatever a plan or its reader speaks.
    """
    there = values.notna()

    def one(own: pd.Series[str]) -> str:
        texts = list(dict.fromkeys(map(str, own)))
        return marks[any(map(_CHINESE.search, texts))].join(texts)

    return values[there].groupby(grid[there]).agg(one)


_CHINESE = re.compile(r"[\u3400-\u9fff]")


def leaving_m(plan: Plan, units: gpd.GeoDataFrame, worker_m: float) -> pd.Series[float] | None:
    """Return the metres that each unit costs when it leaves its grid: for each household of it that has a worker.

    A worker of two grids counts as two: a household that moves between them is charged all the same.
    """
    held = answering(plan) if worker_m else {}
    if not held:
        return None
    return families(units) * worker_m * units["grid_id"].astype(str).isin(list(held))


def families(units: gpd.GeoDataFrame) -> pd.Series[float]:
    """Return the households of units, or people where nobody counted households."""
    given = units["households"].astype(float) if "households" in units else None
    return units["people"].astype(float) if given is None or given.isna().all() else given.fillna(0.0)


def continuity(old: Plan, new: Plan, parts: pd.DataFrame) -> Kept | None:
    """Return how many households keep their worker; None where the old plan knows no staff.

    Parameters
    ----------
    parts
        Pieces of ground with their ``old`` and ``new`` grid, ``households`` and ``people``.
    """
    was = answering(old)
    if not was:
        return None
    now = answering(new) or was
    known = parts["households"].notna().any()
    amounts = parts["households"] if known else parts["people"]
    return kept(amounts, parts["old"].fillna(""), parts["new"].fillna(""), was, now)
