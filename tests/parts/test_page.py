"""The page about the parts alone runs as it is printed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "parts.md"


def test_the_lines_of_the_page_run_one_after_another():
    lines = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert all(len(each.strip().splitlines()) <= 3 for each in lines[1:])
    there: dict[str, Any] = {}
    for each in lines:
        exec(each, there)  # noqa: S102 - our own page
    blocks = there["blocks"]
    assert len(blocks) == 100
    assert blocks["people"].sum() == pytest.approx(2000, rel=1e-3)
    assert len(there["borders"]) == 180
    assert set(there["borders"]["feature"]) == {"street"}
    assert blocks["grid"].value_counts().between(18, 22).all()
    assert blocks["minutes"].between(0, 20).all()
    assert there["hot"].index[there["hot"]["hot"]].tolist() == blocks.index[blocks["incidents"] == 40].tolist()
    assert there["scores"]["polsby_popper"].between(0, 1).all()
    assert len(there["scores"]) == 5
