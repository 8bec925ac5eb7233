"""Everything within reach: the people who have all of a list of services near enough, and what the others lack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit.catalog.layer import Layer
from gridkit.measure.access.coverage import minutes_to
from gridkit.measure.access.facilities import facilities
from gridkit.measure.access.origins import homes
from gridkit.measure.access.walkways import Ways, ways

if TYPE_CHECKING:
    from gridkit.catalog.definitions import OneStopLayer
    from gridkit.measure.inputs import Subject


def onestop(definition: OneStopLayer, subject: Subject) -> Layer:
    """Return the one-stop layer of a subject.

    Returns
    -------
    Layer
        ``grids`` and ``units``: ``complete`` (share of the people with every service in reach), ``missing`` (services
        lacking, mean over the people), ``lacks`` (names of those that more than half of the people lack). Facts:
        ``complete`` in all, and the share with each service.
    """
    live = homes(subject.units, subject.extract, definition.who)
    has = np.zeros((len(live), len(definition.services)), dtype=bool)
    known: dict[str, Ways] = {}
    for column, (name, limit) in enumerate(definition.services.items()):
        service = subject.shelf[name]
        if service.profile not in known:
            known[service.profile] = ways(live, subject, service.profile)
        found = facilities(service, subject.extract)
        reach = minutes_to(found, known[service.profile], outward=service.outward)
        has[:, column] = reach.minutes <= limit
    people, names = live["people"].to_numpy(), list(definition.services)
    total = float(people.sum())
    shares = {name: float(people[has[:, k]].sum()) / total if total else 0.0 for k, name in enumerate(names)}
    tables = {
        "grids": _lacking(has, people, names, live["grid_id"], subject.grids.index),
        "units": _lacking(has, people, names, live["unit_id"], subject.units.index),
    }
    complete = float(people[has.all(axis=1)].sum()) / total if total else 0.0
    facts = {
        "people": total,
        "complete": complete,
        "share_with": shares,
        "rarest": min(shares, key=shares.__getitem__, default=None),
    }
    return Layer(definition, tables, facts)


def _lacking(
    has: np.ndarray, people: np.ndarray, names: list[str], area: pd.Series[str], index: pd.Index[str]
) -> pd.DataFrame:
    frame = pd.DataFrame(has, columns=names).astype(float)
    frame = frame.assign(complete=has.all(axis=1).astype(float), missing=len(names) - has.sum(axis=1))
    by = area.to_numpy()
    living = pd.Series(people).groupby(by).transform("sum").to_numpy() > 0
    weight = np.where(living, people, 1.0)  # where nobody lives, the place itself is asked
    share = frame.mul(weight, axis=0).groupby(by).sum().div(pd.Series(weight).groupby(by).sum(), axis=0).reindex(index)
    lacks = [", ".join(name for name in names if row[name] < 0.5) for _, row in share.iterrows()]  # noqa: PLR2004 - half
    return share[["complete", "missing"]].assign(lacks=lacks)
