"""What was made in a folder, from what: a record beside the outputs, which tells what has changed since."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridkit import atomic
from gridkit.catalog import definitions, map_views
from gridkit.catalog.presets import presets
from gridkit.errors import SourceError, masked
from gridkit.inputs import OUTPUT, READ, files
from gridkit.options.catalogue import FEATURE_KINDS, options_of, project_options
from gridkit.project import LAID, SPELT
from gridkit.provenance import fingerprint, own_version, versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


NAME = "made.json"
"""The record's file, among the outputs."""
SCHEMA = {"schema": "gridkit/made", "version": 1}
_PARTS = {
    **dict.fromkeys((".shp",), (".shx", ".dbf", ".prj", ".cpg", ".qpj")),
    **dict.fromkeys((".tab", ".mif"), (".dat", ".map", ".id", ".ind", ".mid")),
    **dict.fromkeys((".tif", ".tiff", ".asc", ".img", ".bil"), (".tfw", ".prj", ".hdr", ".tif.aux.xml")),
}
"""Endings of files that are read with one of another ending."""
_OF_THE_RUN = ("threads",)
"""Choices that change how a run goes, never what it makes."""


@dataclass(frozen=True)
class Held:
    """One file that a step reads: as what, where it is, and its content."""

    role: str
    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Made:
    """One step that was done.

    Attributes
    ----------
    step
        Its name: the command, and what tells it from others of it.
    key
        The digest of what it was made from: the contents of its inputs, its choices, the version, and the step before.
    parts
        The same by part, so that what has changed can be named.
    inputs
        The files that it read, found from the folder of the record.
    outputs
        Name, bytes and SHA-256 of each file it wrote; of a plan, also the digest of its content.
    cost
        CPU and wall seconds, and the process' largest memory until then (MB).
    facts
        What it came to.
    """

    step: str
    key: str
    parts: Mapping[str, str]
    inputs: tuple[Held, ...] = ()
    outputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    cost: Mapping[str, float] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    finished: str = ""


@dataclass(frozen=True)
class Manifest:
    """All that was made in a folder, by step, and the job it was made by."""

    folder: Path
    job: Mapping[str, Any] = field(default_factory=dict)
    made: Mapping[str, Made] = field(default_factory=dict)

    def with_made(self, done: Made) -> Manifest:
        """Return the record with one step more, or anew."""
        return replace(self, made={**self.made, done.step: done})

    def write(self) -> None:
        """Write the record into its folder, whole or not at all."""
        body = {
            **SCHEMA,
            "versions": versions(),
            "job": self.job,
            "made": [asdict(each) for each in self.made.values()],
        }
        with atomic.replacing(self.folder / NAME) as file:
            file.write_text(json.dumps(body, ensure_ascii=False, indent=1), encoding="utf-8")

    def step_of(self, output: str) -> Made | None:
        """Return the step that wrote an output."""
        return next((each for each in self.made.values() if output in each.outputs), None)


def read(folder: Path) -> Manifest:
    """Return the record of a folder; an empty one where nothing was made there.

    Raises
    ------
    SourceError
        When it is damaged.
    """
    path = folder / NAME
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        made = [Made(**{**each, "inputs": tuple(Held(**file) for file in each["inputs"])}) for each in held["made"]]
        return Manifest(folder, held["job"], {each.step: each for each in made})
    except FileNotFoundError:
        return Manifest(folder)
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise SourceError(
            "the record of what was made is damaged: {why}",
            where=path,
            mend="remove it: all is made again, over --overwrite",
            why=str(fault),
        ) from None


# ------------------------------------------------------------------ what a step is made from
def parts_of(command: str, options: Mapping[str, Any]) -> tuple[dict[str, str], list[Held]]:
    """Return the digests of what a step is made from, by part, and the files among them.

    Parameters
    ----------
    options
        Its options by name, files as they are found from here.

    Raises
    ------
    SourceError
        When a file that it names is not there.
    """
    kinds = _kinds(SPELT.get(command, command))
    found, held = {"gridkit": own_version()}, []
    for name, value in sorted(options.items()):
        if name in _OF_THE_RUN or value is None:
            continue
        if kinds.get(name) in READ:
            text, more = _content(name, value)
            found[name] = text
            held += more
        else:
            found[name] = json.dumps(value, sort_keys=True, default=str)
    return {**found, **_definition(command, options)}, held


