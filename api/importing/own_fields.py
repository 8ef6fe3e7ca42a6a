"""Columns such as `x_shops`, which hold the fields that a company declared in rules/vocabulary.yaml."""

from __future__ import annotations

from typing import Final

from api.importing.cell_values import Fields
from engine.phrases import phrase
from engine.problems import Kind
from engine.rulebook.book import Rulebook, cached_in_rulebook
from engine.rulebook.facts import read_attribute

PREFIX: Final = "x_"
OF_ORDERS: Final = ("order", "line")
OF_QUOTES: Final = ("quote", "line")
TWO_FIELDS: Final = Kind(
    "two-fields",
    "these rows have `{first}` and `{second}` in the field `{name}`, and an order or a quote has one",
    "write the same in each row, or make two of it",
)
WRONG_FIELD: Final = Kind("wrong-field", "`{text}` is not {what}", "write {like}, as rules/vocabulary.yaml says")


@cached_in_rulebook(20)
def own_columns(rulebook: Rulebook, *subjects: str) -> dict[str, str]:
    """The fields of some subjects by column: `x_shops` is `customer.shops`.

    A name that two of the subjects have needs the subject too: `x_order_region`, `x_line_region`.
    """
    declared = [name.partition(".")[::2] for name in rulebook.attributes if name.partition(".")[0] in subjects]
    names = [name for _, name in declared]
    columns = {}
    for subject, name in declared:
        short = name if names.count(name) == 1 else f"{subject}-{name}"
        columns[PREFIX + short.replace("-", "_").replace(".", "_")] = f"{subject}.{name}"
    return columns


def read_own_fields(fields: Fields, subject: str, subjects: tuple[str, ...], rulebook: Rulebook) -> dict[str, str]:
    """The fields of one subject in a row, as text by name; each must fit its type. `subjects` are those of the whole file."""
    values = {}
    for column, full in own_columns(rulebook, *subjects).items():
        cell = fields.cell(column)
        if cell is None or not full.startswith(f"{subject}."):
            continue
        if read_attribute(full, cell.text, rulebook) is None:
            kind, like = rulebook.vocabulary.entries[full].type, rulebook.vocabulary.form_of(full)
            fields.report(WRONG_FIELD, column, text=cell.text, what=phrase("a {type}", type=kind), like=like)
        values[full.partition(".")[2]] = cell.text
    return values
