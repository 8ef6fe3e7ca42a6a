"""Whether the service lives, and by which rulebook it answers."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from engine.rulebook.book import Rulebook


class Health(BaseModel):
    """The service lives and has read its rulebook."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ok", "rulebook": "3f2a…"}]})

    status: str = "ok"
    rulebook: str
    """The fingerprint of the rulebook by which it answers."""


def router(rulebooks: Callable[[str | None], Rulebook]) -> APIRouter:
    """The routes of health."""
    routes = APIRouter(tags=["health"])

    @routes.get("/healthz", summary="Whether the service lives")
    def healthz() -> Health:
        """Answers as soon as the rulebook is read."""
        return Health(rulebook=rulebooks(None).fingerprint)

    return routes
