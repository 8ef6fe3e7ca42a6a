"""The page on imported files names every column that is read, required or not, and no other."""

import re

from api.importing.import_folder import FILES, columns_of_file
from api.rulebook_folder import read_folder
from engine.rulebook.reader import read_rulebook
from tests.tidy.checkout import ROOT

SECTION = re.compile(r"^## (\w+\.csv)$(.*?)(?=^## |\Z)", re.M | re.S)
ROW = re.compile(r"^\| `(\w+)` \| (\*\*required\*\*)?", re.M)


def test_each_file_has_its_columns_as_they_are_read() -> None:
    page = (ROOT / "docs" / "reference" / "import-columns.md").read_text("utf-8")
    rulebook = read_rulebook(read_folder(ROOT))
    written = {name: {column: bool(required) for column, required in ROW.findall(text)} for name, text in SECTION.findall(page)}
    read = {}
    for name in FILES:
        columns = columns_of_file(name, "amount\n", rulebook)
        read[name] = {**dict.fromkeys(columns.needed, True), **dict.fromkeys(columns.optional, False)}
    assert written == read
