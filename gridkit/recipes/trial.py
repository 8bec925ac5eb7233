"""What has to be settled before a command line goes through: each file that it names is read as the command reads it.

A question that a reader asks (which decimal mark, what 65535 stands for, what was withheld) stops the command. It is
told beside the line that names the file, with the option that settles it, so that nobody pastes what will be refused.
"""

from __future__ import annotations

import warnings
from functools import partial
from typing import TYPE_CHECKING, Any

from gridkit import ledger
from gridkit.catalog import definitions
from gridkit.errors import GridkitError
from gridkit.recipes.layer import reader_of
from gridkit.sources import districts, features
from gridkit.sources.files.uses import PLACEHOLDERS, areas_of
from gridkit.sources.people import population, totals
from gridkit.sources.reading import AS_IT_SAYS, Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import geopandas as gpd

    from gridkit.sources.files.uses import Use


def questions(
    uses: Sequence[Use], district: gpd.GeoDataFrame | None = None, reading: Reading = AS_IT_SAYS
) -> list[GridkitError]:
    """Return what stops the command lines that use some files, each as the error that it would end with.

    Parameters
    ----------
    uses
        What the files may be used as.
    district
        DISTRICTS where it is known; else the areas that the command line takes for it. Where there is neither, what
        counts people is not tried.
    reading
        What the command lines say of the files.
    """
    chosen = areas_of(uses) if district is None else None
    found: list[GridkitError] = []
    if chosen is not None:
        district, error = _tried(partial(_areas, chosen, reading))
        found += error
    for use in uses:
        for read in _readings(use, district, reading, itself=use is chosen):
            found += _tried(read)[1]
    return list({str(each): each for each in found}.values())


def _tried(read: Callable[[], Any]) -> tuple[Any, list[GridkitError]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            table = read()
            ledger.of(table).check()
        except GridkitError as error:
            return None, [error]
    return table, []


def _areas(use: Use, said: Reading) -> gpd.GeoDataFrame:
    return districts.read(
        use.spec, parents=use.parents, crs=said.crs, encoding=said.encoding, datum=said.datum, swap_xy=said.swap_xy
    )[0]


def _readings(
    use: Use, district: gpd.GeoDataFrame | None, reading: Reading, *, itself: bool
) -> Iterator[Callable[[], Any]]:
    """Yield the readings of a file that the command lines ask for, of which each returns a table."""
    crs: Any = None if district is None else district.crs
    if district is not None and use.people is not None:
        option, spec = use.people
        if option == "--totals":
            yield lambda: totals.read(spec, district, reading=reading)
        else:
            counts: Any = option.removeprefix("--")
            yield lambda: population.read(spec, district, counts=counts, reading=reading)[0]
    if district is not None and not itself and use.role in ("roads", "buildings", "places"):
        yield lambda: features.read(use.spec, use.role, crs=crs, district=district, reading=reading)
    if use.layer is not None and use.layer not in PLACEHOLDERS:
        definition = definitions.layers()[use.layer]
        reader = reader_of(definition, reading)
        if reader is not None:
            yield lambda: reader(use.spec, definition.columns, crs=crs, district=district)[0]
