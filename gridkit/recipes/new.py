"""A project written from the files that lie in a folder: what each is, what it is used as, and that it can be read."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridkit import atomic
from gridkit.crs import EQUAL_AREA
from gridkit.errors import GridkitError, SourceError
from gridkit.face import face
from gridkit.language.labels import label, word
from gridkit.language.phrases import Phrase
from gridkit.language.reader import environment_language
from gridkit.options.wording import ON_COMMAND_LINE
from gridkit.project import of_held
from gridkit.recipes import units as surveys
from gridkit.recipes.progress import shown
from gridkit.recipes.reading import through_the_gate
from gridkit.sources import districts
from gridkit.sources.coordinates import points
from gridkit.sources.files import inspect as looks
from gridkit.store import geopackage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gridkit.recipes.progress import Progress
    from gridkit.sources.files.uses import Use

NAME = "gridkit.toml"
_TEXTS = re.compile(r"(?i)^(readme|licen[cs]e|notice|changelog|说明)")
_BEFORE = re.compile(
    r"(?i)grid.*(old|last|prev|before|former|\d{4})|(old|last|prev|former).*grid|上年|往年|旧网格|原网格"
)
"""Names of files that hold the grids of before."""
_OWN_SERVICES = ("clinics", "schools", "circle-15")
"""Layers that OpenStreetMap alone fills."""
_BRANCHES = ("roads", "buildings", "places")
_ONCE, _AS_LARGE, _MANY = 1.02, 0.8, 10
"""Areas that sum to more than so many times their ground overlap; the district is at least so large a share of what
others cover, unless they cover so many times as much."""


@dataclass(frozen=True)
class Seen:
    """A file, what it may be used as, what is said of it, and the datum that puts it into the district."""

    name: str
    uses: tuple[Use, ...] = ()
    look: dict[str, Any] = field(default_factory=dict)
    why: Phrase | str = ""


@dataclass
class Draft:
    """A project that is being put together: keys in their order, and what is said beside each."""

    held: dict[str, Any] = field(default_factory=dict)
    said: dict[str, Phrase | str] = field(default_factory=dict)
    left: list[tuple[str, Phrase | str]] = field(default_factory=list)
    layers: list[dict[str, Any]] = field(default_factory=list)


@face("new")
def new(
    folder: str | Path,
    *,
    lang: str | None = None,
    path: str | Path | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Write a project from the files in a folder, with comments; it has been read as far as its units.

    Parameters
    ----------
    folder
        The folder that your files lie in.
    lang
        Language, such as en or zh.
    path
        The file to write.
    overwrite
        Replace the output if it exists.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.
    """
    here, tell, spoken = Path(folder), shown(progress), lang or environment_language()
    if not here.is_dir():
        raise SourceError("this is not a folder", where=here, mend="name the folder that your files lie in")
    target = atomic.refuse(Path(path or here / NAME), overwrite=overwrite)
    beside = target.absolute().parent
    seen = []
    for file in _files(here, target):
        tell(Phrase("looking at {name}", name=file.name), None)
        seen.append(_seen(file))
    draft = _begun(seen, here)
    _with_people(draft, seen, here, tell)
    _with_layers(draft, seen, here)
    # A file is read by whoever uses either: its comments name commands.
    caller = ON_COMMAND_LINE.set(True)
    text = written(draft, here.absolute(), beside, spoken)
    ON_COMMAND_LINE.reset(caller)
    with atomic.replacing(target, overwrite=overwrite) as fresh:
        fresh.write_text(text, encoding="utf-8")
    used = {name: _plain(value) for name, value in draft.held.items()}
    used |= {"layer": [each["name"] for each in draft.layers]} if draft.layers else {}
    return {
        "file": str(target),
        "used": used,
        "left": [{"file": name, "why": why} for name, why in draft.left],
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - any value of TOML
    return ", ".join(map(str, value)) if isinstance(value, list | dict) else value


def _files(folder: Path, target: Path) -> Iterator[Path]:
    """Yield the files to look at: no hidden ones, no parts of others, no texts about them, no outputs of ours."""
    parts = (
        ".shx",
        ".dbf",
        ".prj",
        ".cpg",
        ".qpj",
        ".qmd",
        ".sbn",
        ".sbx",
        ".xml",
        ".tfw",
        ".toml",
        ".html",
        ".pdf",
        ".md",
    )
    for file in sorted(folder.iterdir()):
        spoken_of = file.name.startswith(".") or file.suffix.lower() in parts or _TEXTS.match(file.name)
        if file.is_file() and not spoken_of and file.absolute() != target.absolute():
            yield file


def _seen(file: Path, district: Any = None) -> Seen:  # noqa: ANN401 - DISTRICTS or None
    if file.suffix.lower() == ".gpkg" and geopackage.holds_plan(file):
        return Seen(file.name, why=Phrase("a plan that gridkit made"))
    try:
        look, uses = looks.looked(file, district=district, within="")
    except GridkitError as fault:
        return Seen(file.name, why=fault.phrase())
    return Seen(file.name, tuple(uses), look)


def _spec(use: Use, folder: Path) -> str:
    """Return what names a thing in the folder: from there, not from here."""
    return _from(use.spec, folder)


def _from(spec: str, folder: Path) -> str:
    return spec.removeprefix(str(folder)).lstrip("/\\") if str(folder) != "." else spec


# ------------------------------------------------------------------ what is used
def _begun(seen: list[Seen], folder: Path) -> Draft:
    """Return a project of the district and the lines that cut it.

    Raises
    ------
    SourceError
        When no file holds areas.
    """
    draft = Draft(left=[(each.name, each.why) for each in seen if each.why])
    areas = [(each, use) for each in seen for use in each.uses if use.areas]
    old = [pair for pair in areas if _BEFORE.search(pair[0].name)]
    chosen = _likeliest([pair for pair in areas if pair not in old])
    if not chosen:
        raise SourceError(
            "no file in it holds the district: areas with a boundary",
            where=folder,
            mend="put its file there; gridkit inspect FILE says what a file is",
        )
    home, use = chosen[0]
    draft.held["district"] = _spec(use, folder)
    draft.said["district"] = Phrase("the area to split")
    if use.parents is not None:
        draft.held["parents"] = use.parents
        draft.said["parents"] = Phrase("no grid crosses from one of these areas into another")
    osm = [_spec(each, folder) for one in seen for each in one.uses if each.role == "osm"]
    if osm:
        draft.held["osm"] = osm
        draft.said["osm"] = Phrase("streets, rivers, walls and buildings of OpenStreetMap")
    for each in (each for one in seen for each in one.uses if each.role in _BRANCHES):
        draft.held.setdefault("features", {}).setdefault(each.role, _spec(each, folder))
        draft.said["features"] = Phrase("your own lines and areas, by kind")
    if not osm and "roads" not in draft.held.get("features", {}):
        blocks = next((each.units for _, each in areas if each.units is not None), None)
        draft.held["units"] = "hexagons" if blocks is None else _from(blocks, folder)
        draft.said["units"] = Phrase("no file holds streets: without blocks, these are put together")
    for one, each in old:
        draft.left.append(
            (
                one.name,
                Phrase(
                    "the grids of before: old = {spec} changes as little of them as may be",
                    spec=json.dumps(_spec(each, folder)),
                ),
            )
        )
    spare = {one.name for one, _ in chosen[1:]} - {home.name}
    nets = {one.name for one, each in chosen[1:] if each.net}
    draft.left += [
        (
            name,
            Phrase("departments' nets: gridkit departments overlay PLAN lays them over the plan")
            if name in nets
            else Phrase("areas as well: district = takes them instead"),
        )
        for name in sorted(spare)
    ]
    return draft


def _likeliest(areas: list[tuple[Seen, Use]]) -> list[tuple[Seen, Use]]:
    """Return what may be the district, the likeliest first: it covers its ground once, and no less than others do.

    Zones of a flood and catchments overlap or cover a part of it; a province is many times larger.
    """
    grounds = {use.spec: _ground(use) for _, use in areas} if len(areas) > 1 else {}
    largest = max((ground for ground, once in grounds.values() if once), default=0.0)

    def rank(pair: tuple[Seen, Use]) -> tuple[bool, ...]:
        use = pair[1]
        ground, once = grounds.get(use.spec, (0.0, True))
        part = largest / _MANY < ground < largest * _AS_LARGE
        return (
            not once, use.net, part, use.parents is None, use.units is not None, use.people is not None,
        )  # fmt: skip

    return sorted(areas, key=rank)


def _ground(use: Use) -> tuple[float, bool]:
    """Return how much ground areas cover, in square metres, and whether they cover it once; none where unreadable."""
    try:
        shapes = points.shapes(use.spec).to_crs(EQUAL_AREA).geometry.make_valid()
    except GridkitError:
        return 0.0, False
    ground, whole = float(shapes.union_all().area), float(shapes.area.sum())
    return ground, whole < ground * _ONCE


def _with_people(draft: Draft, seen: list[Seen], folder: Path, tell: Any) -> None:  # noqa: ANN401 - how a run tells
    """Add what counts people, each thing only where the district can be read with it."""
    every = [
        (one, use.people)
        for one in seen
        for use in one.uses
        if use.people is not None and not _BEFORE.search(one.name) and use.role != "facilities"
    ]
    rank = {"raster": 0, "layers": 2, "tables": 1}
    kinds = {one.name: next((kind for kind in rank if kind in one.look), "tables") for one, _ in every}
    for one, pair in sorted(every, key=lambda each: rank[kinds[each[0].name]]):
        option, spec = pair
        wanted = [option.removeprefix("--")]
        if wanted == ["totals"]:  # a table without places: of compounds, whose names lead to them, or of parents
            counts = {column.get("role") for table in one.look.get("tables", ()) for column in table.get("columns", ())}
            wanted = [role for role in ("people", "households") if role in counts] + wanted
        tell(Phrase("trying {name}", name=one.name), None)
        why: Phrase | str = Phrase("people are counted by {source}", source=draft.held.get("people", ""))
        for role in wanted:
            if role in draft.held:
                continue
            fault = _fault({**draft.held, role: _from(spec, folder)}, folder)
            if fault is None:
                draft.held[role] = _from(spec, folder)
                draft.said[role] = (
                    Phrase("where {what} are", what=label("", role)) if role != "totals" else Phrase("official totals")
                )
                break
            why = fault.phrase()
        else:
            draft.left.append((one.name, why))
    if "people" not in draft.held and "totals" not in draft.held:
        if "households" in draft.held:
            draft.held["by"] = "households"
        else:
            draft.held["by"], draft.held["target"] = "area_m2", 300_000
            draft.said["target"] = Phrase("no file counts people: grids are of one size on the ground")
    fault = _fault(draft.held, folder)
    if fault is not None:
        raise fault


def _fault(held: dict[str, Any], folder: Path) -> GridkitError | None:
    """Return what is wrong with a project as far as its units; None where it can be read."""
    try:
        surveys.ground(through_the_gate(of_held(held, folder)))
    except GridkitError as fault:
        return fault
    return None


def _with_layers(draft: Draft, seen: list[Seen], folder: Path) -> None:
    """Add a layer for each table that is one; two years of incidents are one layer."""
    asked = of_held(draft.held, folder)
    area = districts.read(asked.district, parents=asked.parents)[0]
    for one in seen:
        draft.left += [(one.name, _taken_by(use, folder)) for use in one.uses if use.then is not None]
        placed = [use for use in one.uses if use.layer is not None]
        if not placed:
            continue
        datum = _datum(_seen(folder / one.name, area))
        for use in placed:
            spec = _spec(use, folder)
            if use.layer == "LAYER":
                draft.left.append(
                    (one.name, Phrase("facilities: name the layer they are for, such as layer = hospitals"))
                )
                continue
            there = next(
                (each for each in draft.layers if each["name"] == use.layer and each.get("datum", "") == datum), None
            )
            if there is not None:
                there["data"] = [*there["data"], spec]
            else:
                draft.layers.append({"name": use.layer, "data": [spec], **({"datum": datum} if datum else {})})
    if "osm" in draft.held:
        draft.layers += [
            {"name": name} for name in _OWN_SERVICES if name not in {each["name"] for each in draft.layers}
        ]


def _taken_by(use: Use, folder: Path) -> Phrase:
    """Return what is said of a register that a command of its own takes."""
    if use.role == "departments' orders":
        return Phrase("orders with a row for each step: gridkit response PLAN counts them")
    command = f"gridkit {str(use.then).format(shlex.quote(_spec(use, folder)))}"
    return Phrase("{what}: {command} takes it", what=word(use.role), command=command)


def _datum(one: Seen) -> str:
    """Return the datum under which a table's points lie in the district, where that is not the one it says."""
    for part in one.look.get("tables", one.look.get("layers", ())):
        if any(each["code"] == "datum" for each in part.get("suspicions", ())):
            return str(part["hypotheses"][0]["datum"])
    return ""


# ------------------------------------------------------------------ the file
@dataclass(frozen=True)
class _Page:
    """How a project is written: the folder its files lie in, the one it is put into, and the language of comments."""

    folder: Path
    beside: Path
    lang: str

    def place(self, spec: str) -> str:
        """Return what names a file from where the project is put."""
        here = self.folder == self.beside or spec in ("hexagons", "blocks")
        return spec if here else (self.folder / spec).as_posix()

    def note(self, text: Phrase | str) -> str:
        """Return a comment on one line."""
        return " ".join((text.said(self.lang) if isinstance(text, Phrase) else text).split())

    def line(self, name: str, held: Any, said: Phrase | str = "") -> str:  # noqa: ANN401 - any value of TOML
        """Return a key with its value and a comment."""
        note = self.note(said)
        return f"{name} = {_toml(held)}" + (f"  # {note}" if note else "")


_FILES = ("district", "people", "households", "totals", "osm", "units")
"""Keys that name files."""


def _toml(held: Any) -> str:  # noqa: ANN401 - any value of TOML
    if isinstance(held, list):
        return f"[{', '.join(map(_toml, held))}]"
    return json.dumps(held, ensure_ascii=False)


def written(draft: Draft, folder: Path, beside: Path, lang: str) -> str:
    """Return a project as TOML with comments in a language, files named from the folder it is put into."""
    page = _Page(folder, beside, lang)
    begin = Phrase("A project of gridkit: gridkit run makes all of it, and again only what has changed.")
    keys = Phrase("Its keys are the options of gridkit split; its tables, commands that follow, hold their options.")
    lines = [f"# {page.note(begin)}", f"# {page.note(keys)}", ""]
    for name, held in draft.held.items():
        if name != "features":
            several = [page.place(each) for each in held] if isinstance(held, list) else None
            named = several or (page.place(held) if name in _FILES else held)
            lines.append(page.line(name, named, draft.said.get(name, "")))
    lines += _choices(draft, page)
    if "features" in draft.held:
        lines += ["", f"[features]  # {page.note(draft.said['features'])}"]
        lines += [page.line(kind, page.place(spec)) for kind, spec in draft.held["features"].items()]
    for each in draft.layers:
        lines += ["", "[[layer]]", page.line("name", each["name"])]
        data = [page.place(spec) for spec in each.get("data", ())]
        lines += [page.line("data", data if len(data) > 1 else data[0])] if data else []
        if "datum" in each:
            lines.append(page.line("datum", each["datum"], Phrase("so its points lie in the district")))
    lines += ["", "[[map]]", 'view = "planner"', "", "[[map]]", 'view = "official"', "", "[audit]", "", "[report]", ""]
    lines += ["[cards]"] if find_spec("fpdf") else [f"# [cards]  # {page.note(Phrase('needs the extra papers'))}"]
    if draft.left:
        lines += ["", f"# {page.note(Phrase('Not used:'))}"]
        lines += [f"#   {name}: {page.note(why)}" for name, why in draft.left]
    return "\n".join(lines) + "\n"


def _choices(draft: Draft, page: _Page) -> list[str]:
    """Return choices that wait behind a comment sign, as they are when nobody chooses."""
    waiting = (
        ("preset", "cn-social", Phrase("the kind of grid: gridkit presets lists them")),
        ("target", 1000, Phrase("people per grid; the preset's range when not given")),
        ("tolerance", 0.1, Phrase("the share a grid may be off the target")),
        ("title", "", Phrase("the district's name when not given")),
        ("output", "out", Phrase("the folder for all that is made")),
    )
    return ["", *(f"# {page.line(name, held, said)}" for name, held, said in waiting if name not in draft.held)]
