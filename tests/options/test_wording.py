"""Options are named in the words of whoever reads: the running command's, else with the command that has them."""

from __future__ import annotations

import pytest

from gridkit.options.wording import COMMAND, ON_COMMAND_LINE, worded


@pytest.mark.parametrize(
    ("running", "text", "said"),
    [
        ("audit", "no further column was named (--even)", "no further column was named (gridkit split --even)"),
        ("demo", "try a longer one (--effort)", "try a longer one (gridkit split --effort)"),
        ("edits import", "merge the grids instead: --merge A,B", "merge the grids instead: gridkit redraw --merge A,B"),
        ("redraw", "merge the grids instead: --merge A,B", "merge the grids instead: --merge A,B"),
        ("run", "try a longer one (--effort)", "try a longer one (--effort)"),
        ("inspect", "use it as --people FILE", "use it as --people FILE"),
        ("redraw", "by gridkit split --effort 4 or --seed 2", "by gridkit split --effort 4 or --seed 2"),
    ],
)
def test_an_option_that_the_running_command_lacks_is_named_with_its_own(running: str, text: str, said: str) -> None:
    speaking, command = ON_COMMAND_LINE.set(True), COMMAND.set(running)
    try:
        assert worded(text) == said
    finally:
        ON_COMMAND_LINE.reset(speaking)
        COMMAND.reset(command)
