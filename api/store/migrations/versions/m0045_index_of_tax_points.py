"""An index of issued documents by tax point, which stands in their JSON: reports of VAT read the documents of their period alone."""

from __future__ import annotations

from typing import Final

from alembic import op

revision: Final = "index_of_tax_points"
down_revision: Final = "sign_ins"
_FIND: Final = {"sqlite": "instr", "postgresql": "strpos"}


def upgrade() -> None:
    """Creates the index. Its expression is that of the queries, letter by letter."""
    find = _FIND[op.get_context().dialect.name]
    tax_point = f"""substr(document, {find}(document, '"tax_point":"') + 13, 10)"""
    op.execute(f"create index ix_issued_tax_point on issued ({tax_point}, issued_at)")


def downgrade() -> None:
    """Takes it away."""
    op.execute("drop index ix_issued_tax_point")
