"""`GET /healthz`, `/readyz` and `/metrics`: whether the service runs, whether its database answers, and what it counts."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, Response
from pydantic import BaseModel, ConfigDict

from api.http.metrics import CONTENT_TYPE, ServiceMetrics
from api.refusals import Unavailable
from api.store.database import inspect_database
from engine.problems import Refusal
from engine.rulebook.book import Rulebook


class Health(BaseModel):
    """The service runs and has read its rulebook."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ok", "rulebook": "3f2a…"}]})

    status: str = "ok"
    rulebook: str
    """The fingerprint of the live rulebook."""


class Readiness(BaseModel):
    """The service can do its work."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ok", "database": "sqlite, revision first_tables"}]})

    status: str = "ok"
    database: str | None
    """The kind and revision of its database; null where it has none yet."""


def router(rulebook: Rulebook, database_url: str | None, metrics: ServiceMetrics) -> APIRouter:
    """The checks of a load balancer or an operator."""
    routes = APIRouter(tags=["health"])

    @routes.get("/healthz", summary="Whether the service runs", operation_id="get_health")
    async def healthz() -> Health:  # in the event loop: it must not wait for a thread
        """Answers as soon as the rulebook is read, whatever else the service does."""
        return Health(rulebook=rulebook.fingerprint)

    @routes.get("/readyz", summary="Whether the service can do its work", operation_id="get_readiness")
    def readyz() -> Readiness:  # in a thread: a database may take its time
        """Looks at the database within seconds, and changes nothing."""
        if database_url is None:
            return Readiness(database=None)
        try:
            inspection = inspect_database(database_url)
        except Refusal as refusal:
            raise Unavailable(refusal.problems) from None
        return Readiness(database=f"{inspection.dialect}, revision {inspection.revision}")

    @routes.get("/metrics", summary="What the service counts and measures", operation_id="get_metrics", response_class=PlainTextResponse)
    async def metrics_text() -> Response:  # in the event loop: it must not wait for a thread
        """Requests, durations, refusals and workers, in the text format of Prometheus."""
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    return routes
