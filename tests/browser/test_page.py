"""The page that the browser tests get: it must see what the map tests rely on."""

from __future__ import annotations


def write(folder, body):
    file = folder / "page.html"
    file.write_text(f"<!doctype html><meta charset=utf-8><title>网格</title>{body}", encoding="utf-8")
    return file.as_uri()


def test_a_file_opens_and_runs(page, asked, wrong, tmp_path):
    page.goto(write(tmp_path, "<p onclick='this.textContent=2'>1</p>"))
    page.click("p")
    assert page.title() == "网格"
    assert page.inner_text("p") == "2"
    assert asked == []
    assert wrong == []


def test_a_host_that_is_asked_is_noted_and_not_reached(page, asked, wrong, tmp_path):
    page.goto(write(tmp_path, "<img src='https://tile.example/0/0/0.png'>"))
    assert asked == ["https://tile.example/0/0/0.png"]
    assert any("ERR_FAILED" in words for words in wrong)


def test_an_error_in_the_page_is_noted(page, wrong, tmp_path):
    page.goto(write(tmp_path, "<script>throw new Error('lost')</script>"))
    assert any("lost" in words for words in wrong)


def test_an_error_on_the_console_is_noted(page, wrong, tmp_path):
    page.goto(write(tmp_path, "<script>console.error('odd')</script>"))
    assert wrong == ["odd"]
