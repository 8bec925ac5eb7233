"""Everything within reach: the people who have all of a list of services near enough, and what the others lack."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit.catalog.layer import Layer
from gridkit.errors import GridkitWarning
from gridkit.language.phrases import series
from gridkit.measure.access.coverage import minutes_to
from gridkit.measure.access.facilities import facilities
from gridkit.measure.access.origins import origins
from gridkit.measure.access.walkways import Ways, ways

if TYPE_CHECKING:
    from gridkit.catalog.definitions import OneStopLayer
    from gridkit.measure.inputs import Subject


def onestop(definition: OneStopLayer, subject: Subject) -> Layer:
    r"""Return the one-stop layer of a subject.

    .. math:: complete = \sum_i p_i \prod_s [t_{is} \le T_s] / \sum_i p_i, \quad
        missing = \sum_i p_i \sum_s [t_{is} > T_s] / \sum_i p_i

    over the services :math:`s` of which any facility is known: a definition of this project.

    Returns
    -------
    Layer
        ``grids`` and ``units``: ``complete`` (share of the people with every service in reach), ``missing`` (services
        lacking, mean over the people), ``lacks`` (names of those that more than half of the people lack). Facts:
        ``complete`` in all, the share with each service, and ``unknown``: the services of which no facility is known
        here. They are left out, as nobody can tell whether they lack; ``complete`` is null where none is known.

    Warns
    -----
    GridkitWarning
        When a service is unknown.
    """
    live = origins(subject.units, subject.extract, definition.who)
    has = np.zeros((len(live), len(definition.services)), dtype=bool)
    known: dict[str, Ways] = {}
    known_at_all = np.zeros(len(definition.services), dtype=bool)
    for column, (name, limit) in enumerate(definition.services.items()):
        service = subject.registry[name]
        if service.profile not in known:
            known[service.profile] = ways(live, subject, service.profile)
        found = facilities(service, subject)
        known_at_all[column] = len(found) > 0
        reach = minutes_to(found, known[service.profile], outward=service.outward)
        has[:, column] = reach.minutes <= limit
    names = [name for name, there in zip(definition.services, known_at_all, strict=True) if there]
    unknown = [name for name in definition.services if name not in names]
    if unknown:
        said = "no facility of these services is known, so they are left out: {services}"
        warnings.warn(GridkitWarning(said, where=definition.name, services=series(unknown)), stacklevel=2)
    has = has[:, known_at_all]
    people = live["people"].to_numpy()
    total = float(people.sum())
    shares = {name: float(people[has[:, k]].sum()) / total for k, name in enumerate(names) if total}
    tables = {
        "grids": _lacking(has, people, names, live["grid_id"], subject.grids.index),
        "units": _lacking(has, people, names, live["unit_id"], subject.units.index),
    }
    complete = float(people[has.all(axis=1)].sum()) / total if total and names else None
    facts = {
        "people": total,
        "complete": complete,
        "share_with": shares,
        "rarest": min(shares, key=shares.__getitem__, default=None),
        "unknown": unknown,
    }
    return Layer(definition, tables, facts)


def _lacking(
    has: np.ndarray, people: np.ndarray, names: list[str], area: pd.Series[str], index: pd.Index[str]
) -> pd.DataFrame:
    frame = pd.DataFrame(has, columns=names).astype(float)
    whole = has.all(axis=1).astype(float) if names else np.nan
    frame = frame.assign(complete=whole, missing=len(names) - has.sum(axis=1) if names else np.nan)
    by = area.to_numpy()
    living = pd.Series(people).groupby(by).transform("sum").to_numpy() > 0
    weight = np.where(living, people, 1.0)  # where nobody lives, the place itself is asked
    share = frame.mul(weight, axis=0).groupby(by).sum().div(pd.Series(weight).groupby(by).sum(), axis=0).reindex(index)
    lacks = [", ".join(name for name in names if row[name] < 0.5) for _, row in share.iterrows()]  # noqa: PLR2004 - half
    return share[["complete", "missing"]].assign(lacks=lacks)
