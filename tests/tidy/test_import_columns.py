"""The page on imported files has the table of every file that is read; what stands in the tables is written from the code."""

import re

from api.importing.import_folder import FILES
from engine.text.column_names import PRICE_LIST, plain
from tests.tidy.checkout import ROOT


def test_each_file_has_its_table() -> None:
    page = (ROOT / "docs" / "reference" / "import-columns.md").read_text("utf-8")
    written = re.findall(r"<!-- columns of (.+) -->\n\n\| column", page)
    assert written == [*FILES, "usage", "earlier invoices"]


def test_no_french_or_dutch_name_stands_for_two_columns_of_a_file() -> None:
    page = (ROOT / "docs" / "reference" / "import-columns.md").read_text("utf-8")
    tables = {
        name: re.findall(r"^\| `(\w+)` \|.*\| ([^|]*) \|$", rows, re.M)
        for name, rows in re.findall(r"<!-- columns of (.+) -->\n\n((?:\|.*\n)+)", page)
    }
    columns = {name: [(column, re.findall("`(.+?)`", names)) for column, names in rows] for name, rows in tables.items()}
    columns["a price list"] = [(column, [*given.fr, *given.nl]) for column, given in PRICE_LIST.items()]
    assert len(columns) == len(FILES) + 3
    for file, rows in columns.items():
        means: dict[str, str] = {}
        for column, names in rows:
            assert len(names) > 1, f"{file}: {column} has no French and Dutch name"
            for name in {column, *names}:
                assert means.setdefault(plain(name), column) == column, f"{file}: `{name}` stands for {column} and {means[plain(name)]}"
