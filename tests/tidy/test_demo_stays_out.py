"""Nothing of the demo company stands in Python: another company brings other files and finds nothing to edit in engine/ or api/."""

import csv
import re

from tests.tidy.checkout import ROOT, python_files, report, text_files

CODE = ("engine", "api")
# The rules behind the demo's figures: its index, its chains' and its annual factor, its accounts, its seller.
FIGURES = ["1.029", "0.85", "0.90", "0.95", "400000", "451000"]
SELLER = ["Verrelis", "Verriers", "BE0999945779", "0999.945.779", "0999945779", "BE71 0961 2345 6769", "BE71096123456769", "81 55 01 20"]


def test_no_product_and_no_customer_of_the_demo_stands_in_code() -> None:
    names = _column("products.csv", "code", "name") | _column("customers.csv", "id", "name", "vat_number", "email")
    names |= _column("opportunities.csv", "id", "customer_or_prospect")
    assert len(names) > 200, "the demo's CSVs have lost their columns"
    report(
        _found(names),
        "This is a product or customer of the demo. Code knows kinds of things; the things themselves stand in catalog/ and demo/.",
    )


def test_nothing_of_the_demo_s_seller_stands_in_code() -> None:
    assert any("Verrelis" in file.text for file in text_files() if file.path == "company.yaml"), "company.yaml names another seller now"
    report(_found(set(SELLER)), "This belongs in company.yaml.")


def test_no_percentage_and_no_account_of_the_demo_stands_in_code() -> None:
    accounts = set(re.findall(r"\b[4-7]\d{5}\b", "\n".join(file.text for file in text_files() if file.lies_in("catalog", "plans", "vat"))))
    report(
        _found(set(FIGURES) | accounts),
        "A figure that an analyst may want to change stands in rules/, catalog/, plans/ or vat/, never in code.",
    )


def test_no_rate_stands_in_the_engine() -> None:
    broken = []
    for file in python_files("engine"):
        for number, line in enumerate(file.lines, 1):
            if re.search(r"[\"'](21|12|6|20|19|17)(\.0+)?\s?%[\"']|Percent(\.of)?\(\s*[\"']?(21|12|6)\b", line):
                broken.append(f"{file.path}:{number}: {line.strip()[:100]}")
    report(broken, "VAT rates are dated lines of vat/.")


def _column(name: str, *columns: str) -> set[str]:
    with (ROOT / "demo" / name).open(encoding="utf-8", newline="") as source:
        return {row[column] for row in csv.DictReader(source) for column in columns if len(row[column]) > 3}


def _found(words: set[str]) -> list[str]:
    found = []
    for file in text_files():
        if not file.lies_in(*CODE) or not (near := [word for word in words if word in file.text]):
            continue
        wanted = re.compile("|".join(rf"(?<![\w.-]){re.escape(word)}(?![\w-]|\.\d)" for word in sorted(near, key=len, reverse=True)))
        found += [f"{file.path}:{number}: {hit[0]}" for number, line in enumerate(file.lines, 1) if (hit := wanted.search(line))]
    return found
