"""Errors say what, where and how to mend it, in one line, and are builtins as well."""

from __future__ import annotations

import pickle
import re

import geopandas as gpd
import pandas as pd
import pytest

from gridkit import errors
from gridkit.errors import EXIT_CODES, GridkitError, TableError, UsageError, nearest

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, GridkitError)]


def test_an_error_is_one_line_of_what_where_and_mend() -> None:
    error = TableError(
        "column {name!r}\nis missing", where="people.csv", mend="write {near}", name="pop", near="people"
    )
    assert str(error) == "people.csv: column 'pop' is missing - write people"


def test_facts_are_never_templates() -> None:
    error = TableError("the value is {value}", where="{where}", value="{0.__class__} {{x}}")
    assert str(error) == "{where}: the value is {0.__class__} {{x}}"


def test_a_table_that_was_handed_over_is_called_what_it_is() -> None:
    rows = pd.DataFrame({"people": [1, 2]})
    assert str(TableError("no CRS", where=rows)) == "the DataFrame: no CRS"
    assert str(TableError("no CRS", where=gpd.GeoDataFrame(rows, geometry=[None, None]))) == "the GeoDataFrame: no CRS"


def test_a_translation_replaces_the_template_not_the_facts() -> None:
    error = TableError("there is no column {name!r}", name="pop")
    assert "pop" in error.sentence("zh")
    assert "column" not in error.sentence("zh")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not GridkitError])
def test_every_error_is_a_builtin_with_an_exit_code_of_its_own_kind(kind: type[GridkitError]) -> None:
    assert issubclass(kind, (ValueError, OSError, MemoryError))
    assert kind.exit_code in EXIT_CODES
    assert kind.exit_code not in (0, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_survives_the_way_between_processes(kind: type[GridkitError]) -> None:
    error = kind("{count} rows", where="a", mend="b", count=3)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (type(again), str(again)) == (kind, "a: 3 rows - b")


@pytest.mark.parametrize(("typed", "meant"), [("POP", "pop"), ("distrits", "districts"), ("zzz", None)])
def test_the_nearest_name_is_found_whatever_its_case(typed: str, meant: str | None) -> None:
    assert nearest(typed, ["pop", "districts", "name"]) == meant


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://me:pass@word@host/db?token=abc",
        "PG:host=h user=me password='se cret'",
        "https://host/tiles?key=abc",
    ],
)
def test_no_password_is_ever_said(address: str) -> None:
    for error in (UsageError("remote paths", where=address), TableError("there is no {name!r}", name=address)):
        for said in (str(error), error.sentence("zh"), repr(error.facts)):
            assert not re.search("pass@|word@|se cret|abc", said)


def test_the_user_of_a_database_may_be_read_and_of_others_nobody() -> None:
    assert errors.masked("postgresql://me:pw@host/db") == "postgresql://me:***@host/db"
    assert errors.masked("postgresql://me@host/db") == "postgresql://me@host/db"
    assert errors.masked("https://me@host/x") == "https://***@host/x"


def test_what_was_unpacked_is_called_by_the_archive_it_came_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "_CALLED", {})
    errors.call("/folder/of/this/run", "town maps.zip")
    assert errors.called("/folder/of/this/run/roads.shp") == "town maps.zip/roads.shp"
    assert errors.called("roads.shp") == "roads.shp"
    assert errors.called_within("split /folder/of/this/run/roads.shp") == "split 'town maps.zip'/roads.shp"
    assert errors.called_within("split roads.shp") == "split roads.shp"
    assert str(TableError("is empty", where="/folder/of/this/run/roads.shp")) == "town maps.zip/roads.shp: is empty"


def test_a_guess_without_anything_near_is_left_out() -> None:
    assert str(TableError("there is no grid {name!r}", mend="did you mean {near!r}?", name="x", near=None)) == (
        "there is no grid 'x'"
    )


def test_what_is_not_there_is_answered_with_what_was_meant_or_all_there_are() -> None:
    assert "did you mean 'people'?" in str(errors.absent("column", "Poeple", ["id", "people"]))
    many = errors.absent("sheet", "x", ["One", "Two"], kind=UsageError)
    assert isinstance(many, UsageError)
    assert "its sheets are One, Two" in str(many)
