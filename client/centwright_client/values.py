"""Values on their way in and out: exact decimals, days, and models without what was not given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, PrivateAttr

from centwright_client.absent import ABSENT, Absent


def _refuse_float(value: object) -> object:
    if isinstance(value, float):
        raise ValueError("a float is not exact: write a Decimal, an int or a text")  # pydantic reports it
    return value


def decimal_text(number: Decimal) -> str:
    """A decimal as the service reads it: without an exponent."""
    return format(number, "f")


Exact = Annotated[Decimal, BeforeValidator(_refuse_float), PlainSerializer(decimal_text, return_type=str)]
"""An amount, a price or a quantity: exact, and never a float."""
Number = Decimal | int | str
"""What an argument that is an amount, a price or a quantity may be."""


class Model(BaseModel):
    """What requests hold; what is not known yet of an answer is left out, so that a newer service can be asked."""

    model_config = ConfigDict(frozen=True, validate_by_name=True, validate_by_alias=True)


class Answer(Model):
    """What the service answered; `etag` is the tag of what was read, for `if_match`."""

    _etag: str | None = PrivateAttr(default=None)
    _path: str | None = PrivateAttr(default=None)

    @property
    def etag(self) -> str | None:
        """The tag of what it shows; None where it shows no single thing."""
        return self._etag

    @property
    def path(self) -> str | None:
        """Where it was read; None for the answer of a verb."""
        return self._path


def as_json(value: object) -> object:
    """A value as plain JSON; refuses a float."""
    match value:
        case BaseModel():
            return value.model_dump(mode="json", by_alias=True, exclude_unset=True)
        case Decimal():
            return decimal_text(value)
        case date():
            return value.isoformat()
        case None | bool() | int() | str():
            return value
        case Mapping():
            return {str(name): as_json(part) for name, part in value.items() if part is not ABSENT}
        case Sequence():
            return [as_json(part) for part in value]
        case _:
            raise TypeError(f"{value!r} is nothing that the service takes: write a Decimal, a date, a text or a model")


def as_query(given: Mapping[str, object]) -> list[tuple[str, str]]:
    """The parameters of a query: those that are given."""
    written = {name: as_json(value) for name, value in given.items() if value is not None and not isinstance(value, Absent)}
    return [(name, ("true" if value else "false") if isinstance(value, bool) else str(value)) for name, value in written.items()]
