"""How evenly the grids share the people, the households or whatever is balanced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit.catalog.layer import Layer

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


def in_band(values: pd.Series[float], low: float, high: float) -> pd.Series[bool]:
    """Return whether each value lies in the band, its bounds included.

    Examples
    --------
    >>> in_band(pd.Series([300, 500, 501]), 300, 500).tolist()
    [True, True, False]
    """
    return values.between(low, high).rename("in_band")


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
    """Return the coefficient of variation: standard deviation over mean, dimensionless.

    Examples
    --------
    >>> spread(pd.Series([800.0, 1200.0]))
    0.2
    """
    mean = float(values.mean())
    return float(np.std(values)) / mean if mean else 0.0


def balance(definition: BalanceLayer, subject: Subject) -> Layer:
    """Return the balance layer: each grid's people, households, area and density, against the band.

    The share in the band counts grids that hold anything; where the plan has no band, 10 % around the mean is taken.
    """
    grids, target = subject.grids, subject.target
    balanced = target.measure if target.measure in grids else "people"
    values = grids[balanced].astype(float)
    aim = target.target or float(values.mean())
    low, high = (target.low, target.high) if target.high else (0.9 * aim, 1.1 * aim)
    table = pd.DataFrame(
        {
            "people": grids["people"],
            "households": grids["households"].astype(float) if "households" in grids else np.nan,
            "area_m2": grids["area_m2"],
            "per_km2": grids["people"] / (grids["area_m2"] / 1e6),
            "deviation": deviation(values, aim),
            "in_band": in_band(values, low, high),
        },
        index=grids.index,
    )
    facts = {
        "grids": len(grids),
        "measure": balanced,
        "total": float(values.sum()),
        "mean": float(values.mean()) if len(values) else 0.0,
        "least": float(values.min()) if len(values) else 0.0,
        "most": float(values.max()) if len(values) else 0.0,
        "low": low,
        "target": aim,
        "high": high,
        "in_band": int(table["in_band"].sum()),
        "share_in_band": float(table["in_band"].mean()) if len(table) else 0.0,
        "imbalance": imbalance(values) if len(values) else 0.0,
        "spread": spread(values) if len(values) else 0.0,
    }
    return Layer(definition, {"grids": table}, facts)
