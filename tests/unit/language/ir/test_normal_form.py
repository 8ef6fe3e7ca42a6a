"""Every checked node has a word of its own, and the normal form of a text that uses every construct is the one of the first release."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, make_dataclass
from typing import get_args, get_type_hints

import pytest

from engine.documents.order import ORDER_TYPES
from engine.language.ir.checked_rules import Checked
from engine.language.ir.normal_form import NOT_MEANING, WORDS, normal_form, words_of
from engine.language.types.value_types import DateRangeType
from engine.language.types.vocabulary import Vocabulary
from engine.money import Currency
from engine.phrases import LANGUAGES
from tests.unit.language.shop import check

EVERY_CONSTRUCT = """\
module rules.test

answers from 2024-01-01 until 2030-12-31
fact "A private customer has no VAT number": if customer.kind is private then customer.vat-number is none

define half : Amount = 50% of line.list
define half-price : Amount[EUR per seat] = 50% of per-seat
define deposit : Money = 30% of quote.total rounded to cent half up
define per-seat : Price[EUR per seat] = 29.00 EUR per seat
define seats : Money = per-seat * 3 seats rounded to cent half up
define notice : Date = order.signed-on + 3 months - 60 days
define length : Period = 3 months
define days-waited : Days = invoice.issued-on - order.signed-on
define spring : Range of Date = 2026-03-01 .. 2026-05-31
define in-spring : Bool = price.date is within spring
define abroad : Bool = customer.country is one of EU except BE, FR
define crm : Money = sum of line.list for lines where product.family is crm and line.quantity at least 2
define share : Number = (line.list / invoice.net) * 100 rounded to unit half even
define unsorted : Bool = customer.segment is not known or not (customer.kind is private)
define everyday : Bool = line.quantity is between 1 and 20 and line.list at most 500.00 EUR
define correction : Money = -5.00 EUR
define opposite : Money = -line.list
define cheapest : Money = lowest(min of line.list for lines, 100.00 EUR)
define shipped-to : Enum[countries] = supply.ship-to
define reference : Text = if order.purchase-order is "PO-1" then "none" else order.purchase-order
define bonus : Number = 1 until 2026-06-30
  dated by price.date
define bonus : Number = 2 from 2026-07-01
  dated by price.date
define bonus : Number = 3
  when customer.segment is gold
  overrides bonus
  because "Gold agreement"

table mailbox-price "Mailbox price by segment"
  dated by price.date
  | customer.segment | line.quantity | valid            || unit-price           | because           |
  | retail, smb      | -             | until 2025-12-31 || 4.50 EUR per mailbox | "Price list 2025" |
  | retail, smb      | < 10          | from 2026-01-01  || 4.90 EUR per mailbox | "Price list 2026" |
  | retail, smb      | >= 10         | from 2026-01-01  || 4.70 EUR per mailbox | "Price list 2026" |
  | not retail, smb  | -             | -                || 3.95 EUR per mailbox | "Framework 24-17" |

table big
  first match
  | line.list                 || is-big |
  | > invoice.net             || yes    |
  | not 0.00 EUR .. 10.00 EUR || no     |
  | -                         || no     |

table vat-rates "VAT rates by country and class"
  from file "vat/rates.yaml"
  | customer.country | supply.vat-class || rate |

table rate "VAT rate"
  dated by invoice.tax-point
  | seller.oss || vat.rate                                      |
  | yes        || vat-rates(customer.country, supply.vat-class) |
  | no         || vat-rates(seller.country, supply.vat-class)   |

decision quote.approver "Who must approve this quote"
  highest of nobody < team-lead < sales-director < cfo
  otherwise nobody
  rule discount-15 when quote.discount > 15% then team-lead because "Sales policy 2026, art. 7"
  rule large when quote.total >= 50_000.00 EUR then cfo

price crm-seats "CRM seats"
  for product crm-seat
  charge per month
  from 2026-01-01
  volume tiers on line.quantity
    | up to    | price per seat | flat     |
    | 10 seats | 29.00 EUR      | 5.00 EUR |
    | beyond   | 19.00 EUR      |          |

discount gold-volume "Gold customers, large volume"
  when customer.segment is gold and line.quantity >= 100 seats
  give 12.5% off line.list
  group volume
  priority 20
  at most 500.00 EUR
  because "Sales policy 2026, art. 4"

stacking line-discounts "How discounts on one line combine"
  group volume highest priority
  groups apply one after the other
  total at most 25% of line.list

bundle office-pack "CRM seat with mailbox"
  from 2026-01-01
  contains 1 crm-seat, 1 mailbox
  sells at 31.50 EUR
  allocate in proportion to list price
  touched by segment, index

