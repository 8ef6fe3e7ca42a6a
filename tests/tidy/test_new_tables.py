"""A new database gets its tables at once: the statements for that are of the newest migration."""

from alembic.script import ScriptDirectory

from api.store.migrate import FOLDER, statements_of
from tests.tidy.checkout import report


def test_the_statements_for_a_new_database_are_of_the_newest_migration() -> None:
    newest = ScriptDirectory(str(FOLDER)).get_current_head()
    files = [statements_of(kind) for kind in ("sqlite", "postgresql")]
    broken = [file.name for file in files if file.read_text(encoding="utf-8").splitlines()[0] != f"-- revision: {newest}"]
    report(broken, f"The newest migration is `{newest}`: write the statements anew with `python -m tests.contract.new_tables`.")
