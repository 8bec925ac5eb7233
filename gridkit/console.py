"""How the command line speaks: words and progress on stderr, data on stdout, in English or Chinese."""

from __future__ import annotations

import json
import locale
import logging
import os
import sys
import tempfile
import tomllib
import traceback
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TextIO

from gridkit.errors import GridkitError, GridkitWarning, UsageError
from gridkit.provenance import masked
from gridkit.words import LANGUAGES, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Progress = Callable[[str, float | None], None]

SCHEMA_VERSION = 1
READER_LEFT = 141
_LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)
_PROGRESS = ("auto", "json", "none")


@dataclass
class Console:
    """Where a run's words go, and in which language.

    Attributes
    ----------
    lang
        ``en`` or ``zh``.
    quiet
        Say nothing but errors.
    progress_as
        ``auto`` (a bar when stderr is a terminal), ``json`` (an object a line) or ``none``.
    """

    lang: str = "en"
    quiet: bool = False
    progress_as: str = "auto"
    translations: Mapping[str, str] = field(default_factory=dict)

    _latest: ClassVar[Console | None] = None

    @classmethod
    def current(cls) -> Console:
        """Return the console opened last, or one for the environment when the run failed before that."""
        return cls._latest or cls.speaking(None)

    @classmethod
    def open(cls, *, lang: str | None, quiet: bool, verbose: int, log_file: Path | None, progress: str) -> Console:
        """Return the console that the global options ask for, and send the library's log and warnings through it."""
        if progress not in _PROGRESS:
            raise UsageError("--progress is one of {all}", all=", ".join(_PROGRESS))
        console = cls.speaking(lang)
        cls._latest = console
        console.quiet, console.progress_as = quiet, progress
        logger = logging.getLogger("gridkit")
        logger.setLevel(_LEVELS[min(verbose, 2)])
        logger.handlers[:] = [
            logging.StreamHandler(),
            *([logging.FileHandler(log_file, encoding="utf-8")] if log_file else []),
        ]
        warnings.showwarning = console.warn
        warnings.simplefilter("ignore" if quiet else "always", GridkitWarning)
        return console

    @classmethod
    def speaking(cls, lang: str | None) -> Console:
        """Return a console that speaks ``lang``, or the language of the environment."""
        if lang is not None and lang not in LANGUAGES:
            raise UsageError("--lang is one of {all}", all=", ".join(LANGUAGES))
        spoken = lang or environment_language()
        return cls(lang=spoken, translations=translations(spoken))

    # ------------------------------------------------------------ words
    def translated(self, text: str) -> str:
        """Return a template in the console's language where a translation is known."""
        return self.translations.get(text, text)

    def say(self, text: str, **facts: object) -> None:
        """Say a sentence on stderr; ``text`` is a template filled from ``facts``."""
        if not self.quiet:
            _write(sys.stderr, self.translated(text).format(**facts))

    def warn(self, message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
        """Say a warning of ours in one line; those of libraries go to the log."""
        if issubclass(category, GridkitWarning):
            _write(sys.stderr, f"{self.translated('warning')}: {message}")
        else:
            logging.getLogger("gridkit").debug("%s: %s", category.__name__, message)

    def fail(self, error: GridkitError) -> None:
        """Say what went wrong in one line."""
        _write(sys.stderr, f"{self.translated('error')}: {error.sentence(dict(self.translations))}")

    # ------------------------------------------------------------ reports
    def json(self, schema: str, report: Mapping[str, Any]) -> None:
        """Print a report as JSON on stdout, with the name and version of its schema."""
        named = {"schema": f"gridkit/{schema}", "version": SCHEMA_VERSION}
        body = {**named, **report, **named}  # first in the file, and never another's
        _write(sys.stdout, json.dumps(body, ensure_ascii=False, indent=2, default=plain))

    def report(self, title: str, report: Mapping[str, Any]) -> None:
        """Print a report for a person on stdout: nested mappings as an indented outline, lists of rows as tables."""
        from rich.console import Console as Rich  # noqa: PLC0415 - only when something is printed
        from rich.text import Text  # noqa: PLC0415

        out = Rich(file=sys.stdout, highlight=False, soft_wrap=True)
        out.print(Text(title, style="bold"))
        self._outline(out, report, 1)

    def _outline(self, out: Any, body: Mapping[str, Any], depth: int) -> None:  # noqa: ANN401 - rich is imported late
        from rich.text import Text  # noqa: PLC0415

        width = max((_cells(self.label(name)) for name, value in body.items() if not _nested(value)), default=0)
        for name, value in body.items():
            label = self.label(name)
            if isinstance(value, dict) and value:
                out.print(Text("  " * depth + label))
                self._outline(out, value, depth + 1)
            elif _rows(value):
                out.print(Text("  " * depth + label))
                out.print(_table(value, self.label), soft_wrap=False)
            elif _sentences(value):
                out.print(Text("  " * depth + label))
                for each in value:
                    out.print(Text("  " * depth + "- " + self.value(each)))
            else:
                pad = " " * (width - _cells(label) + 2)
                out.print(Text("  " * depth + label + pad + self.value(value, share="share" in str(name))))

    def label(self, name: object) -> str:
        """Return the name of a fact as a person reads it."""
        text = str(name)
        return self.translated(text.replace("_", " ")) if text.isidentifier() else text

    def value(self, value: object, *, share: bool = False) -> str:
        """Return a fact as a person reads it: a ``share``, 0-1, as per cent."""
        if share and isinstance(value, float):
            return f"{value:.1%}"
        if isinstance(value, Words):
            return value.said(self.lang)
        if isinstance(value, dict | list | tuple):
            return ", ".join(self.value(each) for each in value) or "-"
        return _number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)

    # ------------------------------------------------------------ progress
    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """Yield a function ``(stage, share)`` that shows how far a run is; ``share`` is 0-1, or None while unknown."""
        if self.progress_as == "json":
            yield _json_progress
        elif self.quiet or self.progress_as == "none" or not sys.stderr.isatty():
            yield _no_progress
        else:
            with _bar(self) as show:
                yield show


