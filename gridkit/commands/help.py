"""What ``--help`` shows: the common job first, then all the rest by group; nothing is cut off."""

import re
import shutil
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

from typer.core import TyperCommand, TyperGroup

from gridkit.language.reader import language
from gridkit.options.catalogue import GROUPS, options_of
from gridkit.options.commands import COMMANDS, FAMILIES, TASKS
from gridkit.options.declaration import Option

Row = tuple[str, str]
WIDEST, NARROWEST = 110, 30
"""Columns a page takes at most, however wide the terminal, and at least (characters)."""
_MARGIN, _TERM, _SHARE = 2, 26, 0.4
_PIECE = re.compile(r"\s+|[\u2e80-\u9fff\uff00-\uffef]|[^\s\u2e80-\u9fff\uff00-\uffef]+")
_PART = re.compile(r"[^/:.;]*[/:.;]+|[^/:.;]+")
"""What is longer than a line breaks after these marks."""


class Page(TyperCommand):
    """A command whose page is written from what is declared of it."""

    declared = ""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - Typer's own
        """Write the page: what it does, the common job, then every option under its heading."""
        said, width = translator(ctx), width_here()
        options = [each for each in options_of(self.declared, where="command") if not each.hidden]
        about = COMMANDS[self.declared]
        places = [_option(said), *(each.metavar for each in options if each.place == "both")]
        formatter.write(usage(ctx, places, said, width))
        formatter.write("\n" + filled(said(about.help), width, _MARGIN))
        if about.examples and any(each.common for each in options):
            formatter.write(f"\n{said('The common job')}:\n  {about.examples[0]}\n")
        first = [each for each in options if each.place == "both" or each.common or not each.group]
        formatter.write("\n" + table([record(each, said) for each in first], width))
        for group, title in GROUPS.items():
            rows = [record(each, said) for each in options if each.group == group and each not in first]
            if rows:
                formatter.write(f"\n{said(title)}:\n{table(rows, width)}")
        formatter.write("\n" + table([("-h, --help", said("Show this page."))], width))
        formatter.write(f"\n{said('Examples')}:\n" + "".join(f"  {line}\n" for line in about.examples))


