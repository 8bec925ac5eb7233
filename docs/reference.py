"""The reference pages: commands from ``gridkit/options``, functions from their docstrings, errors, presets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gridkit
from gridkit.catalog.presets import presets
from gridkit.commands.help import record
from gridkit.errors import EXIT_CODES
from gridkit.language.explanations import explanations
from gridkit.options.catalogue import GROUPS, options_of
from gridkit.options.commands import COMMANDS, TASKS

if TYPE_CHECKING:
    from pathlib import Path

PARTS = ("blocks", "people", "borders", "labels", "coverage", "hot_spots", "compactness")


def write(folder: Path) -> None:
    """Write every page of the reference."""
    pages = {
        "commands": commands(),
        "python": python(),
        "errors": errors(),
        "definitions": definitions(),
    }
    for name, text in pages.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")


def commands() -> str:
    """Return the page of every command and option, in the words of ``--help``."""
    lines = [
        "# Commands",
        "",
        "The words of `gridkit COMMAND --help`, whole; `dev.py man` writes them as man pages too.",
        "",
    ]
    for task, title in TASKS.items():
        lines += [f"## {title}", ""]
        for name, each in COMMANDS.items():
            if each.task == task:
                lines += [f"### gridkit {name}", "", _safe(each.help), "", f"In Python: `gridkit.{each.function}`.", ""]
                lines += _options(name)
                lines += ["```text", *each.examples, "```", ""]
    return "\n".join(lines)


def _options(name: str) -> list[str]:
    options = [each for each in options_of(name, where="command") if not each.hidden]
    first = [each for each in options if each.place == "both" or each.common or not each.group]
    groups = {"": first, **{t: [o for o in options if o.group == g and o not in first] for g, t in GROUPS.items()}}
    lines = []
    for title, some in groups.items():
        if some:
            lines += [f"| {title or 'Asked first'} | |", "|---|---|"]
            for each in some:
                term, meaning = record(each, str)
                lines.append(f"| `{term.replace('|', chr(92) + '|')}` | {_safe(meaning)} |")
            lines.append("")
    return lines


def _safe(text: str) -> str:
    """Return text in which nothing is taken for Markdown."""
    for sign in "\\*_[]<>|`$":
        text = text.replace(sign, f"\\{sign}")
    return text


def python() -> str:
    """Return the page of every public name: of commands, of the parts alone, and the rest."""
    functions = {each.function for each in COMMANDS.values() if each.task}
    rest = sorted(set(gridkit.__all__) - functions - set(PARTS))
    groups = {
        "What the commands call": [each for each in gridkit.__all__ if each in functions],
        "The parts alone": list(PARTS),
        "Tables, plans and what is asked of them": rest,
    }
    lines = [
        "# Python",
        "",
        "`import gridkit as gk`: plain functions with keyword-only options, the commands' own.",
        "",
    ]
    for title, names in groups.items():
        lines += [f"## {title}", ""]
        for name in names:
            thing = getattr(gridkit, name)
            kind = "autoclass" if isinstance(thing, type) else "autofunction" if callable(thing) else "autodata"
            lines += [f"### {name}", "", "```{eval-rst}", f".. {kind}:: gridkit.{name}", "```", ""]
    return "\n".join(lines)


def errors() -> str:
    """Return the page of exit codes and of every error."""
    lines = ["# Errors", "", "`gridkit explain CODE` says the same offline, in English and Chinese.", ""]
    lines += ["| exit code | means |", "|---|---|"]
    lines += [f"| {code} | {_safe(text)} |" for code, text in EXIT_CODES.items()] + [""]
    for code, each in sorted(explanations().items()):
        lines += [f"## {code}: {_safe(str(each.title))}", "", _safe(str(each.text)), ""]
    return "\n".join(lines)


def definitions() -> str:
    """Return the page of what is defined in TOML: presets, layers and map views."""
    lines = ["# Presets, layers and views", "", "What is shipped, each one TOML file; yours stand beside.", ""]
    lines += ["| preset | what it is | balances | verified numbers |", "|---|---|---|---|"]
    for name in presets():
        each = presets()[name]
        known = sum(number.verified for number in (each.band.low, each.band.target, each.band.high))
        lines.append(f"| `{name}` | {_safe(str(each.title))} | {each.measure} | {known} of 3 |")
    for title, registry in (("layer", gridkit.layers()), ("view", gridkit.maps())):
        lines += ["", f"| {title} | what it is |", "|---|---|"]
        lines += [f"| `{name}` | {_safe(str(registry[name].title))} |" for name in registry]
    return "\n".join([*lines, ""])
