"""Which shares of lives may be told, of all and of each kind beside each other.

::

    left(spans, month) -> (n, of)          of those seen for longer than so many months, how many were active for longer
    hidden(spans, month) -> frozenset      the kinds whose share left after so many months is of too few
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridkit.measure.share import few

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

ALL = "all"
"""The lives of all kinds together."""


def left(spans: pd.DataFrame, month: float) -> tuple[int, int]:
    """Return how many were active for longer than so many months, and of how many that can be known.

    Parameters
    ----------
    spans
        One row per life: ``months`` it was active, ``ended``, and ``could``: the months from its first to the last of
        the records.
    """
    seen = spans["could"] > month
    return int((seen & (spans["months"] > month)).sum()), int(seen.sum())


def hidden(kinds: Mapping[str, pd.DataFrame], month: float) -> frozenset[str]:
    """Return the kinds of which no share left after so many months may be told; the same rule as for lines.

    A curve knows of all lives, a line of those that began long enough ago: neither may tell of too few. What one kind
    hides would follow from all less the others, so others are hidden with it, until they are not few together.
    """
    counted = {kind: (left(own, month), _gone(own, month)) for kind, own in kinds.items()}
    shut = {kind for kind, pairs in counted.items() if any(few(*pair, persons=True) for pair in pairs)}
    return _with_others(counted, shut)


def ended(kinds: Mapping[str, pd.DataFrame]) -> frozenset[str]:
    """Return the kinds of which it may not be told how many ended."""
    counted = {kind: ((int(own["ended"].sum()), len(own)),) for kind, own in kinds.items()}
    return _with_others(counted, {kind for kind, pairs in counted.items() if few(*pairs[0], persons=True)})


def _gone(spans: pd.DataFrame, month: float) -> tuple[int, int]:
    """Return how many ended within so many months, and of how many: what a curve's share gives away."""
    return int((spans["ended"] & (spans["months"] <= month)).sum()), len(spans)


def _with_others(counted: Mapping[str, tuple[tuple[int, int], ...]], shut: set[str]) -> frozenset[str]:
    """Return hidden kinds with others, the smallest first, until those hidden are not few together."""
    own, others = shut - {ALL}, [kind for kind in counted if kind not in {ALL, *shut}]
    if ALL in shut or not own:
        return frozenset(shut)
    for kind in sorted(others, key=lambda name: (counted[name][-1][1], name)):
        sums = [[sum(counted[each][at][end] for each in own) for end in (0, 1)] for at in range(len(counted[kind]))]
        if not any(few(n, of, persons=True) for n, of in sums) and len(own) > 1:
            return frozenset(own)
        own.add(kind)
    sums = [[sum(counted[each][at][end] for each in own) for end in (0, 1)] for at in range(len(counted[ALL]))]
    safe = len(own) > 1 and not any(few(n, of, persons=True) for n, of in sums)
    return frozenset(own if safe else {*own, ALL})
