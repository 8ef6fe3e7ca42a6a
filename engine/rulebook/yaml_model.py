"""The base of all YAML models of a rulebook: frozen, closed to unknown keys, keys in kebab-case."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from contextvars import ContextVar
from fractions import Fraction
from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    GetJsonSchemaHandler,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError

from engine.dates import days_of_month
from engine.model_errors import field_error
from engine.money import Factor, Percent, Price, Quantity, document_currency, factor_text
from engine.phrases import LANGUAGES, Language, Replacement, phrase, text_in, write_instead
from engine.text.model_reader import NOT_BLANK, THOUSANDS_ERROR
from engine.text.written_numbers import thousands_or_decimals, without_separators
from engine.text.yaml_fields import Whole, Written, YesNo

__all__ = ["Code", "EventName", "Label", "ListPrice", "Name", "Number", "Part", "Percentage", "Text", "Whole", "Written", "YesNo"]


def _with_its_sign(given: object) -> object:
    """Rejects a number such as `21` or `0.21` in place of a percentage: it may or may not mean hundredths."""
    if isinstance(given, str) and re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,6})?", given):
        is_fraction = given.startswith("0.") and given.strip("0.")
        as_percent = Percent(Fraction(given))
        both = phrase(
            "write `{percent}`, or `{text}` if so little is meant", percent=Replacement(f"{as_percent}%"), text=Replacement(f"{given}%")
        )
        remedy = both if is_fraction else write_instead(f"{given}%")
        raise field_error("percentage", "`{text}` is no percentage: its sign is missing", text=str(given), remedy=remedy)
    return given


def _without_thousands(given: object) -> object:
    """Rejects an amount such as `1.250`, which may mean thousands; `_` between thousands is removed."""
    if not isinstance(given, str):
        return given
    currency = document_currency.get()
    either = thousands_or_decimals(given, None, currency=currency.code if currency else "")
    if either is not None:
        raise PydanticCustomError(THOUSANDS_ERROR, "{word}", dict(either.words))
    return without_separators(given)


ListPrice = Annotated[Price, BeforeValidator(_without_thousands)]
"""A price such as `91.58` or `1_250.00`; `1.250` is none, as it may mean thousands."""
Number = Annotated[Quantity, BeforeValidator(_without_thousands)]
"""A quantity such as `100` or `2.5`; `1.250` is none, as it may mean thousands."""
_PATTERN = r"^-?[0-9]{1,12}(\.[0-9]{1,6})?%$"
Percentage = Annotated[Percent, BeforeValidator(_with_its_sign), WithJsonSchema({"type": "string", "pattern": _PATTERN})]
"""A percentage such as `21%`; a number without the sign is none."""
CODE: Final = r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$"
LONGEST_CODE: Final = 40
Code = Annotated[str, StringConstraints(pattern=CODE, max_length=LONGEST_CODE)]
"""A product code or country: capitals, digits, hyphens."""
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
"""A name: small letters, digits, hyphens."""
EventName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)*$", max_length=60)]
"""An event: words joined by points, such as `order.signed`."""


Text = Annotated[str, StringConstraints(pattern=NOT_BLANK)]
"""A text with at least one sign that is no blank: e-invoices have no empty elements."""


def _part_of(given: object) -> object:
    """Reads `80%` as 0.8; pydantic reads any other text."""
    if not isinstance(given, str) or not given.endswith("%"):
        return given
    try:
        return Percent.parse(given).fraction
    except ValueError:
        raise field_error("written", "`{text}` is no part of a whole", text=given[:60], remedy=_PART) from None


def _within_the_whole(part: Fraction) -> Fraction:
    """Rejects a part below 0 or above 1, such as `80` without its sign."""
    if not 0 <= part <= 1:
        raise field_error("written", "`{text}` is no part of a whole", text=factor_text(part), remedy=_PART)
    return part


_PART: Final = phrase("write a part from 0% to 100%, such as `80%` or `0.8`")
Part = Annotated[Factor, BeforeValidator(_part_of), AfterValidator(_within_the_whole)]
"""A part of a whole: `80%` or `0.8`."""


def _day_of_a_year(given: object) -> object:
    """Rejects what is no month and day, such as `31-12`; 29 February counts as 28 February in a common year."""
    if isinstance(given, str):
        match = re.fullmatch("([0-9]{2})-([0-9]{2})", given)
        if match is None or not 1 <= int(match[1]) <= 12 or not 1 <= int(match[2]) <= days_of_month(2024, int(match[1])):
            remedy = phrase("write the month, then the day: `01-01`, `07-31`")
            raise field_error("written", "`{text}` is no day of a year", text=given[:60], remedy=remedy)
    return given


MONTHS: Final = tuple(name.lower() for name in calendar.month_name[1:])
"""The months, as `index-month` calls them."""
_INDEX_MONTH: Final = rf"(({'|'.join(MONTHS)})|([1-9]|1[0-9]|2[0-4])-months?)-before"


def _month_before(given: object) -> object:
    """Rejects what names no month before a day."""
    if isinstance(given, str) and not re.fullmatch(_INDEX_MONTH, given):
        remedy = phrase("write `december-before`, or `2-months-before` (1 to 24)")
        raise field_error("written", "`{text}` names no month before a day", text=given[:60], remedy=remedy)
    return given


YearlyDay = Annotated[str, BeforeValidator(_day_of_a_year), WithJsonSchema({"type": "string", "pattern": "^[0-9]{2}-[0-9]{2}$"})]
"""A day of each year, month before day: `01-01`."""
IndexMonth = Annotated[str, BeforeValidator(_month_before), WithJsonSchema({"type": "string", "pattern": f"^{_INDEX_MONTH}$"})]
"""A month before a day: `december-before` (the last December that ended before the day's month), `2-months-before`."""


DEFAULT_LANGUAGES: Final[tuple[Language, ...]] = ("fr", "nl", "en")
"""The languages of a company that does not declare any in company.yaml."""
required_languages: ContextVar[tuple[Language, ...]] = ContextVar("required_languages", default=DEFAULT_LANGUAGES)
"""The languages in which the rulebook being read must have its texts."""
_Text = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=NOT_BLANK)]


