"""What reads differently: by meaning, in the words of the source, with the place on both sides."""

from __future__ import annotations

from functools import cache

import pytest

from api.rulebook_folder import read_folder
from engine.comparing.edits import Edit, edits
from engine.rulebook.fingerprint import fingerprint
from engine.rulebook.reader import Reading, read_all
from tests.golden.rulebooks import CHECKOUT, SMALL, read_changed

SHIPPED = dict(read_folder(CHECKOUT))
OTHER = {path: text for path, text in SHIPPED.items() if path.startswith("vat/") and "accounts" not in path} | dict(read_folder(SMALL))
TEXTS = {"shipped": SHIPPED, "other": OTHER}


@cache
def before(of: str = "shipped") -> Reading:
    return read_all(TEXTS[of])


def after(of: str, path: str, old: str, new: str) -> Reading:
    text = TEXTS[of][path]
    assert old in text
    return read_changed({**TEXTS[of], path: text.replace(old, new, 1)}, before(of))


def only(of: str, path: str, old: str, new: str) -> Edit:
    (edit,) = edits(before(of), after(of, path, old, new))
    return edit


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        ("catalog/price-books/book-2027.yaml", "1.029", "1.031", ("price-books", "book-2027", "index 1 factor", "1.029", "1.031")),
        ("catalog/price-books/book-2026.csv", "89.00", "91.00", ("price-books", "book-2026", "prices SUB-CORE", "89.00", "91.00")),
        ("vat/rates.yaml", "rate: 21%", "rate: 22%", ("vat-rates", "vat-rates", "rates BE standard 1996-01-01 rate", "21%", "22%")),
        ("plans/payment-terms.yaml", "days: 30", "days: 45", ("payment-terms", "30-days", "days", "30", "45")),
        ("company.yaml", "oss: no", "oss: yes", ("company", "company", "seller oss", "no", "yes")),
        ("plans/payment-plans.yaml", "share: 30%", "share: 25%", ("payment-plans", "plan-30-30-40", "instalments 1 share", "30%", "25%")),
    ],
)
def test_a_field_in_its_own_words(path: str, old: str, new: str, expected: tuple[str, ...]) -> None:
    edit = only("shipped", path, old, new)
    assert (edit.kind, edit.name, edit.part, edit.before, edit.after) == expected
    assert edit.before_at is not None
    assert edit.after_at is not None
    assert (edit.before_at.path, edit.after_at.path, edit.before_at.line) == (path, path, edit.after_at.line)
    assert TEXTS["shipped"][path].splitlines()[edit.before_at.line - 1].find(old.rpartition(" ")[2]) >= 0


def test_a_row_of_a_table() -> None:
    edit = only("shipped", "rules/pricing.rules", "0.85", "0.80")
    assert (edit.kind, edit.name, edit.what) == ("rules", "table segment-factor", "changed")
    assert "0.85" in (edit.before or "")
    assert "0.80" in (edit.after or "")


def test_a_rule_that_is_added_or_removed() -> None:
    text = '\ndiscount opening "Opening"\n  when customer.segment is chain\n  give 10% off line.list\n  group promotion\n'
    added = read_changed({**SHIPPED, "rules/discounts.rules": SHIPPED["rules/discounts.rules"] + text}, before())
    (edit,) = edits(before(), added)
    assert (edit.name, edit.what, edit.before_at) == ("discount opening", "added", None)
    (back,) = edits(added, before())
    assert (back.name, back.what, back.after_at) == ("discount opening", "removed", None)


def test_an_entry_that_is_added() -> None:
    text = "  - {id: 60-days, label: {fr: 60 jours, nl: 60 dagen, en: 60 days}, days: 60}\n"
    new = read_changed({**SHIPPED, "plans/payment-terms.yaml": SHIPPED["plans/payment-terms.yaml"].rstrip() + "\n" + text}, before())
    (edit,) = edits(before(), new)
    assert (edit.kind, edit.name, edit.what) == ("payment-terms", "60-days", "added")
    assert "60 jours" in (edit.after or "")


def test_a_layout() -> None:
    path = next(path for path in SHIPPED if path.endswith("invoice.html.j2"))
    edit = only("shipped", path, "<", "< ")
    assert (edit.kind, edit.name) == ("templates", "invoice.html.j2")


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("company.yaml", "cut-over: 2027-01-01", "cut-over:   2027-01-01   # the first day"),
        ("rules/pricing.rules", "0.85 ", "0.85      "),
        ("rules/pricing.rules", "module rules.pricing\n", "module rules.pricing\n\n# A comment.\n"),
        ("plans/payment-terms.yaml", "days: 30", 'days: "30"'),
    ],
)
def test_layout_and_comments_are_no_edit(path: str, old: str, new: str) -> None:
    assert edits(before(), after("shipped", path, old, new)) == ()


def test_files_may_be_parted_and_put_together() -> None:
    names = [path for path in SHIPPED if path.startswith("catalog/products/")]
    moved = {path.replace("catalog/products/", "catalog/all/"): text for path, text in SHIPPED.items() if path in names}
    apart = {path: text for path, text in SHIPPED.items() if path not in names} | moved
    assert edits(before(), read_changed(apart, before())) == ()


@pytest.mark.parametrize("of", sorted(TEXTS))
def test_each_number_that_means_something_is_found_and_no_other(of: str) -> None:
    """Every line with a digit is changed in turn (a few of them); the fingerprint tells whether that means something."""
    lines = [(path, at) for path, text in sorted(TEXTS[of].items()) for at, line in enumerate(text.splitlines()) if "5" in line]
    looked_at = 0
    for path, at in lines[::23]:
        kept = TEXTS[of][path].splitlines(keepends=True)
        kept[at] = kept[at].replace("5", "6", 1)
        new = read_changed({**TEXTS[of], path: "".join(kept)}, before(of))
        if any(problem.stops for problem in new.problems):
            continue
        looked_at += 1
        prints = [fingerprint(side.gathered, side.checked, side.templates) for side in (before(of), new)]
        assert (prints[0] == prints[1]) == (edits(before(of), new) == ()), f"{path}:{at + 1}"
    assert looked_at > 1
