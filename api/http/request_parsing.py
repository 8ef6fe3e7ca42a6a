"""What a developer asked, read: JSON within bounds, then a model; every mistake with its JSON pointer and remedy."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import isfinite
from typing import Final, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from engine.model_errors import SAID
from engine.phrases import Phrase, phrase
from engine.problems import Kind, Problem, Refusal, refuse
from engine.text.model_reader import keys_at
from engine.text.nearest import suggestion

M = TypeVar("M", bound=BaseModel)

LARGEST_BODY: Final = 1 << 20
"""A request has at most one mebibyte."""
_DEEPEST: Final = 40
_LARGEST_INTEGER: Final = 2**63 - 1

TOO_LARGE = Kind("too-large", "the request has more than {bytes} bytes", "ask for less at a time")
NO_TEXT = Kind("not-utf-8", "the request is not text in UTF-8 (byte {byte})", "send JSON in UTF-8")
NO_JSON = Kind("not-json", "the request is no JSON: {mistake} (line {line}, column {column})", "correct it at this place")
TOO_DEEP = Kind("too-deep", "the request has more than {levels} levels of lists and objects", "write it flatter")
NO_NUMBER = Kind("not-a-number", "{name} is no number of JSON", "write a decimal string")
TWICE = Kind("written-twice", "`{key}` stands twice in one object", "keep one of the two")
ODD_CHARACTER = Kind("odd-character", "a text holds a character that no document may have ({code})", "remove it")
TOO_BIG = Kind("too-big", "a whole number has more than 18 digits", "write amounts as decimal strings")

MISSING = Kind("missing", "`{name}` is missing", "add it")
UNKNOWN_FIELD = Kind("unknown-field", "`{name}` is not known here", "{remedy}")
UNKNOWN_CHOICE = Kind("unknown-value", "this value is not known here", "{remedy}")
WRONG_TYPE = Kind("wrong-type", "this must be {expected}", "write {expected} here")
OUT_OF_BOUNDS = Kind("out-of-bounds", "{what}", "{remedy}")
NOT_ALLOWED = Kind("not-allowed", "{what}", "{remedy}")
AMOUNT = Kind("amount", "{what}", 'write a decimal string such as "91.58", with a point and at most six decimals')

_TYPES: Final[Mapping[str, str]] = {
    "model": phrase("an object"),
    "model_attributes": phrase("an object"),
    "dict": phrase("an object"),
    "mapping": phrase("an object"),
    "typed_dict": phrase("an object"),
    "list": phrase("a list"),
    "tuple": phrase("a list"),
    "string": phrase("a text"),
    "bool": phrase("true or false"),
    "bool_parsing": phrase("true or false"),
    "int": phrase("a whole number"),
    "int_parsing": phrase("a whole number"),
    "int_from_float": phrase("a whole number"),
    "date": phrase("a date such as 2027-01-31"),
    "none_required": "null",
}
_NOT_JSON: Final[Mapping[str, str]] = {
    str(said): said
    for said in (
        phrase("expecting value"),
        phrase("expecting property name enclosed in double quotes"),
        phrase("expecting ':' delimiter"),
        phrase("expecting ',' delimiter"),
        phrase("invalid control character at"),
        phrase("unterminated string starting at"),
        phrase("illegal trailing comma before end of object"),
        phrase("extra data"),
    )
}
"""What the reader of JSON says."""
_BOUNDS: Final[Mapping[str, tuple[Callable[[Mapping[str, object]], Phrase], Phrase]]] = {
    "greater_than": (lambda of: phrase("this must be more than {limit}", limit=of["gt"]), phrase("write a larger number")),
    "greater_than_equal": (lambda of: phrase("this must be at least {limit}", limit=of["ge"]), phrase("write a larger number")),
    "less_than": (lambda of: phrase("this must be less than {limit}", limit=of["lt"]), phrase("write a smaller number")),
    "less_than_equal": (lambda of: phrase("this must be at most {limit}", limit=of["le"]), phrase("write a smaller number")),
    "too_short": (lambda of: phrase("this needs at least {least} entries", least=of["min_length"]), phrase("add what is missing")),
    "too_long": (lambda of: phrase("this may have at most {most} entries", most=of["max_length"]), phrase("ask in several requests")),
    "string_too_short": (lambda of: phrase("this text needs at least {least} characters", least=of["min_length"]), phrase("write more")),
    "string_too_long": (lambda of: phrase("this text may have at most {most} characters", most=of["max_length"]), phrase("shorten it")),
    "string_pattern_mismatch": (
        lambda of: phrase("this text has not the form that is expected"),
        phrase("write it in another form"),
    ),
}


def read_json(body: bytes) -> object:
    """The value of a JSON text; refuses what is too large, too deep, no UTF-8, no JSON, or says one thing twice."""
    if len(body) > LARGEST_BODY:
        raise refuse(TOO_LARGE, bytes=LARGEST_BODY)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as mistake:
        raise refuse(NO_TEXT, byte=mistake.start) from None
    _check_depth(text)
    try:
        read = json.loads(text, parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_no_double)
    except json.JSONDecodeError as mistake:
        raise refuse(
            NO_JSON, mistake=_NOT_JSON.get(mistake.msg.lower(), mistake.msg.lower()), line=mistake.lineno, column=mistake.colno
        ) from None
    except ValueError:
        raise refuse(TOO_BIG) from None
    _check_texts(read, "")
    return read


def read_request(model: type[M], given: object) -> M:
    """A request as its model; a Refusal with one problem for each mistake, at its JSON pointer."""
    try:
        return model.model_validate(given)
    except ValidationError as mistakes:
        raise Refusal(problems_of(model, mistakes.errors(include_url=False, include_input=False))) from None


def problems_of(model: type[BaseModel], mistakes: Iterable[ErrorDetails]) -> tuple[Problem, ...]:
    """One problem for each place at which pydantic found a mistake."""
    found: dict[str, Problem] = {}
    for mistake in mistakes:
        steps = [step for step in mistake["loc"] if isinstance(step, int) or _is_step(step)]
        pointer = "".join(f"/{_escaped(step)}" for step in steps)
        found.setdefault(pointer, _worded(model, mistake, pointer))
    return tuple(problem for pointer, problem in found.items() if not _follows(problem, pointer, found))


def _follows(problem: Problem, pointer: str, found: Mapping[str, Problem]) -> bool:
    """Whether a list only seems too short because entries of it are refused, which is told already."""
    return problem.kind is OUT_OF_BOUNDS and any(other.startswith(f"{pointer}/") for other in found)


def _is_step(step: str) -> bool:
    """Whether a text of a location is a key: pydantic also puts names of union members there, such as `function-plain[…]`."""
    return "[" not in step and step not in ("Tiers", "str", "int")


def _escaped(step: int | str) -> str:
    return str(step).replace("~", "~0").replace("/", "~1")


def _worded(model: type[BaseModel], mistake: ErrorDetails, pointer: str) -> Problem:
    sort, context = mistake["type"], mistake.get("ctx", {})
    name = str(mistake["loc"][-1]) if mistake["loc"] else phrase("the request")
    if sort == "missing":
        return MISSING.at(None, pointer, name=name)
    if sort == "extra_forbidden":
        return UNKNOWN_FIELD.at(None, pointer, name=name, remedy=suggestion(name, keys_at(model, mistake["loc"][:-1])))
    if sort in ("literal_error", "enum", "union_tag_invalid"):
        return UNKNOWN_CHOICE.at(None, pointer, remedy=_one_of(str(context.get("expected", context.get("expected_tags", "")))))
    if sort in _BOUNDS:
        what, remedy = _BOUNDS[sort]
        if "pattern" in context:
            remedy = phrase("write it in the form {pattern}", pattern=context["pattern"])
        return OUT_OF_BOUNDS.at(None, pointer, what=what(context), remedy=remedy)
    if sort in ("decimal", "float"):
        return AMOUNT.at(None, pointer, what=context.get(SAID, mistake["msg"]))
    expected = _TYPES.get(sort) or _TYPES.get(sort.removesuffix("_type"))
    if expected:
        return WRONG_TYPE.at(None, pointer, expected=expected)
    said = context.get(SAID, mistake["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, "))
    known = context.get("remedy", phrase("correct it; the reference says what may stand here"))
    return NOT_ALLOWED.at(None, pointer, what=said, remedy=known)


def _one_of(choices: str) -> Phrase:
    """The remedy of pydantic's list of choices, `'a', 'b' or 'c'`."""
    first, word, last = choices.rpartition(" or ")
    return phrase("write one of {listed}", listed=phrase("{first} or {last}", first=first, last=last) if word else choices)


