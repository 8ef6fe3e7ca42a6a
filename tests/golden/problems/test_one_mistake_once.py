"""One mistake is told once: what cannot be read is reported, and what follows from it is not."""

from __future__ import annotations

import pytest

from tests.golden.problems.pages import SHOP, problems_of

YAML = sorted(
    path for path, text in SHOP.items() if path.endswith(".yaml") and not path.startswith("templates/") and text.startswith("kind:")
)
WITHOUT_KIND = [path for path in YAML if path not in ("vat/settings.yaml",)]


def told(path: str, text: str) -> list[str]:
    return [str(problem) for problem in problems_of({**SHOP, path: text}) if problem.stops]


def keys_of(text: str) -> list[int]:
    """The lines of a text that consist of a key, whose value stands on it or below it."""
    return [at for at, line in enumerate(text.splitlines()) if line.lstrip()[:1].isalpha() and ":" in line]


@pytest.mark.parametrize("path", YAML)
def test_a_key_without_its_colon_is_told_once(path: str) -> None:
    lines = SHOP[path].splitlines()
    for at in keys_of(SHOP[path]):
        broken = [*lines[:at], lines[at].replace(":", "", 1), *lines[at + 1 :]]
        problems = told(path, "\n".join(broken) + "\n")
        assert len(problems) <= 2, f"without the colon of line {at + 1}"
        assert all(problem.startswith(f"{path}:") for problem in problems)


@pytest.mark.parametrize("path", YAML)
def test_a_line_that_is_indented_with_a_tab_is_told_once(path: str) -> None:
    lines = SHOP[path].splitlines()
    for at in keys_of(SHOP[path])[2:]:
        broken = [*lines[:at], "\t" + lines[at].lstrip(), *lines[at + 1 :]]
        problems = told(path, "\n".join(broken) + "\n")
        assert len(problems) <= 2, f"with a tab on line {at + 1}"


@pytest.mark.parametrize("path", YAML)
def test_a_file_that_cannot_be_read_at_all_is_told_once(path: str) -> None:
    assert len(told(path, "[" + SHOP[path])) <= 2


@pytest.mark.parametrize("path", [path for path in YAML if path.startswith(("catalog/", "plans/")) and "/books/" not in path])
def test_a_file_that_is_missing_or_empty_is_told_once(path: str) -> None:
    assert len(told(path, "")) == 1
    without = {at: text for at, text in SHOP.items() if at != path}
    assert len([problem for problem in problems_of(without) if problem.stops]) <= 1


@pytest.mark.parametrize("day", ["01-07-2027", "2027-02-30", "soon"])
def test_a_day_in_another_form_is_told_once(day: str) -> None:
    for path in YAML:
        for line in SHOP[path].splitlines():
            key, _, value = line.partition(": ")
            if value[:2] == "20" and value[4:5] == "-":
                problems = told(path, SHOP[path].replace(line, f"{key}: {day}"))
                assert len(problems) == 1, f"{path}: {line}"


@pytest.mark.parametrize("key", ["layouts", "paragraphs", "sheets"])
def test_rules_of_documents_without_their_kind_lack_nothing_else(key: str) -> None:
    assert [problem.partition(": ")[2] for problem in told("templates/documents.yaml", f"{key}: []\n")] == [
        "missing-key: `kind` is missing"
    ]


def test_a_misspelt_product_of_a_price_book_is_told_once() -> None:
    assert [problem.partition(": ")[2] for problem in told("catalog/books/one.csv", "product,price\nBIKE,649.00\nCRAE,9.50\n")] == [
        "unknown-name: there is no product `CRAE`"
    ]


def test_versions_that_git_left_are_told_once() -> None:
    lines = SHOP["catalog/products.yaml"].splitlines()
    conflict = [*lines[:4], "<<<<<<< HEAD", *lines[4:9], "=======", *lines[4:8], ">>>>>>> other", *lines[9:]]
    assert [problem.partition(": ")[2] for problem in told("catalog/products.yaml", "\n".join(conflict) + "\n")] == [
        "merge-conflict: git left two versions of these lines here, down to line 16"
    ]


def test_a_product_without_its_dash_is_told_once() -> None:
    rules = "module rules.care\n\nprice care\n  for product CARE\n  at 8.00 EUR per bike\n"
    products = SHOP["catalog/products.yaml"].replace("  - code: CARE", "  code: CARE")
    problems = [str(problem) for problem in problems_of({**SHOP, "catalog/products.yaml": products, "rules/care.rules": rules})]
    assert len(problems) == 1
    assert problems[0].startswith("catalog/products.yaml:")
