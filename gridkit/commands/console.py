"""How the command line speaks: words and progress on stderr, data on stdout, in English or Chinese."""

from __future__ import annotations

import io
import json
import logging
import math
import os
import shutil
import sys
import tempfile
import traceback
import warnings
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TextIO

from gridkit.atomic import put
from gridkit.commands.columns import cells, folded, widths
from gridkit.errors import GridkitError, GridkitWarning, OutputError, UsageError, masked
from gridkit.kernels import heard
from gridkit.language import labels, phrases
from gridkit.language.catalogue import catalogue, languages
from gridkit.language.facts import counted, in_units, named
from gridkit.language.numbers import Quantity, moment
from gridkit.language.phrases import Phrase, filled, series, spoken
from gridkit.language.reader import environment_language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    Progress = Callable[[str, float | None], None]

SCHEMA_VERSION = 1
_LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)
_PROGRESS = ("auto", "json", "none")
_CODES = ("epsg", "code", "seed", "year")
"""Facts that are numbers in name only."""
_TIMES = ("finished", "time", "as_of", "first", "last", "snapshot", "since", "until")
"""Facts that are times."""
_THOUSAND = 1000
_WORD, _GAP = 10, 3
"""A column of a table is to have room for its longest word, of which so many letters stay together, and a gap."""
_SENTENCE, _TOLD = 22, ("lost", "notes")
"""Columns of sentences in an account, and the letters that a line of them has at least."""
_FILES = ("inputs", "outputs")
"""Columns of names of files: such a table stands side by side where nothing in it need be broken."""
_PIPED = 120
"""Letters of a line where stdout is no terminal."""
_STYLES = {"title": "bold", "name": "bold", "faint": "dim", "doubt": "yellow", "command": "green"}
_VERDICTS = {"FAIL": "bold red", "WARN": "yellow", "PASS": "green", "N/A": ""}


