"""The messages of gridkit: found in the code, the tables and the page, and held against every catalogue.

::

    python3 dev.py words            find every message, and write what is new into each .po file, untranslated
    python3 dev.py words --check    change nothing; fail where one has no translation, or one is left over or broken
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from collections.abc import Iterator

    Names = dict[str, list[ast.expr]]

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "gridkit"
LOCALE = PACKAGE / "language" / "locale"
ERRORS = {
    "GridkitError",
    "UsageError",
    "UnguardedError",
    "SourceError",
    "TableError",
    "DefinitionError",
    "InfeasibleError",
    "OutputError",
    "LimitError",
    "GridkitWarning",
}
SAYING = {"say", "translated", "progress", "tell", "Phrase", "template", "said", "Option", "Typer"}
"""Functions whose first text is a message."""
HELP = {"mend", "help", "epilog", "show_default"}
"""Arguments whose text is a message as well."""


@dataclass(frozen=True, order=True)
class Message:
    """An entry that every catalogue wants: the English text, what tells it from its like, and its plural."""

    text: str
    context: str = ""
    plural: str = ""


def messages() -> dict[Message, str]:
    """Return every message with the place it was found at."""
    found: dict[Message, str] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for message, line in in_code(path.read_text(encoding="utf-8")):
            found.setdefault(message, f"{path.relative_to(ROOT)}:{line}")
    for message, place in in_tables():
        found.setdefault(message, place)
    return found


# ------------------------------------------------------------------ code
def in_code(text: str) -> Iterator[tuple[Message, int]]:
    """Yield every message that a module raises, says, shows as a stage of progress or as help, with its line."""
    tree = ast.parse(text)
    names = _names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for message in _of_call(node, names):
                yield message, node.lineno


def _of_call(call: ast.Call, names: Names) -> list[Message]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name not in ERRORS | SAYING:
        return []
    said = [
        *(() if name in ("Option", "Typer") else call.args[:1]),
        *(each.value for each in call.keywords if each.arg in HELP),
    ]
    texts = [text for part in said for text in _strings(part, names)]
    context, plural = (_only(call.args[at], names) if len(call.args) > at else "" for at in (1, 2))
    if name == "template":
        context, plural = "", context
    if name != "Phrase":
        # A phrase of facts alone still has stops between them; an error of facts alone says what they say.
        texts = [text for text in texts if re.search("[A-Za-z][a-z]", re.sub(r"\{[^}]*\}", "", text))]
    if name not in ("Phrase", "template"):
        context = plural = ""
    return [Message(text, context, plural) for text in texts if text]


def _only(node: ast.expr, names: Names) -> str:
    return next(_strings(node, names), "")


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
                for name, value in _assigned(target, node.value):
                    found[name].append(value)
    for node in ast.walk(tree):
        if isinstance(node, ast.For) and isinstance(node.target, ast.Tuple):
            for name, value in _handed(node.target, node.iter, found):
                found[name].append(value)
    return found


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, other in zip(target.elts, value.elts, strict=False):
            yield from _assigned(one, other)


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


# ------------------------------------------------------------------ tables
def in_tables() -> Iterator[tuple[Message, str]]:
    """Yield the messages that stand in tables: exit codes, units, joints, labels, codes, and the texts of the page."""
    from gridkit.errors import EXIT_CODES  # of this checkout, whichever is installed
    from gridkit.language import numbers, phrases

    yield Message("English", "language"), "gridkit/language/catalogue.py"
    yield from ((Message(text), "gridkit/errors.py") for text in EXIT_CODES.values())
    joints = (phrases.THEN, phrases.LIST, phrases.AND, phrases.OR)
    yield from ((Message(text), "gridkit/language/phrases.py") for text in joints)
    for one, many in numbers.UNITS.values():
        yield Message(one, numbers.UNIT, many), "gridkit/language/numbers.py"
    for text in numbers.PATTERNS:
        yield Message(text, numbers.NUMBER), "gridkit/language/numbers.py"
    for text in _options():
        yield Message(text), "gridkit/options"
    named = tomllib.loads((PACKAGE / "language" / "labels.toml").read_text(encoding="utf-8"))
    for text in named["labels"].values():
        yield Message(text, "label"), "gridkit/language/labels.toml"
    for kind, words in named["codes"].items():
        yield from ((Message(text, kind), "gridkit/language/labels.toml") for text in words.values())
    for path in sorted([*(PACKAGE / "presets").glob("*.toml"), *(ROOT / "layers").glob("*.toml")]):
        for text in _sources(tomllib.loads(path.read_text(encoding="utf-8"))):
            yield Message(text, "source"), str(path.relative_to(ROOT))
    page = PACKAGE / "render" / "page" / "assets" / "words.toml"
    for text in tomllib.loads(page.read_text(encoding="utf-8")).values():
        yield Message(text, "page"), str(page.relative_to(ROOT))


def _options() -> Iterator[str]:
    """Yield what the command line says of its commands and options."""
    from gridkit.options import catalogue, commands

    for option in catalogue.OPTIONS:
        yield from (text for text in (option.help, option.unsaid) if text)
    yield from (*catalogue.GROUPS.values(), *commands.TASKS.values(), *commands.FAMILIES.values())
    yield from (each.help for each in commands.COMMANDS.values())


def _sources(definition: object) -> Iterator[str]:
    """Yield where the numbers of a definition come from."""
    for key, value in definition.items() if isinstance(definition, dict) else ():
        if key == "source" and isinstance(value, str):
            yield value
        else:
            yield from _sources(value)


# ------------------------------------------------------------------ catalogues
def read(path: Path) -> Catalog:
    """Return a catalogue as it stands."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def write(path: Path, catalogue: Catalog) -> None:
    """Write a catalogue in an order and a form that merge well: by text, without places or dates."""
    with path.open("wb") as file:
        write_po(file, catalogue, no_location=True, sort_output=True, ignore_obsolete=True, width=0)
    text = path.read_text(encoding="utf-8")
    kept = [line for line in text.split("\n") if not line.startswith(_TIMES)]
    path.write_text("\n".join(kept), encoding="utf-8")


