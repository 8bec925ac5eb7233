"""What holds for every command that is declared, whichever came last: no output over an input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gridkit import cli
from gridkit.commands.parser import KEEPING
from gridkit.errors import OutputError
from gridkit.inputs import ALSO_WRITTEN, OUTPUT, READ
from gridkit.options.catalogue import REWRITING, options_of
from gridkit.options.commands import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gridkit.options.declaration import Option

FORMS = {"pairs": "roads={}", "nets": "net={}"}
"""How a file is written for an option of a kind; by its name alone for the others."""


def written(option: Option) -> bool:
    return OUTPUT in option.written or option.name in ALSO_WRITTEN


def reading() -> Iterator[tuple[str, str]]:
    """Yield every command that writes a file, with every option that names one it reads."""
    for name in COMMANDS:
        if name not in cli.RUN:
            continue
        declared = options_of(name, where="command")
        if not any(written(each) and each.kind == "path" for each in declared):
            continue
        for each in declared:
            own = name in (*REWRITING, *KEEPING) and each.kind == "plan"
            if each.kind in READ and not written(each) and not own:
                yield name, each.name


def spelled(option: Option, text: str) -> list[str]:
    """Return the words of a command line that give an option a value."""
    value = FORMS.get(option.kind, "{}").format(text)
    return [value] if option.place == "both" else [option.written[0], value]


def filled(option: Option) -> str:
    """Return some value for an option that must be given."""
    return {"whole": "1", "number": "1"}.get(option.kind, "other.gpkg")


@pytest.mark.parametrize(("name", "read"), list(reading()))
def test_no_command_writes_over_what_any_of_its_options_reads(
    name: str, read: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    kept = tmp_path / "kept.gpkg"
    kept.write_text("kept")
    (tmp_path / "link.gpkg").symlink_to(kept)
    declared = options_of(name, where="command")
    out = next(each for each in declared if written(each) and each.kind == "path")
    placed, named = [], []
    for each in declared:
        if each.name == read or (each.required and each is not out):
            words = spelled(each, str(kept) if each.name == read else filled(each))
            (placed if each.place == "both" else named).extend(words)
    over = ["--overwrite"] if any(each.name == "overwrite" for each in declared) else []
    code = cli.run(["--lang", "en", *name.split(), *placed, *named, out.written[0], "link.gpkg", *over])
    said = capfd.readouterr().err
    assert code == OutputError.exit_code, said
    assert "an input is never an output" in said
    assert kept.read_text() == "kept"
