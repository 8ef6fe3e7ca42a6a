"""Quotes as the plain values of a page, formatted in the customer's language: lines with their choices, totals, instalments."""

from __future__ import annotations

from collections.abc import Mapping

from engine.documents.line_figures import shown_discounts, shown_quote_price, tier_sum
from engine.documents.line_text import per_period, periods
from engine.documents.order import RenewalMode
from engine.documents.priced_quote import PricedQuote, QuotedLine, QuotedTotal, QuotedVariant
from engine.money import Money
from engine.phrases import Language, Phrase, phrase, say
from engine.rulebook.book import Rulebook
from engine.rulebook.company import seller_of
from engine.writing.html import Words, discount_row, known_amount, shared_values
from engine.writing.locale_format import amount_text, long_day_text, quantity_text, unit_price_text
from engine.writing.pages import ConditionRow, FigureName, FigureRow, LineRow, QuotePage, TotalRow, VariantRow, field_rows


def quote_page(
    quote: PricedQuote,
    number: str,
    rulebook: Rulebook,
    words: Words,
    attributes: Mapping[str, str] | None = None,
    *,
    contact: str = "",
) -> QuotePage:
    """The values of a quote's template: lines, totals by billing type, instalments, VAT as an estimate, and its own fields.

    `contact` is the person at the seller whom the customer may ask.
    """
    language = quote.customer.language
    return {
        **shared_values(
            quote,
            number,
            seller_of(rulebook.company.seller, language),
            words,
            lines=tuple(_quote_line(line, rulebook, language) for line in quote.lines),
            mentions=tuple(
                dict.fromkeys(each.mention.in_(language) for of in quote.estimates for each in of.vat_breakdown if each.mention)
            ),
        ),
        "quoted_on": long_day_text(quote.on, language),
        "valid_until": long_day_text(quote.valid_until, language),
        "deliver_to": str(quote.deliver_to or ""),
        "payment_terms": _payment_terms(quote, rulebook, language),
        "contact": contact,
        "conditions": _conditions(quote, rulebook, language),
        "joins": any(line.joins for line in quote.lines),
        "is_rounded": bool(quote.arr) and _differs_by_rounding(quote),
        "totals": tuple(_quote_total(each, rulebook, words, language) for each in quote.estimates),
        "figures": tuple(_quote_figures(quote, language)),
        "variants": tuple(_variant(each, language) for each in quote.variants),
        "fields": field_rows(attributes or {}),
        "instalments": tuple(
            {
                "number": str(instalment.number),
                "on": long_day_text(instalment.billing_date, language) if instalment.billing_date else "",
                "net": amount_text(instalment.net, language),
            }
            for instalment in quote.instalments
        ),
    }


def _payment_terms(quote: PricedQuote, rulebook: Rulebook, language: str) -> str:
    """The terms of the quote, else of its customer, of its billing processes, or of the company."""
    processes = (rulebook.billing_processes.get(line.billing_process) for line in quote.counted_lines)
    own = quote.payment_terms or quote.customer.payment_terms
    usual = rulebook.company.payment_terms
    names = [own] if own else dict.fromkeys((process.payment_terms if process else None) or usual for process in processes) or [usual]
    terms = (rulebook.payment_terms.get(name) for name in names)
    return " / ".join(each.label.in_(language) for each in terms if each is not None)


def _conditions(quote: PricedQuote, rulebook: Rulebook, language: str) -> tuple[ConditionRow, ...]:
    """How long what recurs runs, by billing process and term."""
    rows: dict[tuple[str, int | None], ConditionRow] = {}
    for line in quote.lines:
        process = rulebook.billing_processes.get(line.billing_process)
        renewal = process.renewal if process else None
        if process is None or renewal is None or not line.recurring:
            continue
        term = line.term_months or renewal.term_months
        label = process.label.in_(language)
        rows[line.billing_process, term] = condition_row(label, term, renewal.mode, renewal.notice_months, language)
    return tuple(rows.values())


