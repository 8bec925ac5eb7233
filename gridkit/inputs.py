"""What a call reads, told from its arguments, so that no output is ever written over an input."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridkit import atomic
from gridkit.errors import OutputError
from gridkit.language.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gridkit.options.declaration import Option

TAKES = Phrase(
    "a path, FILE:LAYER, postgresql://HOST/DB:SCHEMA.TABLE, a GeoDataFrame, GeoSeries or DataFrame, "
    "a shapely geometry, a graph of networkx or osmnx, "
    "a raster of rasterio or xarray, or (array, transform, crs)"
)
"""What may be handed over where tables and shapes are wanted."""
OUTPUT = "-o"
"""How every command writes the option of its output."""
ALSO_WRITTEN = ("html", "blank")
"""Further options that name a file to write."""
READ = (
    *("source", "district", "feature", "files", "sources", "nets", "path", "paths", "pairs"),
    *("plan", "plans", "judged"),
)
"""Kinds of options whose values name what is read, unless the option is that of the output."""


def guard(options: Iterable[Option], given: Mapping[str, Any], *, in_place: bool = False) -> None:
    """Refuse a call whose output is one of its inputs, under whatever name or link.

    Parameters
    ----------
    options
        The options of the command.
    given
        Their values by name.
    in_place
        The command changes a plan's file: naming that file as the output says no more than naming none.

    Raises
    ------
    OutputError
        When the output is an input.
    """
    declared = list(options)
    written = [given.get(each.name) for each in declared if _is_output(each)]
    read = [
        file
        for each in declared
        if each.kind in READ and not _is_output(each) and not (in_place and each.kind == "plan")
        for file in files(given.get(each.name))
    ]
    for out in written:
        if isinstance(out, str | Path):
            apart(out, read)


def apart(out: str | Path, read: Iterable[Path]) -> None:
    """Refuse an output that is one of the files that are read.

    Raises
    ------
    OutputError
        When it is.
    """
    if str(out) != atomic.STDOUT and any(atomic.same(atomic.destination(out), file) for file in read):
        raise OutputError("an input is never an output", where=out, mend="name another file with -o")


def _is_output(option: Option) -> bool:
    return OUTPUT in option.written or option.name in ALSO_WRITTEN


def files(value: Any) -> Iterator[Path]:  # noqa: ANN401 - any value of an option
    """Yield the files that a value names: ``[NAME=]FILE[:LAYER][:COLUMN]``, a member of an archive, a plan as read."""
    if isinstance(value, str | Path):
        found = _file(str(value)) or _file(str(value).partition("=")[2])
        if found is not None:
            yield found
    elif isinstance(value, dict):
        for each in value.values():
            yield from files(each)
    elif isinstance(value, list | tuple | set):
        for each in value:
            yield from files(each)
    else:
        origin = getattr(value, "origin", None)
        if origin is not None and isinstance(getattr(origin, "path", None), Path):
            yield origin.path


def _file(text: str) -> Path | None:
    """Return the file that a source begins with: the longest beginning, cut at colons or folders, that is one."""
    while text:
        if os.path.exists(text):  # noqa: PTH110 - Path.exists raises for names too long
            return Path(text)
        head = max(text.rfind(":"), text.rfind("/"), text.rfind(os.sep))
        text = text[:head] if head > 0 else ""
    return None