def key_of(parts: Mapping[str, str], before: str = "") -> str:
    """Return the key of a step: the digest of its parts and of the step before it."""
    text = json.dumps({**parts, "before": before}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _kinds(command: str) -> dict[str, str]:
    if command == "split":
        return {each.name: each.kind for each in project_options()} | dict.fromkeys(FEATURE_KINDS, "feature")
    return {each.name: "" if OUTPUT in each.written else each.kind for each in options_of(command)}


def _content(name: str, value: Any) -> tuple[str, list[Held]]:  # noqa: ANN401 - any value of an option
    """Return a value with every file in it as its digest, wherever it lies, and those files."""
    if isinstance(value, dict):
        pairs = {key: _content(key, each) for key, each in sorted(value.items())}
        return json.dumps({key: text for key, (text, _) in pairs.items()}), [
            held for _, more in pairs.values() for held in more
        ]
    if isinstance(value, list | tuple):
        every = [_content(name, each) for each in value]
        return json.dumps([text for text, _ in every]), [held for _, more in every for held in more]
    if not isinstance(value, str | Path):
        return json.dumps(value, default=str), []
    text = str(value)
    if "://" in text:  # a database has no digest: what is read there is read anew each time
        return f"{masked(text)} {secrets.token_hex(8)}", []
    file = next(files(text), None)
    if file is None or (file.is_dir() and len(str(file)) < len(text.rstrip("/"))):
        if os.sep in text or "." in text:
            raise SourceError("there is no such file", where=text, mend="check the name in the project")
        return text, []
    held = content(name, file)
    return f"{held.sha256}{text[len(str(file)) :]}", [held]


def content(role: str, file: Path) -> Held:
    """Return a file with its content's digest, that of the files read with it among it."""
    every = [file, *_read_with(file)]
    prints = [fingerprint(role, each) for each in every]
    digest = prints[0].sha256
    if len(prints) > 1:
        digest = hashlib.sha256("\n".join(f"{each.name} {each.sha256}" for each in prints).encode()).hexdigest()
    return Held(role, str(file), sum(each.bytes for each in prints), digest)


def _read_with(file: Path) -> list[Path]:
    return [part for end in _PARTS.get(file.suffix.lower(), ()) if (part := file.with_suffix(end)).is_file()]


def _definition(command: str, options: Mapping[str, Any]) -> dict[str, str]:
    """Return the digest of the definition that a step goes by: a preset, a layer, a map view."""
    if command == "split":
        held: Any = repr(presets()[str(options.get("preset", "cn-social"))]).encode()
    elif command == "layer":
        held = definitions.layers().overlaid(options.get("layers")).path(str(options["name"])).read_bytes()
    elif command == "map":
        held = map_views.maps().overlaid(options.get("maps")).path(str(options["view"])).read_bytes()
    elif command in LAID and options.get("preset"):
        held = repr(presets()[str(options["preset"])]).encode()
    else:
        return {}
    return {"definition": hashlib.sha256(held).hexdigest()}


# ------------------------------------------------------------------ what was written
def written(folder: Path, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return bytes and SHA-256 of files that were just written in a folder, and of a plan the digest of its content."""
    found: dict[str, dict[str, Any]] = {}
    for name in names:
        path = folder / name
        held = fingerprint("", path)
        found[name] = {"bytes": held.bytes, "sha256": held.sha256}
        if path.suffix == ".gpkg" and path.is_file():
            from gridkit.store import geopackage

            if geopackage.holds_plan(path):
                found[name]["content"] = geopackage.sealed(path)
    return found


def altered(folder: Path, name: str, was: Mapping[str, Any]) -> str:
    """Return what became of an output since it was written: "" for nothing, else missing or changed.

    A plan that another program opened may differ in its bytes and hold what it held.
    """
    path = folder / name
    if not path.exists():
        return "missing"
    held = fingerprint("", path)
    if held.sha256 == was["sha256"]:
        return ""
    if "content" in was:
        from gridkit.store import geopackage

        try:
            if (
                geopackage.holds_plan(path)
                and not geopackage.verify(path)
                and geopackage.digest(path) == was["content"]
            ):
                return ""
        except SourceError:  # damaged: it holds no longer what it held
            return "changed"
    return "changed"


def moved(held: Iterable[Held], folder: Path) -> Iterator[Held]:
    """Yield files as a record in a folder names them."""
    for each in held:
        try:
            yield replace(each, path=Path(os.path.relpath(Path(each.path).absolute(), folder.absolute())).as_posix())
        except ValueError:  # on another drive of Windows
            yield each
