"""`centwright backup FILE` and `centwright restore FILE`: the whole database as one file, and back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command
from api.store.auditor import audit
from api.store.database import open_store
from api.store.database_copy import back_up
from api.store.database_copy import restore as restore_backup
from api.store.issued_documents import ends_of_series


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Overwrite the file if it is there.")
@pass_invocation
def backup(invocation: Invocation, file: Path, replace: bool) -> int:
    """Write the whole database into FILE, also while a billing run goes on, and verify that copy.

    The file is an SQLite database, whatever database it comes from: `centwright verify --database FILE` and every list can read it.
    """
    written = back_up(invocation.settings.database_url, file, replaces=replace)
    invocation.write_error_problems(written.problems, {})
    fields = {"file": str(file), "rows": written.rows, "revision": written.revision, "installation": written.installation}
    invocation.write_fields({**fields, "problems": len(written.problems)})
    return 1 if written.problems else 0


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Overwrite a database that holds documents: all that it holds is lost.")
@pass_invocation
def restore(invocation: Invocation, file: Path, replace: bool) -> int:
    """Write the backup FILE into the database, SQLite or PostgreSQL, and verify it there.

    It becomes an installation of its own, which never sends what waits in the outbox of the first.
    """
    url = invocation.settings.database_url
    installation = restore_backup(file, url, replaces=replace)
    store = open_store(url, now=lambda: datetime.now(tz=UTC))
    try:
        with store.reading() as connection:
            problems, ends = audit(connection), ends_of_series(connection)
    finally:
        store.close()
    invocation.write_error_problems(problems, {})
    documents = sum(last for last, _ in ends.values())
    invocation.write_fields({"documents": documents, "installation": installation, "problems": len(problems)})
    return 1 if problems else 0
