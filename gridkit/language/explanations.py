"""The codes of errors and the long text of each, from ``errors.toml``: read when something failed or is asked about."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gridkit.language.phrases import Text

_PREFIX = "GK"
_FORM = re.compile(r"(?:GK)?(\d)\d\d", re.IGNORECASE)


@dataclass(frozen=True)
class Explanation:
    """What is to be known of one kind of error.

    Attributes
    ----------
    code
        ``GK`` and three digits, of which the first is the exit code.
    title
        The kind of error in a few words.
    text
        What it means and how to mend it, in paragraphs.
    says
        Patterns on the templates of messages that are of this kind; none in the last kind of each exit code.
    """

    code: str
    title: Text
    text: Text
    says: tuple[re.Pattern[str], ...] = ()

    @property
    def exit_code(self) -> int:
        """The exit code that goes with it."""
        return int(self.code.removeprefix(_PREFIX)[0])


@cache
def explanations() -> dict[str, Explanation]:
    """Return every kind of error by its code, in the order in which they are tried.

    Examples
    --------
    >>> explanations()["GK601"].title.said("zh")
    '输出文件已存在'
    """
    read = tomllib.loads(Path(__file__).with_name("errors.toml").read_text(encoding="utf-8"))
    return {code: _explanation(code, entry) for code, entry in read.items()}


def _explanation(code: str, entry: dict[str, object]) -> Explanation:
    title, says = entry["title"], entry.get("says", [])
    words = {key: str(text).strip() for key, text in entry.items() if key not in ("title", "says")}
    assert isinstance(title, dict)  # noqa: S101 - our own file
    assert isinstance(says, list)  # noqa: S101
    return Explanation(code, Text(**title), Text(**words), tuple(map(re.compile, says)))


@cache
def code_of(template: str, exit_code: int) -> str:
    """Return the code of an error: of the first kind under its exit code that its English template fits.

    Examples
    --------
    >>> code_of("the file exists", 6), code_of("something nobody foresaw", 6)
    ('GK601', 'GK600')
    """
    kinds = [each for each in explanations().values() if each.exit_code == exit_code]
    fits = (each.code for each in kinds if not each.says or any(says.search(template) for says in each.says))
    return next(fits, f"{_PREFIX}{exit_code}00")


def spelt(word: str) -> str:
    """Return a code as it is written in the table: ``gk401`` and ``401`` are GK401; anything else as it is.

    Examples
    --------
    >>> spelt("401"), spelt("gk401"), spelt("nonsense")
    ('GK401', 'GK401', 'nonsense')
    """
    return _PREFIX + word[-3:] if _FORM.fullmatch(word) else word
