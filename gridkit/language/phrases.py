"""Sentences that keep their template and facts, so that they can be said in any language later."""

from __future__ import annotations

import math
from numbers import Real
from string import Formatter
from typing import TYPE_CHECKING, Any, Self

from gridkit.language.catalogue import SOURCE, catalogue, languages
from gridkit.options.wording import worded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

THEN, LIST, AND, OR = "{one}; {other}", "{one}, {other}", "{one} and {other}", "{one} or {other}"
"""How several are joined; templates as well."""


class Template(str):
    """A message that is filled and said elsewhere, with its form for any count but one where it counts something."""

    __slots__ = ("plural",)
    plural: str

    def __new__(cls, text: str, plural: str = "") -> Self:
        """Return the message, as text in its form for one."""
        made = super().__new__(cls, text)
        made.plural = plural
        return made

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the trip between processes, in an error or a warning."""
        return Template, (str(self), self.plural)


class Phrase(str):
    """A sentence: English as text, and in the words of any language that has its template in the catalogue.

    It is text to everything that takes text: it compares, joins and goes into JSON as its English sentence.

    Parameters
    ----------
    template
        The message's id, for :meth:`str.format`, filled from ``facts``.
    context
        Where one English word stands for two things: which of them is meant (gettext's ``msgctxt``).
    plural
        The template for any count but one (gettext's ``msgid_plural``); a template that has one brings it along. What
        is counted is the fact ``count``, else the first plain number that the template names.
    facts
        The values the template names. Those that say themselves (phrases, quantities) do so in the language of the
        sentence.

    Examples
    --------
    >>> alone = Phrase("the community's boundary")
    >>> alone, alone.said("zh")
    ("the community's boundary", '社区界')
    >>> Phrase("person", "unit", "people", count=2)
    'people'
    """

    __slots__ = ("context", "facts", "plural", "template")
    template: str
    context: str
    plural: str
    facts: dict[str, object]

    def __new__(cls, template: str, context: str = "", plural: str = "", /, **facts: object) -> Self:
        """Return the sentence in English."""
        plural = plural or _plural(template)
        made = super().__new__(cls, filled(template, facts, context=context, plural=plural))
        made.template, made.context, made.plural, made.facts = template, context, plural, facts
        return made

    def said(self, language: str) -> str:
        """Return the sentence in a language, in English where its template is not in that catalogue."""
        return filled(self.template, self.facts, language, context=self.context, plural=self.plural)

    def by_language(self) -> dict[str, str]:
        """Return the sentence in every language there are words in, by code."""
        return {language: self.said(language) for language in languages()}

    def __reduce__(self) -> tuple[object, ...]:
        """Survive copies and the trip between processes, which would otherwise pass the sentence as the template."""
        return _rebuilt, (self.template, self.context, self.plural, self.facts)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: object) -> Any:  # noqa: ANN401 - pydantic's
        """Let definitions hold texts: a table of languages becomes a :class:`Text`; one of ours is written as such."""
        from pydantic_core import core_schema  # only where definitions are read

        table = core_schema.dict_schema(
            core_schema.str_schema(pattern=_CODE), core_schema.str_schema(strict=True), min_length=1
        )
        made = core_schema.no_info_after_validator_function(lambda given: Text(**given), table)
        return core_schema.union_schema(
            [core_schema.is_instance_schema(Phrase), made],
            mode="left_to_right",
            custom_error_type="text_by_language",
            custom_error_message="must be a text by language, as {{ en = ..., zh = ... }}",
            serialization=core_schema.plain_serializer_function_ser_schema(Phrase.by_language),
        )


_CODE = "^[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*$"


class Text(Phrase):
    """A text of a definition (layer, map view, preset) by language code.

    In a language that it has no words of its own in, it says what the catalogue has for its English; where the
    catalogue has nothing, its English; and without English, the first language it was given in.

    Examples
    --------
    >>> title = Text(en="Fire station", zh="消防站")
    >>> title, title.said("zh"), title.said("eo")
    ('Fire station', '消防站', 'Fire station')
    """

    __slots__ = ("words",)
    words: dict[str, str]

    def __new__(cls, **words: str) -> Self:
        """Return the text, as text in English."""
        plain = words.get(SOURCE) or next((each for each in words.values() if each), "")
        made = str.__new__(cls, plain)
        made.template, made.context, made.plural, made.facts, made.words = plain, "", "", {}, words
        return made

    def said(self, language: str) -> str:
        """Return the text in a language, by the fallback that the class states."""
        own = self.words.get(language)
        return own if own is not None else catalogue(language).said(self.template)

    def by_language(self) -> dict[str, str]:
        """Return the text by language: all it was given in, and all there are words in."""
        return {**{language: self.said(language) for language in languages()}, **self.words}

    def __reduce__(self) -> tuple[object, ...]:
        """Survive copies and the trip between processes."""
        return _retold, (self.words,)


NO_TEXT = Text(en="")


def _rebuilt(template: str, context: str, plural: str, facts: dict[str, object]) -> Phrase:
    return Phrase(template, context, plural, **facts)


def _retold(words: dict[str, str]) -> Text:
    return Text(**words)


def filled(
    template: str, facts: Mapping[str, object], language: str = SOURCE, *, context: str = "", plural: str = ""
) -> str:
    """Return a template in a language with its facts, those that say themselves in the same language."""
    words = catalogue(language)
    plural = plural or _plural(template)
    said = (
        words.counted(template, plural, number_of(_counted(plural, facts)), context)
        if plural
        else words.said(template, context)
    )
    told = {name: spoken(fact, language) for name, fact in facts.items()}
    count = told.get("count")
    if isinstance(count, int) and not isinstance(count, bool):
        told["count"] = _Count(count)
    return worded(said).format(**told)


class _Count(int):
    """How many there are of what a message tells of, its thousands marked unless the message says otherwise."""

    def __format__(self, spec: str) -> str:
        return super().__format__(spec or ",")


def spoken(fact: object, language: str) -> object:
    """Return a fact in a language where it can be said in one: a phrase, a quantity, an error of ours."""
    for name in ("said", "sentence"):
        said = getattr(fact, name, None)
        if callable(said) and not isinstance(fact, type):
            return said(language)
    return fact


def _plural(text: str) -> str:
    return text.plural if isinstance(text, Template) else ""


def _counted(text: str, facts: Mapping[str, object]) -> float:
    """Return the number that the form of a message goes by."""
    if "count" in facts:
        count = facts["count"]
        return float(str(getattr(count, "counted", getattr(count, "value", count))))
    named = (facts.get(name) for _, name, _, _ in Formatter().parse(text) if name)
    return next((float(fact) for fact in named if isinstance(fact, Real)), 0.0)


def number_of(count: float) -> int:
    """Return the whole number by which gettext picks a form: what is not whole, or below zero, is never one.

    Examples
    --------
    >>> number_of(1), number_of(1.5), number_of(-1), number_of(float("inf"))
    (1, 2, 2, 2)
    """
    whole = math.isfinite(count) and count == int(count)
    return abs(int(count)) if whole and count != -1 else 2


def template(text: str, plural: str = "") -> Template:
    """Return a message that is filled and said elsewhere, with its form for any count but one where it has one.

    Examples
    --------
    >>> left = template("{rows} row left out", "{rows} rows left out")
    >>> Phrase(left, rows=1), Phrase(left, rows=3)
    ('1 row left out', '3 rows left out')
    """
    return Template(text, plural)


def joined(parts: Sequence[str], by: str = THEN) -> str:
    """Return several sentences as one, the stops between them those of the language it is said in.

    Examples
    --------
    >>> joined(["one wall", "two walls", Phrase("{count} row left out", "", "{count} rows left out", count=3)])
    'one wall; two walls; 3 rows left out'
    """
    if len(parts) <= 1:
        return parts[0] if parts else ""
    half = len(parts) // 2  # halves, so that thousands nest no deeper than a dozen
    return Phrase(by, one=joined(parts[:half], by), other=joined(parts[half:], by))


def series(names: Iterable[object]) -> str:
    """Return all names for a message, the commas between them those of the language it is said in.

    Examples
    --------
    >>> series(["a.csv", 2]), Phrase("there are: {all}", all=series(["a.csv", 2])).said("zh")
    ('a.csv, 2', '可用的有：a.csv、2')
    """
    return joined([name if isinstance(name, str) else str(name) for name in names], LIST)


def listed(names: Iterable[object], most: int = 12) -> str:
    """Return names for a message: the first ones, and how many more there are.

    Examples
    --------
    >>> listed(range(5), most=3)
    '0, 1, 2 and 2 more'
    """
    texts = [name if isinstance(name, str) else str(name) for name in names]
    shown = series(texts[:most])
    return Phrase("{names} and {count} more", names=shown, count=len(texts) - most) if len(texts) > most else shown
