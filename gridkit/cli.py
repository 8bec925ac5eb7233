"""The command line: options in, one recipe called, words out.

Nothing here imports a GIS library before a command runs, so that ``gridkit --help`` answers at once.
Data goes to stdout; progress, warnings and words go to stderr.
"""

from __future__ import annotations

import errno
import signal
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridkit.commands import (
    about,
    audit,
    batch,
    codes,
    compare,
    demo,
    departments,
    edits,
    emergency,
    ensemble,
    fetch,
    history,
    ingest,
    inspect,
    layer,
    map,  # noqa: A004 - the command's name
    papers,
    participation,
    patrol,
    project,
    publish,
    reciprocity,
    redraw,
    refresh,
    response,
    scorecard,
    split,
    staffing,
    standing,
    subdistricts,
    survival,
    units,
    workload,
)
from gridkit.commands.completion import answer
from gridkit.commands.help import WIDEST, Menu
from gridkit.commands.parser import command
from gridkit.errors import GridkitError, LimitError, UsageError
from gridkit.hardening import harden
from gridkit.language.catalogue import languages
from gridkit.options.commands import FAMILIES
from gridkit.options.wording import COMMAND, ON_COMMAND_LINE

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

STOPPED, TERMINATED = 130, 143
PRESSED: list[int] = []
"""Filled once Ctrl-C was pressed."""

RUN: dict[str, Callable[..., None]] = {
    "demo": demo.demo,
    "inspect": inspect.inspect,
    "fetch": fetch.fetch,
    "new": project.new,
    "run": project.run,
    "verify": project.verify,
    "rerun": project.rerun,
    "batch": batch.batch,
    "split": split.split,
    "units": units.units,
    "audit": audit.audit,
    "compare": compare.compare,
    "ensemble": ensemble.ensemble,
    "layer": layer.layer,
    "layers": layer.layers,
    "departments overlay": departments.overlay,
    "departments harmonise": departments.harmonise,
    "emergency": emergency.emergency,
    "patrol": patrol.patrol,
    "visits": patrol.visits,
    "response": response.response,
    "ingest": ingest.ingest,
    "participation": participation.participation,
    "workload": workload.workload,
    "staffing": staffing.staffing,
    "reciprocity": reciprocity.reciprocity,
    "survival": survival.survival,
    "scorecard": scorecard.scorecard,
    "map": map.map,
    "maps": map.maps,
    "history": history.history,
    "redraw": redraw.redraw,
    "undo": history.undo,
    "refresh": refresh.refresh,
    "standing": standing.standing,
    "edits import": edits.import_,
    "edits type": edits.type_,
    "edits list": edits.list_,
    "edits decide": edits.decide,
    "edits reply": edits.reply,
    "codes": codes.codes,
    "part": subdistricts.part,
    "join": subdistricts.join,
    "report": papers.report,
    "cards": papers.cards,
    "papers": papers.papers,
    "publish": publish.publish,
    "export": papers.export,
    "presets": about.presets,
    "exit-codes": about.exit_codes,
    "explain": about.explain,
}
"""What each command of gridkit.options.commands runs."""


@cache
def made(words: str) -> Any:  # noqa: ANN401 - a command of Typer
    """Return a command, or a menu of commands, by its words; made when it is asked for, so that --help stays light."""
    if words in RUN:
        return command(words, RUN[words])

    class Family(Menu):
        make, family = staticmethod(made), words

    return Family(name=words, help=FAMILIES[words], no_args_is_help=True, rich_markup_mode=None)


class Root(Menu):
    """The menu of all commands."""

    make = staticmethod(made)


app = typer.Typer(
    name="gridkit",
    cls=Root,
    help="Governance grids (网格): from a district, its people and its lines to a plan and an offline map.",
    epilog="Every command explains itself: gridkit split --help. Exit codes: gridkit exit-codes.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": WIDEST},
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
)


def version(value: bool) -> None:
    """Print the version and stop."""
    if value:
        from gridkit.provenance import own_version

        typer.echo(own_version())
        raise typer.Exit


def json_usage(context: typer.Context, value: bool) -> None:
    """Print what every command takes, for programs, and stop."""
    if value:
        from gridkit.commands.help import translator
        from gridkit.commands.json_usage import text

        typer.echo(text(translator(context)))
        raise typer.Exit


