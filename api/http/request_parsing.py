"""Parsing requests: JSON within limits, then a model; every mistake becomes a problem with its JSON pointer and remedy."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from math import isfinite
from types import UnionType
from typing import Annotated, Final, NoReturn, TypeVar, Union, cast, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import CoreSchema, ErrorDetails, SchemaValidator

from engine.model_errors import DECIMAL_KIND, MESSAGE
from engine.phrases import Phrase, phrase
from engine.problems import Kind, Problem, Refusal, refuse
from engine.text.model_reader import keys_at
from engine.text.nearest import did_you_mean, nearest, suggestion

M = TypeVar("M", bound=BaseModel)

LARGEST_BODY: Final = 1 << 20
"""The largest request in bytes: one mebibyte."""
LARGEST_FORM: Final = 8 << 20
"""The largest request that holds files: they come in base64 where they are sent again with their form, which makes four bytes of three."""
LARGEST_FILES: Final = 5_000_000
"""So many bytes the files of one request have together."""
LONGEST_BASE64: Final = 6_900_000
"""The characters of these in base64, with line ends."""
DEEPEST: Final = 40
"""The most levels of lists and objects."""
MOST_MISTAKES: Final = 100
"""So many mistakes of one request are reported."""
_WHOLE: Final = re.compile("-?[0-9]{1,40}")
_CHOICE: Final = re.compile("'([^']*)'")
_LONGEST_CHOICE: Final = 40
_BRACKET: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|([\[{}\]])', re.DOTALL)
"""A text to its end, or a bracket outside of texts."""
_ODD: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_LARGEST_INTEGER: Final = 2**63 - 1

TOO_LARGE = Kind("too-large", "the request has more than {bytes} bytes", "ask for less at a time")
NO_TEXT = Kind("not-utf-8", "the request is not text in UTF-8 (byte {byte})", "send JSON in UTF-8")
NO_JSON = Kind("not-json", "the request is no JSON: {mistake} (line {line}, column {column})", "correct it at this place")
TOO_DEEP = Kind("too-deep", "the request has more than {levels} levels of lists and objects", "write it flatter")
NO_NUMBER = Kind("not-a-number", "{name} is no number of JSON", "write a decimal string")
TWICE = Kind("written-twice", "`{key}` occurs twice in one object", "keep one of the two")
ODD_CHARACTER = Kind("odd-character", "a text has a character that no document may have ({code})", "remove it")
TOO_BIG = Kind("too-big", "a whole number has more than 18 digits", "write amounts as decimal strings")

MISSING = Kind("missing", "`{name}` is missing", "add it")
UNKNOWN_FIELD = Kind("unknown-field", "`{name}` is not known here", "{remedy}")
UNKNOWN_CHOICE = Kind("unknown-value", "this value is not known here", "{remedy}")
WRONG_TYPE = Kind("wrong-type", "this must be {expected}", "write {expected} here")
OUT_OF_BOUNDS = Kind("out-of-bounds", "{what}", "{remedy}")
NOT_ALLOWED = Kind("not-allowed", "{what}", "{remedy}")
AMOUNT = Kind("amount", "{what}", "{remedy}")
QUANTITY = Kind("quantity", "{what}", "{remedy}")
PERCENTAGE = Kind("percentage", "{what}", "{remedy}")
UNKNOWN_CURRENCY = Kind("unknown-currency", "{what}", "{remedy}")
NO_CURRENCY = Kind("no-currency", "{what}", "{remedy}")
NOT_A_DAY = Kind("not-a-day", "{what}", "{remedy}")
ONE_OF = Kind("one-of", "{what}", "{remedy}")
MISSING_FIELDS = Kind("missing", "{what}", "{remedy}")
_DECIMALS: Final = {
    "amount": (AMOUNT, phrase('write a decimal string such as "91.58", with a point and at most six decimals')),
    "quantity": (QUANTITY, phrase('write a decimal string such as "2" or "1.5", with a point')),
    "percentage": (PERCENTAGE, phrase('write a decimal string such as "21" or "12.5", with a point')),
}
_OWN: Final = {
    "currency": UNKNOWN_CURRENCY, "no-currency": NO_CURRENCY, "day": NOT_A_DAY, "one-of": ONE_OF, "missing-fields": MISSING_FIELDS,
}  # fmt: skip
_DAY: Final = phrase("write a day of the calendar, such as `2027-01-31`")

_TYPES: Final[Mapping[str, str]] = {
    "model": phrase("an object"),
    "model_attributes": phrase("an object"),
    "dict": phrase("an object"),
    "mapping": phrase("an object"),
    "typed_dict": phrase("an object"),
    "dataclass": phrase("an object"),
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
    str(message): message
    for message in (
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
"""The messages of Python's JSON parser, for translation."""
_BOUNDS: Final[Mapping[str, tuple[Callable[[Mapping[str, object]], Phrase], Phrase]]] = {
    "greater_than": (lambda of: phrase("this must be more than {limit}", limit=of["gt"]), phrase("write a larger number")),
    "greater_than_equal": (lambda of: phrase("this must be at least {limit}", limit=of["ge"]), phrase("write a larger number")),
    "less_than": (lambda of: phrase("this must be less than {limit}", limit=of["lt"]), phrase("write a smaller number")),
    "less_than_equal": (lambda of: phrase("this must be at most {limit}", limit=of["le"]), phrase("write a smaller number")),
    "too_short": (
        lambda of: (
            phrase("it needs at least one entry")
            if of["min_length"] == 1
            else phrase("this needs at least {least} entries", least=of["min_length"])
        ),
        phrase("add what is missing"),
    ),
    "too_long": (lambda of: phrase("this may have at most {most} entries", most=of["max_length"]), phrase("ask in several requests")),
    "string_too_short": (lambda of: phrase("this text needs at least {least} characters", least=of["min_length"]), phrase("write more")),
    "string_too_long": (lambda of: phrase("this text may have at most {most} characters", most=of["max_length"]), phrase("shorten it")),
    "string_pattern_mismatch": (
        lambda of: phrase("this text has not the form that is expected"),
        phrase("write it in another form"),
    ),
}


