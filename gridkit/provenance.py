"""What a result was made from: input hashes, parameters, seed and versions."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import platform
from collections.abc import Hashable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridkit.errors import called
from gridkit.errors import masked as masked  # noqa: PLC0414 - whoever keeps a record masks it by the same rule
from gridkit.language.packing import packed, unpacked
from gridkit.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

MADE_UP = "gridkit made-up district"
"""What a file of a district that nobody lives in says of who wrote it."""
DISTRIBUTION = "governance-grids"
"""What is installed: the name gridkit belongs to another project, whose version would not be ours."""
UNKNOWN = "0+unknown"
_PACKAGES = ("geopandas", "shapely", "pyogrio", "rasterio", "numpy", "numba", "osmium", "folium")


@dataclass(frozen=True)
class Input:
    """One thing that was read.

    Attributes
    ----------
    role
        What it was read as: district, people, roads ...
    name
        Of the file, never its folder; ``SCHEMA.TABLE`` of a database; the kind of object where it was none.
    bytes, sha256
        Of the file; of its rows where it was a table.
    layer
        Which of the file's layers or sheets; empty where it is one.
    rows
        How many were read; None where that is not counted (rasters, OpenStreetMap).
    """

    role: str
    name: str
    bytes: int
    sha256: str
    layer: str = ""
    rows: int | None = None


class Record:
    """What is read while it is open, in the order in which it is read, each once."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._inputs: dict[Input, None] = {}

    @property
    def inputs(self) -> tuple[Input, ...]:
        """All that was read so far."""
        return tuple(self._inputs)

    def add(self, *inputs: Input) -> None:
        """Add what was read."""
        self._inputs |= dict.fromkeys(inputs)


# Reading is recorded by whatever reads, deep below the recipes: it finds the record of the command in its context, so
# that no recipe can forget an input, and threads and nested commands keep theirs apart.
_RECORD: ContextVar[Record | None] = ContextVar("record", default=None)
_ROLE: ContextVar[str] = ContextVar("role", default="")


@contextmanager
def recording() -> Iterator[Record]:
    """Record what is read within; records nest, and the outer one has all of the inner."""
    outer, own = _RECORD.get(), Record()
    token = _RECORD.set(own)
    try:
        yield own
    finally:
        _RECORD.reset(token)
        if outer is not None:
            outer.add(*own.inputs)


@contextmanager
def role(name: str) -> Iterator[None]:
    """Say what is read within: people, totals, roads."""
    token = _ROLE.set(name)
    try:
        yield
    finally:
        _ROLE.reset(token)


def read_from(source: object, *, layer: str | None = None, rows: int | None = None) -> None:
    """Record that a file, or a table that was handed over, was read; called by every reader, and by no one else.

    Parameters
    ----------
    source
        A path or a frame.
    """
    record = _RECORD.get()
    if record is None:
        return
    if isinstance(source, str | Path):
        found = fingerprint(_ROLE.get(), source)
    else:
        held = _table_bytes(source)
        found = Input(_ROLE.get(), type(source).__name__, len(held), hashlib.sha256(held).hexdigest())
    record.add(dataclasses.replace(found, layer=layer or "", rows=rows))


@dataclass(frozen=True)
class Step:
    """One step of a plan's life: which command made it, from what, with which parameters."""

    command: str
    parameters: dict[str, Any] = field(default_factory=dict)
    inputs: tuple[Input, ...] = ()
    notes: tuple[str, ...] = ()
    finished: str = ""
    ledger: Ledger = field(default_factory=Ledger)
    versions: dict[str, str] = field(default_factory=dict)


