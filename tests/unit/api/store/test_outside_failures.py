"""What a database does not do is told by its own words; what is wrong with a statement of ours stays a fault of the program."""

import pytest
from psycopg import errors
from sqlalchemy.exc import DatabaseError, InternalError, OperationalError, ProgrammingError

from api.refusals import OutsideFailure
from api.store.database import outside_failures


def test_full_disks_and_faults_of_the_database_s_own_are_outside() -> None:
    for kind, cause in (
        (OperationalError, errors.DiskFull("no space left on device")),
        (InternalError, errors.InternalError_("could not write to log file")),
        (InternalError, errors.DataCorrupted("invalid page in block 7")),
        (DatabaseError, errors.DatabaseError("closed")),
    ):
        with pytest.raises(OutsideFailure) as raised, outside_failures():
            raise kind("commit", None, cause)
        assert str(cause) in str(raised.value.problems[0])


def test_a_statement_that_is_wrong_is_a_fault_of_the_program() -> None:
    for kind, cause in (
        (InternalError, errors.InFailedSqlTransaction("aborted")),
        (ProgrammingError, errors.UndefinedTable("no such table")),
    ):
        with pytest.raises(kind), outside_failures():
            raise kind("select", None, cause)
