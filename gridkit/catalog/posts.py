"""The roles of a practice, and which of them a post is by what a table of staff calls it, and whether that says so.

::

    taken(said, roles) -> Taken      the role, and whether the words leave its kind open
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridkit.catalog.number import Number
from gridkit.catalog.registry import STRICT
from gridkit.language.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Role:
    """A post in the staff of grids.

    Attributes
    ----------
    words
        What it is called in tables of staff.
    general
        Words that are of no kind by themselves and stand for this role where nothing else is said.
    share
        The share of a person's hours that goes to the tasks of grids, 0-1.
    seat
        Whether one of them answers for a grid, so that it is one of those who are assigned.
    stands_in
        Whether one of them may take a seat that nobody of a seat's own posts is left for.
    lent
        Whether somebody else pays for it, so that it may be called back.
    """

    __pydantic_config__ = STRICT

    title: Phrase
    share: Number
    words: tuple[str, ...] = ()
    general: tuple[str, ...] = ()
    seat: bool = False
    stands_in: bool = False
    lent: bool = False


@dataclass(frozen=True)
class Taken:
    """What a post is taken as.

    Attributes
    ----------
    role
        The key of its role; None where it is none of the practice.
    sure
        Whether its words say so: 网格员 is no kind of its own, and 超级网格员 is one that the practice does not know.
    """

    role: str | None
    sure: bool = True


_GRADE = r"第?[一二三四五六七八九十\d]+[级等号岗档星类名组]?|[初中高]级"
_PLACE = r"\S*(?:社区|村|街道|镇|乡|小区|片区|网格|居委会|村委会|居民区)"
_COMMON = r"综合(?:治理|服务)?|综治|社会(?:治理)?|基层(?:治理)?|全科|责任|专属|基础|普通|一线|岗位?|职务|职位"
_ENGLISH = r"community|comprehensive|all-duty|senior|junior|grade|level|the|an?|of|in|ii|iii|s"
_NO_KIND = re.compile(rf"(?:{_COMMON}|{_GRADE})*(?:{_PLACE})?(?:{_COMMON}|{_GRADE})*(?:[a-z]?\d*[岗类]?)|{_ENGLISH}")
"""What may stand beside the word for a grid worker without making another kind of it: grades, places, the usual net."""
_MIXED = re.compile(r"非|专[、/和及与]?兼|兼(?!职)|(?<!\w)(?:non|not|ex|former)(?!\w)|[前原](?=[专兼网])")
"""Words that make another thing of the one they stand before: 专兼职 is both."""
_BESIDE = re.compile(r"[\s()（）\[\]【】<>《》,，、.。:：;；/|·_+-]+")


def taken(said: str, roles: Mapping[str, Role]) -> Taken:
    """Return the role of a post by its key, its title in any language, or its words; the longest word wins.

    Words that are of no kind by themselves (``general``) count where no other does.

    Examples
    --------
    >>> full = Role(Phrase("full"), Number(1, ""), ("专职网格员", "专职"), general=("网格员",))
    >>> taken("专职网格员（二级）", {"full": full}), taken("超级网格员", {"full": full})
    (Taken(role='full', sure=True), Taken(role='full', sure=False))
    """
    plain = " ".join(said.casefold().split())
    if not plain:
        return Taken(None)
    called = {
        key: [key, key.replace("_", " "), *role.title.by_language().values(), *role.words, *role.general]
        for key, role in roles.items()
    }
    exact = next((key for key, names in called.items() if plain in [name.casefold() for name in names]), None)
    if exact is not None:
        return Taken(exact)
    own = _within(plain, {key: role.words for key, role in roles.items()})
    general = _within(plain, {key: role.general for key, role in roles.items()})
    found = own or general
    if not found:
        return Taken(None)
    longest = max(found, key=len)
    role = found[longest]
    others = {key for word, key in found.items() if word not in longest}
    if others - {role} or _MIXED.search(plain):
        return Taken(role, sure=False)
    return Taken(role, sure=bool(own) or _no_kind(plain, general))


def _within(plain: str, words: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return the words that stand in a text, each with its role."""
    return {word.casefold(): key for key, own in words.items() for word in own if word.casefold() in plain}


def _no_kind(plain: str, words: Mapping[str, str]) -> bool:
    """Return whether what stands beside a word of no kind makes none of it either."""
    rest = plain
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, " ")
    return all(_NO_KIND.fullmatch(part) for part in _BESIDE.split(rest))