def condition_row(label: str, term: int | None, mode: RenewalMode, notice_months: int, language: Language) -> ConditionRow:
    """How long something runs, how it goes on, and the notice."""
    goes_on = phrase("renewed for {term} each time", term=months(term)) if term else phrase("until notice is given")
    return {
        "label": label,
        "term": say(months(term) if term else phrase("unlimited"), language),
        "renewal": say(goes_on if mode == "automatic" else phrase("ends then"), language),
        "notice": say(months(notice_months) if notice_months else phrase("on any day"), language),
    }


def months(count: int) -> Phrase:
    """`1 month`, `36 months`."""
    return phrase("{count} month", count=count) if count == 1 else phrase("{count} months", count=count)


def _differs_by_rounding(quote: PricedQuote) -> bool:
    """Whether the yearly figure and the contract value differ by no more than the cents that rounding each invoice leaves."""
    between = abs(quote.contract_value.minor - quote.one_off.minor - quote.arr.minor)
    return 0 < between <= len(quote.schedule) * len(quote.lines)


def _quote_line(line: QuotedLine, rulebook: Rulebook, language: str) -> LineRow:
    product, priced = rulebook.products.get(line.request.product), line.priced
    word = rulebook.units[product.unit].word(priced.quantity, language) if product else ""
    price = shown_quote_price(priced)
    words = [billing_type_text(line.billing_type, rulebook, language), say(tier_sum(priced.reasons), language) if price is None else ""]
    if priced.periods != 1 or priced.billing_factor != 1:
        words.append(periods(priced.price_per, priced.periods, priced.billing_factor, language))
    return {
        "number": str(line.number),
        "description": product.name.in_(language) if product else line.request.product,
        "detail": ", ".join(each for each in (*_choice(line, language), *words, line.request.text or "") if each),
        "period": "",
        "quantity": f"{quantity_text(priced.quantity, language)}\u00a0{word}".strip(),
        "unit_price": unit_price_text(price, language),
        "price_per": per_period(priced.price_per, language) if price is not None else "",
        "list_net": amount_text(priced.list_net, language),
        "discounts": tuple(
            discount_row(each, language)
            for each in shown_discounts(priced.list_net, priced.discounts, language=language, is_change=line.merges_into is not None)
        ),
        "rate": "",
        "net": amount_text(line.net, language),
        "carried": "",
    }


def _quote_total(total: QuotedTotal, rulebook: Rulebook, words: Words, language: Language) -> TotalRow:
    """What the lines of one billing type come to, with VAT."""
    name = total.billing_type
    label = words["one_off"].in_(language) if name == "one-off" and "one_off" in words else billing_type_text(name, rulebook, language)
    return {
        "label": label,
        "net": amount_text(total.net, language),
        "vat": known_amount(total.vat, language),
        "gross": known_amount(total.gross, language),
    }


def billing_type_text(name: str, rulebook: Rulebook, language: str) -> str:
    """The label of a billing type, else its name."""
    return rulebook.billing_types[name].label.in_(language) if name in rulebook.billing_types else name


def _quote_figures(quote: PricedQuote, language: str) -> list[FigureRow]:
    """The figures of the quote that are not 0."""
    figures: tuple[tuple[FigureName, Money], ...] = (
        ("monthly_recurring", quote.mrr),
        ("annual_recurring", quote.arr),
        ("one_off", quote.one_off),
        ("first_invoice", quote.first_invoice),
        ("contract_value", quote.contract_value),
    )
    return [{"word": word, "amount": amount_text(amount, language)} for word, amount in figures if amount]


def _choice(line: QuotedLine, language: Language) -> tuple[str, ...]:
    """What a line says of the choice that the customer has."""
    if line.request.alternative is not None:
        return (say(phrase("alternative: {name}", name=line.request.alternative), language),)
    return (say(phrase("optional"), language),) if line.request.optional else ()


def _variant(variant: QuotedVariant, language: Language) -> VariantRow:
    """What the quote comes to with other lines."""
    return {
        "label": say(phrase("with line {lines}", lines=", ".join(map(str, variant.chosen))), language),
        "monthly_recurring": amount_text(variant.mrr, language),
        "one_off": amount_text(variant.one_off, language),
        "contract_value": amount_text(variant.contract_value, language),
    }