@dataclass
class Console:
    """Where a run's words go, and in which language.

    Attributes
    ----------
    lang
        The code of the language, one of :func:`gridkit.language.catalogue.languages`.
    quiet
        Say nothing but errors.
    progress_as
        ``auto`` (a bar when stderr is a terminal), ``json`` (an object a line) or ``none``.
    asked
        The language that was asked for; None where the environment's is spoken.
    onward
        How a command that is being stopped says itself what it saved and how to go on.
    """

    lang: str = "en"
    quiet: bool = False
    progress_as: str = "auto"
    asked: str | None = None
    onward: Phrase | None = None

    _latest: ClassVar[Console | None] = None

    @classmethod
    def current(cls) -> Console:
        """Return the console opened last, or one for the environment when the run failed before that."""
        return cls._latest or cls.speaking(None)

    @classmethod
    def open(cls, *, lang: str | None, quiet: bool, verbose: int, log_file: Path | None, progress: str) -> Console:
        """Return the console that the global options ask for, and send the library's log and warnings through it."""
        if progress not in _PROGRESS:
            raise UsageError("--progress is one of {all}", all=series(_PROGRESS))
        console = cls.speaking(lang)
        cls._latest = console
        console.progress_as = progress
        for stream in (sys.stdout, sys.stderr):
            # Names of every language are shown on consoles of one: what cannot be shown is a question mark.
            if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
                stream.reconfigure(errors="replace")
        logger = logging.getLogger("gridkit")
        logger.setLevel(_LEVELS[min(verbose, 2)])
        before, logger.handlers[:] = (
            [*logger.handlers],
            [
                logging.StreamHandler(),
                *([_log(log_file)] if log_file else []),
            ],
        )
        for handler in before:
            with suppress(OSError, ValueError):  # a full disk, a stream that is closed
                handler.close()
        warnings.showwarning = console.warn
        warnings.simplefilter("always", GridkitWarning)
        if quiet:
            console.hush()
        return console

    @classmethod
    def speaking(cls, lang: str | None) -> Console:
        """Return a console that speaks ``lang``, or the language of the environment."""
        if lang is not None and lang not in languages():
            raise UsageError("--lang is one of {all}", all=series(languages()))
        return cls(lang=lang or environment_language(), asked=lang)

    def hush(self) -> None:
        """Say nothing but errors from here on."""
        self.quiet = True
        warnings.simplefilter("ignore", GridkitWarning)

    def speaks(self, lang: str) -> Console:
        """Return this console in another language."""
        other = type(self).speaking(lang)
        other.quiet, other.progress_as = self.quiet, self.progress_as
        warnings.showwarning = other.warn
        Console._latest = other
        return other

    # ------------------------------------------------------------ words
    def translated(self, text: str) -> str:
        """Return a message or a phrase in the console's language."""
        return text.said(self.lang) if isinstance(text, Phrase) else catalogue(self.lang).said(text)

    def say(self, text: str, **facts: object) -> None:
        """Say a sentence on stderr; ``text`` is a template filled from ``facts``."""
        if not self.quiet:
            _write(sys.stderr, filled(text, facts, self.lang))

    def warn(self, message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
        """Say a warning of ours in one line; those of libraries go to the log."""
        if isinstance(message, GridkitWarning):
            self._line(Phrase("{where}: {what}", where=Phrase("warning"), what=message.phrase()))
        else:
            logging.getLogger("gridkit").debug("%s: %s", category.__name__, message)

    def fail(self, error: GridkitError) -> None:
        """Say what went wrong in one line."""
        line = Phrase("{where}: {what}", where=Phrase("error"), what=error.phrase())
        _write(sys.stderr, f"{' '.join(line.said(self.lang).split())} [{error.code}]")

    def _line(self, phrase: Phrase) -> None:
        _write(sys.stderr, " ".join(phrase.said(self.lang).split()))

    # ------------------------------------------------------------ reports
    def show(self, schema: str, title: str, facts: Mapping[str, Any], *, as_json: bool) -> None:
        """Print a report on stdout, for a machine or for a person."""
        if as_json:
            self.json(schema, facts)
        else:
            self.report(title, facts, schema)

    def json(self, schema: str, report: Mapping[str, Any]) -> None:
        """Print a report as JSON on stdout, with the name and version of its schema."""
        named = {"schema": f"gridkit/{schema}", "version": SCHEMA_VERSION}
        body = {**named, **_by_language(report), **named}  # first in the file, and never another's
        ascii_alone = not (sys.stdout.encoding or "utf-8").lower().startswith("utf")
        # Plain first, so that what numpy calls NaN is null as well: strict parsers know no other.
        held = _finite(json.loads(json.dumps(body, default=plain)))
        _write(sys.stdout, json.dumps(held, ensure_ascii=ascii_alone, indent=2, allow_nan=False))

    def line(self, schema: str, report: Mapping[str, Any]) -> None:
        """Print a report as one line of JSON on stdout, at once: one of many."""
        body = {"schema": f"gridkit/{schema}", "version": SCHEMA_VERSION, **_by_language(report)}
        held = _finite(json.loads(json.dumps(body, default=plain)))
        _write(sys.stdout, json.dumps(held, ensure_ascii=True, allow_nan=False))
        sys.stdout.flush()

    def report(self, title: str, report: Mapping[str, Any], name: str = "") -> None:
        """Print a report for a person on stdout: an indented outline, lists of plain rows as tables."""
        from rich.text import Text

        with self._page() as out:
            out.print(Text(title, style="bold"))
            path = (name,) if name else ()
            body = self._in_one_language(in_units(_told_whole(report), *path))
            # A report of one list that is called like the report has one heading.
            bare = [self.label(each, path, value) for each, value in body.items()] == [title]
            self._outline(out, body, path, headed=not bare)

    @contextmanager
    def _page(self) -> Iterator[Any]:
        """Give what prints a page; it is written at once and by us, so that what stdout does not take is one line."""
        from rich.console import Console as Rich

        page = io.StringIO()
        seen = sys.stdout is not None and sys.stdout.isatty()
        yield Rich(file=page, highlight=False, soft_wrap=True, force_terminal=seen)
        _write(sys.stdout, page.getvalue().removesuffix("\n"))

    def room(self) -> tuple[int, bool]:
        """Return how many letters a line on stdout has room for, and whether nobody watches: it is piped."""
        piped = not sys.stdout.isatty()
        said = os.environ.get("COLUMNS", "")
        if said.isdigit() and int(said):
            return int(said), piped
        return (_PIPED if piped else shutil.get_terminal_size().columns), piped

    def lines(self, every: Iterable[tuple[str, str]]) -> None:
        """Print lines on stdout, each with what it is; coloured where somebody watches."""
        from rich.text import Text

        with self._page() as out:
            for text, style in every:
                out.print(Text(text, style=_STYLES.get(style, "")))

    def _in_one_language(self, value: Any) -> Any:  # noqa: ANN401 - a report or any part of one
        """Return a report in which texts that are there in every language are there in the console's alone."""
        if isinstance(value, list):
            return [self._in_one_language(each) for each in value]
        if not isinstance(value, dict):
            return value
        codes = set(languages())
        words = value.keys() >= codes
        rest = {name: self._in_one_language(each) for name, each in value.items() if not (words and name in codes)}
        if not words:
            return rest
        return {**rest, "meaning": value[self.lang]} if rest else value[self.lang]

    def _outline(
        self,
        out: Any,  # noqa: ANN401 - rich is imported late
        body: Mapping[str, Any],
        path: tuple[str, ...],
        depth: int = 1,
        *,
        headed: bool = True,
    ) -> None:
        from rich.text import Text

        indent = "  " * depth
        plain = {name: value for name, value in body.items() if not _nested(value)}
        width = max((cells(self.label(name, path, value)) for name, value in plain.items()), default=0)
        for name, value in body.items():
            label, here = self.label(name, path, value), (*path, str(name))
            if not _nested(value):
                pad = " " * (width - cells(label) + 2)
                out.print(Text(indent + label + pad + self.value(value, name)))
                continue
            if headed:
                out.print(Text(indent + label))
            if isinstance(value, dict):
                self._outline(out, value, here, depth + 1)
            elif _is_table(value) and self._fits(value, here, room := out.width - 2 * (depth + 1)):
                out.print(self._table(value, here, depth + 1, room), soft_wrap=False)
            else:
                self._items(out, value, here, depth + 1)

    def _items(self, out: Any, values: list[Any], path: tuple[str, ...], depth: int) -> None:  # noqa: ANN401 - rich is imported late
        """Print a list one under another: sentences with a dash, rows too rich for a table as outlines of their own."""
        from rich.text import Text

        for each in values:
            if isinstance(each, dict):
                head, *rest = each.items()
                out.print(Text("  " * depth + "- " + self.value(head[1], head[0])))
                self._outline(out, {name: value for name, value in rest if value != ""}, path, depth + 2)
            else:
                out.print(Text("  " * depth + "- " + self.value(each)))

    def _fits(self, rows: list[dict[str, Any]], path: tuple[str, ...], room: int) -> bool:
        """Whether the columns of a table have room side by side; where words would break, rows go under one another."""
        columns = self._columns(rows, path)
        least = [width + _GAP for width in widths([*columns.values()], 0, _WORD)]
        whole = [max(map(cells, texts)) for texts in columns.values()]
        if any(name in _FILES for name in columns):
            least = [width + _GAP for width in whole]
        if "source" in columns:  # names of files and amounts are read whole, sentences not as a column of single words
            most = [_SENTENCE if name in _TOLD else width for width, name in zip(whole, columns, strict=True)]
            least = [min(width, limit) + _GAP for width, limit in zip(whole, most, strict=True)]
        return sum(least) <= room

    def _columns(self, rows: list[dict[str, Any]], path: tuple[str, ...]) -> dict[str, list[str]]:
        """Return the columns of a table as they are read, each with its heading first."""
        names = list(dict.fromkeys(name for row in rows for name in row))
        return {
            name: [
                self.label(name, path, next((row.get(name) for row in rows), None)),
                *(self.value(row.get(name), name) for row in rows),
            ]
            for name in names
        }

    def _table(self, rows: list[dict[str, Any]], path: tuple[str, ...], depth: int, room: int) -> Any:  # noqa: ANN401 - rich is imported late
        from rich.box import SIMPLE_HEAD
        from rich.padding import Padding
        from rich.table import Table
        from rich.text import Text

        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        columns = self._columns(rows, path)
        wide = widths([*columns.values()], room - _GAP * len(columns), _WORD)
        for (name, (head, *_)), width in zip(columns.items(), wide, strict=True):
            numeric = all(isinstance(row.get(name), int | float | Quantity | None) for row in rows)
            table.add_column(folded(head, width), justify="right" if numeric else "left", no_wrap=True)
        for at, row in enumerate(rows, 1):
            texts = [folded(texts[at], width) for texts, width in zip(columns.values(), wide, strict=True)]
            styles = [_VERDICTS.get(str(row.get(name)), "") for name in columns]
            table.add_row(*(Text(text, style=style) for text, style in zip(texts, styles, strict=True)))
        return Padding(table, (0, 0, 0, 2 * depth))

    def label(self, name: object, path: tuple[str, ...] = (), value: object = None) -> str:
        """Return the name of a fact as a person reads it; ``path`` leads to it: one name may stand for two things."""
        return named((*path, str(name)), value, self.lang)

    def value(self, value: object, name: object = "") -> str:
        """Return a fact as a person reads it: shares, 0-1, as per cent; codes without thousands."""
        if isinstance(value, str):
            return self._text(value, str(name))
        for kind, said in self._values().items():
            if isinstance(value, kind):
                return said(value, name)
        return str(value)

    def _text(self, value: str, name: str) -> str:
        """Return a text as a person reads it: a phrase, a code that its column gives a meaning, a source, a time."""
        if name in (*labels.SAID, "net") and not isinstance(value, Phrase):
            value = labels.fact(name, value)
        elif value in _VERDICTS:
            value = labels.code("verdict", value)
        elif name == "source" and not isinstance(value, Phrase):
            value = labels.source(labels.file_names([value])[value])
        elif name == "title":
            value = labels.title(value)
        elif name in _TIMES:
            value = moment(value, self.lang)
        return value.said(self.lang) if isinstance(value, Phrase) else value

    def _values(self) -> dict[Any, Callable[[Any, object], str]]:
        """Return how each kind of value is said; a bool is an int as well, so it stands first."""
        return {
            type(None): lambda _value, _name: "-",
            bool: lambda value, _name: self.translated("yes" if value else "no"),
            int: lambda value, name: str(value) if name in _CODES else f"{value:,}",
            float: _float,
            Quantity: lambda value, name: counted((str(name),), value, self.lang),
            dict: lambda value, _name: self._listed(
                [f"{self.label(key)} {self.value(each, key)}" for key, each in value.items()]
            ),
            list | tuple: lambda value, name: self._listed([self.value(each, name) for each in value], value) or "-",
        }

    def _listed(self, texts: list[str], values: Sequence[object] = ()) -> str:
        """Return texts as one, with the commas of the language; those of a place are no list of a sentence."""
        place = bool(values) and all(isinstance(each, float) for each in values)
        return ", ".join(texts) if place else str(spoken(series(texts), self.lang))

    # ------------------------------------------------------------ progress
    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """Yield a function ``(stage, share)`` that shows how far a run is; ``share`` is 0-1, or None while unknown."""
        with self._shown() as show, heard(self._compiling(show)):
            yield show

    @contextmanager
    def _shown(self) -> Iterator[Progress]:
        if self.progress_as == "json":
            yield _json_progress
        elif self.quiet or self.progress_as == "none" or not sys.stderr.isatty():
            yield _no_progress
        else:
            with _bar(self) as show:
                yield show

    def _compiling(self, show: Progress) -> Callable[[Phrase], None]:
        """Return how to say that a first run compiles: as a stage of its own, or once where no stages are shown."""
        told = set[str]()

        def tell(stage: Phrase) -> None:
            if show is not _no_progress:
                show(stage, None)
            elif self.progress_as == "auto" and not self.quiet and stage not in told:
                told.add(stage)
                _write(sys.stderr, self.translated(stage))

        return tell


def crash(fault: Exception) -> GridkitError:
    """Write the traceback of a fault of ours to a file, without the values of its variables, and say where it is."""
    handle, name = tempfile.mkstemp(prefix="gridkit-crash-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(masked("".join(traceback.format_exception(fault))))
    return GridkitError(
        "a fault of gridkit itself ({kind}: {why})",
        mend="please report it with {name}",
        kind=type(fault).__name__,
        why=masked(str(fault)),
        name=name,
    )


def _log(path: Path) -> logging.Handler:
    """Return what writes the log; raise :class:`OutputError` where it cannot be written."""
    try:
        if path.exists() and not path.is_file():
            raise OutputError("this is a folder, a device or a pipe, not a file", where=path, mend="name another file")
        path.open("ab").close()  # whether it can be written is said now, not at its first line
        return _LogFile(path, encoding="utf-8", delay=True)
    except (OSError, ValueError) as error:
        if isinstance(error, OutputError):
            raise
        why = getattr(error, "strerror", None) or error
        raise OutputError(
            "the log cannot be written: {error}", where=path, mend="name another file", error=why
        ) from None


class _LogFile(logging.FileHandler):
    """A log in a file; what can no longer be written to it (a full disk) is given up, and the work goes on."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Write no traceback among what is said to people."""


def plain(value: object) -> object:
    """Return a value of numpy, pandas or ours as one that JSON knows."""
    item = getattr(value, "item", None)
    return item() if callable(item) else str(value)


def _finite(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return JSON whose numbers are finite: what is not a number is null."""
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _by_language(value: Any) -> Any:  # noqa: ANN401 - a report or any part of one
    """Return a report with the texts of definitions in every language."""
    if isinstance(value, phrases.Text):
        return value.by_language()
    if isinstance(value, dict):
        return {name: _by_language(each) for name, each in value.items()}
    return [_by_language(each) for each in value] if isinstance(value, list | tuple) else value


def _write(stream: TextIO, text: str) -> None:
    """Write a line, replacing what the terminal's encoding cannot show rather than failing on it."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    line = text.encode(encoding, "replace") + b"\n"
    if stream is sys.stdout:
        put(line if hasattr(stream, "buffer") else line.decode(encoding).encode())
        return
    # What cannot be said on stderr is not said: the exit code still tells.
    with suppress(OSError, ValueError, AttributeError):
        stream.write(line.decode(encoding))
        stream.flush()


def _float(value: float, name: object) -> str:
    """Return a share as per cent, coordinates to the decimetre, and anything else as short as it is."""
    if math.isnan(value):
        return "-"
    if "share" in str(name):
        return f"{value:.1%}"
    if "bounds" in str(name):
        return f"{value:.6f}"
    return f"{value:,.0f}" if abs(value) >= _THOUSAND else f"{value:.4g}"


def _nested(value: object) -> bool:
    """Whether a fact needs lines of its own: a mapping with mappings in it, rows, sentences."""
    if isinstance(value, dict):
        return bool(value)
    rich = (
        (isinstance(each, dict) or (isinstance(each, str) and " " in each) for each in value)
        if isinstance(value, list)
        else ()
    )
    return any(rich)


def _told_whole(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return a report whose accounts' notes stand among its own, each after its source: a column would break them."""
    accounts = report.get("ledger")
    if not isinstance(accounts, list):
        return dict(report)
    called = labels.file_names(each["source"] for each in accounts)
    accounts = [{**each, "source": labels.source(called[each["source"]])} for each in accounts]
    noted = [
        Phrase("{where}: {what}", where=each["source"], what=each["notes"]) for each in accounts if each.get("notes")
    ]
    bare = [{name: value for name, value in each.items() if name != "notes"} for each in accounts]
    told = {"notes": [*report.get("notes", ()), *dict.fromkeys(noted)]} if noted or "notes" in report else {}
    return {**report, **told, "ledger": bare}


def _is_table(value: list[Any]) -> bool:
    """Whether every item is a row of plain cells, or of short lists of them."""
    return all(isinstance(row, dict) and all(_is_cell(cell) for cell in row.values()) for row in value)


def _is_cell(value: object) -> bool:
    return (
        not value or not isinstance(value, dict | list) or (isinstance(value, list) and not isinstance(value[0], dict))
    )


def _no_progress(_stage: str, _share: float | None = None) -> None:
    """Show nothing."""


def _json_progress(stage: str, share: float | None = None) -> None:
    _write(sys.stderr, json.dumps({"stage": stage, "share": share}, ensure_ascii=False))


@contextmanager
def _bar(console: Console) -> Iterator[Progress]:
    """Show one bar that names the stage; finished stages stay as lines with their time, when it was over a second."""
    from rich.console import Console as Rich
    from rich.progress import BarColumn, ProgressColumn, Task, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars
    from rich.text import Text

    class Left(ProgressColumn):
        """How long the stage will still take, once its pace tells."""

        def render(self, task: Task) -> Text:
            """Return it in words; nothing while it is not known."""
            left = task.time_remaining
            if not left or task.finished:
                return Text("")
            minutes, seconds = divmod(round(left), 60)
            return Text(console.translated(Phrase("about {time} left", time=f"{minutes}:{seconds:02d}")), style="dim")

    columns = (TextColumn("{task.description}", markup=False), BarColumn(bar_width=24), TimeElapsedColumn(), Left())
    with Bars(*columns, console=Rich(stderr=True), transient=True) as bars:
        running: dict[str, Any] = {}

        def show(stage: str, share: float | None = None) -> None:
            said, kind = console.translated(stage), getattr(stage, "template", stage)
            if running.get("stage") != kind:
                if "task" in running:
                    bars.update(running["task"], visible=False)
                running["stage"], running["task"] = kind, bars.add_task(said, total=None)
            bars.update(running["task"], description=said)
            if share is not None:
                bars.update(running["task"], total=1.0, completed=share)

        yield show