def step(
    command: str,
    parameters: dict[str, Any] | None = None,
    inputs: tuple[Input, ...] = (),
    notes: tuple[str, ...] = (),
    ledger: Ledger | None = None,
) -> Step:
    """Return the record of a step that ends now, secrets in its parameters masked."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Step(command, _masked(parameters or {}), inputs, notes, now, ledger or Ledger(), versions())


@cache
def own_version() -> str:
    """Return this package's version; ``0+unknown`` when it runs from a folder that was never installed."""
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return UNKNOWN


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that shape a result."""
    found = {"python": platform.python_version(), "gridkit": own_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # running from a folder that was never installed
            continue
    return found


def fingerprint(role: str, path: Path | str) -> Input:
    """Return the name, size and SHA-256 of an input file; of a folder, those of all its files together."""
    path = Path(path)
    stat = path.stat()
    size, digest = _digest(path, stat.st_mtime_ns, stat.st_size)
    from_database = called(str(path)).partition("://")[2]
    return Input(role, from_database.rpartition(":")[2] or path.name, size, digest)


@lru_cache(maxsize=64)
def _digest(path: Path, _changed: int, size: int) -> tuple[int, str]:
    """Return bytes and SHA-256 of a file or folder, read once for as long as it does not change."""
    if path.is_dir():
        parts = [each for each in sorted(path.rglob("*")) if each.is_file()]
        every = [(each.relative_to(path).as_posix(), *_digest(each, 0, each.stat().st_size)) for each in parts]
        text = "\n".join(f"{name} {digest}" for name, _, digest in every)
        return sum(held for _, held, _ in every), hashlib.sha256(text.encode()).hexdigest()
    with path.open("rb") as handle:
        return size, hashlib.file_digest(handle, "sha256").hexdigest()


def repeatable(choices: Mapping[str, Any]) -> dict[str, Any]:
    """Return choices as JSON, so that a step can be taken again; tables that were handed over are named by their kind.

    What lies in a folder of this run is named by what it came from: a table of a database by its address.

    Examples
    --------
    >>> repeatable({"osm": (Path("a.pbf"),), "target": 3})
    {'osm': ['a.pbf'], 'target': 3}
    """

    def plain(value: Any) -> Any:  # noqa: ANN401 - any choice
        if isinstance(value, Mapping):
            return {str(name): plain(each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [plain(each) for each in value]
        if isinstance(value, str | Path):
            return called(str(value))
        return value if isinstance(value, int | float | bool | None) else type(value).__name__

    return {name: plain(value) for name, value in choices.items()}


def canonical(value: Any) -> Hashable:  # noqa: ANN401 - whatever a project holds
    """Return a value in a form that compares and hashes by content: mappings by name, tables by their digest.

    Examples
    --------
    >>> canonical({"b": [1, 2], "a": Path("x.shp")})
    (('a', 'x.shp'), ('b', (1, 2)))
    """
    if isinstance(value, Mapping):
        return tuple(sorted((str(name), canonical(inner)) for name, inner in value.items()))
    if isinstance(value, list | tuple):
        return tuple(map(canonical, value))
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Hashable) and not hasattr(value, "columns"):
        return value
    return hashlib.sha256(_table_bytes(value)).hexdigest()


def _table_bytes(table: Any) -> bytes:  # noqa: ANN401 - a frame, or anything a reader was handed
    """Return the content of a table as bytes: names, rows and shapes, so that the same content has the same digest."""
    columns = getattr(table, "columns", None)
    if columns is None:
        return repr(table).encode()
    parts = [",".join(map(str, columns)), str(getattr(table, "crs", ""))]
    for name in columns:
        values = table[name]
        held = values.to_wkb() if hasattr(values, "to_wkb") else values
        parts.append("\0".join(str(each) for each in held))
    return "\n".join(parts).encode("utf-8", "surrogatepass")


def _masked(value: Any) -> Any:  # noqa: ANN401 - parameters are any JSON
    if isinstance(value, dict):
        return {str(name): _masked(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(inner) for inner in value]
    return masked(value) if isinstance(value, str) else value


def to_json(steps: tuple[Step, ...]) -> str:
    """Return the history of a plan as JSON."""
    kept = [
        {
            **dataclasses.asdict(dataclasses.replace(each, ledger=Ledger())),
            "phrases": [packed(note) for note in each.notes],
            "ledger": each.ledger.to_json(),
        }
        for each in steps
    ]
    return json.dumps(kept, ensure_ascii=False, indent=1, default=str)


def from_json(text: str) -> tuple[Step, ...]:
    """Return the history that :func:`to_json` wrote."""
    return tuple(_step(raw) for raw in json.loads(text))


def _step(raw: dict[str, Any]) -> Step:
    notes = tuple(map(unpacked, raw.pop("phrases", raw["notes"])))
    raw["ledger"] = Ledger.from_json(raw.get("ledger", ()))
    return Step(**{**raw, "inputs": tuple(Input(**each) for each in raw["inputs"]), "notes": notes})
