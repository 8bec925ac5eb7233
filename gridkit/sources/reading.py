"""How the text, numbers, times and coordinates of a file are to be taken, where the file does not say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Order = Literal["dmy", "mdy", "ymd", "1904"]
Degrees = Literal["ddmm", "seconds", "e5", "e6", "e7"]
Suppressed = Literal["zero", "mean", "remainder"]


@dataclass(frozen=True)
class Reading:
    """What a user says of a file, each thing left open where it is None.

    Attributes
    ----------
    crs
        The CRS of coordinates that name none, or a table of control points (``coordinates.control_points``) that ties a
        local system; longitudes and latitudes are WGS 84 by themselves.
    datum
        ``wgs84``, ``gcj02`` or ``bd09``: what longitudes and latitudes are in.
    encoding
        Of text; found when None.
    swap_xy
        North (or latitude) stands first, as in Chinese survey coordinates.
    decimal, thousands
        The marks of numbers: ``.`` or ``,``; for thousands a space or an apostrophe as well.
    dates
        The order of day, month and year in dates of figures alone; ``1904``: numbers are days since then, as Excel of
        a Mac counted them.
    timezone
        The zone whose clock times with an offset are put to, as ``Asia/Shanghai`` or ``+08:00``.
    columns
        The column that plays a role, by the role's name.
    count
        The column that says how many facilities a row stands for.
    updates
        Rows of one identifier: ``last`` keeps the latest of each, ``apart`` counts every row.
    alike
        Rows alike in place and every column, without an identifier: ``once`` or ``apart``; apart and warned of when
        None.
    degrees
        How longitudes and latitudes are written: ``ddmm``, ``seconds``, ``e5``, ``e6`` or ``e7``
        (:mod:`gridkit.sources.coordinates.scaled`); as degrees when None.
    density
        ``km2`` or ``ha``: numbers of people are people per km2 or hectare; ``none``: they are counts, whatever their
        column is called.
    role
        Which of a command's inputs it is said of, by which options name it (``--datum people=gcj02``); empty where
        there is one.
    flags
        The words that mean yes, by what is asked (bridge, tunnel, oneway, residential), ``|`` between several.
    suppressed
        What blank and withheld counts of people stand for: ``zero``, ``mean`` (of the rows that have one) or
        ``remainder`` (what an official total leaves); nothing is decided when None.
    """

    crs: str | None = None
    datum: str | None = None
    encoding: str | None = None
    swap_xy: bool = False
    decimal: str | None = None
    thousands: str | None = None
    dates: Order | None = None
    timezone: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict, hash=False)
    count: str | None = None
    updates: Literal["last", "apart"] = "last"
    flags: Mapping[str, str] = field(default_factory=dict, hash=False)
    suppressed: Suppressed | None = None
    alike: Literal["once", "apart"] | None = None
    degrees: Degrees | None = None
    density: Literal["km2", "ha", "none"] | None = None
    role: str = ""


AS_IT_SAYS = Reading()
