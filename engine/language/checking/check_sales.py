"""Checks prices, discounts, stacking and bundles."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from engine.language.checking.check_dates import dated_by, in_force, refuse_clauses
from engine.language.checking.check_expressions import condition, expect, infer
from engine.language.checking.declarations import Gathered
from engine.language.checking.literals import unit_named
from engine.language.checking.message_text import short_text
from engine.language.checking.scope import Scope
from engine.language.checking.titles import printed_title
from engine.language.ir import typed
from engine.language.ir.checked_sales import Bundle, Discount, Part, Price, Stacking, Tier
from engine.language.syntax import blocks, nodes, sales_blocks
from engine.language.syntax.block_head import Head
from engine.language.syntax.rule_problems import (
    BEYOND_EARLY,
    DISCOUNT_RANGE,
    GROUP_TWICE,
    MISSING_RESULT,
    NO_BEYOND,
    NO_SUCH_PART,
    NOT_OFF,
    OTHER_UNIT,
    OTHER_UNITS,
    PRIORITY_WHOLE,
    TIER_COLUMNS,
    TIER_LIMIT,
    TIERS_ORDER,
    UNKNOWN_FACTOR,
    UNKNOWN_NAME,
)
from engine.language.syntax.sales_blocks import BundleBlock, DiscountBlock, PriceBlock, StackingBlock
from engine.language.types.value_types import MoneyType, PercentType, PriceType, QuantityType
from engine.money import MICRO, decimal_text, scaled
from engine.phrases import Replacement, phrase
from engine.text.nearest import suggestion

_LIST = "line.list"
_FACTORS = ("segment", "index")


def check_price(module: blocks.Module, block: PriceBlock, gathered: Gathered) -> tuple[Price | None, Scope]:
    """Checks a `price` block; None after a problem."""
    bare = gathered.scope(module, "price")
    products = known_products(block.products, bare)
    scope = replace(bare, dated_by=dated_by(block.head, bare), unit=_unit(block, products, bare))
    when = condition(block.head.when, scope) if block.head.when else None
    quantity = _quantity(block.tiers, scope) if block.tiers else None
    tiers = _tiers(block.tiers, quantity, scope) if block.tiers else _single(block, scope)
    if (block.head.when and when is None) or not tiers or not products:
        return None, scope
    price = Price(
        name=block.head.name.name,
        title=_title(block.head),
        module=module.name.name,
        products=products,
        in_force=in_force(block.head, scope),
        when=when,
        per=block.charge.per if block.charge else "month",
        mode=block.tiers.mode if block.tiers else "flat",
        quantity=quantity,
        unit=scope.unit,
        tiers=tiers,
        because=_because(block.head),
        span=block.span,
    )
    return price, scope


def known_products(words: tuple[nodes.Word, ...], scope: Scope) -> tuple[str, ...]:
    """The known products among those named; reports the unknown ones."""
    known = scope.vocabulary.domains.get("products", ())
    for word in words:
        if word.name not in known:
            scope.problems.append(UNKNOWN_NAME.at(word.span, sort=phrase("product"), name=word.name, remedy=suggestion(word.name, known)))
    return tuple(dict.fromkeys(word.name for word in words if word.name in known))


def _unit(block: PriceBlock, products: tuple[str, ...], scope: Scope) -> str | None:
    """The unit of the products of a price: the catalogue's, else the one of the tiers."""
    units = sorted({scope.vocabulary.product_units[product] for product in products if product in scope.vocabulary.product_units})
    if len(units) > 1:
        scope.problems.append(OTHER_UNITS.at(block.head.name.span, units=", ".join(units)))
        return None
    if units:
        return units[0]
    named = next((column.unit for column in block.tiers.columns if column.unit is not None), None) if block.tiers else None
    return scope.vocabulary.units.get(named.name) if named else None


def _quantity(tiers: sales_blocks.Tiers, scope: Scope) -> typed.Expression | None:
    return expect(tiers.on, QuantityType(scope.unit), scope)


def _single(block: PriceBlock, scope: Scope) -> tuple[Tier, ...]:
    if block.at is None:
        return ()
    price = expect(block.at, PriceType(scope.vocabulary.currency.code, scope.unit), scope)
    return (Tier(None, price, None, block.at.span),) if price is not None else ()


