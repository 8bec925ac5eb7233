"""Everything the command line says is said in Chinese as well, with the same facts in it."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

from gridkit import errors
from gridkit.commands.console import translations
from gridkit.errors import EXIT_CODES, GridkitError, GridkitWarning
from gridkit.language import phrases

if TYPE_CHECKING:
    from collections.abc import Iterator

    Names = dict[str, list[ast.expr]]

PACKAGE = Path(errors.__file__).parent
ROOTS = (GridkitError, GridkitWarning)
KINDS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, ROOTS)}
SAYING = {"say", "translated", "progress", "tell", "Phrase"}
CHINESE = translations("zh")
HAN = "[\u4e00-\u9fff]"


@cache
def templates() -> dict[str, str]:
    """Return every template that is raised, said or shown as a stage of progress, with the place it stands at."""
    found: dict[str, str] = dict.fromkeys(EXIT_CODES.values(), "errors.py")
    found |= dict.fromkeys((phrases.THEN, phrases.LIST, phrases.AND, phrases.OR), "phrases.py")
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = _names(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                place = f"{path.relative_to(PACKAGE)}:{node.lineno}"
                found |= dict.fromkeys(_texts(node, names), place)
    return found


def _texts(call: ast.Call, names: Names) -> list[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name not in KINDS | SAYING:
        return []
    said = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "mend")]
    texts = [text for part in said for text in _strings(part, names)]
    # A phrase of facts alone still has stops between them; an error of facts alone says what they say.
    return [text for text in texts if name == "Phrase" or re.search("[a-z]{2}", re.sub(r"\{[^}]*\}", "", text))]


def _strings(node: ast.expr, names: Names) -> Iterator[str]:
    """Yield the texts an expression may be: literals, either side of a choice, what is put together or looked up."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp():
            yield from (*_strings(node.body, names), *_strings(node.orelse, names))
        case ast.BinOp(op=ast.Add()):
            yield from (left + right for left in _strings(node.left, names) for right in _strings(node.right, names))
        case ast.Subscript(value=ast.Name()):
            yield from _strings(node.value, names)
        case ast.Dict():
            yield from (text for value in node.values for text in _strings(value, names))
        case ast.Name(id=name):
            others = {other: values for other, values in names.items() if other != name}
            yield from (text for value in names.get(name, []) for text in _strings(value, others))


def _names(tree: ast.Module) -> Names:
    """Return what the names of a module may stand for: what is assigned to them, or handed to them by a loop."""
    found: Names = defaultdict(list)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    found[target.id].append(node.value)
    for node in ast.walk(tree):
        if isinstance(node, ast.For) and isinstance(node.target, ast.Tuple):
            for name, value in _handed(node.target, node.iter, found):
                found[name].append(value)
    return found


def _handed(targets: ast.Tuple, rows: ast.expr, names: Names) -> Iterator[tuple[str, ast.expr]]:
    """Yield what a loop over rows that are written out hands to each of its names."""
    for table in names.get(rows.id, []) if isinstance(rows, ast.Name) else [rows]:
        for row in table.elts if isinstance(table, ast.Tuple | ast.List) else []:
            if isinstance(row, ast.Tuple):
                yield from (
                    (target.id, value)
                    for target, value in zip(targets.elts, row.elts, strict=False)
                    if isinstance(target, ast.Name)
                )


def _facts(template: str) -> set[tuple[str, str | None, str | None]]:
    return {(name, form, shown) for _, name, form, shown in Formatter().parse(template) if name is not None}


def test_the_scan_finds_what_is_raised_said_and_put_together() -> None:
    found = templates()
    assert len(found) > 400
    assert "reading the district" in found, "a stage of progress"
    assert "Its columns are {names}" in found, "one of two texts put together"
    assert "group {group} (units {units}) is not contiguous" in found, "a text a loop hands over"
    assert "give it as --osm" in found, "a text looked up in a table"
    assert "text is {encoding}" in found, "a phrase among the notes"


def test_every_template_has_a_translation() -> None:
    missing = {text: place for text, place in templates().items() if text not in CHINESE}
    assert not missing, "\n".join(f"{place}: {text}" for text, place in missing.items())


def test_no_translation_is_left_over() -> None:
    labels = {text for text in CHINESE if len(text) < 60 and "{" not in text}  # labels of reports are facts' names
    assert set(CHINESE) - set(templates()) - labels == set()


def test_a_translation_holds_the_same_facts_in_the_same_form() -> None:
    assert {text: said for text, said in CHINESE.items() if _facts(said) != _facts(text)} == {}


def test_a_translation_is_chinese_in_words_and_punctuation() -> None:
    half_width = re.compile(f"{HAN}[,;:?!()]|[,;:?!()]{HAN}")
    chinese = re.compile(f"{HAN}|[、；（：]")
    assert [said for said in CHINESE.values() if not chinese.search(said) or half_width.search(said)] == []
