"""The matrix of faults: a row each, by what they are faults of.

Each module enters its rows into :data:`faults.ground.FAULTS`; ``test_fault_matrix.py`` runs them.
"""

from __future__ import annotations

from faults import coordinates, corrupt, geometry, resources, unreadable, values
from faults.ground import FAULTS

__all__ = ["FAULTS", "coordinates", "corrupt", "geometry", "resources", "unreadable", "values"]