def _tiers(tiers: sales_blocks.Tiers, quantity: typed.Expression | None, scope: Scope) -> tuple[Tier, ...]:
    _check_tier_columns(tiers, scope)
    made = []
    before: int | None = 0
    for at, row in enumerate(tiers.rows):
        limit = _limit(row, scope) if row.up_to is not None else None
        if row.up_to is None and at < len(tiers.rows) - 1:
            scope.problems.append(BEYOND_EARLY.at(row.span))
        if limit is not None and before is not None and limit <= before:
            shown = decimal_text(before, 6), decimal_text(limit, 6)
            scope.problems.append(TIERS_ORDER.at(row.span, before=shown[0], this=shown[1]))
        before = limit if limit is not None else before
        tier = _tier(tiers, row, limit, scope)
        if tier is not None:
            made.append(tier)
    if tiers.rows and all(row.up_to is not None for row in tiers.rows):
        limit_text = short_text(tiers.rows[-1].up_to) if tiers.rows[-1].up_to else ""
        scope.problems.append(NO_BEYOND.at(tiers.rows[-1].span, limit=limit_text))
    return tuple(made) if quantity is not None and len(made) == len(tiers.rows) else ()


def _check_tier_columns(tiers: sales_blocks.Tiers, scope: Scope) -> None:
    kinds = [column.kind for column in tiers.columns]
    if kinds.count("price") != 1 or kinds.count("flat") > 1:
        scope.problems.append(TIER_COLUMNS.at(tiers.columns[0].span))
    for column in tiers.columns:
        if column.unit is None:
            continue
        unit = unit_named(column.unit.name, column.unit.span, scope)
        if unit is not None and scope.unit is not None and unit != scope.unit:
            scope.problems.append(OTHER_UNIT.at(column.span, left=f"{unit}s", right=f"{scope.unit}s"))


def _limit(row: sales_blocks.Tier, scope: Scope) -> int | None:
    if row.up_to is None:
        return None
    limit = expect(row.up_to, QuantityType(scope.unit), scope)
    if limit is None:
        return None
    if not isinstance(limit, typed.Constant):
        scope.problems.append(TIER_LIMIT.at(row.up_to.span))
        return None
    return cast("int", limit.value)


def _tier(tiers: sales_blocks.Tiers, row: sales_blocks.Tier, limit: int | None, scope: Scope) -> Tier | None:
    currency = scope.vocabulary.currency.code
    price: typed.Expression | None = None
    flat: typed.Expression | None = None
    for column, cell in zip(tiers.columns, row.cells, strict=False):
        if column.kind == "flat":
            flat = expect(cell, MoneyType(currency), scope) if cell is not None else None
        elif cell is None:
            scope.problems.append(MISSING_RESULT.at(row.span, column=f"price per {column.unit.name if column.unit else 'unit'}"))
        else:
            price = expect(cell, PriceType(currency, scope.unit), scope)
    return Tier(limit, price, flat, row.span) if price is not None else None


def check_discount(module: blocks.Module, block: DiscountBlock, gathered: Gathered) -> tuple[Discount | None, Scope]:
    """Checks a `discount` block; None after a problem."""
    bare = gathered.scope(module, "discount")
    scope = replace(bare, dated_by=dated_by(block.head, bare), is_of_discounts=True)
    when = condition(block.head.when, scope) if block.head.when else None
    give = _given(block, scope)
    at_most = expect(block.at_most, MoneyType(scope.vocabulary.currency.code), scope) if block.at_most else None
    if block.off is not None and block.off.name != _LIST:
        scope.problems.append(NOT_OFF.at(block.off.span, name=block.off.name, corrected=Replacement("line.list")))
    if block.priority is not None and "." in block.priority.digits:
        scope.problems.append(PRIORITY_WHOLE.at(block.priority.span))
    if give is None or (block.head.when and when is None) or (block.at_most and at_most is None):
        return None, scope
    discount = Discount(
        name=block.head.name.name,
        title=printed_title(block.head, scope),
        module=module.name.name,
        in_force=in_force(block.head, scope),
        when=when,
        give=give,
        off=_LIST,
        group=block.group.name if block.group else None,
        priority=int(block.priority.digits.partition(".")[0]) if block.priority else 0,
        at_most=at_most,
        because=_because(block.head),
        yields_to=(),
        span=block.span,
    )
    return discount, scope


