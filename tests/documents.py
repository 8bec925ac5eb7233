"""Documents that run: the shell lines, Python and files in a page, taken out and tried as typed, in their order.

A fence of ``sh`` or ``python`` (and a code cell of a notebook) runs. What stands in a comment before it decides more::

    <!-- not run: why -->            it is shown only
    <!-- file: my-layers/x.toml -->  it is what that file holds
    <!-- wants: real data -->        the rest of the page runs where GRIDKIT_REAL_DATA names a folder
    <!-- slow -->                    at the head of a page: it runs when GRIDKIT_DOCS=all
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from gridkit import cli

ROOT = Path(__file__).resolve().parents[1]
_FENCE = re.compile(
    r"(?P<marks>(?:<!--[^\n]*-->\n\s*)*)^(?P<ticks>`{3,})(?P<kind>[^\n]*)\n(?P<text>.*?)^(?P=ticks)\s*$",
    re.DOTALL | re.MULTILINE,
)
_CODES = re.compile(r"exit code (\d+)")
_OPERATORS = re.compile(r"[|<>;&*$`]")
RUNS = {"sh": "sh", "python": "python", "{code-cell} python": "python", "{code-cell} ipython3": "python"}


@dataclass(frozen=True)
class Block:
    """One fence: what it is (sh, python or a file), where it stands, and its text."""

    kind: str
    line: int
    text: str
    file: str = ""


class DocumentError(AssertionError):
    """A line of a document does not do what the document says."""


def pages() -> list[Path]:
    """Return every page in which something runs."""
    every = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    return sorted(path for path in every if "_made" not in path.parts and blocks(path))


def is_slow(path: Path) -> bool:
    """Whether a page runs only when it is asked for."""
    return "<!-- slow" in path.read_text(encoding="utf-8")[:2000]


def blocks(path: Path) -> list[Block]:
    """Return what runs in a page, in its order."""
    text = path.read_text(encoding="utf-8")
    real, found = text.find("<!-- wants: real data -->"), []
    for fence in _FENCE.finditer(text):
        marks, kind = fence["marks"], fence["kind"].strip()
        line = text.count("\n", 0, fence.start("ticks")) + 2
        if 0 <= real < fence.start("ticks") and not os.environ.get("GRIDKIT_REAL_DATA"):
            break
        body = re.sub(r"\A(?::[\w-]+:[^\n]*\n)+|\A---\n.*?^---\n", "", fence["text"], flags=re.DOTALL | re.MULTILINE)
        if named := re.search(r"<!-- file: (.+?) -->", marks):
            found.append(Block("file", line, body, named[1]))
        elif kind in RUNS and "<!-- not run" not in marks:
            found.append(Block(RUNS[kind], line, body))
    return found


def lines(text: str) -> list[str]:
    """Return the lines of a shell block; one that ends in a backslash goes on in the next.

    >>> lines("gridkit split a \\\\\\n  -o b  # a comment\\n\\ncd x\\n")
    ['gridkit split a -o b  # a comment', 'cd x']
    """
    joined = re.sub(r"\\\n\s*", "", text)
    return [line.strip() for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def bare(block: Block) -> list[str]:
    """Return the lines of a block without comments, which a translation has in its own language."""
    return [line for each in lines(block.text) if (line := re.split(r"\s+#\s", each)[0].rstrip())]


def run(path: Path, folder: Path) -> None:
    """Run a page in a folder; raise :class:`DocumentError` at the first line that fails."""
    space: dict[str, object] = {"__name__": "__main__"}
    before, modules = Path.cwd(), set(sys.modules)
    os.chdir(folder)
    try:
        for block in blocks(path):
            where = f"{path.relative_to(ROOT)}:{block.line}"
            if block.kind == "file":
                file = Path(block.file)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(block.text, encoding="utf-8")
            elif block.kind == "sh":
                for line in lines(block.text):
                    _shell(line, where)
            else:
                source = re.sub(r"^%.*$", "", block.text, flags=re.MULTILINE)
                exec(compile(source, where, "exec"), space)  # noqa: S102 - our own documents
    finally:
        os.chdir(before)
        for name in set(sys.modules) - modules:
            if name.startswith("_gk_doc"):
                del sys.modules[name]


def _shell(line: str, where: str) -> None:
    """Run one line: gridkit here, so that its parts are loaded once; anything else by a shell."""
    words = shlex.split(line, comments=True)
    allowed = {0, *map(int, _CODES.findall(line))}
    bare = line.partition("  #")[0]
    if words[0] == "cd":
        os.chdir(words[1])
        return
    if words[0] == "gridkit" and not _OPERATORS.search(re.sub(r"'[^']*'", "", bare)):
        code = cli.run(words[1:])
    else:
        path = os.pathsep.join([str(_shim()), str(Path(sys.executable).parent), os.environ["PATH"]])
        env = dict(os.environ, PATH=path, PYTHONPATH=str(ROOT))
        code = subprocess.call(["bash", "-c", bare], env=env, stdin=subprocess.DEVNULL)
    if code not in allowed:
        raise DocumentError(f"{where}: {line!r} has the exit code {code}")


def _shim() -> Path:
    """Return a folder with a command ``gridkit`` of this checkout in it."""
    folder = Path(sys.prefix) / "gridkit-documents"
    script = folder / "gridkit"
    wanted = f'#!/bin/sh\nexec "{sys.executable}" -m gridkit "$@"\n'
    if not script.exists() or script.read_text() != wanted:
        folder.mkdir(exist_ok=True)
        script.write_text(wanted)
        script.chmod(0o755)
    return folder


def targets(text: str) -> list[str]:
    """Return the files that a page links to or shows.

    >>> targets("[a](b.md#c) ![d](e.png) [f](https://example.org)")
    ['b.md', 'e.png']
    """
    found = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return [each.partition("#")[0] for each in found if "://" not in each and not each.startswith(("#", "mailto:"))]
