"""What reports read of issued documents, out of their JSON: days and the buyer in columns, and the sums of postings as rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from api.store.sql import Day, Whole

revision: Final = "columns_of_documents"
down_revision: Final = "prepaid_amounts"
_SUMS: Final = "posting_sums"
_FILL: Final = {
    "sqlite": """
        update issued set due_on = json_extract(document, '$.due_on'), tax_point = json_extract(document, '$.tax_point'),
            buyer_name = json_extract(document, '$.customer.name'), buyer_vat_number = json_extract(document, '$.customer.vat_number'),
            channel = json_extract(document, '$.channel'), lines = json_array_length(document, '$.lines')
    """,
    "postgresql": """
        update issued set due_on = (parsed.j ->> 'due_on')::date, tax_point = (parsed.j ->> 'tax_point')::date,
            buyer_name = parsed.j -> 'customer' ->> 'name', buyer_vat_number = parsed.j -> 'customer' ->> 'vat_number',
            channel = parsed.j ->> 'channel', lines = jsonb_array_length(parsed.j -> 'lines')
        from (select number, document::jsonb as j from issued offset 0) as parsed where parsed.number = issued.number
    """,
}
_ADD_UP: Final = {
    "sqlite": """
        insert into posting_sums (number, account, vat_code, debit, credit)
        select number, json_extract(value, '$.account'), coalesce(json_extract(value, '$.vat_code'), ''),
            sum(cast(replace(json_extract(value, '$.debit'), '.', '') as integer)),
            sum(cast(replace(json_extract(value, '$.credit'), '.', '') as integer))
        from journal_entries, json_each(journal_entries.document, '$.postings') group by 1, 2, 3
    """,
    "postgresql": """
        insert into posting_sums (number, account, vat_code, debit, credit)
        select number, posting ->> 'account', coalesce(posting ->> 'vat_code', ''),
            sum(replace(posting ->> 'debit', '.', '')::bigint), sum(replace(posting ->> 'credit', '.', '')::bigint)
        from journal_entries, jsonb_array_elements(journal_entries.document::jsonb -> 'postings') as posting group by 1, 2, 3
    """,
}


def upgrade() -> None:
    """Adds the columns and the table, and fills them from the JSON; that and the hash chain over it stay as they are."""
    dialect = op.get_context().dialect.name
    op.create_table(
        _SUMS,
        *(Column(name, Text, nullable=False) for name in ("number", "account", "vat_code")),
        *(Column(name, Whole, autoincrement=False, nullable=False) for name in ("debit", "credit")),
        ForeignKeyConstraint(["number"], ["issued.number"], name=op.f(f"fk_{_SUMS}_number")),
        PrimaryKeyConstraint("number", "account", "vat_code", name=op.f(f"pk_{_SUMS}")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    for name in ("due_on", "tax_point"):
        op.add_column("issued", Column(name, Day, nullable=True))
    for name in ("buyer_name", "buyer_vat_number", "channel"):
        op.add_column("issued", Column(name, Text, nullable=True))
    op.add_column("issued", Column("lines", Whole, nullable=True))
    for statement in (*_open(dialect), _FILL[dialect], _ADD_UP[dialect], *_closed(dialect)):
        op.execute(statement)
    op.drop_index("ix_issued_tax_point", table_name="issued")
    op.create_index(op.f("ix_issued_tax_point_issued_at"), "issued", ["tax_point", "issued_at"], unique=False)
    _refuse_changes(dialect)


def downgrade() -> None:
    """Refuses: reports read the columns."""
    raise RuntimeError("reports read the columns of documents: they are never taken away")


def _open(dialect: str) -> Iterator[str]:
    """Lets this migration alone change documents."""
    yield "drop trigger issued_refuse_update" if dialect == "sqlite" else "alter table issued disable trigger issued_refuse"


def _closed(dialect: str) -> Iterator[str]:
    """Refuses changes of documents again."""
    if dialect == "sqlite":
        yield (
            "create trigger issued_refuse_update before update on issued "
            "begin select raise(abort, 'issued is append-only: update is refused'); end"
        )
    else:
        yield "alter table issued enable trigger issued_refuse"


def _refuse_changes(dialect: str) -> None:
    if dialect == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"create trigger {_SUMS}_refuse_{verb} before {verb} on {_SUMS} "
                f"begin select raise(abort, '{_SUMS} is append-only: {verb} is refused'); end"
            )
        return
    op.execute(
        f"create function {_SUMS}_refuse() returns trigger language plpgsql as $$ "
        f"begin raise exception '{_SUMS} is append-only: % is refused', lower(tg_op); end $$"
    )
    op.execute(f"create trigger {_SUMS}_refuse before update or delete on {_SUMS} for each row execute function {_SUMS}_refuse()")
    op.execute(f"create trigger {_SUMS}_refuse_truncate before truncate on {_SUMS} for each statement execute function {_SUMS}_refuse()")
