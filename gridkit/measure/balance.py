"""How evenly the grids share the people, the households or whatever is balanced."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit.band import Band
from gridkit.catalog.layer import Layer
from gridkit.tables import flagged

if TYPE_CHECKING:
    from gridkit.catalog.definitions import BalanceLayer
    from gridkit.measure.inputs import Subject


def deviation(values: pd.Series[float], target: float | None = None) -> pd.Series[float]:
    r"""Return how far each value lies from the target, as a share of it.

    .. math:: d_i = (w_i - t) / t

    Parameters
    ----------
    values
        What is balanced, one value per grid: people, households, hours.
    target
        In the unit of ``values``; their mean when None.

    Returns
    -------
    Series
        On the index of ``values``, dimensionless: -0.1 is 10 % short. All 0 when the target is 0.

    Examples
    --------
    >>> deviation(pd.Series([900, 1000, 1100], index=["a", "b", "c"])).tolist()
    [-0.1, 0.0, 0.1]
    """
    aim = float(values.mean()) if target is None else float(target)
    return ((values - aim) / aim if aim else values * 0.0).rename("deviation")


def dedicated(grids: pd.DataFrame, units: pd.DataFrame | None = None) -> pd.Series[bool]:
    """Return whether each grid is one institution's own, which no band binds.

    Parameters
    ----------
    grids
        Its column ``dedicated`` says so, where there is one.
    units
        UNITS with ``grid_id``: a grid is dedicated when all its units are (a name or true in ``dedicated``).
    """
    said = grids.get("dedicated")
    if said is not None:
        return flagged(said)
    if units is not None and "dedicated" in units:
        own = units["dedicated"].notna() & (units["dedicated"] != False)  # noqa: E712 - a mark may be a name
        return own.groupby(units["grid_id"]).all().reindex(grids.index, fill_value=False)
    return pd.Series(data=False, index=grids.index)


def imbalance(values: pd.Series[float]) -> float:
    r"""Return the largest share by which a value exceeds the mean, dimensionless.

    .. math:: \max_i w_i / \bar w - 1

    References
    ----------
    Karypis & Kumar (1998), SIAM Journal on Scientific Computing 20(1), 359-392.

    Examples
    --------
    >>> imbalance(pd.Series([900, 1000, 1100]))
    0.1
    """
    mean = float(values.mean())
    return round(float(values.max()) / mean - 1, 12) if mean else 0.0


def spread(values: pd.Series[float]) -> float:
    r"""Return the coefficient of variation: standard deviation over mean, dimensionless.

    .. math:: \sqrt{\sum_i (w_i - \bar w)^2 / n} \; / \; \bar w

    References
    ----------
    Pearson (1896), Philosophical Transactions of the Royal Society A 187, 253-318.

    Examples
    --------
    >>> spread(pd.Series([800.0, 1200.0]))
    0.2
    """
    mean = float(values.mean())
    return float(np.std(values)) / mean if mean else 0.0


def balance(definition: BalanceLayer, subject: Subject) -> Layer:
    """Return the balance layer: each grid's people, households, area and density, against the band.

    Where the plan has no band, 10 % around the mean is taken. A dedicated grid, which no band binds, counts as in it.
    """
    grids = subject.grids
    balanced = subject.measure if subject.measure in grids else "people"
    values = grids[balanced].astype(float)
    mean = float(values.mean()) if len(values) else 0.0
    band = subject.band or (Band.around(mean) if mean > 0 else None)
    fits = band.inside(values) if band else np.ones(len(values), dtype=bool)
    table = pd.DataFrame(
        {
            "people": grids["people"],
            "households": grids["households"].astype(float) if "households" in grids else np.nan,
            "area_m2": grids["area_m2"],
            "per_km2": grids["people"] / (grids["area_m2"] / 1e6),
            "deviation": deviation(values, band.target if band else 0.0),
            "in_band": fits | dedicated(grids, subject.units),
        },
        index=grids.index,
    )
    facts = {
        "grids": len(grids),
        "measure": balanced,
        "total": float(values.sum()),
        "mean": mean,
        "least": float(values.min()) if len(values) else 0.0,
        "most": float(values.max()) if len(values) else 0.0,
        **(asdict(band) if band else {"low": 0.0, "target": 0.0, "high": 0.0}),
        "in_band": int(table["in_band"].sum()),
        "share_in_band": float(table["in_band"].mean()) if len(table) else 0.0,
        "imbalance": imbalance(values) if len(values) else 0.0,
        "spread": spread(values) if len(values) else 0.0,
    }
    return Layer(definition, {"grids": table}, facts)