def environment_language() -> str:
    """Return the language of GRIDKIT_LANG, LC_ALL, LC_MESSAGES, LANG or the system: zh or en."""
    names = ("GRIDKIT_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    found = next((os.environ[name] for name in names if os.environ.get(name)), None) or (locale.getlocale()[0] or "")
    return "zh" if found.lower().startswith(("zh", "chinese")) else "en"


def translations(lang: str) -> Mapping[str, str]:
    """Return the templates of the command line in ``lang`` by their English text."""
    path = Path(__file__).with_name("translations") / f"{lang}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


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


def plain(value: object) -> object:
    """Return a value of numpy, pandas or ours as one that JSON knows."""
    if isinstance(value, Words):
        return {"en": value.en, "zh": value.zh}
    item = getattr(value, "item", None)
    return item() if callable(item) else str(value)


def _write(stream: TextIO, text: str) -> None:
    """Write a line, replacing what the terminal's encoding cannot show rather than failing on it."""
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(text.encode(encoding, "replace").decode(encoding) + "\n")
        stream.flush()
    except BrokenPipeError:
        # The reader (head, less) has all it wanted; Python must not try to flush again on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        raise SystemExit(READER_LEFT) from None


def _number(value: float) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"  # noqa: PLR2004 - thousands need no decimals


def _nested(value: object) -> bool:
    return (isinstance(value, dict) and bool(value)) or _rows(value) or _sentences(value)


def _sentences(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(each, str) and " " in each for each in value)


def _rows(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _cells(text: str) -> int:
    from rich.cells import cell_len  # noqa: PLC0415

    return cell_len(text)


def _table(rows: list[dict[str, Any]], label: Callable[[object], str]) -> Any:  # noqa: ANN401 - rich is imported late
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in rows[0]:
        numeric = all(isinstance(row.get(name), int | float | None) for row in rows)
        table.add_column(label(name), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        cells = (row.get(name) for name in rows[0])
        table.add_row(
            *(
                Text("" if cell is None else _number(cell) if isinstance(cell, int | float) else str(cell))
                for cell in cells
            )
        )
    return table


def _no_progress(_stage: str, _share: float | None = None) -> None:
    """Show nothing."""


def _json_progress(stage: str, share: float | None = None) -> None:
    _write(sys.stderr, json.dumps({"stage": stage, "share": share}, ensure_ascii=False))


@contextmanager
def _bar(console: Console) -> Iterator[Progress]:
    """Show one bar that names the stage; finished stages stay as lines with their time, when it was over a second."""
    from rich.console import Console as Rich  # noqa: PLC0415
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415
    from rich.progress import Progress as Bars  # noqa: PLC0415

    columns = (TextColumn("{task.description}", markup=False), BarColumn(bar_width=24), TimeElapsedColumn())
    with Bars(*columns, console=Rich(stderr=True), transient=True) as bars:
        running: dict[str, Any] = {}

        def show(stage: str, share: float | None = None) -> None:
            said = console.translated(stage)
            if running.get("stage") != stage:
                if "task" in running:
                    bars.update(running["task"], visible=False)
                running["stage"], running["task"] = stage, bars.add_task(said, total=None)
            if share is not None:
                bars.update(running["task"], total=1.0, completed=share)

        yield show
