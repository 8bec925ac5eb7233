"""Tiny towns for the tests of plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from towns import town

if TYPE_CHECKING:
    from gridkit.plan.plan import Plan


@pytest.fixture
def q_town() -> Plan:
    """Return :func:`town` of 4 x 4 blocks."""
    return town()


@pytest.fixture
def big_town() -> Plan:
    """Return :func:`town` of 12 x 12 blocks in grids of 3 x 3."""
    return town(12, 3)
