"""The tables of a database: created at once in a new one, migrated with Alembic where an earlier version made them.

What all migrations together come to stands as statements of each kind of database in `migrations/sqlite.sql` and `postgresql.sql`.
`python -m tests.contract.new_tables` writes them, and a contract test compares both ways. Only an older database loads Alembic.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, inspect, text

if TYPE_CHECKING:
    from alembic.migration import MigrationContext
    from alembic.runtime.migration import RevisionStep
    from alembic.script import ScriptDirectory

FOLDER: Final = Path(__file__).parent / "migrations"
BETWEEN: Final = ";\n\n"
"""What stands between two statements in the files of statements, and in no statement."""
_MARK: Final = "-- revision: "


def revision_of(connection: Connection) -> str | None:
    """The revision of the tables in a database; None where there are none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("select version_num from alembic_version")).scalar()
    return revision


def is_known(revision: str) -> bool:
    """Whether this program can read or migrate tables of a revision."""
    return revision == newest_revision() or revision in {script.revision for script in _scripts().walk_revisions()}


@cache
def newest_revision() -> str:
    """The revision that this program works with."""
    with statements_of("sqlite").open(encoding="utf-8") as file:
        return file.readline().removeprefix(_MARK).strip()


def upgrade(connection: Connection, *, to: str = "head") -> None:
    """Brings the tables to a revision, within a transaction: a new database gets the newest ones without a single migration."""
    if to in ("head", newest_revision()) and revision_of(connection) is None:
        _create_tables(connection)
    else:
        migrate(connection, to=to)


def migrate(connection: Connection, *, to: str = "head") -> None:
    """Runs every pending migration, up to a revision."""
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext

    scripts = _scripts()

    def steps(revision: str, context: MigrationContext) -> list[RevisionStep]:
        return list(scripts._upgrade_revs(to, revision))

    with EnvironmentContext(Config(), scripts, fn=steps) as environment:
        environment.configure(connection=connection, transactional_ddl=True)
        environment.run_migrations()


def statements_of(dialect: str) -> Path:
    """The file with the statements that create the newest tables in one kind of database."""
    return FOLDER / f"{dialect}.sql"


def file_of(revision: str, statements: Sequence[str]) -> str:
    """The text of such a file: the revision, then the statements."""
    return f"{_MARK}{revision}\n\n{BETWEEN.join(statements)};\n"


def _create_tables(connection: Connection) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    for statement in _statements(connection.dialect.name):
        driver.execute(statement)


@cache
def _statements(dialect: str) -> tuple[str, ...]:
    """The statements of a file; PostgreSQL takes all of them in one message."""
    _, _, statements = statements_of(dialect).read_text(encoding="utf-8").partition("\n\n")
    return tuple(statements.strip().removesuffix(";").split(BETWEEN)) if dialect == "sqlite" else (statements,)


@cache
def _scripts() -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(FOLDER))
