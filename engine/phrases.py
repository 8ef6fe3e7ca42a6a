"""Translatable sentences: the English template with its arguments, and their translations into the languages of the program.

A sentence is written once, in English, with placeholders in braces. Each other language has a folder in `translations/` whose `*.po`
files use the English sentences as msgid. Names, numbers and quoted text are arguments: they are not translated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Annotated, Final, Literal

from pydantic import PlainSerializer, SerializationInfo, ValidatorFunctionWrapHandler, WrapValidator

Language = str
"""Two letters of ISO 639, such as `fr`: one of `LANGUAGES`."""
LANGUAGES: Final[tuple[Language, ...]] = (
    "en",
    *sorted(folder.name for folder in files(__package__).joinpath("translations").iterdir() if folder.is_dir() and len(folder.name) == 2),
)
"""English, and every language that has a folder in `translations/`."""
_LONGEST_WORD: Final = 1_000
_SEMICOLON: Final = "{first}; {second}"


class Phrase(str):
    """An English sentence, or a piece of one, with its template and arguments."""

    __slots__ = ("template", "words")
    template: str
    words: tuple[tuple[str, str], ...]

    def __reduce__(self) -> tuple[object, tuple[str, tuple[tuple[str, str], ...]]]:
        return _phrase, (self.template, self.words)


class Figure(str):
    """A number or a day in a sentence, as files write it; translated, it takes the format of the language."""

    __slots__ = ()


class Replacement(str):
    """A text in a remedy that may be written in the place of the problem, whole and as it stands."""

    __slots__ = ()


class Named(str):
    """The English name of a thing with names in several languages, or the first of them; translated, it is the name in that language."""

    __slots__ = ("texts",)
    texts: Mapping[Language, str]

    def __reduce__(self) -> tuple[object, tuple[dict[Language, str], str]]:
        return named, (dict(self.texts), str(self))


def named(texts: Mapping[Language, str], otherwise: str | None = None) -> Named:
    """A name by language, as an argument of a sentence; `otherwise` is its text in other languages."""
    made = str.__new__(Named, otherwise or texts.get("en") or next(iter(texts.values())))
    made.texts = texts
    return made


def _read_sentence(given: object, read: ValidatorFunctionWrapHandler) -> str:
    return given if isinstance(given, Phrase | Named) else read(given)


def _write_sentence(sentence: str, information: SerializationInfo) -> str:
    return say(sentence, (information.context or {}).get(LANGUAGE, "en"))


LANGUAGE: Final = "language"
"""The key, in the context of pydantic's serialization, of the language in which sentences are written; absent: English."""
Sentence = Annotated[str, WrapValidator(_read_sentence), PlainSerializer(_write_sentence, return_type=str)]
"""A field for a sentence, which stays translatable until it is written."""


def text_in(texts: Mapping[Language, str], language: Language) -> str:
    """The text in a language, or the first text."""
    return texts.get(language) or next(iter(texts.values()), "")


def phrase(template: str, /, **words: object) -> Phrase:
    """A phrase of a template such as `{product} has no price on {day}`; arguments may be phrases themselves."""
    return _phrase(template, tuple((name, as_word(word)) for name, word in words.items()))


def as_written(text: str) -> Phrase:
    """A text of a rule file or a name of the program, such as a state: translated where there is a translation, else as written."""
    return text if isinstance(text, Phrase) else _phrase(text.replace("{", "{{").replace("}", "}}"), ())


def listed(words: Iterable[str], last: Literal["and", "or"] = "and") -> str:
    """`a, b and c`: a translatable list."""
    *first, end = tuple(words) or ("",)
    if not first:
        return end
    return phrase("{first} and {last}" if last == "and" else "{first} or {last}", first=together(first, ", "), last=end)


def together(parts: Iterable[str], between: str) -> str:
    """Phrases joined by a separator such as `; ` that is the same in all languages."""
    words = tuple(parts)
    template = between.replace("{", "{{").replace("}", "}}").join(f"{{p{at}}}" for at in range(len(words)))
    return _phrase(template, tuple((f"p{at}", as_word(part)) for at, part in enumerate(words)))


def as_word(word: object) -> str:
    """An argument of a sentence: phrases, figures, names and replacements are kept, a day becomes a figure, other values their text."""
    if isinstance(word, Phrase | Figure | Named | Replacement):
        return word
    return Figure(word) if isinstance(word, date) else str(word)


def write_instead(text: str) -> Phrase:
    """The remedy that names one text to be written in the place of the problem."""
    return phrase("write `{corrected}`", corrected=Replacement(text))


def replacements(words: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The texts in arguments, and in the phrases among them, of which one may be written in the place of the problem."""
    for _, word in words:
        if isinstance(word, Replacement):
            yield str(word)
        elif isinstance(word, Phrase):
            yield from replacements(word.words)


def shortened(word: str, most: int = _LONGEST_WORD) -> str:
    """A long argument, cut to a length that readers accept; in a phrase all its arguments."""
    if isinstance(word, Phrase):
        return _phrase(word.template, tuple((name, shortened(each)) for name, each in word.words)) if len(word) > _LONGEST_WORD else word
    return word if len(word) <= most else f"{word[:most]}…"


def say(text: str, language: Language) -> str:
    """A text in a language: a phrase is translated with its arguments; other texts, and English, are returned unchanged."""
    if language == "en" or not isinstance(text, Phrase | Named):
        return str(text)
    if isinstance(text, Named):
        return text.texts.get(language, str(text))
    return say_template(text.template, text.words, language)


def say_template(template: str, words: Iterable[tuple[str, str]], language: Language) -> str:
    """A translated template with its arguments; in English where it has no translation."""
    return template_in(template, language).format(**{name: say(word, language) for name, word in words})


def template_in(template: str, language: Language) -> str:
    """A template in a language. Joined phrases are the same in all languages, but for the space that some put before a semicolon."""
    if language == "en":
        return template
    known = translations(language)
    return known.get(template) or template.replace("}; {", known.get(_SEMICOLON, _SEMICOLON).removeprefix("{first").removesuffix("second}"))


@cache
def translations(language: Language) -> Mapping[str, str]:
    """The translations of templates in a language, read on first use."""
    from babel.messages.pofile import read_po  # imported when another language is requested

    words: dict[str, str] = {}
    for file in files(__package__).joinpath("translations", language).iterdir():
        if file.name.endswith(".po"):
            for message in read_po(BytesIO(file.read_bytes()), locale=language, abort_invalid=True):
                if message.id and message.string:
                    words[str(message.id)] = str(message.string)
    return words


def _phrase(template: str, words: tuple[tuple[str, str], ...]) -> Phrase:
    made = str.__new__(Phrase, template.format(**dict(words)))
    made.template, made.words = template, words
    return made
