"""The parts of national files that districts need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gridkit.dispatch.districts import District


class Parts:
    """The parts of the inputs of a project, cut for districts."""

    def __init__(
        self, job: object, folder: Path, districts: list[District], progress: Callable[[str, float | None], None]
    ) -> None:
        self.job, self.folder, self.districts, self.progress = job, folder, districts, progress

    def of(self, _district: District, held: dict[str, Any]) -> dict[str, Any]:
        """Return what a project holds for one district."""
        return held
