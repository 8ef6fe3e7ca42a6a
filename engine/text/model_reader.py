"""Validates a YAML tree against a pydantic model; every error gets its position and a message in business terms."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated, Final, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from engine.code_lists.code_list import COUNTRY
from engine.model_errors import MESSAGE, UNREAD
from engine.money import Currency, document_currency
from engine.phrases import Phrase, phrase, write_instead
from engine.problems import Kind, Problem, Span
from engine.text.missing_keys import key_remedy, languages_once, missing_key
from engine.text.nearest import nearest, suggestion
from engine.text.value_forms import list_form, mapping_form, other_number
from engine.text.written_numbers import THOUSANDS
from engine.text.yaml_fields import Written
from engine.text.yaml_reader import read_yaml
from engine.text.yaml_tree import Block, Listing, Node, Scalar, Spans, Step, YamlTree, child

M = TypeVar("M", bound=BaseModel)

UNKNOWN_KEY = Kind("unknown-key", "`{key}` is not a key that is known here", "{remedy}")
UNKNOWN_CHOICE = Kind("unknown-value", "`{word}` is not a value of `{key}`", "{remedy}")
TEXT_EXPECTED = Kind("text-expected", "`{key}` takes one text, not a list or a mapping", "write it on the line of its key")
LIST_EXPECTED = Kind("list-expected", "`{key}` takes a list", "{remedy}")
MAPPING_EXPECTED = Kind("mapping-expected", "`{key}` takes keys of its own", "{remedy}")
NOT_A_NUMBER = Kind("not-a-number", "`{word}` is not a number for `{key}`: {what}", "{remedy}")
NOT_ALLOWED = Kind("not-allowed", "`{key}`: {what}", "{remedy}")

_MAPPINGS: Final = {"model_type", "model_attributes_type", "dict_type", "mapping_type", "dataclass_type"}
_LISTS: Final = {"list_type", "tuple_type", "set_type", "frozen_set_type", "iterable_type"}
_LIMITS: Final[Mapping[str, tuple[Callable[[Mapping[str, object]], Phrase], Phrase]]] = {
    "greater_than": (lambda of: phrase("it must be more than {limit}", limit=of["gt"]), phrase("write a larger number")),
    "greater_than_equal": (lambda of: phrase("it must be at least {limit}", limit=of["ge"]), phrase("write a larger number")),
    "less_than": (lambda of: phrase("it must be less than {limit}", limit=of["lt"]), phrase("write a smaller number")),
    "less_than_equal": (lambda of: phrase("it must be at most {limit}", limit=of["le"]), phrase("write a smaller number")),
    "multiple_of": (lambda of: phrase("it must be a multiple of {limit}", limit=of["multiple_of"]), phrase("write another number")),
    "too_short": (
        lambda of: (
            phrase("it needs at least one entry")
            if of["min_length"] == 1
            else phrase("it needs at least {least} entries and has {found}", least=of["min_length"], found=of["actual_length"])
        ),
        phrase("add what is missing"),
    ),
    "too_long": (lambda of: phrase("it may have at most {most} entries", most=of["max_length"]), phrase("remove some of them")),
    "string_too_short": (lambda of: phrase("this text needs at least {least} characters", least=of["min_length"]), phrase("write more")),
    "string_too_long": (lambda of: phrase("this text may have at most {most} characters", most=of["max_length"]), phrase("shorten it")),
    "string_pattern_mismatch": (
        lambda of: phrase("this text has not the form that is expected"),
        phrase("write it in another form"),
    ),
}

NOT_BLANK: Final = r"\S"
"""The form of a text that is not blank."""
_FORMS: Final = {
    r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$": phrase("write capitals, digits and hyphens, a capital first"),
    r"^[a-z0-9][a-z0-9]*(-[a-z0-9]+)*$": phrase("write small letters, digits and hyphens"),
    r"^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)*$": phrase("write small letters and hyphens, parts joined by points"),
    r"^[a-z][a-z0-9_]*$": phrase("write small letters, digits and `_`"),
    r"^[A-Za-z0-9][A-Za-z0-9-]*$": phrase("write letters, digits and hyphens"),
    r"^[A-Z0-9]{2,3}$": phrase("write two or three capitals or digits"),
    COUNTRY: phrase("write two capitals"),
    NOT_BLANK: phrase("write a text that is not blank"),
    r"^[A-Za-z0-9]([A-Za-z0-9./-]{0,18}[A-Za-z0-9])?$": phrase("write at most twenty digits, letters and hyphens, without blanks"),
}
"""The patterns of fields, in words."""
_MOST_MISTAKES: Final = 500
THOUSANDS_ERROR: Final = "thousands"
"""The type of pydantic's error for a number that may mean thousands, with the words of its problem."""
_REMEDIES: Final = {
    "day": phrase("write year, month and day of an existing day: `2027-01-31`"),
    "currency": phrase("write a code such as `EUR`"),
}