def read_json(body: bytes, most: int = LARGEST_BODY) -> object:
    """The value of a JSON text; refuses one that is too large, too deep, not UTF-8, not JSON, or has a duplicate key."""
    if len(body) > most:
        raise refuse(TOO_LARGE, bytes=most)
    try:
        text = body.decode("utf-8-sig")  # a byte order mark, as some editors write it, is no part of the text
    except UnicodeDecodeError as mistake:
        raise refuse(NO_TEXT, byte=mistake.start) from None
    _check_depth(text)
    try:
        parsed = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite, object_pairs_hook=_unique_keys)
    except json.JSONDecodeError as mistake:
        raise refuse(
            NO_JSON, mistake=_NOT_JSON.get(mistake.msg.lower(), mistake.msg.lower()), line=mistake.lineno, column=mistake.colno
        ) from None
    except ValueError:
        raise refuse(TOO_BIG) from None
    check_texts(parsed, "")
    return parsed


def read_request(model: type[M], request: object) -> M:
    """A request as its model; a Refusal with one problem for each mistake, at its JSON pointer."""
    try:
        return model.model_validate(request)
    except ValidationError as mistakes:
        raise Refusal(problems_of(model, mistakes.errors(include_url=False))) from None


def read_body(model: type[M], body: object) -> M:
    """The same for a JSON body: a whole number is no text, and true or false is neither a text nor a number."""
    try:
        read: M = _strict(model).validate_python(body)
    except ValidationError as mistakes:
        raise Refusal(problems_of(model, mistakes.errors(include_url=False))) from None
    return read


@cache
def _strict(model: type[BaseModel]) -> SchemaValidator:
    """The validator of a model that takes no other type for a whole number, or for true and false."""
    model.model_rebuild()
    strict = cast(CoreSchema, _strictly(model.__pydantic_core_schema__))
    return SchemaValidator(strict, _use_prebuilt=False)  # else the models within stay lax


def _strictly(schema: object) -> object:
    """A schema of pydantic whose whole numbers and truth values are read as such alone."""
    match schema:
        case dict():
            read = {name: _strictly(part) for name, part in schema.items()}
            return read | {"strict": True} if schema.get("type") in ("int", "bool") else read
        case list():
            return [_strictly(part) for part in schema]
        case tuple():
            return tuple(_strictly(part) for part in schema)
    return schema


def read_query(model: type[M], parameters: Mapping[str, str]) -> M:
    """The parameters of a query as their model: whole numbers are plain digits, and yes or no is true or false."""
    return read_request(model, {name: _plain_value(model, name, text) for name, text in parameters.items()})


def _plain_value(model: type[BaseModel], name: str, text: str) -> object:
    """The text of a parameter, or what is no text and is refused as such where it is no plain number and no true or false."""
    field = next((each for label, each in model.model_fields.items() if name == (each.alias or label)), None)
    kinds = set() if field is None else {field.annotation, *_parts(field.annotation)}
    if str in kinds:
        return text
    if bool in kinds:
        return {"true": True, "false": False}.get(text, {})
    if int in kinds:
        return int(text) if _WHOLE.fullmatch(text) else {}
    return text


def _parts(annotation: object) -> set[object]:
    """The types of which an annotation is made."""
    parts = set(get_args(annotation)) if get_origin(annotation) in (Union, UnionType, Annotated) else set()
    return parts | {deeper for part in parts for deeper in _parts(part)}


def problems_of(model: type[BaseModel], mistakes: Iterable[ErrorDetails]) -> tuple[Problem, ...]:
    """One problem for each location of pydantic's validation errors."""
    by_pointer: dict[str, Problem] = {}
    for mistake in mistakes:
        steps = [step for step in mistake["loc"] if isinstance(step, int) or _is_step(step)]
        pointer = "".join(f"/{pointer_step(step)}" for step in steps)
        if pointer not in by_pointer:
            by_pointer[pointer] = _problem(model, mistake, pointer)
        if len(by_pointer) == MOST_MISTAKES:
            break
    return tuple(problem for pointer, problem in by_pointer.items() if not _follows_from(problem, pointer, by_pointer))