_TIMES = tuple(f'"{name}:' for name in ("POT-Creation-Date", "PO-Revision-Date", "Generated-By", "Last-Translator"))
"""Lines of the head that would differ with every writing."""


def renewed(catalogue: Catalog, wanted: dict[Message, str]) -> Catalog:
    """Return a catalogue with exactly the messages that are wanted, those it has translated as they were."""
    fresh = Catalog(locale=catalogue.locale, project="gridkit", fuzzy=False, header_comment=catalogue.header_comment)
    fresh.mime_headers = catalogue.mime_headers
    for message in wanted:
        known = catalogue.get(message.text, message.context or None)
        string = known.string if known is not None and bool(known.pluralizable) == bool(message.plural) else None
        if message.plural and string is None:
            string = ("",) * fresh.num_plurals
        both = (message.text, message.plural) if message.plural else message.text
        fresh.add(both, string, context=message.context or None)
    return fresh


def facts(text: str) -> set[tuple[str, str | None, str | None]]:
    """Return the facts that a template names, with their forms."""
    return {(name, form, shown) for _, name, form, shown in Formatter().parse(text) if name is not None}


def faults(catalogue: Catalog, wanted: dict[Message, str]) -> list[str]:
    """Return what is wrong with a catalogue, a line each."""
    found = []
    for message, place in wanted.items():
        known = catalogue.get(message.text, message.context or None)
        forms = [] if known is None else [known.string] if isinstance(known.string, str) else list(known.string)
        where = f"{place}: {message.context + ': ' if message.context else ''}{message.text!r}"
        if not forms or not all(forms) or (known is not None and known.fuzzy):
            found.append(f"{where} is not translated")
            continue
        both = facts(message.text) | facts(message.plural)
        needed = facts(message.text) & facts(message.plural) if message.plural else both
        given = [facts(form) for form in forms]
        if message.context == "number":  # how many digits a day has is a matter of the language
            needed, both, *given = ({(name, None, None) for name, *_ in each} for each in (needed, both, *given))
        found += [
            f"{where} has other facts: {form!r}"
            for form, own in zip(forms, given, strict=True)
            if not needed <= own <= both
        ]
    there = {(message.text, message.context) for message in wanted}
    for entry in catalogue:
        one = entry.id if isinstance(entry.id, str) else entry.id[0]
        if one and (one, entry.context or "") not in there:
            found.append(f"{entry.context + ': ' if entry.context else ''}{one!r} is no message any more")
    return found


def main(arguments: list[str]) -> int:
    """Renew or check the catalogues of every language."""
    wanted = messages()
    broken = False
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        if "--check" not in arguments:
            write(path, renewed(read(path), wanted))
        wrong = faults(read(path), wanted)
        broken = broken or bool(wrong)
        print(f"{path.relative_to(ROOT)}: {len(wanted)} messages, {len(wrong)} to do", *wrong, sep="\n  ")
    return int(broken)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