def read_file(model: type[M], path: str, text: str, currency: Currency | None = None) -> tuple[M | None, Spans | None, tuple[Problem, ...]]:
    """The model of one YAML text, the positions in it, and all problems; the model is None where there are any."""
    tree, problems = read_yaml(path, text)
    if tree is None:
        return None, None, problems
    value, more = read_model(model, tree, currency)
    everything = tuple(sorted({*problems, *more}, key=lambda problem: (problem.where or tree.root.span, problem.code)))
    return (None if everything else value), tree.spans, everything


def read_model(model: type[M], tree: YamlTree, currency: Currency | None = None) -> tuple[M | None, tuple[Problem, ...]]:
    """The model of a tree, or its problems. Plain amounts are read in the given currency."""
    underscored = tuple(_underscored(model, tree.root, ()))
    before = document_currency.set(currency or document_currency.get())
    try:
        value = model.model_validate(tree.root)
    except ValidationError as mistakes:
        errors = mistakes.errors(include_url=False)[:_MOST_MISTAKES]
        problems = underscored + tuple(languages_once(list(_problems(model, tree, errors))))
        return None, problems or ((_worded(model, tree, *_place(tree.root, errors[0]["loc"]), errors[0]),) if not tree.broken else ())
    finally:
        document_currency.reset(before)
    return (None, underscored) if underscored else (value, ())


def _underscored(model: type[BaseModel], node: Node, path: tuple[Step, ...]) -> Iterator[Problem]:
    """Reports keys with `_` instead of a hyphen: a key has one spelling."""
    if isinstance(node, Listing):
        for at, entry in enumerate(node):
            yield from _underscored(model, entry, (*path, at))
    if isinstance(node, Block):
        for key, entry in node.items():
            hyphened = key.replace("_", "-")
            if hyphened != key and hyphened in keys_at(model, path):
                yield UNKNOWN_KEY.at(node.keys_at[key], key=key, remedy=write_instead(hyphened))
            yield from _underscored(model, entry, (*path, key))


def validated(model: type[M], content: Mapping[str, object], currency: Currency | None) -> M:
    """The model of some content whose plain amounts are in a currency; ValidationError with every mistake of pydantic."""
    before = document_currency.set(currency or document_currency.get())
    try:
        return model.model_validate(content)
    finally:
        document_currency.reset(before)


def _problems(model: type[BaseModel], tree: YamlTree, mistakes: list[ErrorDetails]) -> Iterator[Problem]:
    """One problem for each error of pydantic; the errors of a union field become one."""
    alternatives: dict[tuple[object, ...], list[Problem]] = {}
    misspelt: set[tuple[object, ...]] = set()
    inside = {mistake["loc"][:length] for mistake in mistakes for length in range(len(mistake["loc"]))}
    for mistake in mistakes:
        if mistake["type"] == "too_short" and mistake["loc"] in inside:
            continue
        path, node = _place(tree.root, mistake["loc"])
        problem = _worded(model, tree, path, node, mistake)
        if _is_follow_up(tree, node, mistake, problem):
            continue
        if mistake["type"] == "extra_forbidden":
            misspelt.add((path[:-1], nearest(str(path[-1]), keys_at(model, mistake["loc"][:-1]))))
        by_key = mistake["loc"][-1] if mistake["type"] == "missing" else None
        alternatives.setdefault((path, by_key), []).append(problem)
    for place, problems in alternatives.items():
        if place not in misspelt:
            yield _together(problems)


