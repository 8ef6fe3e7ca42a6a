"""What an import says of its files stands in two columns, also under the longest heading."""

from api.cli.importing import as_text
from api.desk.import_result import ImportCounts, ImportResult


def test_the_counts_stand_in_one_column() -> None:
    kinds = (ImportCounts(kind="customer", fresh=2), ImportCounts(kind="former invoice", fresh=3, unchanged=1))
    lines = as_text(ImportResult(kinds=kinds, transactions=12, advice=())).splitlines()
    assert lines == ["customers        2 new", "former invoices  3 new, 1 as before", "transactions     12 planned"]
