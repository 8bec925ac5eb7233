"""Folders of TOML files read strictly into dataclasses: the registry a definition is taken from by its name."""

from __future__ import annotations

import tomllib
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from gridkit.display import card, lines, listed
from gridkit.errors import DefinitionError, nearest
from gridkit.language.labels import word
from gridkit.language.phrases import Phrase, joined, series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Merge = Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]

Definition = TypeVar("Definition")
STRICT = ConfigDict(extra="forbid")
"""How definitions are read: a key that is not known is a mistake."""
PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Registry(Generic[Definition]):
    """Definitions of one kind by name, later folders overlaying earlier ones."""

    noun: str
    type: Any
    folders: tuple[Path, ...]

    def paths(self) -> dict[str, Path]:
        """Return the file behind each name, sorted by name."""
        found = {path.stem: path for folder in self.folders for path in sorted(folder.glob("*.toml"))}
        return dict(sorted(found.items()))

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths())

    def path(self, name: str) -> Path:
        """Return the file behind a name; raise :class:`DefinitionError` with the nearest one when there is none."""
        paths = self.paths()
        if name not in paths:
            near = nearest(name, paths)
            raise DefinitionError(
                "there is no {noun} called {name!r}",
                mend="did you mean {near!r}? there are: {all}" if near else "there are: {all}",
                noun=self.noun,
                name=name,
                near=near,
                all=series(paths),
            )
        return paths[name]

    def __getitem__(self, name: str) -> Definition:
        definition: Definition = read(self.path(name), self.type, self.paths())
        return definition

    def __len__(self) -> int:
        return len(self.paths())

    def __repr__(self) -> str:
        return lines(f"{len(self)} of {self.noun}", {"names": listed(self)})

    def _repr_html_(self) -> str:
        titles = {name: str(getattr(self[name], "title", "")) for name in self}
        return card(f"{len(self)} of {self.noun}", titles)

    def overlaid(self, folder: Path | str | None) -> Registry[Definition]:
        """Return a registry on which the definitions of ``folder`` stand before the shipped ones."""
        if folder is None:
            return self
        if not Path(folder).is_dir():
            raise DefinitionError(
                "this is not a folder of definitions", where=folder, mend="name a folder with *.toml files"
            )
        return replace(self, folders=(*self.folders, Path(folder)))


def shipped(name: str) -> Path:
    """Return a shipped folder of definitions: inside the package when installed, beside it in a checkout."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def over(model: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Return a document that starts from another one: its own keys wherever it says any."""
    return {**model, **own}


def read(
    path: Path,
    type_: Any,  # noqa: ANN401 - the type decides
    others: Mapping[str, Path] | None = None,
    merge: Merge = over,
) -> Any:  # noqa: ANN401
    """Return the definition in a TOML file, read strictly: an unknown or mistyped key is named by its dotted path.

    A file may start from another one: ``like = "incidents"`` takes that file's keys wherever its own say nothing.
    """
    return checked({"name": path.stem, **_grown(path, others or {}, merge, ())}, type_, path)


def _grown(path: Path, others: Mapping[str, Path], merge: Merge, younger: tuple[str, ...]) -> dict[str, Any]:
    document = raw(path)
    if "like" not in document:
        return document
    model = str(document.pop("like"))
    if model not in others or model in (*younger, path.stem):  # no such file, or a ring that begins nowhere
        raise DefinitionError(
            "like = {model!r} leads nowhere", where=path, mend="there are: {all}", model=model, all=series(others)
        )
    return merge(_grown(others[model], others, merge, (*younger, path.stem)), document)


def raw(path: Path) -> dict[str, Any]:
    """Return what a TOML file says, unchecked."""
    try:
        return deepcopy(_parsed(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DefinitionError("not valid TOML: {why}", where=path, mend="fix that line", why=error) from error


@lru_cache(maxsize=128)
def _parsed(text: str) -> dict[str, Any]:
    """Return what a text of TOML says; a batch asks for the same preset once for each of its districts."""
    return tomllib.loads(text)


def checked(document: dict[str, Any], type_: Any, path: Path) -> Any:  # noqa: ANN401 - the adapter's type decides
    """Return the definition a document of ``path`` says; each fault is raised with its dotted path."""
    try:
        return _adapter(type_).validate_python(document)
    except ValidationError as error:
        raise DefinitionError(
            "{faults}", where=path, mend="see README.md in that folder", faults=faults(error)
        ) from error


@cache
def _adapter(type_: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - the type decides
    """Return the reader of a type, made once: making it costs forty times what reading one definition does."""
    return TypeAdapter(type_)


_FAULTS = {
    "missing": "Field required",
    "missing_argument": "Missing required argument",
    "missing_keyword_only_argument": "Missing required keyword only argument",
    "extra_forbidden": "Extra inputs are not permitted",
    "unexpected_keyword_argument": "Unexpected keyword argument",
    "string_type": "Input should be a valid string",
    "float_type": "Input should be a valid number",
    "int_type": "Input should be a valid integer",
    "int_from_float": "Input should be a valid integer, got a number with a fractional part",
    "bool_type": "Input should be a valid boolean",
    "tuple_type": "Input should be a valid tuple",
    "dict_type": "Input should be a valid dictionary",
    "dataclass_type": "Input should be a dictionary or an instance of {class_name}",
    "literal_error": "Input should be {expected}",
    "greater_than": "Input should be greater than {gt}",
    "greater_than_equal": "Input should be greater than or equal to {ge}",
    "less_than": "Input should be less than {lt}",
    "less_than_equal": "Input should be less than or equal to {le}",
    "finite_number": "Input should be a finite number",
    "untitled": "class {name} has no title, neither its own nor one of its name in called",
    "text_by_language": "must be a text by language, as {{ en = ..., zh = ... }}",
}
"""What pydantic says of the common faults, by its name for them."""


def faults(error: ValidationError, most: int | None = None) -> str:
    """Return what pydantic finds wrong in one line, each fault behind its dotted path."""
    return joined([_fault(each) for each in error.errors()[:most]])


def _fault(each: Mapping[str, Any]) -> Phrase:
    known = each["type"] in _FAULTS
    said = Phrase(_FAULTS[each["type"]], **each.get("ctx", {})) if known else word(each["msg"])
    return Phrase("{path}: {fault}", path=".".join(map(str, each["loc"])), fault=said)
