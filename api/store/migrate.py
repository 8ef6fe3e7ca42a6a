"""Migrations of the tables with Alembic, within the transaction that opens the store."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import RevisionStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

FOLDER: Final = Path(__file__).parent / "migrations"


def revision_of(connection: Connection) -> str | None:
    """The revision of the tables in a database; None where there are none yet."""
    return MigrationContext.configure(connection).get_current_revision()


def is_known(revision: str) -> bool:
    """Whether this program can read or migrate tables of a revision."""
    return revision in {script.revision for script in _scripts().walk_revisions()}


def newest_revision() -> str:
    """The revision that this program works with."""
    head = _scripts().get_current_head()
    if head is None:
        raise RuntimeError("no migrations were found beside the store")
    return head


def upgrade(connection: Connection, *, to: str = "head") -> None:
    """Runs every pending migration, up to a revision."""
    scripts = _scripts()

    def steps(revision: str, context: MigrationContext) -> list[RevisionStep]:
        return list(scripts._upgrade_revs(to, revision))

    with EnvironmentContext(Config(), scripts, fn=steps) as environment:
        environment.configure(connection=connection, transactional_ddl=True)
        environment.run_migrations()


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(FOLDER))
