"""Names beside marks: where each stands so that it covers neither a mark nor another name.

::

    beside(spots, widths, high, gap) -> list     left and top of each name, None where there is no room for it
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def beside(spots: Floats, widths: Sequence[float], high: float, gap: float) -> list[tuple[float, float] | None]:
    """Return left and top of the name of each mark, on a page whose y runs down.

    Names stand to the right of their mark, else to the left, above, below, or slanting; the first marks choose first.

    Parameters
    ----------
    spots
        Middles of the marks, shape (n, 2).
    widths
        How wide each name is.
    high
        How high names are.
    gap
        From the middle of a mark to its name.

    Examples
    --------
    >>> import numpy as np
    >>> beside(np.array([[0.0, 0.0], [8.0, 0.0]]), [6.0, 6.0], 4.0, 3.0)
    [(-9.0, -2.0), (11.0, -2.0)]
    """
    taken = [(x - gap, y - gap, x + gap, y + gap) for x, y in spots.tolist()]
    found: list[tuple[float, float] | None] = []
    for (x, y), wide in zip(spots.tolist(), widths, strict=True):
        tries = (
            (x + gap, y - high / 2),
            (x - gap - wide, y - high / 2),
            (x - wide / 2, y - gap - high),
            (x - wide / 2, y + gap),
            (x + gap, y - gap - high),
            (x + gap, y + gap),
            (x - gap - wide, y - gap - high),
            (x - gap - wide, y + gap),
        )
        free = next((at for at in tries if not _covers(at, wide, high, taken)), None)
        found.append(free)
        if free is not None:
            taken.append((free[0], free[1], free[0] + wide, free[1] + high))
    return found


def _covers(
    at: tuple[float, float], wide: float, high: float, taken: Sequence[tuple[float, float, float, float]]
) -> bool:
    """Return whether a name would lie on something."""
    left, top, right, bottom = at[0], at[1], at[0] + wide, at[1] + high
    return any(
        left < other[2] - _HAIR and right > other[0] + _HAIR and top < other[3] - _HAIR and bottom > other[1] + _HAIR
        for other in taken
    )


_HAIR = 1e-9
