"""What a shell offers when Tab is pressed: names of definitions, layers and columns of the file that was typed.

What the shell itself knows (files) is left to it: nothing is offered, and it falls back on its own.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gridkit.options.declaration import Option

ASKED = "_GRIDKIT_COMPLETE"
"""The variable in which a shell asks."""
_BREAKS = re.compile(r"[:=]")
"""Where bash breaks a word in two."""
_FILES = ("source", "district", "feature", "sources", "nets", "plan", "plans", "judged", "pairs")
"""Kinds of options that name a file, of which a layer and a column may follow after colons."""
_OWN = {
    "datum": ("wgs84", "cgcs2000", "gcj02", "bd09"),
    "by": ("people", "households", "area_m2"),
    "units": ("blocks", "hexagons", "h3:9"),
}
"""Words that stand for themselves in an option that also takes others."""


def offered(option: Option) -> Callable[[Any, str], list[str]]:
    """Return what offers values for an option: by its closed choice, the definitions it names, or the file typed."""

    def offer(ctx: Any, incomplete: str) -> list[str]:  # noqa: ANN401 - Typer's context
        # Whatever a half-typed line leads to, a shell wants words or silence.
        with contextlib.suppress(Exception):
            return [word for word in _values(option, ctx, incomplete) if word.startswith(incomplete)]
        return []

    offer.__annotations__ = {"incomplete": str}
    return offer


def _values(option: Option, ctx: Any, typed: str) -> Iterable[str]:  # noqa: ANN401 - Typer's context
    if option.among:
        return option.among
    if (option.name, option.kind) in _NAMES:
        return _NAMES[option.name, option.kind](option)
    if option.name in ("parents", "check_with", "target_by"):
        return _columns_of(_placed(ctx, "district"))
    if "--grid" in option.written:
        return _grids(_placed(ctx, "plan"))
    if option.kind == "words":
        role, is_role, _ = typed.partition("=")
        given = (ctx.params.get(name) for name in ("data", "people", "table", "orders", "judged"))
        return [f"{role}={name}" for each in given for name in _columns_of(_first(each))] if is_role else ()
    inside = _in_file(typed) if option.kind in _FILES else []
    return [*_OWN.get(option.name, ()), *inside]


def _placed(ctx: Any, name: str) -> str:  # noqa: ANN401 - Typer's context
    """Return what was typed first by its place: a line that ends in an option is not taken apart to the end."""
    return str(ctx.params.get(name) or next((each for each in ctx.args if not each.startswith("-")), ""))


def _first(given: Any) -> str:  # noqa: ANN401 - what an option holds
    return str(given[0] if isinstance(given, list | tuple) and given else given or "")


# ------------------------------------------------------------------ what files hold
def _in_file(typed: str) -> list[str]:
    """Return ``FILE:LAYER`` for each layer of the file typed, or ``FILE:LAYER:COLUMN`` for each column."""
    lead, is_pair, rest = typed.rpartition("=")
    path, colon, after = rest.partition(":")
    if len(path) == 1:  # the letter of a drive
        drive, (path, colon, after) = path, after.partition(":")
        path = f"{drive}:{path}"
    if not colon:
        return []
    from gridkit.sources.files.containers import columns, layers, parse

    layer, is_column, _ = after.partition(":")
    if is_column:
        found = [f"{path}:{layer}:{name}" for name in columns(parse(f"{path}:{layer}"))]
    else:
        names = layers(path)
        # Of a file with one layer, the colon may lead to its columns at once.
        inside = columns(parse(path)) if len(names) == 1 else []
        found = [f"{path}:{name}" for name in (*names, *inside)]
    return [f"{lead}{is_pair}{each}" for each in found]


def _columns_of(source: str) -> list[str]:
    from gridkit.sources.files.containers import columns, parse

    return columns(parse(source)) if source else []


def _grids(plan: str) -> list[str]:
    """Return the codes of the grids of the plan typed."""
    import pyogrio

    table = pyogrio.read_dataframe(plan, layer="grids", columns=["grid_id"], read_geometry=False)
    return [str(each) for each in table["grid_id"]]


# ------------------------------------------------------------------ definitions
def _presets(option: Option) -> Iterable[str]:
    if "emergency" in option.of:
        from gridkit.catalog.emergencies import emergencies

        return list(emergencies())
    from gridkit.catalog.presets import presets

    return list(presets())


def _named(option: Option) -> Iterable[str]:
    if "layer" not in option.of:
        return _presets(option)
    from gridkit.catalog.definitions import layers

    return list(layers())


def _views(_option: Option) -> Iterable[str]:
    from gridkit.catalog.map_views import maps

    return list(maps())


def _schemes(_option: Option) -> Iterable[str]:
    from gridkit.catalog.deliveries import deliveries

    return list(deliveries())


def _languages(_option: Option) -> Iterable[str]:
    from gridkit.language.catalogue import languages

    return languages()


def _errors(_option: Option) -> Iterable[str]:
    from gridkit.language.explanations import explanations

    return explanations()


_NAMES: dict[tuple[str, str], Callable[[Option], Iterable[str]]] = {
    ("preset", "text"): _presets,
    ("name", "text"): _named,
    ("view", "text"): _views,
    ("scheme", "text"): _schemes,
    ("lang", "text"): _languages,
    ("error", "text"): _errors,
}
"""Options whose values are names of definitions, by name and kind."""


# ------------------------------------------------------------------ bash
def answer(run: Callable[[], int]) -> int:
    """Answer a shell: as Typer does, but in words that bash has broken at colons and equals signs."""
    if not os.environ.get(ASKED, "").startswith("complete_bash"):
        return run()
    words, at = os.environ["COMP_WORDS"].split("\n"), int(os.environ["COMP_CWORD"])
    joined, place = rejoined(words, at)
    os.environ["COMP_WORDS"], os.environ["COMP_CWORD"] = "\n".join(joined), str(place)
    typed = joined[place] if place < len(joined) else ""
    ends = [each.end() for each in _BREAKS.finditer(typed)]
    # bash puts what comes back in place of what stands after the last break.
    option = re.fullmatch(r"(--[a-z-]+=)(.*)", typed)
    typed_before = typed[: ends[-1]] if ends else ""
    lead = typed_before[len(option[1]) :] if option else typed_before
    page = io.StringIO()
    with contextlib.redirect_stdout(page):
        code = run()
    sys.stdout.write("".join(f"{line.removeprefix(lead)}\n" for line in page.getvalue().splitlines()))
    return code


def rejoined(words: list[str], at: int) -> tuple[list[str], int]:
    """Return words as they were typed, and the place of the one the cursor is in, from those that bash gives.

    Examples
    --------
    >>> rejoined(["gridkit", "split", "a.gpkg", ":", "com"], 4)
    (['gridkit', 'split', 'a.gpkg:com'], 2)
    >>> rejoined(["gridkit", "split", "a.gpkg", ""], 3)
    (['gridkit', 'split', 'a.gpkg', ''], 3)
    """
    joined: list[str] = []
    place, glued = len(words), False
    for number, word in enumerate(words):
        breaks = bool(word) and not _BREAKS.sub("", word)
        if joined and (breaks or glued):
            joined[-1] += word
        else:
            joined.append(word)
        glued = breaks
        if number == at:
            place = len(joined) - 1
    return joined, min(place, len(joined))
