"""The page on imported files has the table of every file that is read; what stands in the tables is written from the code."""

import re

from api.importing.import_folder import FILES
from tests.tidy.checkout import ROOT


def test_each_file_has_its_table() -> None:
    page = (ROOT / "docs" / "reference" / "import-columns.md").read_text("utf-8")
    written = re.findall(r"<!-- columns of (.+) -->\n\n\| column", page)
    assert written == [*FILES, "usage", "earlier invoices"]
