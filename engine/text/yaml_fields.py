"""The base of YAML models and their field types, read strictly from text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema
from pydantic.annotated_handlers import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import core_schema

from engine.model_errors import field_error
from engine.phrases import Replacement, phrase, write_instead
from engine.problems import Span
from engine.text.yaml_tree import Scalar

_WHOLE: Final = re.compile(r"-?\d{1,12}")
_UNPLACED: Final = Span("", 1, 1, 1, 1)


def _hyphens(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


class Written(BaseModel):
    """The base of all YAML models: immutable, no unknown keys, hyphens in keys (`vat-class`)."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=_hyphens, populate_by_name=True, protected_namespaces=(), defer_build=True
    )

    @classmethod
    def written_keys(cls) -> tuple[str, ...]:
        """The keys of the model, as analysts write them."""
        return tuple(described.alias or name for name, described in cls.model_fields.items())

    @classmethod
    def needed_keys(cls) -> tuple[str, ...]:
        """The keys that must stand in it."""
        return tuple(described.alias or name for name, described in cls.model_fields.items() if described.is_required())

    def by_key(self) -> dict[str, object]:
        """The values by key, as analysts write the keys."""
        fields = {described.alias or name: getattr(self, name) for name, described in type(self).model_fields.items()}
        return fields | (self.model_extra or {})

    @classmethod
    def __pydantic_init_subclass__(cls, **_given: object) -> None:
        for name, described in cls.model_fields.items():
            guessed = {bool, int, date} & _types_in(described.annotation)
            if guessed and not any(isinstance(mark, BeforeValidator) for mark in described.metadata):
                raise TypeError(f"{cls.__name__}.{name}: write Whole, YesNo or Day, which pydantic does not guess at")


def _types_in(annotation: object) -> set[object]:
    """The plain types in an annotation; an `Annotated` with its own reader is not searched."""
    marks = getattr(annotation, "__metadata__", ())
    if any(isinstance(mark, BeforeValidator) for mark in marks):
        return set()
    parts = get_args(annotation)
    if not parts or isinstance(parts[0], str):
        return {annotation} if isinstance(annotation, type) else set()
    return set().union(*(_types_in(part) for part in parts))


_COUNTED: Final = re.compile(r"([0-9]+) *[^\W\d_]+")
"""A number with its unit: `4 weeks`."""
_MEANT: Final = {
    **dict.fromkeys(("ja", "oui", "vrai", "waar", "on", "y"), "yes"),
    **dict.fromkeys(("nee", "neen", "non", "off", "n"), "no"),
}


def _read_yes_no(given: object) -> object:
    if isinstance(given, bool):
        return given
    if given in ("yes", "true"):
        return True
    if given in ("no", "false"):
        return False
    either = phrase("write `{first}` or `{second}`", first=Replacement("yes"), second=Replacement("no"))
    meant = _MEANT.get(given.casefold()) if isinstance(given, str) else None
    remedy = write_instead(meant) if meant else either
    raise field_error("written", "`{text}` is neither yes nor no", text=_shown(given), remedy=remedy)


def _read_whole(given: object) -> object:
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    if not isinstance(given, str) or not _WHOLE.fullmatch(given):
        counted = _COUNTED.fullmatch(given) if isinstance(given, str) else None
        remedy = write_instead(counted[1]) if counted else phrase("write digits only, such as `12`")
        raise field_error("written", "`{text}` is no whole number", text=_shown(given), remedy=remedy)
    return int(given)


def _shown(given: object) -> str:
    return given if isinstance(given, str) else phrase("a list or a mapping")


YesNo = Annotated[bool, BeforeValidator(_read_yes_no), WithJsonSchema({"enum": ["yes", "no", True, False, "true", "false"]})]
"""`yes` or `no` (`true` and `false` are read too)."""

Whole = Annotated[int, BeforeValidator(_read_whole)]
"""A whole number of at most twelve digits; bound it with `Field(ge=…, le=…)`."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression of the rule language in a YAML field: its text, and where it begins. `engine.language.syntax` parses it."""

    text: str
    span: Span

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: object) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._read, serialization=core_schema.plain_serializer_function_ser_schema(lambda expression: expression.text)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: core_schema.CoreSchema, _handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "format": "centwright-expression"}

    @classmethod
    def _read(cls, given: object) -> Expression:
        if isinstance(given, Expression):
            return given
        if not isinstance(given, str) or not given.strip():
            remedy = phrase("write it on this line, between quotes where it holds `: ` or ` #`")
            raise field_error("written", "an expression is expected here", remedy=remedy)
        return cls(str(given), given.content if isinstance(given, Scalar) else _UNPLACED)
