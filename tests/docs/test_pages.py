"""Every code block, shell line and notebook of the documents runs as typed, in its order, in an empty folder."""

from __future__ import annotations

import os
import warnings

import documents
import pytest

PAGES = [path for path in documents.pages() if path.name != "README.zh.md" and path.parent.name != "zh"]
NAMES = [str(path.relative_to(documents.ROOT)) for path in PAGES]
ON_DEMAND = "NOT RUN HERE: set GRIDKIT_DOCS=all (python3 dev.py docs --run)"


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_a_page_runs_as_typed(path, tmp_path, capsys):
    if documents.is_slow(path) and os.environ.get("GRIDKIT_DOCS") != "all":
        pytest.skip(ON_DEMAND)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        documents.run(path, tmp_path)


def test_a_line_that_fails_is_named(tmp_path, monkeypatch, capsys):
    page = tmp_path / "page.md"
    page.write_text("# A page\n\n```sh\ngridkit presets\ngridkit audit none.gpkg\n```\n")
    monkeypatch.setattr(documents, "ROOT", tmp_path)
    with pytest.raises(documents.DocumentError, match=r"page.md:4: 'gridkit audit none.gpkg' has the exit code 3"):
        documents.run(page, tmp_path)


def test_marks_before_a_fence_are_heeded(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "<!-- file: a/b.toml -->\n```toml\nx = 1\n```\n\n<!-- not run: it never ends -->\n```sh\nyes\n```\n\n"
        "```{code-cell} python\n:tags: [remove-output]\nx = 1\n```\n\n```text\nshown\n```\n"
    )
    assert [(each.kind, each.text, each.file) for each in documents.blocks(page)] == [
        ("file", "x = 1\n", "a/b.toml"),
        ("python", "x = 1\n", ""),
    ]


def test_what_wants_real_data_waits_for_it(tmp_path, monkeypatch):
    page = tmp_path / "page.md"
    page.write_text("```python\n1\n```\n\n<!-- wants: real data -->\n\n```python\n2\n```\n")
    monkeypatch.delenv("GRIDKIT_REAL_DATA", raising=False)
    assert len(documents.blocks(page)) == 1
    monkeypatch.setenv("GRIDKIT_REAL_DATA", str(tmp_path))
    assert len(documents.blocks(page)) == 2


def test_every_picture_and_page_that_a_page_names_is_there():
    root = documents.ROOT
    every = [path for under in ("", "docs/**/", "benchmarks/") for path in root.glob(f"{under}*.md")]
    assert [
        f"{path.relative_to(root)}: {target}"
        for path in every
        if "_made" not in path.parts
        for target in documents.targets(path.read_text(encoding="utf-8"))
        if not (path.parent / target).exists()
    ] == []


TRANSLATED = {"README.zh.md": "README.md", "docs/zh/planner.md": "docs/tutorials/planner.md"}


@pytest.mark.parametrize("path", TRANSLATED)
def test_a_translation_holds_the_same_lines(path):
    """Comments are translated, commands and code are not: what runs in English runs in Chinese."""
    other, own = (
        [(each.kind, documents.bare(each)) for each in documents.blocks(documents.ROOT / name)]
        for name in (TRANSLATED[path], path)
    )
    assert own == other
