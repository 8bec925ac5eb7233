"""Addresses of databases: what is the server's, what is the table's, and that no secret is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridkit.database.address import Address, address, names_database
from gridkit.errors import UsageError
from gridkit.provenance import step

SECRET = "hu5h"  # noqa: S105 - made up


@pytest.mark.parametrize(
    ("text", "uri", "rest"),
    [
        ("postgresql://host/db:data.blocks:people", "postgresql://host/db", "data.blocks:people"),
        ("postgres://me@host:5433/db", "postgresql://me@host:5433/db", ""),
        ("postgresql+psycopg://host/db:plan", "postgresql://host/db", "plan"),
        ("postgresql://[::1]:5432/db:plan", "postgresql://[::1]:5432/db", "plan"),
        ("postgresql://a:1,b:2/db?sslmode=require:plan", "postgresql://a:1,b:2/db?sslmode=require", "plan"),
        ("postgresql://?service=city:plan", "postgresql://?service=city", "plan"),
        ("postgresql:///:plan", "postgresql:///", "plan"),
        ("postgresql://:plan", "postgresql://", "plan"),
        ("postgresql://", "postgresql://", ""),
    ],
)
def test_the_colon_behind_host_and_port_begins_the_table(text, uri, rest):
    assert address(text) == Address(uri, rest)


@pytest.mark.parametrize("text", ["blocks.gpkg", "C:/x.shp", "https://host/x", "mysql://host/db", "postgresql"])
def test_nothing_else_is_a_database(text):
    assert not names_database(text)


def test_a_path_that_ate_a_stroke_is_said():
    assert names_database(Path("postgresql://host/db"))
    with pytest.raises(UsageError, match="no path"):
        address(Path("postgresql://host/db"))


@pytest.mark.parametrize(
    "text",
    [
        f"postgresql://me:{SECRET}@host/db:plan",
        f"postgresql://me:{SECRET}/x@host/db:plan",
        f"postgresql://me:a@{SECRET}@host/db:plan",
        f"postgresql://host/db?password={SECRET}:plan",
        f"postgresql://host/db?sslmode=require&sslpassword={SECRET}&user=me:plan",
        f"postgresql://host/db?pass%77ord={SECRET}",
        f"postgresql://host/db?pasword={SECRET}:plan",
    ],
)
def test_no_secret_is_shown(text):
    found = address(text)
    assert SECRET not in str(found)
    assert SECRET not in repr(found)
    assert "host/db" in str(found)
    if "pasword" not in text and "%77" not in text:
        assert SECRET not in str(step("split", {"people": text}).parameters)


def test_the_user_is_shown():
    assert str(address(f"postgresql://me:{SECRET}@host/db:plan")) == "postgresql://me:***@host/db:plan"
    assert str(address("postgresql://me@host/db:plan")) == "postgresql://me@host/db:plan"


def test_a_gone_server_is_found_out_unless_the_caller_knows_better(monkeypatch):
    monkeypatch.delenv("PGSERVICE", raising=False)
    monkeypatch.delenv("PGCONNECT_TIMEOUT", raising=False)
    assert "connect_timeout=10" in address("postgresql://host/db").dsn
    assert "connect_timeout=10" not in address("postgresql://host/db?connect_timeout=3").dsn
    monkeypatch.setenv("PGCONNECT_TIMEOUT", "3")
    assert "connect_timeout" not in address("postgresql://host/db").dsn
    monkeypatch.setenv("PGSERVICE", "city")
    assert address("postgresql://").dsn == "postgresql://"


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("postgresql://me:x@host/db", True),
        ("postgresql://host/db?password=x", True),
        ("postgresql://me@host:5432/db", False),
    ],
)
def test_a_password_in_an_address_is_known(text, tells):
    assert address(text).tells_password is tells


def test_another_program_finds_the_database_by_the_address_else_by_the_environment(monkeypatch):
    for name in ("PGSERVICE", "PGHOST", "PGPORT", "PGDATABASE"):
        monkeypatch.delenv(name, raising=False)
    assert address("postgresql://me@host:5433/gis:plan").place() == {"dbname": "gis", "host": "host", "port": "5433"}
    assert address("postgresql:///?host=10.0.0.1&port=6000&dbname=gis").place()["host"] == "10.0.0.1"
    assert address("postgresql://:plan").place() == {"dbname": "", "host": "localhost", "port": "5432"}
    monkeypatch.setenv("PGDATABASE", "town")
    assert address("postgresql://:plan").place()["dbname"] == "town"
    assert address("postgresql://host/gis?service=city:plan").place() == {"service": "city"}
    monkeypatch.setenv("PGSERVICE", "office")
    assert address("postgresql://:plan").place() == {"service": "office"}


def test_what_is_an_address_already_stays_one():
    found = address("postgresql://host/gis:plan")
    assert address(found) is found
    assert names_database(found)


def test_files_made_from_a_schema_bear_its_name():
    assert address("postgresql://host/gis:plan a").with_suffix(".xlsx") == Path("plan-a.xlsx")
    assert address("postgresql://host/gis").stem == "database"
