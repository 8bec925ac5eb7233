"""A made-up third language in a folder of its own, as one would be added: each message shouted, or what is given."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from gridkit.language.catalogue import _OURS, entries

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HEAD = "Language: {code}\\nPlural-Forms: nplurals=2; plural=(n > 1);\\nContent-Type: text/plain; charset=utf-8\\n"


def add(folder: Path, code: str, words: Mapping[str, str]) -> Path:
    """Write a catalogue with some messages, and return the folder to be named by GRIDKIT_LOCALE."""
    lines = [f'msgid ""\nmsgstr "{HEAD.format(code=code)}"']
    lines += [f"msgid {_quoted(one)}\nmsgstr {_quoted(other)}" for one, other in words.items()]
    return _written(folder, code, lines)


def add_whole(folder: Path, code: str) -> Path:
    """Write a catalogue with every message of ours, in the language of brackets: ``[the same in capitals]``."""
    lines = [f'msgid ""\nmsgstr "{HEAD.format(code=code)}"']
    ours = (_OURS / "zh" / "LC_MESSAGES" / "gridkit.po").read_text(encoding="utf-8")
    for context, one, many, _ in entries(ours):
        if not one:
            continue
        head = (f"msgctxt {_quoted(context)}\n" if context else "") + f"msgid {_quoted(one)}\n"
        if context == "language":
            lines.append(f"{head}msgstr {_quoted('Krampa')}")
        elif many:
            forms = (_quoted(_shouted(each)) for each in (one, many))
            lines.append(
                head
                + f"msgid_plural {_quoted(many)}\n"
                + "".join(f"msgstr[{n}] {form}\n" for n, form in enumerate(forms))
            )
        else:
            lines.append(f"{head}msgstr {_quoted(_shouted(one))}")
    return _written(folder, code, lines)


def _shouted(text: str) -> str:
    """Return a text in capitals between brackets, its facts as they are."""
    parts = re.split(r"(\{[^}]*\})", text)
    return "[" + "".join(part if part.startswith("{") else part.upper() for part in parts) + "]"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _written(folder: Path, code: str, lines: list[str]) -> Path:
    path = folder / code / "LC_MESSAGES" / "gridkit.po"
    path.parent.mkdir(parents=True)
    path.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    return folder
