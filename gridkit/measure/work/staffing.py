"""Who there is to do the work of a plan's grids, as a layer: fit, gaps, ratios, and what is left without the lent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridkit.catalog.layer import Layer
from gridkit.catalog.posts import taken
from gridkit.errors import TableError
from gridkit.measure.work.fit import fit, fitting, with_walking
from gridkit.measure.work.gaps import between, surplus
from gridkit.measure.work.layer import standards, workload
from gridkit.measure.work.names import STAFF_TABLE
from gridkit.measure.work.posts import available, on_duty, posts, served
from gridkit.measure.work.ratios import ratios
from gridkit.measure.work.stress import falls_short, over_time, without_lent
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from gridkit.catalog.definitions import StaffingLayer
    from gridkit.catalog.workload import Workload
    from gridkit.measure.inputs import Subject

EARLY = pd.Timestamp(1900, 1, 1)
SHOWN = ("phone", "duties", "duties_en", "unit", "name")
"""What posts are told with, where the table of staff says it and it was kept."""


def staffing(definition: StaffingLayer, subject: Subject) -> Layer:
    """Return the layer of staff against work.

    Returns
    -------
    Layer
        ``grids``: ``posts``, ``posts_known`` (with hours), ``available``, ``hours`` (needed), ``fit``, ``surplus``,
        ``available_own`` and ``fit_own`` (without those who are lent), ``falls_short`` (the first day with a fit below
        1), ``tasks_fit`` of ``tasks_known``, ``shared`` (posts whose holder serves other grids too). ``posts``,
        ``tasks`` (what fits of each, in the order of priority), ``ratios``, ``stress`` (day by day), ``gaps``.

    Raises
    ------
    TableError
        When there is no staff.
    """
    brought = subject.services.get(STAFF_TABLE)
    if brought is None:
        raise TableError("there is no staff", mend="name a table of it: gridkit staffing PLAN --staff FILE")
    _, work = standards(definition.practice)
    need = _need(definition, subject)
    grids = need.tables["grids"]
    people = pd.DataFrame(brought.drop(columns="geometry"))
    people, strange, unsure = _roles(people, work)
    places, wrong = served(people, subject.grids.index, [(str(each),) for each in subject.grids["parent"]])
    every = posts(people, places, grids["hours"], work)
    every = every.join(people[[name for name in SHOWN if name in people]], on="staff_id")
    day = pd.Timestamp(definition.asof) if definition.asof else EARLY
    now = on_duty(every, day) if definition.asof else every
    table = available(now, subject.grids.index).join(grids[["hours", "tasks_missing"]])
    table["fit"] = fit(table["available"], table["hours"])
    table["surplus"] = surplus(table["available"], table["hours"])
    table["available_own"] = without_lent(now, subject.grids.index, work)
    table["fit_own"] = fit(table["available_own"], table["hours"])
    table["falls_short"] = falls_short(every, grids["hours"], day)
    table["shared"] = (~now["whole"]).groupby(now["grid_id"]).sum().reindex(table.index).fillna(0).astype(int)
    by_task = need.tables["tasks"].pivot_table(index="grid_id", columns="task", values="hours", dropna=False)
    tasks = with_walking(by_task.reindex(table.index), grids["hours_walking"])
    fits = fitting(tasks, table["available"], work)
    whole = (fits >= tasks[fits.columns] - _TINY) & fits.notna()
    table["tasks_fit"] = whole.sum(axis=1).where(table["available"].notna())
    table["tasks_known"] = tasks.notna().sum(axis=1)
    tables: dict[str, pd.DataFrame] = {
        "grids": table,
        "posts": every.rename(columns={"since": "first_day", "until": "last_day"}),
        "tasks": _by_task(tasks, fits, whole),
        "ratios": ratios(now, subject.grids, work),
        "stress": over_time(every, grids["hours"], day),
    }
    if subject.borders is not None:
        tables["gaps"] = between(table["surplus"], _neighbours(subject))
    facts = _facts(definition, people, now, tables, strange, wrong)
    return Layer(definition, tables, {**facts, **({"roles_unsure": unsure} if unsure else {})})


_TINY = 1e-9


def _need(definition: StaffingLayer, subject: Subject) -> Layer:
    """Return the hours that grids need: as the plan has them by the same practice and events, else measured."""
    asked = replace(subject.registry["workload"], practice=definition.practice, events=definition.events)
    known = subject.layers.get("workload")
    return known if known is not None and known.definition == asked else workload(asked, subject)


def _roles(people: pd.DataFrame, work: Workload) -> tuple[pd.DataFrame, dict[str, int], list[dict[str, Any]]]:
    """Return staff with the role of each post, the words that are none, and those that leave its kind open.

    How many have them stands with the words.
    """
    said = people["post"] if "post" in people else pd.Series(None, index=people.index, dtype=object)
    found = {str(word): taken(str(word), work.roles) for word in said.dropna().unique()}
    counts = said.value_counts()
    strange = {word: int(counts[word]) for word, each in found.items() if each.role is None}
    unsure = [
        {"post": word, "role": each.role, "rows": int(counts[word])} for word, each in found.items() if not each.sure
    ]
    role = said.map({word: each.role for word, each in found.items()}).astype(object)
    days = {name: people[name] if name in people else pd.Series(None, people.index) for name in ("since", "until")}
    return people.assign(role=role, **{name: pd.to_datetime(each) for name, each in days.items()}), strange, unsure


def _neighbours(subject: Subject) -> pd.DataFrame:
    """Return which grids touch, each pair once."""
    assert subject.borders is not None  # noqa: S101 - asked before
    grid = subject.units["grid_id"].astype(TEXT)
    ends = pd.DataFrame(
        {
            "grid_id": grid.reindex(subject.borders["unit_id"]).to_numpy(),
            "neighbour": grid.reindex(subject.borders["neighbour"]).to_numpy(),
        }
    )
    ends = ends[ends["grid_id"] != ends["neighbour"]]
    first = ends.min(axis=1)
    ends = pd.DataFrame({"grid_id": first, "neighbour": ends.max(axis=1)})
    return ends.drop_duplicates().sort_values(["grid_id", "neighbour"])


def _by_task(tasks: pd.DataFrame, fits: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    """Return one row per task, in the order of priority: hours needed, hours that fit, grids where all of it does."""
    known = fits.notna()
    rows = {
        str(name): {
            "needed": float(tasks[name][known[name]].sum(min_count=1)),
            "fits": float(fits[name].sum(min_count=1)),
            "grids_whole": int(whole[name].sum()),
            "of_grids": int(known[name].sum()),
        }
        for name in fits
    }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("task")
    return table.assign(share=table["fits"] / table["needed"].where(table["needed"] > 0))


def _facts(
    definition: StaffingLayer,
    people: pd.DataFrame,
    now: pd.DataFrame,
    tables: dict[str, pd.DataFrame],
    strange: dict[str, int],
    wrong: dict[str, list[str]],
) -> dict[str, Any]:
    table, stress = tables["grids"], tables["stress"]
    known = table["fit"].notna()
    have, want = float(table["available"][known].sum()), float(table["hours"][known].sum())
    falls = stress.index[(stress["fit"] < 1).to_numpy(dtype=bool)]
    roles = now.drop_duplicates("staff_id")["role"].value_counts()
    return {
        "preset": definition.practice,
        "counted_on": definition.asof or None,
        "staff_read": len(people),
        "serving": int(now["staff_id"].nunique()),
        "posts": len(now),
        "posts_with_hours": {"n": int(now["hours"].notna().sum()), "of": len(now)},
        "roles": {str(name): int(count) for name, count in roles.items()},
        **({"roles_unknown": strange} if strange else {}),
        **wrong,
        "available": have,
        "hours": want,
        "fit": have / want if want else None,
        "fit_known": {"n": int(known.sum()), "of": len(table)},
        "grids_short": int((table["fit"] < 1).sum()),
        "grids_without_post": int((table["posts"] == 0).sum()),
        "grids_short_own": int((table["fit_own"] < 1).sum()),
        "fit_own": float(table["available_own"][known].sum()) / want if want else None,
        "falls_short": str(falls[0]) if len(falls) else None,
        "serving_several": int(now.loc[~now["whole"] & now["role"].notna(), "staff_id"].nunique()),
        "tasks_unknown": [str(name) for name in tables["tasks"].index[tables["tasks"]["of_grids"] == 0]],
    }
