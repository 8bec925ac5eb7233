"""What people bring comes out right, or is said: the corpus of worlds, each file made here, each command run whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from worlds import WORLDS, World, faults
from worlds.offices import FORMS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS, ids=str)
def test_what_is_brought_comes_out_right_or_is_said(world: World, tmp_path: Path) -> None:
    assert not faults(world, tmp_path)


def test_the_corpus_has_every_command_in_every_form_of_table() -> None:
    pairs = {(world.command, world.form) for world in WORLDS}
    assert {(command, form) for command in ("units", "redraw", "layer", "inspect") for form in FORMS} <= pairs