class Menu(TyperGroup):
    """Commands by task, each made when it is asked for."""

    make: Callable[[str], Any]
    """What makes a command from its words."""
    family = ""
    """The first word of all commands here; none in the menu of all."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 - Typer's own
        """Return the words that may stand here, in the order of the work."""
        lead = f"{self.family} " if self.family else ""
        names = [name.removeprefix(lead) for name, each in COMMANDS.items() if each.task and name.startswith(lead)]
        return list(dict.fromkeys(name.split()[0] for name in names))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - Typer's own
        """Return the command of a word, or None."""
        return self.make(f"{self.family} {cmd_name}".strip()) if cmd_name in self.list_commands(ctx) else None

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - Typer's own
        """Write the page: every command under its task, whole."""
        said, width = translator(ctx), width_here()
        formatter.write(usage(ctx, [_option(said), said("Command").upper(), "..."], said, width))
        formatter.write("\n" + filled(said(self.help or ""), width, _MARGIN))
        for title, rows in self._rows(said).items():
            formatter.write(f"\n{said(title)}:\n{table(rows, width)}")
        records = [each.get_help_record(ctx) for each in self.get_params(ctx)]
        formatter.write(f"\n{said('Options')}:\n" + table([(a, said(b)) for a, b in filter(None, records)], width))
        if self.epilog:
            formatter.write("\n" + filled(said(self.epilog), width, 0))

    def _rows(self, said: Callable[[str], str]) -> dict[str, list[Row]]:
        """Return the commands here and what they do, by the title of their task."""
        lead = f"{self.family} " if self.family else ""
        found: dict[str, dict[str, str]] = {title: {} for title in TASKS.values()}
        for name, each in COMMANDS.items():
            if each.task and name.startswith(lead):
                word = name.removeprefix(lead).split()[0]
                family = not self.family and word in FAMILIES
                found[TASKS[each.task]].setdefault(word, FAMILIES[word] if family else each.help)
        return {title: [(word, said(help_)) for word, help_ in rows.items()] for title, rows in found.items() if rows}


def translator(ctx: Any) -> Callable[[str], str]:  # noqa: ANN401 - Typer's own
    """Return what says a text in the language of whoever asked for help."""
    console = ctx.find_root().obj
    if console is None:
        lang = ctx.find_root().params.get("lang")
        if language(lang) == "en":  # as it is written, so that nothing more is loaded
            return str
        from gridkit.commands.console import Console

        console = Console.speaking(lang)
    said: Callable[[str], str] = console.translated
    return said


def width_here() -> int:
    """Return how many columns a page takes."""
    return max(min(shutil.get_terminal_size().columns, WIDEST), NARROWEST)


def _option(said: Callable[[str], str]) -> str:
    return f"[{said('Options').upper()}]"


def usage(ctx: Any, words: list[str], said: Callable[[str], str], width: int) -> str:  # noqa: ANN401 - Typer's own
    """Return the line that shows in which order things are written."""
    return filled(f"{said('Usage')}: {ctx.command_path} {' '.join(words)}", width, 0)


def record(option: Option, said: Callable[[str], str]) -> Row:
    """Return how an option is written, and what it is with its default."""
    if option.place == "both":
        return option.metavar.strip("[]"), _with_default(option, said)
    value = "" if option.kind == "flag" else f" {option.metavar or option.name.upper()}"
    return ", ".join(option.written) + value, _with_default(option, said)


def _with_default(option: Option, said: Callable[[str], str]) -> str:
    plain = option.default if isinstance(option.default, str | int | float) and option.kind != "flag" else ""
    shown = said(option.unsaid) if option.unsaid else f"{plain:g}" if isinstance(plain, float) else str(plain)
    return said(option.help) + (f" [{said('default')}: {shown}]" if shown else "")


# ------------------------------------------------------------------ laying text out
def table(rows: Iterable[Row], width: int) -> str:
    """Return terms and what they mean side by side; a term too long for its column has its meaning below it."""
    rows = list(rows)
    most = min(_TERM, int(width * _SHARE))
    column = min(max((cells(term) for term, _ in rows), default=0), most) + 2 * _MARGIN
    lines = []
    for term, meaning in rows:
        wrapped = wrap(meaning, width - column)
        head = " " * _MARGIN + term
        if cells(head) + _MARGIN <= column and wrapped:
            head, wrapped = head + " " * (column - cells(head)) + wrapped[0], wrapped[1:]
        lines += [head, *(" " * column + line for line in wrapped)]
    return "".join(line + "\n" for line in lines)


def filled(text: str, width: int, indent: int) -> str:
    """Return a paragraph in lines of at most ``width`` columns."""
    return "".join(" " * indent + line + "\n" for line in wrap(text, width - indent))


def wrap(text: str, width: int) -> list[str]:
    """Return text in lines of at most ``width`` columns; Chinese may break anywhere, words stay whole.

    What is longer than a line, as an address may be, breaks after its marks.

    Examples
    --------
    >>> wrap("Split a district", 8)
    ['Split a', 'district']
    >>> wrap("postgresql://HOST/DB", 14)
    ['postgresql://', 'HOST/DB']
    >>> wrap("划分网格", 4)
    ['划分', '网格']
    """
    lines, line, taken = [], "", 0
    pieces = (
        part for piece in _PIECE.findall(text) for part in (_PART.findall(piece) if cells(piece) > width else [piece])
    )
    for piece in pieces:
        blank = piece.isspace()
        if line and not blank and taken + cells(piece) > width:
            lines.append(line.rstrip())
            line, taken = "", 0
        if line or not blank:
            line, taken = line + piece, taken + cells(piece)
    return [*lines, line.rstrip()] if line.strip() else lines


def cells(text: str) -> int:
    """Return how many columns of a terminal a text takes: two for each Chinese character."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
