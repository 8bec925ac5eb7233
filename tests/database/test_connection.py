"""What goes wrong with a database is one clear line with the exit code of its kind, and shows no secret."""

from __future__ import annotations

import builtins
import socket

import pytest

from gridkit.database import connection
from gridkit.database.address import address
from gridkit.errors import GridkitWarning, OutputError, SourceError, UsageError
from gridkit.options.wording import ON_COMMAND_LINE


def told(text, *, writing=False):
    with pytest.raises((SourceError, OutputError)) as caught, connection.connected(address(text), writing=writing):
        pass
    said = str(caught.value)
    assert "\n" not in said
    return caught.value, said


def test_a_wrong_password_is_said_without_it(gis):
    error, said = told(f"postgresql://owner:hu5h-word@127.0.0.1:{gis.port}/gis:plan")
    assert error.exit_code == 3
    assert "refuses the user: password authentication failed" in said
    assert "~/.pgpass" in said
    assert "hu5h" not in said


def test_a_password_that_is_an_address_of_its_own_is_not_shown_by_libpq_either(gis):
    _, said = told(f"postgresql://owner:hu5h/word@127.0.0.1:{gis.port}/gis:plan")
    assert "hu5h" not in said
    assert "word@" not in said


def test_no_server_no_database_no_service_are_told_apart(gis, monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = free.getsockname()[1]
    assert "cannot be reached" in told(f"postgresql://127.0.0.1:{nobody}/gis")[1]
    assert "there is no such database" in told(gis.address("nowhere"))[1]
    monkeypatch.setenv("PGSERVICEFILE", "/dev/null")
    assert "the service is not known" in told("postgresql://?service=nowhere")[1]


def test_a_service_file_is_enough(gis, monkeypatch, tmp_path):
    services = tmp_path / "services.conf"
    services.write_text(f"[city]\nhost=127.0.0.1\nport={gis.port}\nuser=owner\ndbname=gis\n")
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    with connection.connected(address("postgresql://?service=city:x")) as opened:
        assert opened.rows("SELECT current_database()::text AS name") == [{"name": "gis"}]
    monkeypatch.setenv("PGSERVICE", "city")
    with connection.connected(address("postgresql://:x")) as opened:
        assert opened.rows("SELECT current_user::text AS name") == [{"name": "owner"}]


def test_what_fails_in_writing_is_an_output(gis):
    error, _ = told(gis.address("nowhere"), writing=True)
    assert error.exit_code == 6


def test_a_statement_that_fails_is_told_without_its_text(gis):
    with connection.connected(address(gis.address())) as opened, pytest.raises(SourceError) as caught:
        opened.run("SELECT 1/0 AS hu5h")
    assert "division by zero (22012)" in str(caught.value)
    assert "hu5h" not in str(caught.value)


def test_a_lost_connection_is_said(gis):
    with connection.connected(address(gis.address())) as opened:
        gis.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gridkit'")
        with pytest.raises(SourceError, match="was lost"):
            opened.run("SELECT 1")


def test_nothing_stays_that_was_not_committed(gis):
    with connection.connected(address(gis.address()), writing=True) as opened:
        opened.run("CREATE TABLE kept (id int)")
        opened.commit()
        opened.run("CREATE TABLE gone (id int)")
    tables = gis.sql("SELECT relname::text FROM pg_class WHERE relname IN ('kept', 'gone')")
    assert tables == [("kept",)]


def test_a_password_on_the_command_line_is_warned_of(gis):
    text = f"postgresql://owner:w0rd-of-the-tests@127.0.0.1:{gis.port}/gis"
    token = ON_COMMAND_LINE.set(True)
    try:
        with (
            pytest.warns(GridkitWarning, match="seen by everybody") as warned,
            connection.connected(address(text)),
        ):
            pass
    finally:
        ON_COMMAND_LINE.reset(token)
    assert "w0rd" not in str(warned[0].message)


def test_a_missing_driver_is_said_with_what_brings_it(monkeypatch):
    real = builtins.__import__

    def without(name, *words, **more):
        if name.startswith("adbc"):
            raise ImportError(name)
        return real(name, *words, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with (
        pytest.raises(UsageError, match=r"pip install 'governance-grids\[postgis\]'"),
        connection.connected(address("postgresql://")),
    ):
        pass
