"""`GET /healthz`: whether the service runs, and with which rulebook."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from engine.rulebook.book import Rulebook


class Health(BaseModel):
    """The service runs and has read its rulebook."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ok", "rulebook": "3f2a…"}]})

    status: str = "ok"
    rulebook: str
    """The fingerprint of the live rulebook."""


def router(rulebook: Rulebook) -> APIRouter:
    """The health check."""
    routes = APIRouter(tags=["health"])

    @routes.get("/healthz", summary="Whether the service runs")
    async def healthz() -> Health:  # in the event loop: it must not wait for a thread
        """Answers as soon as the rulebook is read, whatever else the service does."""
        return Health(rulebook=rulebook.fingerprint)

    return routes
