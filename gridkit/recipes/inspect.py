"""What is in a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from geopandas import GeoDataFrame

from gridkit import atomic
from gridkit.database.address import Address, address, names_database
from gridkit.errors import UsageError, called_within
from gridkit.face import face, several
from gridkit.inputs import TAKES
from gridkit.language.phrases import Phrase, listed
from gridkit.language.reader import environment_language
from gridkit.recipes import trial
from gridkit.render.inspection.page import page
from gridkit.sources import districts, gate
from gridkit.sources.files import databases
from gridkit.sources.files import inspect as looks
from gridkit.sources.files.uses import commands, passed_over
from gridkit.sources.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gridkit.project import Source
    from gridkit.sources.files.uses import Use


@face("inspect")
def inspect(  # noqa: PLR0913 - the public face
    file: Source | Sequence[Source],
    *,
    within: Source | None = None,
    html: str | Path | None = None,
    crs: str | None = None,
    datum: str | None = None,
    encoding: str | None = None,
    swap_xy: bool = False,
    decimal: Literal[".", ","] | None = None,
    thousands: str | None = None,
    columns: Mapping[str, str] | None = None,
    dates: Literal["dmy", "mdy", "ymd", "1904"] | None = None,
    timezone: str | None = None,
    count: str | None = None,
    updates: Literal["last", "apart"] = "last",
    alike: Literal["once", "apart"] | None = None,
    degrees: Literal["ddmm", "seconds", "e5", "e6", "e7"] | None = None,
    suppressed: Literal["zero", "mean", "remainder"] | None = None,
    density: Literal["km2", "ha", "none"] | None = None,
    lang: str | None = None,
    overwrite: bool = False,
) -> dict[str, Any]:
    """Return what is in a vector, table, raster or OpenStreetMap file, JSON-ready: layers, CRS, counts, suspicions.

    Of several files the looks stand under ``files``. Where a command line to go on with (``go_on``) would be refused as
    it stands, ``first`` says why, and which option settles it; ``instead`` says which other files would serve as one
    that it names.

    Parameters
    ----------
    file
        Any vector, table, raster or OSM file; one or several.
    within
        A district: under which datum do the points fall inside it?
    html
        Write it as a page as well.
    crs
        CRS of inputs that name none, such as EPSG:4528. Work is done in metres whatever the inputs are in.
    datum
        Datum of longitudes and latitudes: wgs84, cgcs2000, gcj02 or bd09. Of one input alone as people=gcj02, of
        several as district=gcj02,people=bd09.
    encoding
        Encoding of text.
    swap_xy
        North stands first, as in survey coordinates.
    decimal
        The mark before the decimals of numbers: . or ,
    thousands
        The mark between the thousands of numbers: , or . or a space or an apostrophe.
    columns
        The column that plays a role, such as time=REPORTED; one or several. By the role's name: ``{'time':
        'reported'}``.
    dates
        The order of dates in figures: dmy, mdy or ymd; 1904 where numbers are days that Excel of a Mac counted.
    timezone
        The zone whose clock times with an offset are put to, such as Asia/Shanghai or +08:00.
    count
        The column that says how many facilities a row stands for; none where each row is one.
    updates
        Rows of one incident: last counts its latest, apart counts every row.
    alike
        Rows alike in place and every column, without a number of their own: once counts them once, apart each. Each
        counts, and is warned of, when not given.
    degrees
        How longitudes and latitudes are written: ddmm (degrees and minutes in one), seconds, e5, e6 or e7 (times
        100,000 and so on).
    suppressed
        What a blank or withheld count of people stands for: zero, mean (of the others), remainder (of totals). Nothing
        is decided when not given: many of them stop.
    density
        Numbers of people are densities: km2 or ha; none when they are counts, whatever they are called.
    lang
        Language, such as en or zh.
    overwrite
        Replace the output if it exists.
    """
    known = None if within is None else gate.taken(within)
    district = None if known is None else districts.read(known)[0]
    named = str(within) if isinstance(within, str | Path) else None
    reading = Reading(
        crs,
        datum,
        encoding,
        swap_xy,
        decimal=decimal,
        thousands=thousands,
        dates=dates,
        timezone=timezone,
        columns=columns or {},
        count=count,
        updates=updates,
        alike=alike,
        degrees=degrees,
        suppressed=suppressed,
        density=density,
    )
    every = [_looked(each, district, named, reading) for each in _several(file)]
    uses = [use for _, those in every for use in those]
    if len(every) == 1:
        found = every[0][0]
    else:
        lines = [called_within(line) for line in commands(uses, named, reading)]
        found = {"files": [look for look, _ in every], "go_on": lines}
    if found.get("go_on") and (open_ones := trial.questions(uses, district, reading)):
        found["first"] = [{"code": each.code} | each.phrase().by_language() for each in open_ones]
    if found.get("go_on") and (spare := passed_over(uses, named)):
        found["instead"] = [_instead(*each).by_language() for each in spare]
    if html is not None:
        with atomic.replacing(html, overwrite=overwrite) as path:
            path.write_text(page(found, lang or environment_language()), encoding="utf-8")
    return found


def _looked(
    source: Source, district: GeoDataFrame | None, within: str | None, reading: Reading
) -> tuple[dict[str, Any], list[Use]]:
    """Return a look at a file, or at what there is in a database where no table of it is named."""
    if not isinstance(source, GeoDataFrame) and names_database(source) and (found := databases.listed(source)):
        return looks.listed(str(Address(address(source).uri)), found), []
    return looks.looked(gate.taken(source), district=district, within=within, reading=reading)


def _instead(option: str, taken: str, others: list[str]) -> Phrase:
    """Return what is said of files that would serve as the one that was taken does."""
    if not option:
        return Phrase(
            "the district is {taken}, the first that may be; so may be {others}", taken=taken, others=listed(others)
        )
    said = "{option} is {taken}, the first that serves; so does {others}: give the one that counts them best"
    return Phrase(said, option=option, taken=taken, others=listed(others))


def _several(file: object) -> tuple[Any, ...]:
    """Return one or several; an array with its transform and CRS is one."""
    if isinstance(file, tuple) and file and hasattr(file[0], "shape"):
        return (file,)
    if not (files := several(file)):
        raise UsageError("{name} is empty", mend="hand over {takes}", name="file", takes=TAKES)
    return files
