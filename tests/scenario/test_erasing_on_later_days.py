"""Erasing once orders have ended and quotes expired by themselves: their last steps were stored long before."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from api.desk import erasing, ordering
from api.desk.billing_run import issue
from api.desk.desk import Desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.refusals import Conflict
from tests.scenario.conftest import write_folder
from tests.scenario.test_erasing import FILES, JANUARY, WHY


def test_days_that_came_end_what_would_need_the_data(desk_on: Callable[[date], Desk], tmp_path: Path) -> None:
    desk = desk_on(JANUARY)
    import_files(desk, write_folder(tmp_path / "data", FILES))
    quote = "customer,on,product,quantity,payment_plan\nK1,2027-01-20,SRV-TRAIN,2,at-signature\n"
    import_files(desk, write_folder(tmp_path / "more", {"quotes.csv": quote}))
    issue(desk, Selection(due_through=JANUARY))
    ordering.end(desk, "K1-investment-2027-01-07", on=date(2027, 2, 10))
    with pytest.raises(Conflict, match=r"K1-investment-2027-01-07 is not ended and the quote Q2027-[0-9]+ is not decided"):
        erasing.erase_customer(desk, "K1", **WHY)
    erasing.erase_customer(desk_on(date(2027, 6, 30)), "K1", **WHY)