grouping invoices by customer, order.type, month of billing-date
"""


DOMAINS = {
    "countries": ("BE", "FR", "NL"),
    "segments": ("retail", "smb", "gold"),
    "products": ("crm-seat", "mailbox", "office-pack"),
    "families": ("crm", "mail"),
    "units": ("seat", "mailbox"),
    "roles": ("nobody", "team-lead", "sales-director", "cfo"),
}


def checked_text() -> Checked:
    units = {"crm-seat": "seat", "mailbox": "mailbox"}
    known = Vocabulary.built_in(
        Currency.of("EUR"), DOMAINS, order_types=ORDER_TYPES, languages=LANGUAGES, sets={"EU": ("BE", "FR", "NL")}, product_units=units
    )
    checked, problems = check(EVERY_CONSTRUCT, known=known)
    assert list(map(str, problems)) == []
    return checked


def reachable(kind: type, seen: set[type]) -> set[type]:
    """All classes of nodes that may occur in one."""
    if kind not in seen and is_dataclass(kind):
        seen.add(kind)
        hints = get_type_hints(kind)
        for field in fields(kind):
            if field.name not in NOT_MEANING:
                for inner in classes_in(hints[field.name]):
                    reachable(inner, seen)
    return seen


def classes_in(annotation: object) -> Iterator[type]:
    bound = getattr(annotation, "__origin__", annotation)
    if isinstance(bound, type):
        yield bound
    for part in get_args(annotation):
        yield from classes_in(part)


def words_in(form: object) -> Iterator[str]:
    match form:
        case dict():
            if "is" in form:
                yield form["is"]
            for part in form.values():
                yield from words_in(part)
        case list():
            for part in form:
                yield from words_in(part)


def test_every_class_of_the_checked_tree_has_a_word() -> None:
    without = {kind.__name__ for kind in reachable(Checked, set()) - WORDS.keys()}
    assert not without, f"{without}: give the class a word and its fields in WORDS of engine/language/ir/normal_form.py"


@pytest.mark.parametrize("node", WORDS, ids=lambda node: f"{node.__module__.rpartition('.')[2]}.{node.__name__}")
def test_every_field_has_a_word(node: type) -> None:
    named = {field for field, _ in words_of(WORDS[node])[1]}
    there = {field.name for field in fields(node)} - NOT_MEANING
    assert there <= named, (
        f"{node.__name__}: {there - named} has no word. A new field: add it to WORDS of engine/language/ir/normal_form.py, which plans"
        " every order anew. A renamed one: write `new_name=word` with the word it had. One that means nothing: add it to NOT_MEANING"
    )
    assert named <= there, f"{node.__name__}: {named - there} is no field; where it was renamed, write `new_name=word`"


def test_no_word_is_used_for_two_classes_or_fields() -> None:
    entries = [words_of(line) for line in WORDS.values()]
    assert len({name for name, _ in entries}) == len(entries)
    for name, pairs in entries:
        assert len({word for _, word in pairs} | {"is"}) == len(pairs) + 1, name


def test_a_class_without_a_word_is_refused() -> None:
    with pytest.raises(TypeError, match=r"Novelty has no word in engine/language/ir/normal_form\.py"):
        normal_form(make_dataclass("Novelty", ["name"])("new"))


def test_a_renamed_field_keeps_its_word() -> None:
    assert words_of("Sum: terms_now=terms type") == ("Sum", (("terms_now", "terms"), ("type", "type")))


def test_the_text_uses_every_word() -> None:
    gone = {words_of(WORDS[DateRangeType])[0]}  # a range of dates is gone from the checked tree
    assert set(words_in(normal_form(checked_text()))) == {words_of(line)[0] for line in WORDS.values()} - gone


def test_the_normal_form_stays_for_ever() -> None:
    form: Mapping[str, object] = normal_form(checked_text())  # type: ignore[assignment]  # the form of a class is a mapping
    parts = {name: hashlib.sha256(json.dumps(part, sort_keys=True).encode()).hexdigest()[:16] for name, part in form.items()}
    assert parts == PARTS, "a word of the normal form has changed: every stored fingerprint would, and every order would be planned anew"


PARTS: Mapping[str, str] = {
    "is": "f56d6823552743d8",
    "currency": "87ef325635aa32dd",
    "exponent": "d4735e3a265e16ee",
    "answers": "20190dfe4f6cc5e2",
    "tables": "d4a6dddeee52027c",
    "prices": "499786ab0ae038e3",
    "discounts": "9fadd8b648123eca",
    "stacking": "b7af821c3e15d1f0",
    "bundles": "26934b919c542b06",
    "grouping": "a44708a2c8232db2",
    "horizon": "a1bd725b0f8f94b7",
    "domain_facts": "816a300ac414a88f",
}
