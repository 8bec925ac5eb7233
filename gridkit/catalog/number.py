"""A number of a practice: its value, where it comes from, and whether it was read there."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ConfigDict


@dataclass(frozen=True)
class Number:
    """A number, where it comes from, and whether it was read there."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    value: float
    source: str
    verified: bool = False