def _given(block: DiscountBlock, scope: Scope) -> typed.Expression | None:
    """What a discount gives: a percentage from 0 to 100, or an amount."""
    if block.give is None:
        return None
    amount = infer(block.give, scope, PercentType())
    if amount is None or isinstance(amount.type, MoneyType):
        return amount
    amount = expect(block.give, PercentType(), scope.quietly()) or expect(block.give, PercentType(), scope)
    if isinstance(amount, typed.Constant) and not 0 <= cast("int", amount.value) <= MICRO:
        scope.problems.append(DISCOUNT_RANGE.at(block.give.span, text=short_text(block.give)))
        return None
    return amount


def check_stacking(module: blocks.Module, block: StackingBlock, gathered: Gathered) -> tuple[Stacking | None, Scope]:
    """Checks a `stacking` block; None after a problem."""
    bare = gathered.scope(module, "stacking")
    scope = replace(bare, dated_by=dated_by(block.head, bare))
    refuse_clauses(block.head, scope, overrides=phrase("write its condition with `when`"))
    when = condition(block.head.when, scope) if block.head.when else None
    total = _cap(block.total_at_most, scope) if block.total_at_most else None
    names = [group.name.name for group in block.groups]
    for at, group in enumerate(block.groups):
        if group.name.name in names[:at]:
            scope.problems.append(GROUP_TWICE.at(group.span, name=group.name.name))
    if block.apply is None or (block.total_at_most and total is None) or (block.head.when and when is None):
        return None, scope
    groups = tuple((group.name.name, group.mode) for group in block.groups)
    stacking = Stacking(
        name=block.head.name.name,
        title=_title(block.head),
        module=module.name.name,
        in_force=in_force(block.head, scope),
        when=when,
        groups=groups,
        apply=block.apply,
        total_at_most=total,
        because=_because(block.head),
        span=block.span,
    )
    return stacking, scope


def _cap(node: nodes.Expression, scope: Scope) -> typed.Expression | None:
    """The cap of a stacking block: `25% of line.list` is the percentage, else an amount."""
    if isinstance(node, nodes.Of) and isinstance(node.whole, nodes.Word) and node.whole.name == _LIST:
        return expect(node.part, PercentType(), scope)
    return expect(node, MoneyType(scope.vocabulary.currency.code), scope)


def check_bundle(module: blocks.Module, block: BundleBlock, gathered: Gathered) -> tuple[Bundle | None, Scope]:
    """Checks a `bundle` block; None after a problem."""
    bare = gathered.scope(module, "bundle")
    scope = replace(bare, dated_by=dated_by(block.head, bare))
    products = known_products(block.products or (block.head.name,), scope)
    when = condition(block.head.when, scope) if block.head.when else None
    sells_at = expect(block.sells_at, MoneyType(scope.vocabulary.currency.code), scope) if block.sells_at else None
    known_products(tuple(part.product for part in block.parts), scope)
    for part in block.parts:
        if "." in part.count.digits or int(part.count.digits) < 1:
            scope.problems.append(NO_SUCH_PART.at(part.count.span))
    for word in block.touched_by:
        if word.name not in _FACTORS:
            scope.problems.append(UNKNOWN_FACTOR.at(word.span, name=word.name))
    if sells_at is None or block.allocate is None or (block.head.when and when is None) or not products:
        return None, scope
    bundle = Bundle(
        name=block.head.name.name,
        title=_title(block.head),
        module=module.name.name,
        products=products,
        in_force=in_force(block.head, scope),
        when=when,
        parts=tuple(Part(part.product.name, scaled(part.count.digits, 6), part.span) for part in block.parts),
        sells_at=sells_at,
        allocate=block.allocate,
        touched_by=frozenset(word.name for word in block.touched_by),
        because=_because(block.head),
        span=block.span,
    )
    return bundle, scope


def _title(head: Head) -> str | None:
    return head.title.text if head.title else None


def _because(head: Head) -> str | None:
    return head.because.text if head.because else None
