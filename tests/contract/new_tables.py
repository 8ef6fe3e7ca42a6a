"""Writes `api/store/migrations/sqlite.sql` and `postgresql.sql`: run `python -m tests.contract.new_tables` after each new migration.

They are read from a database that has gone through every migration: from SQLite's own list, and from `pg_dump`.
"""

import os
import re
import subprocess
import tempfile

from sqlalchemy import Connection, create_engine, text

from api.store.migrate import file_of, migrate, revision_of, statements_of
from tests.postgres import Cluster, own_cluster

_CATALOG = {
    "tables": "select relname, relkind::text, relpersistence::text, reloptions from pg_class where relnamespace = 'public'::regnamespace",
    "columns": (
        "select c.relname, row_number() over (partition by c.oid order by a.attnum) as place, a.attname, "
        "format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity::text, a.attgenerated::text, a.attstorage::text, "
        "pg_get_expr(d.adbin, d.adrelid) from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 "
        "and not a.attisdropped left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum "
        "where c.relnamespace = 'public'::regnamespace"
    ),
    "constraints": (
        "select conrelid::regclass::text, conname, contype::text, convalidated, condeferrable, pg_get_constraintdef(oid) "
        "from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'"
    ),
    "indices": "select indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisvalid from pg_index "
    "where indrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)",
    "triggers": "select tgname, tgenabled::text, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal",
    "functions": "select proname, pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace",
}
_NO_STATEMENTS = ("--", "\\", "SET ", "SELECT pg_catalog.set_config")
"""How lines of a dump begin that create nothing."""


def shape_of(connection: Connection) -> dict[str, set[str]]:
    """All that a database says of its tables, columns, constraints, indices, triggers and functions."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("select type, name, tbl_name, sql from sqlite_schema"))
        return {"all": {f"{kind} {name} {table}: {_in_order(sql or '')}" for kind, name, table, sql in rows}}
    return {name: {repr(tuple(row)) for row in connection.execute(text(query))} for name, query in _CATALOG.items()}


def _in_order(statement: str) -> str:
    """A statement on one line, its constraints by the alphabet: a migration that makes a table anew lists them in any order."""
    body, _, end = " ".join(statement.split()).rpartition(")")
    columns, *constraints = re.split(r", (?=CONSTRAINT )", body)
    return ", ".join([columns.strip(), *sorted(one.strip() for one in constraints)]) + f"){end}"


def write_all() -> None:
    """Writes both files."""
    with tempfile.TemporaryDirectory() as folder, own_cluster() as cluster:
        for url in (f"sqlite:///{folder}/tables.sqlite", cluster.postgres.create("tables")):
            engine = create_engine(url)
            with engine.begin() as connection:
                migrate(connection)
                revision = str(revision_of(connection))
                made = _of_sqlite(connection) if engine.dialect.name == "sqlite" else []
            engine.dispose()
            statements = [*(made or _of_postgres(cluster, "tables")), f"INSERT INTO alembic_version VALUES ('{revision}')"]
            statements_of(engine.dialect.name).write_text(file_of(revision, statements), encoding="utf-8")


def _of_sqlite(connection: Connection) -> list[str]:
    rows = connection.execute(text("select sql from sqlite_schema where sql is not null order by rowid"))
    return ["\n".join(line.strip() for line in statement.strip().splitlines() if line.strip()) for (statement,) in rows]


def _of_postgres(cluster: Cluster, database: str) -> list[str]:
    server = cluster.postgres
    command = [cluster.binaries / "pg_dump", "--schema-only", "--no-owner", "--no-privileges"]
    where = ["--host", server.host, "--port", str(server.port), "--username", server.user, database]
    made = subprocess.run([*command, *where], env=os.environ | {"PGPASSWORD": server.password}, capture_output=True, text=True, check=True)
    lines = [line for line in made.stdout.splitlines() if line and not line.startswith(_NO_STATEMENTS)]
    return "\n".join(lines).replace("public.", "").removesuffix(";").split(";\n")


if __name__ == "__main__":
    write_all()
