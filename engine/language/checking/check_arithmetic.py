"""Checks sums and products: their types and units, and the remedy where they do not fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from engine.language.checking.message_text import called, percent_expected, short_text
from engine.language.checking.scope import Scope
from engine.language.ir import typed
from engine.language.syntax import nodes
from engine.language.syntax.rule_problems import (
    DATE_AND_NUMBER,
    DATE_FORM,
    DAYS_AND_MONTHS,
    DIVISION,
    DIVISION_BY_ZERO,
    MONEY_TIMES_MONEY,
    NOT_ADDED,
    NOT_MULTIPLIED,
    OTHER_UNIT,
    PERCENT_AND_AMOUNT,
    PRODUCT_UNIT,
    TIMES_PERCENT,
    UNIT_EXPECTED,
)
from engine.language.types.value_types import (
    DATE,
    DAYS,
    NUMBER,
    AmountType,
    DateType,
    DaysType,
    EnumType,
    MoneyType,
    NumberType,
    PercentType,
    PeriodType,
    PriceType,
    QuantityType,
    Type,
)
from engine.phrases import Replacement, phrase
from engine.problems import Problem
from engine.written_days import day_remedy

PRODUCT_UNIT_NAME = "product.unit"
"""The unit of a price per unit whose unit is that of the product."""
_PARTS_OF_A_DATE = 3


def fits(expression: typed.Expression, wanted: Type) -> typed.Expression | None:
    """The expression converted to a type where that is allowed (Money to Amount, a number to a quantity of the product), else None."""
    kind = expression.type
    if kind == wanted:
        return expression
    match kind, wanted:
        case (MoneyType(currency=one), AmountType(currency=other, per=None)) if one == other:
            return expression
        case (PriceType(currency=one, unit=unit), AmountType(currency=other, per=per)) if one == other and per_of(unit) == per:
            return expression
        case (PriceType(currency=one, unit=unit), PriceType(currency=other, unit=wanted_unit)) if one == other:
            return expression if unit is None or wanted_unit is None else None
        case (EnumType(values=values), EnumType(values=wanted_values)) if set(values) <= set(wanted_values):
            return expression
        case (NumberType(), QuantityType(unit=None)) if isinstance(expression, typed.Constant):
            return typed.Constant(expression.value, wanted, expression.span)
        case (QuantityType(unit=None), QuantityType()):
            return None
        case _:
            return None


def per_of(unit: str | None) -> str:
    """The unit of a price per unit, where the unit of the product is known too."""
    return unit or PRODUCT_UNIT_NAME


def unit_of(per: str) -> str | None:
    """The unit of a price."""
    return None if per == PRODUCT_UNIT_NAME else per


def check_sum(node: nodes.Sum, parts: Sequence[typed.Expression | None], scope: Scope) -> typed.Expression | None:
    """Checks that terms can be added; a problem with the first that cannot."""
    terms: list[typed.Term] = []
    kind: Type | None = None
    for term, part in zip(node.terms, parts, strict=True):
        if part is None:
            return None
        fitting = _as_bare_quantity(part, kind) if kind is not None else part
        if kind is None:
            kind = part.type if _is_number(part.type) or isinstance(part.type, DateType) else None
            reason = None if kind else _not_a_number(term.expression, part.type)
        else:
            kind, reason = _added(node, term, kind, fitting.type)
        if reason is not None:
            scope.problems.append(reason)
        if kind is None:
            return None
        terms.append(typed.Term(fitting, term.is_subtracted))
    return typed.Sum(tuple(terms), kind, node.span) if kind else None


def _as_bare_quantity(part: typed.Expression, kind: Type) -> typed.Expression:
    return fits(part, kind) or part if kind == QuantityType(None) else part


def _is_number(kind: Type) -> bool:
    return isinstance(kind, NumberType | PercentType | QuantityType | DaysType | PeriodType | MoneyType | AmountType | PriceType)


def _not_a_number(node: nodes.Expression, kind: Type) -> Problem:
    return NOT_ADDED.at(
        node.span,
        left=phrase("`{text}` ({kind})", text=short_text(node), kind=called(kind)),
        right=phrase("other terms"),
        remedy=phrase("add amounts, numbers, days or dates"),
    )


def _added(node: nodes.Sum, term: nodes.Term, left: Type, right: Type) -> tuple[Type | None, Problem | None]:
    """The type of a sum with one more term, or what is wrong."""
    match left, right:
        case (DateType(), DaysType() | PeriodType()):
            return DATE, None
        case (DateType(), DateType()) if term.is_subtracted:
            return DAYS, None
        case (DaysType() | PeriodType(), DateType()) if not term.is_subtracted:
            return DATE, None
        case (MoneyType() | AmountType(per=None), MoneyType() | AmountType(per=None)):
            return left if left == right else AmountType(left.currency), None
        case (PriceType() | AmountType(), PriceType() | AmountType()) if _per(left) == _per(right) is not None:
            return left if left == right else AmountType(left.currency, _per(left)), None
        case _ if left == right and not isinstance(left, DateType) and _is_number(left):
            return left, None
        case _:
            return None, _not_added(node, term, left, right)


def _per(kind: Type) -> str | None:
    match kind:
        case AmountType(per=per):
            return per
        case PriceType(unit=unit):
            return per_of(unit)
        case _:
            return None


def _not_added(node: nodes.Sum, term: nodes.Term, left: Type, right: Type) -> Problem:
    sign = "-" if term.is_subtracted else "+"
    first, other = short_text(node.terms[0].expression), short_text(term.expression)
    match left, right:
        case (MoneyType() | AmountType() | PriceType(), PercentType()):
            return PERCENT_AND_AMOUNT.at(node.span, corrected=f"{first} {sign} {other} of {first}")
        case (PercentType(), MoneyType() | AmountType() | PriceType()):
            return PERCENT_AND_AMOUNT.at(node.span, corrected=f"{other} {sign} {first} of {other}")
        case (DateType(), NumberType()):
            return DATE_AND_NUMBER.at(node.span, text=other)
        case (DaysType(), PeriodType()) | (PeriodType(), DaysType()):
            return DAYS_AND_MONTHS.at(node.span)
        case (PercentType(), NumberType()):
            return percent_expected(term.expression)
        case (NumberType(), PercentType()):
            return percent_expected(node.terms[0].expression)
        case _:
            return unlike(node, term.expression, left, right) or NOT_ADDED.at(
                node.span, left=called(left), right=called(right), remedy=phrase("bring both to one kind first")
            )


def _without_unit(number: nodes.Expression, unit: str) -> Problem:
    text = short_text(number)
    return UNIT_EXPECTED.at(number.span, text=text, corrected=Replacement(f"{text} {unit}"))


def unlike(whole: nodes.Expression, right_node: nodes.Expression, left: Type, right: Type) -> Problem | None:
    """Describes how two types with different units differ."""
    match left, right:
        case (QuantityType(unit=None), QuantityType()) | (QuantityType(), QuantityType(unit=None)):
            return PRODUCT_UNIT.at(
                whole.span, text=short_text(right_node) if isinstance(right, QuantityType) and right.unit is None else "line.quantity"
            )
        case (QuantityType(unit=one), QuantityType(unit=other)):
            return OTHER_UNIT.at(whole.span, left=f"{one}s", right=f"{other}s")
        case (PriceType(unit=one), PriceType(unit=other)):
            return OTHER_UNIT.at(whole.span, left=called(left), right=called(right))
        case (QuantityType(unit=unit), NumberType()) if unit:
            return _without_unit(right_node, f"{unit}s")
        case (DaysType(), PeriodType()) | (PeriodType(), DaysType()):
            return DAYS_AND_MONTHS.at(whole.span)
        case (DaysType(), NumberType()):
            return _without_unit(right_node, "days")
        case (PeriodType(), NumberType()):
            return _without_unit(right_node, "months")
        case (MoneyType(currency=currency) | AmountType(currency=currency), NumberType()):
            return _without_unit(right_node, currency)
        case _:
            return None


def check_product(node: nodes.Product, parts: Sequence[typed.Expression | None], scope: Scope) -> typed.Expression | None:
    """Checks a product by its units."""
    if any(factor.divides for factor in node.factors) and not scope.in_rounding:
        numbers = [factor.expression.digits for factor in node.factors if isinstance(factor.expression, nodes.Number)]
        is_date = len(numbers) == len(node.factors) == _PARTS_OF_A_DATE
        written = "/".join(numbers)
        scope.problems.append(DATE_FORM.at(node.span, word=written, remedy=day_remedy(written)) if is_date else DIVISION.at(node.span))
        return None
    units: Counter[str] = Counter()
    money = 0
    factors = []
    for factor, part in zip(node.factors, parts, strict=True):
        if part is None:
            return None
        dimensions = _dimensions(part.type)
        if dimensions is None:
            scope.problems.append(_no_factor(node, factor, part.type))
            return None
        if factor.divides and isinstance(part, typed.Constant) and part.value == 0:
            scope.problems.append(DIVISION_BY_ZERO.at(factor.expression.span))
            return None
        sign = -1 if factor.divides else 1
        money += sign * dimensions.pop("", 0)
        for unit, power in dimensions.items():
            units[unit] += sign * power
        factors.append(typed.Factor(part, factor.divides))
    kind = _worked_out(money, _cancelled(units), scope.vocabulary.currency.code)
    if kind is None:
        scope.problems.append(_not_multiplied(node, money, units))
        return None
    return typed.Product(tuple(factors), kind, node.span)


def _dimensions(kind: Type) -> Counter[str] | None:
    """The powers of the units of a type (money under the empty name); None where it cannot be a divisor."""
    match kind:
        case NumberType():
            return Counter()
        case MoneyType() | AmountType(per=None):
            return Counter({"": 1})
        case PriceType(unit=unit):
            return Counter({"": 1, per_of(unit): -1})
        case AmountType(per=str(per)):
            return Counter({"": 1, per: -1})
        case QuantityType(unit=unit):
            return Counter({per_of(unit): 1})
        case DaysType():
            return Counter({"days": 1})
        case PeriodType():
            return Counter({"months": 1})
        case _:
            return None


def _cancelled(units: Counter[str]) -> dict[str, int]:
    """The remaining powers; the unit of the product cancels with any single unit of the opposite power."""
    left = {unit: power for unit, power in units.items() if power}
    own = left.get(PRODUCT_UNIT_NAME)
    if own in (1, -1):
        opposite = [unit for unit, power in left.items() if power == -own and unit not in (PRODUCT_UNIT_NAME, "days", "months")]
        if len(opposite) == 1:
            del left[PRODUCT_UNIT_NAME], left[opposite[0]]
    return left


def _worked_out(money: int, units: dict[str, int], currency: str) -> Type | None:
    match money, tuple(units.items()):
        case (0, ()):
            return NUMBER
        case (1, ()):
            return AmountType(currency)
        case (1, ((unit, -1),)) if unit not in ("days", "months"):
            return AmountType(currency, unit)
        case (1, ((unit, 1),)) if unit not in ("days", "months"):
            return AmountType(currency)
        case (0, ((unit, 1),)) if unit not in ("days", "months"):
            return QuantityType(unit_of(unit))
        case _:
            return None


def _no_factor(node: nodes.Product, factor: nodes.Factor, kind: Type) -> Problem:
    if isinstance(kind, PercentType):
        others = [short_text(one.expression) for one in node.factors if one is not factor]
        return TIMES_PERCENT.at(node.span, corrected=Replacement(f"{short_text(factor.expression)} of {' * '.join(others)}"))
    return NOT_MULTIPLIED.at(factor.expression.span, text=short_text(factor.expression), units=called(kind))


def _not_multiplied(node: nodes.Product, money: int, units: Counter[str]) -> Problem:
    left = {unit: power for unit, power in units.items() if power}
    if money > 1:
        return MONEY_TIMES_MONEY.at(node.span)
    against = sorted(unit for unit, power in left.items() if power > 0), sorted(unit for unit, power in left.items() if power < 0)
    if all(against):
        return OTHER_UNIT.at(node.span, left=f"{against[0][0]}s", right=f"{against[1][0]}s")
    return NOT_MULTIPLIED.at(node.span, text=short_text(node), units=" × ".join(sorted(left)) or phrase("one over an amount"))
