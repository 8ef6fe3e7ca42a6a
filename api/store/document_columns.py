"""What stands in columns and rows beside the JSON of an issued document: made when it is issued, recalculated by the auditor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, lru_cache, partial

from engine.money import Currency, scaled

PostedOn = tuple[str, str]
"""An account and a VAT code; the code is empty where there is none."""


@cache
def whole_of(places: int) -> Callable[[str], int]:
    """What gives a decimal text as a whole number, as `scaled` does; it remembers many, since most amounts are those of a few products."""
    return lru_cache(16_384)(partial(scaled, places=places))


def columns_of(tree: Mapping[str, object]) -> dict[str, object]:
    """The columns of an issued document that follow from its JSON."""
    minor = whole_of(Currency.of(str(tree["currency"])).exponent)
    customer = tree["customer"]
    lines = tree["lines"]
    assert isinstance(customer, dict)
    assert isinstance(lines, list)
    return {
        "number": tree["number"],
        "series": tree["series"],
        "issued_on": date.fromisoformat(str(tree["issued_on"])),
        "customer": customer["id"],
        "order_type": tree["order_type"],
        "month": tree.get("month"),
        "corrects": tree.get("corrects"),
        "due_on": date.fromisoformat(str(tree["due_on"])) if "due_on" in tree else None,
        "tax_point": date.fromisoformat(str(tree["tax_point"])),
        "buyer_name": customer["name"],
        "buyer_vat_number": customer.get("vat_number"),
        "channel": tree["channel"],
        "lines": len(lines),
        "net": minor(str(tree["net"])),
        "vat": minor(str(tree["vat"])),
        "gross": minor(str(tree["gross"])),
        "currency": tree["currency"],
        "rulebook": tree["rulebook"],
    }


def sums_of_postings(entry: Mapping[str, object]) -> dict[PostedOn, tuple[int, int]]:
    """What the JSON of an entry debits and credits, by account and VAT code."""
    minor, postings = whole_of(Currency.of(str(entry["currency"])).exponent), entry["postings"]
    assert isinstance(postings, list)
    sums: dict[PostedOn, tuple[int, int]] = {}
    for each in postings:
        key = (each["account"], each.get("vat_code") or "")
        debit, credit = sums.get(key, (0, 0))
        sums[key] = debit + minor(each["debit"]), credit + minor(each["credit"])
    return sums


def rows_of_postings(entry: Mapping[str, object]) -> list[dict[str, object]]:
    """The rows of those sums."""
    sums, number = sums_of_postings(entry), entry["document"]
    return [
        {"number": number, "account": account, "vat_code": code, "debit": debit, "credit": credit}
        for (account, code), (debit, credit) in sums.items()
    ]
