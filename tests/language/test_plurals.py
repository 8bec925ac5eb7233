"""English counts aright: a message that counts something has a form for one and a form for any other number."""

from __future__ import annotations

import re
from pathlib import Path
from runpy import run_path

import pytest

from gridkit.errors import TableError
from gridkit.language.numbers import UNITS, Quantity
from gridkit.language.phrases import Phrase, filled, number_of, template

ROOT = Path(__file__).parents[2]

COUNTED = re.compile(r"\{(\w+)[^}]*\} (?:[a-z-]+ )?([a-z]+s|people)\b")
"""A number before what it counts: ``{count} rows``, ``{count:,} closed lines``."""

VERBS = {
    *("is", "has", "was", "does", "goes", "as", "its", "this", "us"),
    *(
        "borders",
        "differs",
        "gives",
        "holds",
        "lacks",
        "leads",
        "lies",
        "means",
        "names",
        "needs",
        "parts",
        "puts",
        "reaches",
        "says",
        "stands",
        "takes",
        "wants",
    ),
}
"""Words that end as a plural does, and are none."""

NEVER_ONE = {
    "incidents per {number} people": "per thousands",
    "incidents per {number} households": "per thousands",
    "a part of {size} units": "so large that it cannot be solved",
    "there are {areas} areas": "set beside a shape, as a bare number",
    "would fall into {parts} pieces": "what falls apart",
    "an area has {parts} parts": "what does not touch",
    "holds more than {most:,} files": "the limit",
    "there are {count} layers": "asked which one where there are several",
    "there are {count} sheets": "asked which one where there are several",
    "there are {count} bands": "asked which one where there are several",
    "there are {count} tables": "asked which one where there are several",
    "there are {count} columns of shapes": "asked which one where there are several",
    "there is no plan of {grids} grids": "fewer than one",
    "{count} rows share their {column} with another one": "two at least",
    "{count} of {all} nets": "a part of a whole",
    "{1} of {2} areas": "a part of a whole",
    "of all {departments}": "a number with its unit",
    "a target of {target:g} may be households": "the size of a grid",
    "within its {size:,} bytes": "a block of OpenStreetMap's",
    "sheet {name!r} has {cells:,} cells": "beyond the limit",
    "{rows:,} x {columns:,} pixels": "beyond the limit",
    "{columns} x {rows} pixels": "a size, side by side",
    "{count:,} buildings stand on the sea side": "said of many",
    "({count} lines in all are so)": "said of more than one",
    "of {said} pages": "a part of a whole",
    "{said} features stand in it": "more than are read",
    "a polyline says {said} corners": "two at least",
    "of {pages} pages": "a part of a whole",
    "{density} is more than anywhere: are these densities": "the number says its unit",
    "{people} in units": "the number says its unit",
    "reaches {degrees} degrees beyond": "a length with two decimals",
    "needs {long} places": "more than it has",
    "the header has {count} rows": "said of two and more",
    "{shown} are degrees": "coordinates",
}
"""Where a number is never one, or no number is counted, and why."""


def _messages():
    return run_path(str(ROOT / "tools" / "words.py"))["messages"]()


@pytest.fixture(scope="module")
def messages():
    return _messages()


def uncounted(text: str) -> list[str]:
    """Return where a text counts things in the plural alone."""
    return [
        found[0]
        for found in COUNTED.finditer(text)
        if not {found[2], found[0].split()[1]} & VERBS and not any(known in text for known in NEVER_ONE)
    ]


@pytest.mark.slow
def test_a_message_that_counts_has_both_forms(messages) -> None:
    bare = {
        place: message.text for message, place in messages.items() if not message.plural and uncounted(message.text)
    }
    assert not bare, "give these both forms: template(one, many), or a Quantity with its unit"


AGREES = re.compile(
    r"^\{(\w+)[^}]*\}(?: \([^)]*\))?(?: (?:of|in) \{\w+[^}]*\})?(?: [a-z]+){0,2} "
    r"(are|were|have|do|need|live|change|stand|lie|fit)\b"
)
"""A sentence that begins with a number and goes on with a verb of several."""

SEVERAL = {"0", "names", "form", "counts", "columns", "shown", "density", "weights", "measure"}
"""Facts that list several things, or none that is counted."""


@pytest.mark.slow
def test_a_verb_agrees_with_the_number_before_it(messages) -> None:
    bare = {
        place: message.text
        for message, place in messages.items()
        if not message.plural
        and (found := AGREES.match(message.text))
        and found[1] not in SEVERAL
        and not any(known in message.text for known in NEVER_ONE)
    }
    assert not bare, "give these both forms: template(one, many)"


def test_the_form_follows_the_number_as_it_is_seen() -> None:
    lives = template("{count} lives in a zone", "{count} live in a zone")
    said = [str(Phrase(lives, count=Quantity(value, "people"))) for value in (0.8, 1, 1.2, 1.6, 0)]
    assert said == [
        *["1 person lives in a zone"] * 3,
        "2 people live in a zone",
        "0 people live in a zone",
    ]


def test_the_scan_sees_a_plural_and_no_verb() -> None:
    assert uncounted("{count} rows left out")
    assert uncounted("in {count:,} open lines, {x}")
    assert not uncounted("the option {name} is missing")


def test_no_exception_outlives_its_message(messages) -> None:
    texts = [message.text for message in messages]
    assert not [known for known in NEVER_ONE if not any(known in text for text in texts)]


def test_the_form_for_one_counts_one(messages) -> None:
    both = [message for message in messages if message.plural and message.context != "unit"]
    assert len(both) > 80
    ones = [
        message.text
        for message in both
        if re.search(r"\{count[^}]*\} (?!class|is\b|was\b)([a-z-]+s|people)\b", message.text)
    ]
    assert not ones, "these are in the plural"
    assert not [message.text for message in both if message.text == message.plural]


@pytest.mark.parametrize(("count", "said"), [(1, "1 row left out"), (0, "0 rows left out"), (2, "2 rows left out")])
def test_a_template_takes_its_plural_wherever_it_is_filled(count, said) -> None:
    left = template("{count} row left out", "{count} rows left out")
    assert Phrase(left, count=count) == filled(left, {"count": count}) == str(TableError(left, count=count)) == said
    assert Phrase(left, count=count).said("zh") == filled(left, {"count": count}, "zh")


def test_without_a_count_the_first_plain_number_decides() -> None:
    lost = template("{name}: {lost} place out of {all} is lost", "{name}: {lost} places out of {all} are lost")
    assert Phrase(lost, name="7", lost=1, all=9) == "7: 1 place out of 9 is lost"
    assert Phrase(lost, name="1", lost=2, all=1) == "1: 2 places out of 1 are lost"


def test_what_is_not_whole_or_below_zero_is_never_one() -> None:
    assert [number_of(each) for each in (0.5, 1.0, 1.2, -1.0, float("nan"))] == [2, 1, 2, 2, 2]


def test_every_unit_that_is_a_word_has_a_plural_of_its_own() -> None:
    same = {code for code, (one, many) in UNITS.items() if one == many}
    assert same <= {"m", "km", "m2", "ha", "km2", "minutes", "hours", "times", "per_km2"} | {
        code for code in UNITS if code.startswith("per_")
    }
