"""Many customers, each with one monthly invoice, and what must have come of a run over them."""

from pathlib import Path

from sqlalchemy import create_engine, func, select
from sqlalchemy.pool import NullPool

from api.desk.billing_run import preview
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.store import tables
from engine.rulebook.book import Rulebook
from engine.text.sources import Sources
from tests.scenario.conftest import write_folder
from tests.scenario.crashing import desk_at, outcome


def import_customers(url: str, folder: Path, number: int, rulebook: Rulebook, sources: Sources) -> None:
    """Imports that many customers, each with one subscription to one product, due in January 2027.

    The verdicts on their e-invoices are then known to this process, and so to those that it forks.
    """
    customers = "id,name,street,postcode,town,country,language,kind,email\n" + "".join(
        f"N{at:05},Client {at},Rue {at},5000,Namur,BE,fr,private,n{at}@clients.example\n" for at in range(number)
    )
    subscriptions = "customer,billing_type,activated_on,anchor_day,product,quantity\n" + "".join(
        f"N{at:05},monthly,2027-01-0{at % 9 + 1},1,SUB-AGENDA,1\n" for at in range(number)
    )
    desk = desk_at(url, rulebook, sources)
    import_files(desk, write_folder(folder, {"customers.csv": customers, "subscriptions.csv": subscriptions}))
    for _ in preview(desk, Selection(due_through=desk.today)):
        pass
    desk.close()


def check_all_issued(url: str, number: int) -> None:
    """Fails unless each customer has one invoice, the numbers have no gap, nothing is left, and the auditor finds nothing."""
    invoices, problems, due = outcome(url)
    assert (problems, due) == ([], 0)
    assert [invoice[0] for invoice in invoices] == [f"2027-{at:05}" for at in range(1, number + 1)]
    assert len({invoice[1] for invoice in invoices}) == number


def issued_so_far(url: str) -> int:
    """How many invoices a database has now; cheap, so that asking again and again takes no time from the workers."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(tables.issued)).scalar_one())
