"""What may be chosen is one thing on the command line, in Python, in a project and in a docstring."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from dataclasses import MISSING, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pytest
import typer
from shapely import box

import gridkit as gk
from gridkit import cli
from gridkit.errors import UsageError
from gridkit.face import require, several
from gridkit.options.catalogue import GROUPS, OPTIONS, options_of, project_options
from gridkit.options.commands import COMMANDS, TASKS
from gridkit.options.declaration import MANY
from gridkit.options.wording import ON_COMMAND_LINE, in_python, worded

if TYPE_CHECKING:
    from gridkit.options.declaration import Option

ROOT = Path(__file__).resolve().parents[1]
RUN = sorted(cli.RUN)


def parameters(command: str) -> dict[str, inspect.Parameter]:
    return dict(inspect.signature(getattr(gk, COMMANDS[command].function)).parameters)


# ------------------------------------------------------------------ command = library = project
def test_every_command_runs_and_has_a_public_function() -> None:
    assert {name for name, each in COMMANDS.items() if each.task} == set(cli.RUN)
    assert {each.function for each in COMMANDS.values()} <= set(gk.__all__)
    assert {each.task for each in COMMANDS.values() if each.task} == set(TASKS)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_function_takes_its_options_by_name_type_and_default(command: str) -> None:
    taken = parameters(command)
    declared = {each.name: each for each in options_of(command, where="library")}
    assert set(taken) == set(declared)
    for name, option in declared.items():
        empty = inspect.Parameter.empty if option.required else option.default
        assert taken[name].default == empty
        assert taken[name].annotation == option.annotation.replace('"', "'")
        assert (taken[name].kind is inspect.Parameter.KEYWORD_ONLY) == (not option.place)


def _reads(made: Any) -> str:
    """Return the type that an option is read as, whichever typer made it."""
    if hasattr(made, "bare_type"):
        return str(made.bare_type())
    return {"integer": "int", "boolean": "bool"}.get(made.type.name, made.type.name)


@pytest.mark.parametrize("command", RUN)
def test_a_command_takes_its_options_by_name_type_and_default(command: str) -> None:
    taken: dict[str, Any] = {each.name: each for each in cli.made(command).params if each.name != "help"}
    declared = {each.name: each for each in options_of(command, where="command")}
    assert set(taken) == {*declared, "lang", "quiet"}, "a language, and silence, may be asked for behind every command"
    for name, option in declared.items():
        made = taken[name]
        assert made.help == option.help
        if option.place != "both":
            assert made.opts == list(option.written)
        if not option.required and option.kind not in MANY:
            assert made.default == option.default
        assert made.metavar == (option.metavar or None)
        reads = {"number": "float", "whole": "int", "flag": "bool"}.get(option.kind)
        assert reads is None or _reads(made) == reads


@pytest.mark.parametrize("command", RUN)
def test_command_and_function_differ_only_where_it_is_declared(command: str) -> None:
    sides = {side: {each.name for each in options_of(command, where=side)} for side in ("command", "library")}
    differing = {each.name for each in options_of(command) if each.only}
    assert sides["command"] ^ sides["library"] == differing - (sides["command"] & sides["library"])
    assert differing <= {
        "output",
        "overwrite",
        "json",
        "keep",
        "report",
        "alternatives",
        "blank",
        "progress",
        "choices",
        "executor",
        "told",
        "reading",
        "name",
    }


def test_a_project_holds_what_split_chooses() -> None:
    held = {each.name: each for each in fields(gk.Project)}
    declared = {each.name: each for each in project_options()}
    assert list(held) == list(declared)
    for name, option in declared.items():
        default = held[name].default_factory() if held[name].default is MISSING else held[name].default  # type: ignore[misc]
        assert (default or None) == (None if option.required else option.default or None)


def test_the_written_signatures_are_those_of_the_options() -> None:
    done = subprocess.run(
        [sys.executable, "tools/signatures.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr + "the mend: python3 dev.py options"


def test_an_option_is_declared_once_for_a_command() -> None:
    for command in COMMANDS:
        for side in ("command", "library"):
            names = [each.name for each in options_of(command, where=side)]
            assert len(names) == len(set(names)), (command, side)
    assert {each.group for each in OPTIONS} - {""} == set(GROUPS)
    assert {name for each in OPTIONS for name in each.of} == set(COMMANDS)


# ------------------------------------------------------------------ misspelt, of the wrong type, of an older name
@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"taget": 400}, "split: there is no choice 'taget' - did you mean 'target'?"),
        ({"target": "many"}, "target is a number, not 'many'"),
        ({"target": True}, "target is a number, not True"),
        ({"target": float("nan")}, "target is a number, not nan"),
        ({"seed": 1.5}, "seed is a whole number, not 1.5"),
        ({"seed": -1}, "seed is not below 0, but -1"),
        ({"grids": np.int64(-2)}, "grids is not below 0, but np.int64(-2)"),
        ({"exact": "yes"}, "exact is True or False, not 'yes'"),
        ({"parents": 3}, "parents is a text, not 3"),
    ],
)
def test_what_cannot_be_meant_is_one_line_before_anything_is_read(choices: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as told:
        gk.split("missing.gpkg", **choices)
    assert str(told.value) == said


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: gk.split(None), "district is None - wanted: a path, FILE:LAYER"),
        (lambda: gk.units(None), "district is None - wanted: a path, FILE:LAYER"),
        (lambda: gk.inspect(None), "file is None - wanted: a path, FILE:LAYER"),
        (lambda: gk.inspect([]), "file is empty - hand over a path, FILE:LAYER"),
        (lambda: gk.new(None), "folder is None - wanted: "),
        (lambda: gk.layer(None, "incidents"), "plan is a plan, not None: read one with gridkit.read_plan"),
        (lambda: gk.read_plan(None), "of the type NoneType is not read - hand over the path of a plan"),
        (lambda: gk.solve(None), "of the type NoneType is not read - hand over a Problem, as gridkit.Problem(...)"),
        (lambda: gk.write_plan(None, "plan.gpkg"), "plan is a plan, not None: read one with gridkit.read_plan"),
    ],
)
def test_nothing_where_something_is_wanted_is_one_line_with_what_is_wanted(call: Any, said: str) -> None:
    with pytest.raises(UsageError) as told:
        call()
    assert said in str(told.value)
    assert "\n" not in str(told.value)
    assert told.value.sentence("zh") != str(told.value)


def test_numbers_of_numpy_are_numbers() -> None:
    from gridkit.face import require

    options: dict[str, Option] = {each.name: each for each in project_options()}
    require(options["target"], np.float64(3))
    require(options["target"], np.int64(3))
    require(options["seed"], np.int64(3))
    require(options["exact"], np.bool_(True))  # noqa: FBT003


def test_a_number_of_numpy_does_what_one_of_python_does() -> None:
    from gridkit.face import pythons_own

    for given, own in ((np.int64(3), int), (np.float32(0.5), float), (True, bool), (7, int)):
        assert type(pythons_own(given)) is own
    array = np.array(3)
    assert pythons_own(array) is array
    units = gpd.GeoDataFrame(
        {"n": [1.0] * 4}, geometry=[box(x, 0, x + 100, 100) for x in range(0, 400, 100)], crs=32650
    )
    assert gk.labels(units, by="n", grids=np.int64(2)).tolist() == gk.labels(units, by="n", grids=2).tolist()


def test_too_many_and_missing_arguments_are_one_line() -> None:
    with pytest.raises(UsageError, match="split: missing a required argument: 'district'"):
        gk.split()  # type: ignore[call-arg]
    with pytest.raises(UsageError, match="split: too many positional arguments"):
        gk.split("a", "b")  # type: ignore[misc]


@pytest.mark.parametrize(("old", "new"), [("low", "min"), ("high", "max"), ("measure", "by")])
def test_an_older_name_still_works_and_names_the_new_one(old: str, new: str) -> None:
    from gridkit.project import project

    value: Any = "people" if old == "measure" else 3.0
    with pytest.warns(gk.GridkitWarning, match=f"{old} is called {new} now"):
        assert getattr(project("x", **{old: value}), new) == value


def test_wishes_still_are_what_a_redraw_takes() -> None:
    from gridkit.recipes.redraw import of_wishes

    with pytest.warns(gk.GridkitWarning, match="Wishes is called"):
        wishes = gk.Wishes(moves=("u=g",), low=3.0)
    places, given = of_wishes("plan", wishes)
    assert places == ("plan",)
    assert given["moves"] == ("u=g",)
    assert given["min"] == 3.0


def test_a_project_is_changed_by_what_is_given_beside_it_and_by_nothing_else() -> None:
    from gridkit.project import asked, of_project

    start = gk.Project("d.gpkg", hexagon_m=200.0, features={"water": "w.shp"})
    (made,), rest = of_project(start, target=500, roads="r.shp", progress=print)
    assert rest == {"progress": print}
    assert (made.hexagon_m, made.target, made.features) == (200.0, 500, {"water": "w.shp", "roads": "r.shp"})
    assert asked({"district": made, "hexagon_m": 150.0}) is made


# ------------------------------------------------------------------ in the caller's words
@pytest.mark.parametrize(
    ("text", "python"),
    [
        ("add --overwrite, or name another file with -o", "add overwrite=True, or name another file with path"),
        ("check --people, or balance with --by area_m2", "check people, or balance with by='area_m2'"),
        ("give one with --target, or --min and --max", "give one with target, or min and max"),
        ("write --split GRID=3", "write splits=['GRID=3']"),
        ("name it with --data FILE", "name it with data=FILE"),
        ("make a plan from it: gridkit split FILE -o plan.gpkg", "make a plan from it: gridkit.split(FILE)"),
        ('write gridkit fetch "Chongchuan"', 'write gridkit.fetch("Chongchuan")'),
        ("请用 --crs 指明", "请用 crs 指明"),
        ("name a plan that gridkit wrote", "name a plan that gridkit wrote"),
        ("two --- dashes, a well-o-iled machine", "two --- dashes, a well-o-iled machine"),
    ],
)
def test_python_reads_keywords_and_the_command_line_options(text: str, python: str) -> None:
    assert in_python(text) == python
    assert worded(text) == python
    caller = ON_COMMAND_LINE.set(True)
    assert worded(text) == text
    ON_COMMAND_LINE.reset(caller)


def test_every_option_that_a_message_names_is_one() -> None:
    of_gridkit = {flag for each in typer.main.get_command(cli.app).params for flag in each.opts} | {"--help"}
    known = {flag for each in OPTIONS for flag in each.written} | of_gridkit
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "gridkit").rglob("*.py")]
    named = {flag for text in texts for flag in re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)}
    assert named - known == set()


def test_an_error_speaks_python_to_python(tmp_path: Path) -> None:
    from gridkit.atomic import refuse

    (tmp_path / "x.gpkg").write_text("mine")
    with pytest.raises(gk.GridkitError, match="add overwrite=True"):
        refuse(tmp_path / "x.gpkg", overwrite=False)


# ------------------------------------------------------------------ the public names
def test_the_package_shows_its_public_names_alone() -> None:
    assert dir(gk) == sorted([*gk.__all__, "__version__"], key=dir(gk).index)
    assert set(dir(gk)) == {*gk.__all__, "__version__"}
    assert re.fullmatch(r"\d+\.\d+.*", gk.__version__)
    for name in gk.__all__:
        assert getattr(gk, name).__doc__


def test_no_module_hides_a_public_name():
    folder = Path(gk.__file__).parent
    modules = {each.stem for each in folder.iterdir() if each.suffix == ".py" or (each / "__init__.py").exists()}
    assert sorted(modules & set(gk.__all__)) == []


def test_one_or_several_are_several_and_nothing_is_none() -> None:
    assert several(None) == ()
    assert several("a.shp") == ("a.shp",)
    assert several(["a.shp", "b.shp"]) == ("a.shp", "b.shp")


def test_an_option_of_a_few_words_takes_these_alone_and_one_without_a_default_takes_nothing() -> None:
    chosen = next(each for each in OPTIONS if each.among)
    require(chosen, chosen.among[0])
    with pytest.raises(UsageError, match=f"{chosen.name} is one of {chosen.among[0]}"):
        require(chosen, "none of them")
    require(next(each for each in OPTIONS if each.kind == "number" and each.default is None), None)


def test_a_language_of_a_function_is_one_that_there_is() -> None:
    [option] = [each for each in options_of("split", where="library") if each.name == "lang"]
    require(option, "zh")
    require(option, None)
    with pytest.raises(UsageError, match="lang is one of en, zh, not 'fr'"):
        require(option, "fr")