def _together(problems: list[Problem]) -> Problem:
    """The first of several errors of one field, with the choices that another would have allowed."""
    first = problems[0]
    choices = next((problem for problem in problems[1:] if problem.kind is UNKNOWN_CHOICE), None)
    if choices is None or first.code != NOT_A_NUMBER.code:
        return first
    words = dict(first.words)
    remedy = phrase("{remedy}; or {other}", remedy=words["remedy"], other=dict(choices.words)["remedy"])
    return first.kind.at(first.where, **{**words, "remedy": remedy})


def _place(root: Block, loc: tuple[int | str, ...]) -> tuple[tuple[Step, ...], Node]:
    """The path and the node of a pydantic location, without its names of union members."""
    path: list[Step] = []
    here: Node = root
    for step in loc:
        below = child(here, step)
        if below is not None:
            path.append(step)
            here = below
    return tuple(path), here


def child_at(root: Block, path: tuple[Step, ...]) -> Node | None:
    """The node at a path."""
    here: Node | None = root
    for step in path:
        here = child(here, step) if here is not None else None
    return here


def _is_follow_up(tree: YamlTree, node: Node, mistake: ErrorDetails, problem: Problem) -> bool:
    """Whether the error only follows from a line that could not be read, or from an empty entry: both were reported."""
    if isinstance(node, Scalar) and not node and (node.span.line, node.span.column) == (node.span.end_line, node.span.end_column):
        return True
    if not tree.broken or problem.where is None:
        return False
    if mistake["type"] in ("missing", "too_short", "union_tag_not_found"):
        return any(node.span.line - 1 <= line <= node.span.end_line for line in tree.broken)
    return problem.where.line in tree.broken


def _worded(model: type[BaseModel], tree: YamlTree, path: tuple[Step, ...], node: Node, mistake: ErrorDetails) -> Problem:
    error_type, context = mistake["type"], dict(mistake.get("ctx", {}))
    key = next((str(step) for step in reversed(path) if isinstance(step, str)), phrase("this file"))
    where = tree.spans.at(*path)
    if error_type == "missing":
        return missing_key(str(mistake["loc"][-1]), _first_key(tree, path, node), node)
    if error_type == THOUSANDS_ERROR:
        return THOUSANDS.at(where, **{name: context[name] for name in ("word", "thousands", "decimals")})
    if error_type == "extra_forbidden":
        beside = child_at(tree.root, path[:-1])
        return UNKNOWN_KEY.at(tree.spans.key(*path), key=key, remedy=key_remedy(key, keys_at(model, mistake["loc"][:-1]), beside))
    if mistake["loc"][-1] == "[key]":
        return _wrong_key(tree.spans.key(*path), key, mistake, context)
    if error_type in ("literal_error", "enum"):
        return _choice(where, node, key, str(context.get("expected", "")))
    if error_type == "union_tag_invalid":
        return _wrong_kind(tree, path, node, context)
    if error_type == "union_tag_not_found" and isinstance(node, Block):
        return missing_key(str(context.get("discriminator", "'kind'")).strip("'"), _first_key(tree, path, node), node)
    if error_type in _MAPPINGS or error_type == "union_tag_not_found":
        return MAPPING_EXPECTED.at(where, key=key, remedy=mapping_form(_annotations_at(model, mistake["loc"])))
    if error_type in _LISTS:
        return LIST_EXPECTED.at(where, key=key, remedy=list_form(node, annotations_below(_annotations_at(model, mistake["loc"]), 0)))
    if error_type == "string_type":
        return TEXT_EXPECTED.at(where, key=key)
    return _refused(where, node, key, mistake, context)


def _wrong_key(where: Span, key: str, mistake: ErrorDetails, context: Mapping[str, object]) -> Problem:
    """A key that must name one of several things, such as a VAT class, and does not."""
    if mistake["type"] in ("literal_error", "enum"):
        return UNKNOWN_KEY.at(where, key=key, remedy=suggestion(key, _quoted(str(context.get("expected", "")))))
    return UNKNOWN_KEY.at(where, key=key, remedy=phrase("write small letters, digits and hyphens; product codes and countries in capitals"))


