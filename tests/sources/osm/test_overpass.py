"""Overpass is asked politely; what is not a whole answer is never kept. The server here is a local one."""

from __future__ import annotations

import socket
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import ClassVar

import pytest

from gridkit.errors import LimitError, OutputError, SourceError, UsageError
from gridkit.sources.osm import extract, overpass

BOX = (120.6, 32.5, 120.61, 32.51)


@pytest.fixture
def server(monkeypatch):
    """Yield a server that gives the answers in its list one after another: (status, body)."""
    monkeypatch.setattr(overpass, "_PAUSE_S", 0.01)

    class Answers(BaseHTTPRequestHandler):
        answers: ClassVar[list] = []
        asked: ClassVar[list] = []

        def do_POST(self):
            Answers.asked.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            status, body = Answers.answers.pop(0)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words):
            """Keep quiet."""

    http = HTTPServer(("127.0.0.1", 0), Answers)
    thread = Thread(target=http.serve_forever)
    thread.start()
    Answers.address = f"http://127.0.0.1:{http.server_port}/api"
    yield Answers
    http.shutdown()
    thread.join()
    http.server_close()


@pytest.fixture
def answer(osm_file, tmp_path):
    osm_file.node("a", 0, 0)
    osm_file.node("b", 100, 0)
    osm_file.way("a b", highway="service", name="小路")
    return osm_file.write(tmp_path / "answer.osm").read_bytes()


def test_an_answer_becomes_a_file_that_reads(server, answer, tmp_path):
    server.answers[:] = [(200, answer)]
    path = overpass.fetch(BOX, tmp_path / "place.osm", server=server.address)
    assert extract.read(path).tables["roads"]["name"].tolist() == ["小路"]
    assert "bbox%3A32.5%2C120.6%2C32.51%2C120.61" in server.asked[-1]


def test_a_busy_server_is_asked_again(server, answer, tmp_path):
    server.answers[:] = [(429, b""), (504, b""), (200, answer)]
    said = []
    overpass.fetch(
        BOX, tmp_path / "place.osm", server=server.address, progress=lambda words, _share: said.append(words)
    )
    assert any("trying again (3 of 3)" in words for words in said)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([(429, b"")] * 3, "gave nothing after 3 tries: it answered 429.*geofabrik"),
        ([(200, b"<html>busy</html>")], "broke off or is no OpenStreetMap data"),
        ([(200, b"<osm><node")], "broke off"),
        ([(200, b"<osm><remark>runtime error: out of memory</remark></osm>")], "gave up: runtime error: out of memory"),
    ],
)
def test_half_an_answer_leaves_no_file_and_the_old_one_whole(server, tmp_path, answers, said):
    path = tmp_path / "place.osm"
    path.write_text("old")
    server.answers[:] = list(answers)
    with pytest.raises(SourceError, match=said):
        overpass.fetch(BOX, path, server=server.address, overwrite=True)
    assert path.read_text() == "old"
    assert [other.name for other in tmp_path.iterdir()] == ["place.osm"]


def test_no_network_says_the_way_round(tmp_path, monkeypatch):
    monkeypatch.setattr(overpass, "_PAUSE_S", 0.01)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(SourceError, match=r"gave nothing after 3 tries.*give the \.osm\.pbf as osm"):
        overpass.fetch(BOX, tmp_path / "place.osm", server=f"http://127.0.0.1:{port}/api")


def test_an_existing_file_is_kept(tmp_path):
    path = tmp_path / "place.osm"
    path.write_text("old")
    with pytest.raises(OutputError, match="the file exists"):
        overpass.fetch(BOX, path)


@pytest.mark.parametrize("box", [(120, 32, 119, 33), (0, 0, 0, 1), (0, -91, 1, 0)])
def test_what_is_no_box_is_refused(tmp_path, box):
    with pytest.raises(UsageError, match="a box is west,south,east,north"):
        overpass.fetch(box, tmp_path / "place.osm")


def test_a_province_is_too_much(tmp_path):
    with pytest.raises(LimitError, match=r"geofabrik"):
        overpass.fetch((118, 31, 121, 34), tmp_path / "place.osm")
