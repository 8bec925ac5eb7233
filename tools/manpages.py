"""Man pages, one a command, written from what ``gridkit/options`` declares: the same words as ``--help``.

``python3 dev.py man`` writes out/man/man1/gridkit*.1, and out/man/zh_CN/man1/ with the same in Chinese; read one by
``man out/man/man1/gridkit-split.1``.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gridkit.cli import app
from gridkit.commands.help import record
from gridkit.errors import EXIT_CODES
from gridkit.language.catalogue import catalogue
from gridkit.options.catalogue import GROUPS, options_of
from gridkit.options.commands import COMMANDS, TASKS
from gridkit.provenance import own_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Said = Callable[[str], str]

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = {"en": "man1", "zh": "zh_CN/man1"}


def escaped(text: str) -> str:
    r"""Return text that groff sets as it is: no dash becomes typographic, no line begins with a command.

    >>> escaped("--target N")
    '\\-\\-target N'
    """
    plain = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line.startswith((".", "'")) else line for line in plain.split("\n"))


def page(name: str, said: Said) -> str:
    """Return the man page of one command."""
    about = COMMANDS[name]
    options = [each for each in options_of(name, where="command") if not each.hidden]
    places = " ".join(each.metavar for each in options if each.place == "both")
    lines = [
        *head(f"gridkit-{name.replace(' ', '-')}", said(about.help)),
        f".SH {said('Usage').upper()}",
        f".B gridkit {escaped(name)}",
        escaped(f"[OPTIONS] {places}".strip()),
    ]
    first = [each for each in options if each.place == "both" or each.common or not each.group]
    lines += [f".SH {said('Options').upper()}", *terms(record(each, said) for each in first)]
    for group, title in GROUPS.items():
        rows = [record(each, said) for each in options if each.group == group and each not in first]
        lines += [f".SS {escaped(said(title))}", *terms(rows)] if rows else []
    lines += [f".SH {said('Examples').upper()}"]
    for example in about.examples:
        lines += [".PP", ".nf", ".RS", escaped(example), ".RE", ".fi"]
    return "\n".join([*lines, *foot(said)]) + "\n"


def front(said: Said) -> str:
    """Return the man page of gridkit itself: every command under its task, and the exit codes."""
    lines = head("gridkit", said(str(app.info.help)))
    for task, title in TASKS.items():
        rows = [(name, said(each.help)) for name, each in COMMANDS.items() if each.task == task]
        lines += [f".SH {escaped(said(title).upper())}", *terms(rows)]
    lines += [f".SH {said('exit codes').upper()}", *terms((str(code), said(each)) for code, each in EXIT_CODES.items())]
    return "\n".join([*lines, *foot(said)]) + "\n"


def head(name: str, about: str) -> list[str]:
    """Return how a page begins; man indexes what stands under NAME, in whatever language."""
    title = f'.TH "{escaped(name.upper())}" "1" "" "gridkit {escaped(own_version())}" "gridkit"'
    return [title, ".SH NAME", f"{escaped(name)} \\- {escaped(about)}"]


def terms(rows: Iterable[tuple[str, str]]) -> list[str]:
    """Return terms and what they mean."""
    return [line for term, meaning in rows for line in (".TP", f".B {escaped(term)}", escaped(meaning))]


def foot(said: Said) -> list[str]:
    """Return how a page ends."""
    return [
        ".SH SEE ALSO",
        escaped("gridkit(1), gridkit --help, gridkit explain, gridkit exit-codes"),
        f".PP\n{escaped(said('Every command explains itself: gridkit split --help. Exit codes: gridkit exit-codes.'))}",
    ]


def write(folder: Path) -> list[Path]:
    """Write every page in every language that has a folder, and return the files."""
    written = []
    for lang, under in FOLDERS.items():
        said = catalogue(lang).said
        pages = {"gridkit": front(said)}
        pages |= {f"gridkit-{name.replace(' ', '-')}": page(name, said) for name, each in COMMANDS.items() if each.task}
        (folder / under).mkdir(parents=True, exist_ok=True)
        for name, text in pages.items():
            path = folder / under / f"{name}.1"
            path.write_text(re.sub(r"\n{2,}", "\n", text), encoding="utf-8")
            written.append(path)
    return written


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "out" / "man"
    print(f"{len(write(place))} pages in {place}")