@app.callback()
def begin(
    context: typer.Context,
    lang: Annotated[
        str | None,
        typer.Option("--lang", is_eager=True, help="Language of words, such as en or zh.", show_default="the locale's"),
    ] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing but errors.")] = False,
    verbose: Annotated[
        int, typer.Option("-v", "--verbose", count=True, help="Say more; -vv says all.", show_default=False)
    ] = 0,
    log_file: Annotated[
        Path | None, typer.Option("--log-file", help="Also write what is said to a file.", show_default=False)
    ] = None,
    progress: Annotated[
        str, typer.Option("--progress", help="auto, json (one object per line on stderr) or none.")
    ] = "auto",
    _json_usage: Annotated[
        bool,
        typer.Option("--json-usage", callback=json_usage, is_eager=True, help="Print what all commands take as JSON."),
    ] = False,
    _version: Annotated[
        bool, typer.Option("--version", callback=version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Begin: nothing is read yet, only how to speak is settled."""
    from gridkit.commands.console import Console

    context.obj = Console.open(lang=lang, quiet=quiet, verbose=verbose, log_file=log_file, progress=progress)


UNLOADED = ("failed to map segment", "cannot allocate memory", "paging file is too small")
"""Words of loaders, of Linux and of Windows, that find no memory for a library."""


def run(arguments: list[str] | None = None) -> int:
    """Run one command line and return its exit code; every failure is one line on stderr."""
    harden()
    caller, running = ON_COMMAND_LINE.set(True), COMMAND.set("")
    try:
        code = _left(arguments)
        return stopped() if code == STOPPED else code
    finally:
        ON_COMMAND_LINE.reset(caller)
        COMMAND.reset(running)


def _left(arguments: list[str] | None) -> int:
    """Run one command line and return its exit code; what fails is said, what is stopped is not yet."""
    try:
        left: object = app(arguments, prog_name="gridkit", standalone_mode=False)
    except SystemExit as stop:
        # What reads the command line ends with 1 where the reader of its output has left, as it would for a fault.
        left = overfull(stop.__context__) if isinstance(stop.__context__, BrokenPipeError) else stop.code
    except KeyboardInterrupt:
        left = STOPPED
    except OSError as fault:
        left = overfull(fault)
    except Exception as fault:  # noqa: BLE001 - the last line of defence: a fault of ours is said in one line as well
        # A library that is being loaded when Ctrl-C is pressed may make an error of its own of it.
        left = STOPPED if PRESSED and not isinstance(fault, GridkitError) else told(fault)
    return left if isinstance(left, int) else 0


def overfull(fault: OSError) -> int:
    """Say that standard output takes no more, where that is what failed: it has no name; return the exit code."""
    if fault.filename is not None or fault.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EPIPE):
        return told(fault)
    from gridkit.atomic import READER_LEFT, unheard

    said = unheard(fault)
    return failed(said) if isinstance(said, GridkitError) else READER_LEFT


def told(fault: Exception) -> int:
    """Say why a run failed, in one line, and return its exit code."""
    if isinstance(fault, GridkitError):
        return failed(fault)
    if out_of_memory(fault):
        return failed(LimitError("there is not enough memory", mend="split the district, or use a larger machine"))
    if hasattr(fault, "format_message"):
        return misused(fault)
    from gridkit.commands.console import crash

    return failed(crash(fault))


def out_of_memory(fault: Exception) -> bool:
    """Return whether there was not enough memory, for a library as it was loaded either."""
    loading = isinstance(fault, ImportError) and any(word in str(fault).casefold() for word in UNLOADED)
    return isinstance(fault, MemoryError) or loading or (isinstance(fault, OSError) and fault.errno == errno.ENOMEM)


def misused(fault: Exception) -> int:
    """Say what is wrong with the command line itself, in the language it asks for; its page where it is bare."""
    from gridkit.commands.console import Console
    from gridkit.commands.usage import usage_error

    context = getattr(fault, "ctx", None)
    if type(fault).__name__ == "NoArgsIsHelpError":
        typer.echo(str(fault), err=True)
        return UsageError.exit_code
    asked = context.find_root().params.get("lang") if context is not None else None
    Console.speaking(asked if asked in languages() else None).fail(usage_error(fault))
    return UsageError.exit_code


def stopped() -> int:
    """Say in one line what a command that was stopped by Ctrl-C has saved and how to go on; return its exit code."""
    from gridkit import atomic
    from gridkit.commands.console import Console

    if Console.current().onward is not None:
        Console.current().say("{what}", what=Console.current().onward)
        return STOPPED
    saved = ", ".join(str(path) for path in atomic.PLACED)
    if saved:
        Console.current().say("stopped; saved before that: {saved}", saved=saved)
    else:
        Console.current().say("stopped; nothing was written and no file was changed: run it again to start over")
    return STOPPED


def failed(error: GridkitError) -> int:
    """Say what went wrong and return its exit code."""
    from gridkit.commands.console import Console

    Console.current().fail(error)
    return error.exit_code


def interrupt(number: int, frame: FrameType | None) -> None:
    """Stop as Python does, and remember that this is why."""
    PRESSED.append(number)
    signal.default_int_handler(number, frame)


def terminate(_signal: int, _frame: FrameType | None) -> None:
    """Leave in order when told to stop, so that temporary folders go as well."""
    raise SystemExit(TERMINATED)


def main() -> None:
    """Run the command line of this process."""
    signal.signal(signal.SIGTERM, terminate)
    signal.signal(signal.SIGINT, interrupt)
    code = answer(run)
    # What is left to do is to end: a late Ctrl-C changes nothing any more.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(code)