class Label(Written):
    """One text by language: in each language of the company, and in others that the program knows if one likes."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, _Text]

    @property
    def texts(self) -> Mapping[Language, str]:
        """The text by language, in the order of the company's languages."""
        return self.model_extra or {}

    def in_(self, language: Language) -> str:
        """The text in one language; in the first of the company's where it has none."""
        return text_in(self.texts, language)

    @classmethod
    def written_keys(cls) -> tuple[str, ...]:
        """The languages of the program."""
        return LANGUAGES

    @classmethod
    def needed_keys(cls) -> tuple[str, ...]:
        """The languages of the company."""
        return required_languages.get()

    @model_validator(mode="before")
    @classmethod
    def _check_languages(cls, given: object) -> object:
        if not isinstance(given, dict):
            return given
        required = required_languages.get()
        missing = [language for language in required if language not in given]
        unknown = [key for key in given if key not in LANGUAGES]
        if missing or unknown:
            of_missing = [InitErrorDetails(type="missing", loc=(language,), input=given) for language in missing]
            of_unknown = [InitErrorDetails(type="extra_forbidden", loc=(key,), input=given[key]) for key in unknown]
            raise ValidationError.from_exception_data(cls.__name__, [*of_missing, *of_unknown])
        return {language: given[language] for language in dict.fromkeys((*required, *LANGUAGES)) if language in given}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        from babel import Locale  # imported when schemas are written

        text = {"maxLength": 2000, "minLength": 1, "pattern": NOT_BLANK, "type": "string"}
        languages = dict.fromkeys((*required_languages.get(), *LANGUAGES))
        made = handler.resolve_ref_schema(handler(schema))
        made |= {
            "properties": {name: {**text, "description": f"In {Locale(name).get_language_name('en')}."} for name in languages},
            "required": [*required_languages.get()],
            "additionalProperties": False,
        }
        return made
