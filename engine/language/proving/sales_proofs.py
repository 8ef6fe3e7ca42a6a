"""Proves sales rules: finds discounts that never apply or win, caps that are never reached, and prices that others always override."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import partial

from engine.language.ir import typed
from engine.language.ir.checked_rules import Layer
from engine.language.ir.checked_sales import Bundle, Discount, Price, Stacking
from engine.language.ir.checked_tables import Interval
from engine.language.proving.classes import Within
from engine.language.proving.diagrams import NOTHING, TooManyCases
from engine.language.proving.findings import TOO_MANY, Findings
from engine.language.proving.proof_problems import CAP_NEVER_REACHED, NEVER_APPLIES, NEVER_WINS
from engine.language.proving.semantics import Meaning
from engine.language.proving.space import Space
from engine.language.proving.table_proofs import outside_the_horizon
from engine.language.types.value_text import plain_in_words
from engine.language.types.value_types import PercentType
from engine.money import MICRO
from engine.phrases import phrase

Offered = Discount | Price | Bundle
_LIST = "line.list"
_MOST_RIVALS = 100
_POSITIVE = Within((Interval(0, False, None, False),))


def prove_sales(findings: Findings) -> None:
    """Advises on discounts, prices and bundles that can never count."""
    checked = findings.checked
    for layer in checked.discounts:
        for discount in layer.versions:
            _within_budget(partial(_prove_discount, discount, findings), discount, findings)
    priced: set[int] = set()
    for word, offered in ((phrase("price"), checked.prices), (phrase("bundle"), checked.bundles)):
        for layers in offered.values():
            _prove_offered(word, layers, priced, findings)
    for stacking in checked.stacking:
        for version in stacking.versions:
            most = version.total_at_most
            if isinstance(most, typed.Constant) and isinstance(most.type, PercentType) and _number(most) >= MICRO:
                findings.problems.append(CAP_NEVER_REACHED.at(most.span, name=version.name, most="100%"))


def _within_budget(prove: Callable[[], None], block: Offered, findings: Findings) -> None:
    if findings.leaves_out(block):
        return
    try:
        prove()
    except (TooManyCases, RecursionError):
        findings.leave(block.name, block.name, block.span, TOO_MANY)


# --- Discounts. ---


def _prove_discount(discount: Discount, findings: Findings) -> None:
    rivals = [one for layer in findings.checked.discounts for one in layer.versions if one is not discount and _same_group(one, discount)]
    over = [one for layer in findings.checked.discounts for one in layer.versions if one.name in discount.yields_to]
    if len(rivals) > _MOST_RIVALS:
        raise TooManyCases

    def whole(meaning: Meaning) -> None:
        for one in (discount, *rivals, *over):
            _offers(meaning, one)
        if discount.at_most is not None:
            meaning.algebra.fact(_LIST, discount.at_most.type, _POSITIVE)

    space = findings.space(whole)
    meaning = space.meaning
    possible = space.possible()
    own = space.both(possible, _offers(meaning, discount))
    why = None
    if space.both(possible, meaning.in_force(discount.in_force)) == NOTHING != possible:
        why = outside_the_horizon(findings)
    elif not findings.is_possible(space, own):
        why = phrase("its condition cannot be met by any customer and product")
    else:
        own = space.diagrams.minus(own, space.diagrams.any_of([_offers(meaning, one) for one in over]))
        if not findings.is_possible(space, own):
            why = phrase("it is always overridden")
    if why is not None:
        findings.advise(discount, NEVER_APPLIES.at(discount.span, kind=phrase("discount"), name=discount.name, why=why))
        return
    _never_wins(discount, rivals, own, space, findings)
    _cap(discount, own, space, findings)


def _offers(meaning: Meaning, block: Offered | Stacking) -> int:
    """The cases in which a block is in force and its condition holds."""
    return meaning.algebra.both(meaning.in_force(block.in_force), meaning.holds(block.when))


def _same_group(one: Discount, other: Discount) -> bool:
    return one.group == other.group and one.group is not None


def _never_wins(discount: Discount, rivals: Sequence[Discount], own: int, space: Space, findings: Findings) -> None:
    """Whether discounts with precedence hold wherever it does, by every stacking block that names its group."""
    modes = [mode for layer in findings.checked.stacking for one in layer.versions for name, mode in one.groups if name == discount.group]
    order = [one for layer in findings.checked.discounts for one in layer.versions]
    before = []
    for one in rivals:
        goes_before = {
            "highest priority": one.priority > discount.priority
            or (one.priority == discount.priority and order.index(one) < order.index(discount)),
            "best for the customer": _gives_more(one, discount),
            "added together": False,
        }
        if modes and all(goes_before[mode] for mode in modes) and not one.yields_to:
            before.append(one)
    better = [one for one in before if space.both(own, _offers(space.meaning, one)) != NOTHING]
    if better and not findings.is_possible(
        space, space.diagrams.minus(own, space.diagrams.any_of([_offers(space.meaning, one) for one in better]))
    ):
        names = phrase("`{name}`", name=better[0].name) if len(better) == 1 else phrase("a better discount")
        findings.advise(discount, NEVER_WINS.at(discount.span, name=discount.name, better=names, group=discount.group))


def _gives_more(one: Discount, other: Discount) -> bool:
    """Whether one always gives more than another: two percentages, the larger one without a cap."""
    if not isinstance(one.give, typed.Constant) or not isinstance(other.give, typed.Constant) or one.at_most is not None:
        return False
    return isinstance(one.give.type, PercentType) and isinstance(other.give.type, PercentType) and _number(one.give) > _number(other.give)


def _cap(discount: Discount, own: int, space: Space, findings: Findings) -> None:
    """Whether a cap exceeds all that the discount can give."""
    cap, give = discount.at_most, discount.give
    if not isinstance(cap, typed.Constant) or not isinstance(give, typed.Constant):
        return
    most: Fraction | None = Fraction(_number(give))
    if isinstance(give.type, PercentType):
        largest = _largest_list(own, space)
        most = None if largest is None else Fraction(largest * _number(give), MICRO)
    if most is not None and most <= _number(cap):
        whole = most.numerator // most.denominator
        findings.advise(discount, CAP_NEVER_REACHED.at(cap.span, name=discount.name, most=plain_in_words(whole, cap.type)))


def _largest_list(cases: int, space: Space) -> int | None:
    """The largest list amount of a line in some cases; None where it is unbounded."""
    if _LIST not in space.names:
        return None
    number = space.names.index(_LIST)
    largest = 0
    for at, one in enumerate(space.cuts[number].classes):
        if space.both(cases, space.diagrams.where(number, 1 << at)) != NOTHING and one.stretch is not None:
            if one.stretch.high is None:
                return None
            largest = max(largest, one.stretch.high)
    return largest


def _number(constant: typed.Constant) -> int:
    return constant.value if isinstance(constant.value, int) else 0


# --- Prices and bundles. ---


def _prove_offered(word: str, layers: Sequence[Layer[Price | Bundle]], seen: set[int], findings: Findings) -> None:
    """Prices and bundles of one product: each version is the first that applies in some case."""
    for at, layer in enumerate(layers):
        for version in layer.versions:
            if (version.when is None and version.in_force.is_always and at == 0) or id(version) in seen:
                continue
            seen.add(id(version))
            before = [one for other in layers[:at] for one in other.versions]
            _within_budget(partial(_prove_one, word, version, before, findings), version, findings)


def _prove_one(word: str, version: Price | Bundle, before: Iterable[Price | Bundle], findings: Findings) -> None:
    earlier = list(before)
    space = findings.space(lambda meaning: [_offers(meaning, one) for one in (version, *earlier)])
    possible = space.possible()
    own = space.both(possible, _offers(space.meaning, version))
    if space.both(possible, space.meaning.in_force(version.in_force)) == NOTHING != possible:
        why = outside_the_horizon(findings)
    elif not findings.is_possible(space, own):
        why = phrase("its condition cannot be met by any customer and product")
    elif not findings.is_possible(
        space, space.diagrams.minus(own, space.diagrams.any_of([_offers(space.meaning, one) for one in earlier]))
    ):
        why = phrase("it is always overridden")
    else:
        return
    findings.advise(version, NEVER_APPLIES.at(version.span, kind=word, name=version.name, why=why))
