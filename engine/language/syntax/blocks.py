"""The blocks of a rule file as a person wrote them: prices, tables, discounts and the rest; expressions stand in `nodes.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.language.syntax.nodes import DateLiteral, Expression, Number, TextLiteral, Word
from engine.problems import Span

# --- Clauses that many blocks have. ---


@dataclass(frozen=True, slots=True)
class Validity:
    """`from D`, `until D` or both; both days are included."""

    start: DateLiteral | None
    until: DateLiteral | None
    span: Span


@dataclass(frozen=True, slots=True)
class Head:
    """What every block may say of itself: its name and title, when it holds and by which date, what it overrides, and why."""

    kind: str
    name: Word
    title: TextLiteral | None = None
    validity: Validity | None = None
    dated_by: Word | None = None
    when: Expression | None = None
    overrides: tuple[Word, ...] = ()
    because: TextLiteral | None = None


# --- Tables. ---


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: a name, or one of the words `valid` and `because`."""

    kind: Literal["name", "valid", "because"]
    name: Word
    span: Span


@dataclass(frozen=True, slots=True)
class Anything:
    """The cell `-`."""

    span: Span


@dataclass(frozen=True, slots=True)
class Comparing:
    """The cell `>= 10 seats`."""

    comparison: Literal["<", "<=", ">", ">="]
    than: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Choices:
    """The cell `retail, smb`, `10 .. 50`, `EU except BE`, or with `not` before it."""

    choices: tuple[Expression | Comparing, ...]
    is_negated: bool
    span: Span


Test = Anything | Choices | Validity


@dataclass(frozen=True, slots=True)
class Row:
    """One row: conditions before the `||`, results after it; an empty result cell is None."""

    tests: tuple[Test, ...]
    results: tuple[Expression | None, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Policy:
    """How many rows must apply; for `highest of` also the ladder, lowest first."""

    name: Literal["exactly one", "same result", "first match", "all matches", "highest of"]
    ladder: tuple[Word, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A decision table; with `from file` its rows stand in another file."""

    head: Head
    policy: Policy | None
    file: TextLiteral | None
    conditions: tuple[Column, ...]
    results: tuple[Column, ...]
    rows: tuple[Row, ...]
    span: Span


# --- Prices. ---


@dataclass(frozen=True, slots=True)
class Charge:
    """`charge per month`, `charge per 4 weeks`, `charge once`."""

    per: Literal["month", "quarter", "half-year", "year", "4 weeks", "week", "day", "once"]
    span: Span


@dataclass(frozen=True, slots=True)
class TierColumn:
    """`price per seat` (the unit is a word) or `flat`."""

    kind: Literal["price", "flat"]
    unit: Word | None
    span: Span


@dataclass(frozen=True, slots=True)
class Tier:
    """One row of tiers: its limit (None: beyond) and a cell for each column."""

    up_to: Expression | None
    cells: tuple[Expression | None, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Tiers:
    """`volume tiers on line.quantity` and the rows below it."""

    mode: Literal["volume", "graduated"]
    on: Expression
    columns: tuple[TierColumn, ...]
    rows: tuple[Tier, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class PriceBlock:
    """What a product costs: tiers, or one price (`at 29.00 EUR per seat`); without `charge` it is for one month."""

    head: Head
    products: tuple[Word, ...]
    charge: Charge | None
    tiers: Tiers | None
    at: Expression | None
    span: Span


# --- Discounts. ---


@dataclass(frozen=True, slots=True)
class DiscountBlock:
    """`give 10% off line.list`, under conditions."""

    head: Head
    give: Expression | None
    off: Word | None
    group: Word | None
    priority: Number | None
    at_most: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class StackingGroup:
    """`group promotion best for the customer`."""

    name: Word
    mode: Literal["best for the customer", "highest priority", "added together"]
    span: Span


@dataclass(frozen=True, slots=True)
class StackingBlock:
    """How discounts combine."""

    head: Head
    groups: tuple[StackingGroup, ...]
    apply: Literal["one after the other", "on the list price"] | None
    total_at_most: Expression | None
    span: Span


# --- Bundles. ---


@dataclass(frozen=True, slots=True)
class BundlePart:
    """`2 CODE`."""

    count: Number
    product: Word
    span: Span


@dataclass(frozen=True, slots=True)
class BundleBlock:
    """Parts sold together at one price."""

    head: Head
    products: tuple[Word, ...]
    parts: tuple[BundlePart, ...]
    sells_at: Expression | None
    allocate: Literal["in proportion to list price", "to the first part"] | None
    touched_by: tuple[Word, ...]
    span: Span


# --- Decisions and definitions. ---


@dataclass(frozen=True, slots=True)
class DecisionRule:
    """`rule NAME when … then …`, with its own days, reason and overrides."""

    head: Head
    then: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class DecisionBlock:
    """A decision by rules."""

    head: Head
    policy: Policy | None
    otherwise: Expression | None
    rules: tuple[DecisionRule, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class TypeName:
    """`Money`, `Money[EUR]`, `Price[EUR per seat]`, `Enum[retail, smb]`, `Enum[segment]`, `Range of Date`: a word and its brackets."""

    name: str
    of: tuple[Word, ...]
    per: Word | None
    span: Span


@dataclass(frozen=True, slots=True)
class DefineBlock:
    """`define line.net : Money = …`."""

    head: Head
    type: TypeName
    value: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of an increment block: `placement merge` answers `increment.placement`."""

    name: Word
    value: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class IncrementBlock:
    """How items join an active subscription."""

    head: Head
    settings: tuple[Setting, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class GroupingKey:
    """`customer`, `order.type`, `month of billing-date`."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class GroupingBlock:
    """By which keys transactions are gathered into one invoice."""

    head: Head
    keys: tuple[GroupingKey, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class FactBlock:
    """`fact "A private customer has no VAT number": if … then …`."""

    title: TextLiteral
    condition: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class HorizonBlock:
    """`answers from 2024-01-01 until 2030-12-31`."""

    validity: Validity
    span: Span


@dataclass(frozen=True, slots=True)
class BrokenBlock:
    """A block with a mistake in its syntax (told already): its kind and names are known, so that nobody calls them unknown.

    `rest` is the block without the lines that could not be read; it is only looked through for further mistakes.
    """

    kind: str
    names: tuple[str, ...]
    span: Span
    rest: Block | None = None


Block = (
    TableBlock
    | PriceBlock
    | DiscountBlock
    | StackingBlock
    | BundleBlock
    | DecisionBlock
    | DefineBlock
    | IncrementBlock
    | GroupingBlock
    | FactBlock
    | HorizonBlock
    | BrokenBlock
)


@dataclass(frozen=True, slots=True)
class Comment:
    """A `#` and what follows it on its line; kept for the formatter."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Module:
    """One rule file: its name, the modules whose names it uses, its blocks in written order and its comments."""

    path: str
    text: str
    name: Word
    uses: tuple[Word, ...]
    blocks: tuple[Block, ...]
    comments: tuple[Comment, ...]