def _follows_from(problem: Problem, pointer: str, by_pointer: Mapping[str, Problem]) -> bool:
    """Whether a list is only too short, or an amount without currency, because of problems which are reported already."""
    if problem.kind is NO_CURRENCY:
        return any(other.kind is UNKNOWN_CURRENCY for other in by_pointer.values())
    return problem.kind is OUT_OF_BOUNDS and any(other.startswith(f"{pointer}/") for other in by_pointer)


def _is_step(step: str) -> bool:
    """Whether a text in a location is a key: pydantic also puts names of union members there, such as `function-plain[…]`."""
    return "[" not in step and step not in ("str", "int")


def pointer_step(step: int | str) -> str:
    """A key or a place as a step of a JSON pointer."""
    return str(step).replace("~", "~0").replace("/", "~1")


def _problem(model: type[BaseModel], mistake: ErrorDetails, pointer: str) -> Problem:
    error_type, context = mistake["type"], mistake.get("ctx", {})
    name = str(mistake["loc"][-1]) if mistake["loc"] else phrase("the request")
    if error_type == "missing":
        return MISSING.at(None, pointer, name=name)
    if error_type == "extra_forbidden":
        return UNKNOWN_FIELD.at(None, pointer, name=name, remedy=suggestion(name, keys_at(model, mistake["loc"][:-1])))
    if error_type in ("literal_error", "enum", "union_tag_invalid"):
        return UNKNOWN_CHOICE.at(
            None, pointer, remedy=_choice(mistake["input"], str(context.get("expected", context.get("expected_tags", ""))))
        )
    if error_type in _BOUNDS:
        what, remedy = _BOUNDS[error_type]
        if "pattern" in context:
            remedy = phrase("write it in the form {pattern}", pattern=context["pattern"])
        return OUT_OF_BOUNDS.at(None, pointer, what=what(context), remedy=remedy)
    if error_type == "decimal":
        kind, remedy = _DECIMALS[context.get(DECIMAL_KIND, "amount")]
        return kind.at(None, pointer, what=context.get(MESSAGE, mistake["msg"]), remedy=context.get("remedy", remedy))
    expected = _TYPES.get(error_type) or _TYPES.get(error_type.removesuffix("_type"))
    if expected:
        return WRONG_TYPE.at(None, pointer, expected=expected)
    message = context.get(MESSAGE, mistake["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, "))
    otherwise = _DAY if error_type == "day" else phrase("correct it; the reference says what is allowed here")
    return _OWN.get(error_type, NOT_ALLOWED).at(None, pointer, what=message, remedy=context.get("remedy", otherwise))


def _choice(given: object, choices: str) -> Phrase:
    """The remedy for pydantic's list of choices, `'a', 'b' or 'c'`: the one that is written almost so, else all."""
    near = nearest(given, _CHOICE.findall(choices)) if isinstance(given, str) and len(given) <= _LONGEST_CHOICE else None
    if near is not None:
        return did_you_mean(near)
    first, separator, last = choices.rpartition(" or ")
    return phrase("write one of {listed}", listed=phrase("{first} or {last}", first=first, last=last) if separator else choices)


def _check_depth(text: str) -> None:
    """Refuses too deep nesting before parsing, by counting brackets outside strings."""
    depth = 0
    for match in _BRACKET.finditer(text):
        if match[1]:
            depth += 1 if match[1] in "[{" else -1
            if depth > DEEPEST:
                raise refuse(TOO_DEEP, levels=DEEPEST)


def _refuse_constant(name: str) -> NoReturn:
    raise refuse(NO_NUMBER, name=name)


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise refuse(NO_NUMBER, name=text[:20])
    return number


def _unique_keys(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    parsed = dict(pairs)
    if len(parsed) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise refuse(TWICE, key=key)
            seen.add(key)
    return parsed


def check_texts(parsed: object, pointer: str) -> None:
    """Refuses texts with control characters or half of a surrogate pair, and whole numbers beyond 63 bits."""
    if isinstance(parsed, Mapping):
        for key, below in parsed.items():
            check_texts(key, pointer)
            check_texts(below, f"{pointer}/{pointer_step(key)}")
    elif isinstance(parsed, list):
        for at, below in enumerate(parsed):
            check_texts(below, f"{pointer}/{at}")
    elif isinstance(parsed, str):
        if odd := _ODD.search(parsed):
            raise refuse(ODD_CHARACTER, pointer=pointer, code=f"U+{ord(odd[0]):04X}")
    elif isinstance(parsed, int) and abs(parsed) > _LARGEST_INTEGER:
        raise refuse(TOO_BIG, pointer=pointer)
