"""What the audit trail says of a command: its name, the document that it is about, and the names of what was given with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import click

from api.store.audit_trail import AuditEntry

_RESOURCES: Final[Mapping[str, str]] = {
    "contact": "contacts",
    "customer": "customers",
    "invoice": "invoices",
    "item": "items",
    "key": "keys",
    "opportunity": "opportunities",
    "order": "orders",
    "outbox": "outbox",
    "quote": "quotes",
    "rulebook": "rulebooks",
    "run": "runs",
    "usage": "usage",
    "user": "users",
    "webhook": "webhooks",
}


def audit_entry(person: str) -> AuditEntry | None:
    """The entry of the running command; None outside of one."""
    context = click.get_current_context(silent=True)
    if context is None or context.info_name is None:
        return None
    group = context.parent.info_name if context.parent is not None and context.parent.parent is not None else None
    arguments = [each.name for each in context.command.params if isinstance(each, click.Argument) and each.name]
    first = context.params.get(arguments[0]) if arguments else None
    plural = _RESOURCES.get(group or "")
    given = (name for name, value in context.params.items() if value not in (None, False, ()) and name not in arguments[:1])
    return AuditEntry(
        actor_kind="command",
        actor=person,
        action="_".join(part for part in (context.info_name, group) if part).replace("-", "_"),
        resource=(f"{plural}/{first}" if isinstance(first, str) else plural) if plural else "",
        fields=tuple(given),
    )
