"""Code pages of European letters told apart: by which alphabet a text's letters belong to, and where they stand.

Bytes alone do not tell one code page from another. The letters do: no language has the ø and the è that Czech words
become in Windows-1252. Where two readings are as good, both are candidates, and the user is asked.
"""

from __future__ import annotations

import re
import unicodedata

CODE_PAGES = ("cp1252", "cp1250", "cp1254", "cp1253", "cp1251")
_ALPHABETS: dict[str, dict[str, str]] = {
    "cp1252": {
        "de": "äöüß", "fr": "àâæçéèêëîïôœùûüÿ", "es": "áéíñóúüç", "pt": "áàâãçéêíóôõúü", "it": "àèéìíîòóùú",
        "nl": "áéèëêïíóöúüûôçä", "sv": "åäöé", "da": "æøåéöäü", "is": "áðéíóúýþæö", "et": "äõöüšž", "ca": "àçéèíïóòúü",
        "sq": "ëç", "eu": "ñüç",
    },
    "cp1250": {
        "pl": "ąćęłńóśźż", "cs": "áčďéěíňóřšťúůýž", "sk": "áäčďéíĺľňóôŕšťúýž", "hu": "áéíóöőúüű", "ro": "ăâîşţ",
        "sl": "čšž", "hr": "čćđšž",
    },
    "cp1254": {"tr": "çğıi̇öşüâîû"},
    "cp1258": {"vi": "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"},
}  # fmt: skip
"""The letters besides those of English, by language (Unicode CLDR, main exemplar characters)."""
_USUAL = re.compile(
    r"è(?:[bcdglmnprstvz]|ch|qu|tr|gl)(?:e|s?\b)|[àèìòù]\b|ã(?:o|e|s?\b|n)|õe|(?<![aeiouyæøå])ø(?![aeiouyæøåíěý])"
    r"|ñ[aeiouáéíóú]|ê[cmtnrlv]|â[tcmlnr]|[àâîôû][a-z]|ï|å|ë|ç|ý|ù\b|û[tr]|æ|œ",
    re.IGNORECASE,
)
"""Where letters stand in western languages that are others in other code pages: père, città, São, Strøget, España."""
_SIGN_IN_WORD = re.compile(
    r"[£¥¢¤¯¸][^\W\d_]|[^\W\d_][¹³¿¼¾¯£¥¢][^\W\d_]|[^\W\d_][„”‹›‡†ˆ‰˜™¤¨¸¡¢£§ª«»¬±¶º²¹³½¼×÷][^\W\d_]"
)
"""What Polish words become as Western ones (Wa³brzych, ¯oliborz), and those of DOS and Macintosh (Co”peratie)."""
_SURE = 0.8


def candidates(data: bytes) -> list[str]:
    """Return the code pages that bytes with letters of European alphabets may be in; one where it is certain."""
    readable = {name: text for name in (*CODE_PAGES, "cp1258") if (text := _read(data, name)) is not None}
    western = readable.get("cp1252")
    odd = western is not None and _SIGN_IN_WORD.search(western) is not None
    if western is not None and not odd and _is_western(western, readable):
        return ["cp1252"]
    fitting = [name for name, text in readable.items() if name in _ALPHABETS and _fits(text, name)]
    if len(fitting) == 1 and not (odd and fitting == ["cp1252"]):
        return fitting
    found = fitting if len(fitting) > 1 else [name for name in CODE_PAGES if name in readable]
    return [*found, *(["cp850", "mac_roman"] if odd else [])]


def _is_western(western: str, readable: dict[str, str]) -> bool:
    """Return whether the letters that another code page reads otherwise stand where western languages have them."""
    others = [text for name, text in readable.items() if name in ("cp1250", "cp1254")]
    open_to = {at for text in others for at, (one, other) in enumerate(zip(western, text, strict=True)) if one != other}
    open_to = {at for at in open_to if western[at].isalpha()}
    usual = {at for found in _USUAL.finditer(western) for at in range(*found.span())}
    return len(open_to & usual) >= _SURE * len(open_to)


def _fits(text: str, name: str) -> bool:
    letters = {each for each in unicodedata.normalize("NFC", text).lower() if each > "\x7f" and not _is_sign(each)}
    return any(letters <= set(alphabet) for alphabet in _ALPHABETS[name].values())


def _is_sign(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "PSZ"


def _read(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        return None