def _check_depth(text: str) -> None:
    """Counts brackets outside texts, so that no reader walks into a request that is too deep for it."""
    depth, inside, escaped = 0, False, False
    for character in text:
        if inside:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                inside = False
        elif character == '"':
            inside = True
        elif character in "[{":
            depth += 1
            if depth > _DEEPEST:
                raise refuse(TOO_DEEP, levels=_DEEPEST)
        elif character in "]}":
            depth -= 1


def _no_constant(name: str) -> NoReturn:
    raise refuse(NO_NUMBER, name=name)


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise refuse(NO_NUMBER, name=text[:20])
    return number


def _no_double(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    read = dict(pairs)
    if len(read) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise refuse(TWICE, key=key)
            seen.add(key)
    return read


def _check_texts(read: object, pointer: str) -> None:
    """Refuses texts with NUL, control characters or half of a surrogate pair, and whole numbers beyond 63 bits."""
    if isinstance(read, Mapping):
        for key, below in read.items():
            _check_texts(key, pointer)
            _check_texts(below, f"{pointer}/{_escaped(key)}")
    elif isinstance(read, list):
        for at, below in enumerate(read):
            _check_texts(below, f"{pointer}/{at}")
    elif isinstance(read, str):
        for character in read:
            if (character < " " and character not in "\t\n\r") or "\ud800" <= character <= "\udfff":
                raise refuse(ODD_CHARACTER, pointer=pointer, code=f"U+{ord(character):04X}")
    elif isinstance(read, int) and abs(read) > _LARGEST_INTEGER:
        raise refuse(TOO_BIG, pointer=pointer)
