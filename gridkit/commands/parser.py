"""Commands of the command line, made from what gridkit.options declares of them."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.main

from gridkit.commands.completion import offered
from gridkit.commands.help import Page
from gridkit.database.address import Address, address, names_database
from gridkit.errors import UsageError
from gridkit.inputs import READ, apart, files, guard
from gridkit.options.catalogue import REWRITING, options_of
from gridkit.options.commands import COMMANDS
from gridkit.options.declaration import MANY, Option
from gridkit.options.wording import COMMAND

_TYPES: dict[str, Any] = {"number": float, "whole": int, "flag": bool}
"""What a word of the command line is read as, by the kind of option; text where nothing stands here."""
_LANG = Option("lang", "text", None, "Language of words, such as en or zh.", hidden=True)
_QUIET = Option("quiet", "flag", False, "Say nothing but errors.", flags=("-q", "--quiet"), hidden=True)
"""What stands before every command may stand behind it too, where it is no choice of the command itself."""
KEEPING = ("reciprocity", "survival")
"""Commands that measure a table of their own and may be told a plan that keeps what they find."""
_FORMS = {"pairs": "KIND=FILE", "answers": "ID=STATUS", "words": "COLUMN=WORDS"}


def command(name: str, run: Callable[..., None]) -> Any:  # noqa: ANN401 - a command of Typer
    """Return a command: its options as declared, ``run`` called with the console and what was given, by name."""
    declared = options_of(name, where="command")
    needed = inspect.signature(run).parameters

    def called(context: typer.Context, **given: Any) -> None:  # noqa: ANN401 - any option
        COMMAND.set(name)
        console = context.obj if given["lang"] is None else context.obj.speaks(given["lang"])
        if given[_QUIET.name]:
            console.hush()
        meant = {each.name: _meant(each, given[each.name]) for each in declared}
        if "lang" in meant:
            meant["lang"] = console.asked
        guard(declared, meant, in_place=name in REWRITING or name in KEEPING)
        _guard_log(context, declared, meant)
        # What was not given is left to the function in Python, which has the same defaults, or to a project's file.
        given_not = {each.name for each in declared if not _was_given(context, each)}
        unsaid = given_not - ({"lang"} if console.asked else set())
        run(console, **{each: value for each, value in meant.items() if each in needed or each not in unsaid})

    parameters = [inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)]
    spoken = [each for each in (_LANG, _QUIET) if each.name not in {option.name for option in declared}]
    parameters += [_parameter(each) for each in (*declared, *spoken)]
    called.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # what Typer reads
    called.__annotations__ = {each.name: each.annotation for each in parameters}
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command(name.rsplit(maxsplit=1)[-1], help=COMMANDS[name].help, cls=Page)(called)
    made = typer.main.get_command(app)
    made.declared = name  # type: ignore[attr-defined] # what its page is written from
    return made


def _guard_log(context: typer.Context, declared: Iterable[Option], meant: Mapping[str, Any]) -> None:
    """Refuse a log that would be written into what a command reads or writes."""
    log = context.find_root().params.get("log_file")
    if log is not None:
        named = [each for option in declared if option.kind in (*READ, "judged") for each in files(meant[option.name])]
        apart(log, named)


def _was_given(context: typer.Context, option: Option) -> bool:
    """Whether an option was written, and does not merely hold its default."""
    source = context.get_parameter_source(option.name)
    return source is not None and source.name != "DEFAULT"


def _parameter(option: Option) -> inspect.Parameter:
    taken: Any = _TYPES.get(option.kind, str)
    if option.kind in (*MANY, "plans"):
        taken = list.__class_getitem__(taken)
    told: dict[str, Any] = {
        "help": option.help,
        "metavar": option.metavar or None,
        "show_default": False,
        "hidden": option.hidden,
        "autocompletion": offered(option),
    }
    info = typer.Argument(**told) if option.place == "both" else typer.Option(*option.written, **told)
    empty = option.default is None or option.default == ()
    default = inspect.Parameter.empty if option.required else None if empty else option.default
    if empty:
        taken |= None
    return inspect.Parameter(
        option.name, inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[taken, info], default=default
    )


def _meant(option: Option, value: Any) -> Any:  # noqa: ANN401 - any value
    """Return a value as the function in Python takes it: several as a tuple, pairs as a mapping, names of files."""
    if option.kind in ("path", "plan"):
        return None if value is None else _place(value)
    if option.kind == "paths":
        return tuple(map(_place, value or ()))
    if option.kind in _FORMS:
        return _pairs(option, value or [])
    return tuple(value or ()) if option.kind in MANY else value


def _place(text: str) -> Path | Address:
    """Return a file, or a place in a database, where a plan may be."""
    return address(text) if names_database(text) else Path(text)


def _pairs(option: Option, given: list[str]) -> dict[str, str]:
    form = option.metavar if "=" in option.metavar else _FORMS[option.kind]
    for each in given:
        if "=" not in each:
            raise UsageError("{each!r} is not of the form {form}", where=option.written[0], each=each, form=form)
    return {name: value for name, _, value in (each.partition("=") for each in given)}
