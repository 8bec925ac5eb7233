"""What papers are tested on: a small plan, and what a PDF says when it is read back."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from plans import Size, crooked_plan

from gridkit.errors import OutputError
from gridkit.render.papers import fonts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gridkit.plan.plan import Plan

pytest.importorskip("fpdf")


@pytest.fixture(scope="session")
def small() -> Plan:
    """Return four grids in four communities, with their base map and layers."""
    return crooked_plan(Size(side=4, incidents=20))


@pytest.fixture
def chinese() -> None:
    """Skip where no font with Chinese is installed."""
    try:
        fonts.chinese()
    except OutputError:
        pytest.skip("no font with Chinese here: apt-get install fonts-noto-cjk")


@pytest.fixture
def read() -> Callable[[Path], list[str]]:
    """Return a reader of PDFs: what each page says, as pdftotext finds it."""
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext here: apt-get install poppler-utils")

    def pages(path: Path) -> list[str]:
        said = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout
        return said.decode().split("\f")[:-1]

    return pages
