"""What gridkit can tell of itself."""

from __future__ import annotations

from gridkit.errors import EXIT_CODES, UsageError
from gridkit.face import face
from gridkit.language.explanations import Explanation, explanations, spelt


@face("exit-codes")
def exit_codes() -> dict[int, str]:
    """Return what each exit code of the command line means."""
    return dict(EXIT_CODES)


@face("explain")
def explain(
    error: str = "",
) -> dict[str, Explanation]:
    """Return what errors mean and how to mend them, by their codes.

    Parameters
    ----------
    error
        The code of an error, such as GK401, or an exit code: all of its errors.

    Returns
    -------
    dict
        :class:`~gridkit.language.explanations.Explanation` by code: the one that was asked for, those of an exit code,
        or all.

    Raises
    ------
    UsageError
        No error has that code.

    Examples
    --------
    >>> explain("GK601")["GK601"].title
    'the output exists'
    >>> sorted(explain("8"))
    ['GK800']
    """
    known, asked = explanations(), spelt(error.strip())
    if not asked:
        return dict(known)
    found = {code: each for code, each in known.items() if asked in (code, str(each.exit_code))}
    if not found:
        raise UsageError("no error has the code {code!r}", mend="gridkit explain lists them all", code=error)
    return found
