"""Fonts with Chinese for papers: found among the installed ones, never shipped."""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from gridkit.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable

FONT_VARIABLE = "GRIDKIT_FONT"
"""The environment variable that names a font file to use before all others."""
_KNOWN = (
    # Best first; each a pattern of file names.
    r"NotoSansCJK-Regular\.ttc",
    r"NotoSans(CJK)?sc[-_.].*Regular.*\.(otf|ttf)",
    r"NotoSansSC[-_\[.].*\.(otf|ttf)",
    r"SourceHanSans(SC|CN)?-Regular\.(otf|ttc)",
    r"msyh\.tt[cf]",
    r"Deng\.ttf",
    r"wqy-(microhei|zenhei)\.ttc",
    r"DroidSansFallback(Full)?\.ttf",
    r"simhei\.ttf",
    r"Hiragino Sans GB\.ttc",
    r"STHeiti Light\.ttc",
    r"simsun\.ttc",
)
_WIDE = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "arial.ttf", "Arial Unicode.ttf", "LiberationSans-Regular.ttf")
_SCANNED = re.compile(r"(?!.*(Bold|Italic|Oblique|Mono|Condensed|Thin|Black|Emoji|Color)).*\.(ttf|otf)", re.IGNORECASE)
"""Files that are looked through for letters that no font of those above has."""
_CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")

_SHAPED = re.compile(r"[\u0590-\u08ff\u0900-\u0fff\u1000-\u109f\u1780-\u17ff\ufb1d-\ufdff\ufe70-\ufeff]")
"""Hebrew, Arabic, Syriac; the alphabets of India; Thai, Lao, Tibetan; Burmese; Khmer."""


@dataclass(frozen=True)
class Face:
    """One face of a font file; ``number`` is its place in a collection."""

    path: Path
    number: int = 0


def needs_chinese(text: str) -> bool:
    """Return whether a text cannot be set in a Latin font.

    Examples
    --------
    >>> needs_chinese("Q Road"), needs_chinese("文昌路")
    (False, True)
    """
    return _CHINESE.search(text) is not None


def face_for(texts: Iterable[str], *, chinese_too: bool) -> Face | None:
    """Return the font that texts are set in: None where a core font of every reader of PDF suffices.

    Parameters
    ----------
    chinese_too
        Whether Chinese stands beside them.

    Raises
    ------
    OutputError
        When Chinese is to be set, and no font with it is installed.
    """
    whole = "".join(texts)
    if chinese_too or needs_chinese(whole):
        return chinese()
    return wide() or _found(os.environ.get(FONT_VARIABLE, "")) if needs_more(whole) else None


def needs_more(text: str) -> bool:
    """Return whether a text has letters that are neither Western nor Chinese.

    Examples
    --------
    >>> needs_more("São Paulo 文昌路"), needs_more("Жуково"), needs_more("Łódź")
    (False, True, True)
    """
    rest = _CHINESE.sub("", text)
    return rest.encode("cp1252", "ignore").decode("cp1252") != rest


def needs_shaping(text: str) -> bool:
    """Return whether a text has letters that join, stack or run from right to left: Arabic, Hebrew, Hindi, Thai.

    Examples
    --------
    >>> needs_shaping("Жуково 文昌路"), needs_shaping("حي السلام"), needs_shaping("บางรัก")
    (False, True, True)
    """
    return _SHAPED.search(text) is not None


def lacked(text: str, faces: Iterable[Face]) -> str:
    """Return the letters of a text that none of some fonts has, each once, in their order."""
    known = frozenset().union(*map(letters, faces))
    missed = (sign for sign in dict.fromkeys(text) if ord(sign) not in known and not sign.isspace())
    return "".join(sign for sign in missed if unicodedata.category(sign) not in {"Cc", "Cf"})


def others(text: str, face: Face) -> list[Face]:
    """Return further installed fonts for the letters of a text that its font lacks: those with most of them first."""
    found: list[Face] = []
    left = lacked(text, [face])
    first = wide()
    every = [*([first] if first else []), *_installed()] if left else []
    while left:
        best = min(every, key=lambda each: len(lacked(left, [each])), default=face)
        rest = lacked(left, [best])
        if rest == left:
            break
        found.append(best)
        left = rest
    return found


@cache
def _installed() -> tuple[Face, ...]:
    """Return the upright fonts of this system, without collections."""
    files = [file for folder in _folders() if folder.is_dir() for file in sorted(folder.rglob("*.[to]tf"))]
    return tuple(Face(file) for file in files if _SCANNED.fullmatch(file.name))


@cache
def letters(face: Face) -> frozenset[int]:
    """Return the letters that a font can draw, by their numbers; none where its file cannot be read."""
    from fontTools.ttLib import TTFont, TTLibError  # comes with fpdf2, which only papers need

    try:
        with face.path.open("rb") as file, TTFont(file, lazy=True, fontNumber=face.number) as font:
            # A font of pictures alone has no outlines that a PDF takes.
            return frozenset(font.getBestCmap() or ()) if {"glyf", "CFF "} & set(font.keys()) else frozenset()
    except (OSError, TTLibError, AssertionError, ValueError):
        return frozenset()


@cache
def wide() -> Face | None:
    """Return an installed font with the letters of most alphabets."""
    folders = [folder for folder in _folders() if folder.is_dir()]
    for name in _WIDE:
        for folder in folders:
            if found := next(iter(sorted(folder.rglob(name))), None):
                return Face(found)
    return None


def chinese() -> Face:
    """Return an installed font with simplified Chinese.

    Raises
    ------
    OutputError
        When there is none; it says how to get one.
    """
    face = _found(os.environ.get(FONT_VARIABLE, ""))
    if face is None:
        raise OutputError(
            "no font with Chinese characters is installed",
            mend="install one (Debian: apt-get install fonts-noto-cjk), or name its file in {variable}",
            variable=FONT_VARIABLE,
        )
    return face


@cache
def _found(named: str) -> Face | None:
    if named:
        return _face(Path(named)) if Path(named).is_file() else None
    files = [file for folder in _folders() if folder.is_dir() for file in sorted(folder.rglob("*.[to]t[fc]"))]
    for pattern in _KNOWN:
        for file in files:
            if re.fullmatch(pattern, file.name, re.IGNORECASE):
                return _face(file)
    return None


def _folders() -> tuple[Path, ...]:
    """Return where this system keeps fonts."""
    home = Path.home()
    if sys.platform == "win32":
        return (Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts", home / "AppData/Local/Microsoft/Windows/Fonts")
    if sys.platform == "darwin":
        return (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts")
    return (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".fonts", home / ".local/share/fonts")


def _face(path: Path) -> Face:
    """Return the face of a collection that is cut for simplified Chinese."""
    if path.suffix.lower() != ".ttc":
        return Face(path)
    from fontTools.ttLib import TTCollection  # comes with fpdf2, which only papers need

    with TTCollection(path, lazy=True) as collection:
        names = [str(font["name"].getDebugName(1) or "") for font in collection.fonts]
    simplified = [at for at, name in enumerate(names) if re.search(r"\b(SC|CN|GB)\b", name)]
    return Face(path, simplified[0] if simplified else 0)
