"""What a result was made from: input hashes, parameters, seed and versions."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import platform
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from gridkit.language import phrases

_PACKAGES = ("gridkit", "geopandas", "shapely", "pyogrio", "rasterio", "numpy", "numba", "osmium", "folium")
_USERINFO = re.compile(r"(?<=://)[^/\s@]+@")
_SECRET = re.compile(r"(?i)\b(token|key|password|passwd|pw|secret|sslpassword)=[^&\s]+")


@dataclass(frozen=True)
class Input:
    """One file that was read: its name (never its folder), size and SHA-256."""

    role: str
    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Step:
    """One step of a plan's life: which command made it, from what, with which parameters."""

    command: str
    parameters: dict[str, Any] = field(default_factory=dict)
    inputs: tuple[Input, ...] = ()
    notes: tuple[str, ...] = ()
    finished: str = ""
    versions: dict[str, str] = field(default_factory=dict)


def step(
    command: str, parameters: dict[str, Any] | None = None, inputs: tuple[Input, ...] = (), notes: tuple[str, ...] = ()
) -> Step:
    """Return the record of a step that ends now, secrets in its parameters masked."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Step(command, _masked(parameters or {}), inputs, notes, now, versions())


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that shape a result."""
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # running from a folder that was never installed
            continue
    return found


def fingerprint(role: str, path: Path | str) -> Input:
    """Return the name, size and SHA-256 of an input file."""
    path = Path(path)
    with path.open("rb") as handle:
        return Input(role, path.name, path.stat().st_size, hashlib.file_digest(handle, "sha256").hexdigest())


def masked(text: str) -> str:
    """Return the text with passwords and keys in addresses replaced by ``***``.

    Examples
    --------
    >>> masked("postgresql://me:pw@host/db?token=abc")
    'postgresql://***@host/db?token=***'
    """
    return _SECRET.sub(r"\1=***", _USERINFO.sub("***@", text))


def _masked(value: Any) -> Any:  # noqa: ANN401 - parameters are any JSON
    if isinstance(value, dict):
        return {str(name): _masked(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(inner) for inner in value]
    return masked(value) if isinstance(value, str) else value


def to_json(steps: tuple[Step, ...]) -> str:
    """Return the history of a plan as JSON."""
    packed = [{**dataclasses.asdict(each), "phrases": [phrases.packed(note) for note in each.notes]} for each in steps]
    return json.dumps(packed, ensure_ascii=False, indent=1, default=str)


def from_json(text: str) -> tuple[Step, ...]:
    """Return the history that :func:`to_json` wrote."""
    return tuple(_step(raw) for raw in json.loads(text))


def _step(raw: dict[str, Any]) -> Step:
    notes = tuple(map(phrases.unpacked, raw.pop("phrases", raw["notes"])))
    return Step(**{**raw, "inputs": tuple(Input(**each) for each in raw["inputs"]), "notes": notes})