def _refused(where: Span, node: Node, key: str, mistake: ErrorDetails, context: dict[str, object]) -> Problem:
    error_type = mistake["type"]
    if error_type in _LIMITS:
        what, remedy = _LIMITS[error_type]
        if "pattern" in context:
            pattern = str(context["pattern"])
            remedy = _FORMS.get(pattern, phrase("write it in the form {pattern}", pattern=pattern))
        return NOT_ALLOWED.at(where, key=key, what=what(context), remedy=remedy)
    if error_type == "decimal":
        known = context.get("remedy")
        if not isinstance(node, Scalar):
            return TEXT_EXPECTED.at(where, key=key)
        return other_number(node, where, key) or NOT_A_NUMBER.at(
            where,
            word=node,
            key=key,
            what=context.get(UNREAD, phrase("it is no decimal")),
            remedy=known or phrase("write digits with a decimal point and nothing else, such as `91.58`"),
        )
    reason = context.get(MESSAGE, mistake["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, "))
    known = context.get("remedy", _REMEDIES.get(error_type, phrase("correct it; the reference of this file says what may stand here")))
    return NOT_ALLOWED.at(where, key=key, what=reason, remedy=known)


def _choice(where: Span, node: Node, key: str, expected: str) -> Problem:
    if not isinstance(node, Scalar):
        return TEXT_EXPECTED.at(where, key=key)
    known = _quoted(expected)
    return UNKNOWN_CHOICE.at(where, word=node, key=key, remedy=suggestion(node, known))


def _wrong_kind(tree: YamlTree, path: tuple[Step, ...], node: Node, context: Mapping[str, object]) -> Problem:
    name = str(context.get("discriminator", "'kind'")).strip("'")
    word, known = str(context.get("tag", "")), _quoted(str(context.get("expected_tags", "")))
    return UNKNOWN_CHOICE.at(tree.spans.at(*path, name), word=word, key=name, remedy=suggestion(word, known))


def _quoted(expected: str) -> list[str]:
    """The names in `'a', 'b' or 'c'`."""
    return expected.replace(" or ", ", ").strip("'").split("', '")


def _first_key(tree: YamlTree, path: tuple[Step, ...], node: Node) -> Span:
    """The position to report a missing key: the key of the mapping that lacks it, or the first key of a list's entry."""
    if path and isinstance(path[-1], str):
        return tree.spans.key(*path)
    if isinstance(node, Block) and node.keys_at:
        return next(iter(node.keys_at.values()))
    return Span(node.span.path, node.span.line, node.span.column, node.span.line, node.span.column + 1)


def _annotations_at(model: object, loc: tuple[int | str, ...]) -> list[object]:
    reached = [model]
    for step in loc:
        reached = annotations_below(reached, step)
    return reached


def keys_at(model: object, loc: tuple[int | str, ...]) -> list[str]:
    """The keys of the model at a location."""
    keys: list[str] = []
    for annotation in _annotations_at(model, loc):
        for one in members(annotation):
            if isinstance(one, type) and issubclass(one, Written):
                keys.extend(one.written_keys())
            elif isinstance(one, type) and issubclass(one, BaseModel):
                keys.extend(described.alias or name for name, described in one.model_fields.items())
    return keys


def members(annotation: object) -> list[object]:
    """The types of a union, without `Annotated`; a single type is a union of one."""
    if get_origin(annotation) is Annotated:
        return members(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return [member for part in get_args(annotation) for member in members(part)]
    return [annotation]


def annotations_below(annotations: Iterable[object], step: int | str) -> list[object]:
    """The annotations one step further down; a step that names a member of a union stays."""
    types: list[object] = []
    for member in (member for annotation in annotations for member in members(annotation)):
        origin, parts = get_origin(member), get_args(member)
        if isinstance(member, type) and issubclass(member, BaseModel):
            field = _field(member, step)
            types.append(field.annotation if field else member)
        elif origin in (dict, Mapping) or (isinstance(origin, type) and issubclass(origin, Mapping)):
            types.append(parts[1])
        elif origin is not None and origin is not Literal and parts and isinstance(step, int):
            types.append(parts[0])
        elif origin is not None and origin is not Literal:
            types.append(member)
    return types


def _field(model: type[BaseModel], step: int | str) -> FieldInfo | None:
    for name, described in model.model_fields.items():
        if step in (described.alias, name):
            return described
    return None
