"""What SQLite reads where an invoice of many lines is claimed and stored."""

from contextlib import suppress
from datetime import date

from sqlalchemy import event

from api.store import customers, issued_documents, issuing
from api.store.database import Store
from api.store.transaction_rows import joined_hashes
from engine.documents.transaction_figures import amount_of
from tests.contract.store_documents import customer, entry, invoice, made, month, now, order

SERIES = "invoice-2027"


def test_claiming_and_marking_the_lines_of_a_long_invoice_reads_no_other_rows(store: Store) -> None:
    """SQLite once read the whole table for each invoice of more than twenty lines, by the index of states."""
    if store.dialect != "sqlite":
        return
    due = {f"i{at}|recurring|2027-01-01|": amount_of(month(order(), 0)) for at in range(60)}
    seen: list[tuple[str, object]] = []
    event.listen(store.engine, "before_cursor_execute", lambda *result: seen.append((result[2], result[3])))
    plans: list[str] = []
    with store.writing() as connection:
        customers.create(connection, [customer()], made())
    with suppress(RuntimeError), store.writing() as connection:
        assert issuing.claim(connection, ["S1"], due, SERIES, date(2027, 1, 31)) is None
        claiming = seen[-1]
        place = issued_documents.reserve_place(connection, SERIES, "invoice", date(2027, 1, 31))
        document = invoice("2027-00001", SERIES, customer(), [month(order(), 0)])
        written = issued_documents.written(document.tree, entry(document).tree, b"<Invoice/>")
        known = {"at": now(), "installation": "i", "run": 1, "transaction_hashes": joined_hashes(due)}
        assert issuing.store(connection, place, written, [], list(due), **known) == 0
        for statement, parameters in (claiming, seen[-1]):
            rows = connection.exec_driver_sql(f"explain query plan {statement}", parameters).all()  # type: ignore[arg-type]  # as the driver was given them
            plans += [row[3].split(" (")[0] for row in rows if "transactions" in row[3]]
        raise RuntimeError("nothing of it is to stay")
    assert plans == ["SEARCH transactions USING PRIMARY KEY"] * 2
