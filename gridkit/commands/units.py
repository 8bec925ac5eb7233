"""A district cut into units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console


def units(
    console: Console,
    *,
    district: str,
    output: Path | None,
    overwrite: bool,
    report: bool,
    json: bool,
    **choices: Any,  # noqa: ANN401 - options
) -> None:
    """Cut a district into units, with their people and borders."""
    from gridkit.atomic import refuse
    from gridkit.language.phrases import Phrase
    from gridkit.recipes import units as recipe

    if output is not None:
        refuse(output, overwrite=overwrite)
    with console.progress() as progress:
        survey = recipe.units(district, **choices, progress=progress)
        if output is not None:
            recipe.write_survey(survey, output, overwrite=overwrite)
    if report or json or output is None:
        console.show("units", district, survey.ledger.beside(survey.report), as_json=json)
        return
    quality: Any = survey.report["quality"]
    for said in quality["warnings"]:
        # Whoever asks for the file alone would learn of a map that is not whole from the plan, or never.
        console.say("{where}: {what}", where=Phrase("warning"), what=said)
