"""The pages of keys and of webhooks: one row for each, with what may be done with it, and a new one first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from api.pages.frame.labels import action_label
from api.pages.frame.navigation import Values
from api.pages.records.empty_lists import next_step
from api.pages.records.own_pages import OwnPage, ShownRecord, rows_of
from api.pages.records.tree_view import shown_table
from api.store.outbox import WEBHOOK
from engine.phrases import phrase, say

_TEMPLATE: Final = "programs/programs.html.j2"
_KEYS: Final = ("name", "role", "scopes", "user", "last_used_at", "revoked_at")
_WEBHOOKS: Final = ("name", "url", "events", "state")


def _keys(record: ShownRecord) -> Values:
    keys = rows_of(record.answer, "keys")
    actions = [_actions(record, str(key["name"]), () if key["revoked_at"] else ("revoke_key",)) for key in keys]
    return _page(record, "/keys", "create_key", keys, _KEYS) | {"actions_of": actions, "failed": ()}


def _webhooks(record: ShownRecord) -> Values:
    webhooks = rows_of(record.answer, "webhooks")
    verbs = ("test_webhook", "change_webhook", "rotate_webhook", "delete_webhook")
    actions = [_actions(record, str(one["name"]), verbs) for one in webhooks]
    failed = [_failed(record, str(one["name"])) for one in webhooks]
    return _page(record, "/webhooks", "create_webhook", webhooks, _WEBHOOKS) | {"actions_of": actions, "failed": failed}


def _page(record: ShownRecord, path: str, creation: str, rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> Values:
    language = record.visit.language
    return {
        "table": shown_table(rows, columns, language, links={"name": path}),
        "new": (action_label(creation, language), f"/do/{creation}") if record.may(creation) else None,
        "empty": next_step(path, language),
        "head_of_failed": say(phrase("failed"), language),
    }


def _actions(record: ShownRecord, name: str, verbs: Sequence[str]) -> list[tuple[str, str]]:
    given = urlencode({"name": name})
    return [(action_label(each, record.visit.language), f"/do/{each}?{given}") for each in verbs if record.may(each)]


def _failed(record: ShownRecord, name: str) -> tuple[object, str]:
    """How many messages to a webhook failed, and where they stand."""
    requested = {"channel": f"{WEBHOOK}{name}", "state": "dead"}
    answer = record.read("/outbox", {}, **requested, limit="1", total="true") or {}
    return answer.get("total"), f"/outbox?{urlencode(requested)}"


KEYS_PAGE: Final = OwnPage(_TEMPLATE, _keys)
WEBHOOKS_PAGE: Final = OwnPage(_TEMPLATE, _webhooks)
