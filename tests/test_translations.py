"""Everything the command line says is said in Chinese as well, with the same facts in it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from gridkit import errors
from gridkit.console import translations
from gridkit.errors import EXIT_CODES, GridkitError

PACKAGE = Path(errors.__file__).parent
KINDS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, GridkitError)}
SAYING = {"say", "translated"}
CHINESE = translations("zh")


def templates() -> dict[str, str]:
    """Return every template that is raised or said, with the place it stands at."""
    found: dict[str, str] = dict.fromkeys(EXIT_CODES.values(), "errors.py")
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                place = f"{path.relative_to(PACKAGE)}:{node.lineno}"
                found |= dict.fromkeys(_texts(node), place)
    return found


def _texts(call: ast.Call) -> list[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name not in KINDS | SAYING:
        return []
    said = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "mend")]
    return [text for part in said for text in _strings(part)]


def _strings(node: ast.expr) -> list[str]:
    """Return the literal texts an expression may be: itself, or either side of a choice."""
    if isinstance(node, ast.IfExp):
        return [*_strings(node.body), *_strings(node.orelse)]
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return [node.value] if is_text and re.search("[a-z]{2}", re.sub(r"\{[^}]*\}", "", node.value)) else []


def test_the_scan_finds_what_is_raised() -> None:
    assert len(templates()) > 50


def test_every_template_has_a_translation() -> None:
    missing = {text: place for text, place in templates().items() if text not in CHINESE}
    assert not missing, "\n".join(f"{place}: {text}" for text, place in missing.items())


def test_no_translation_is_left_over() -> None:
    labels = {text for text in CHINESE if len(text) < 60 and "{" not in text}  # labels of reports are facts' names
    assert set(CHINESE) - set(templates()) - labels == set()


@pytest.mark.parametrize("text", sorted(CHINESE))
def test_a_translation_holds_the_same_facts(text: str) -> None:
    def facts(template: str) -> set[str]:
        return set(re.findall(r"\{(\w+)", template))

    assert facts(CHINESE[text]) == facts(text)
