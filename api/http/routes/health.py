"""`GET /healthz`, `/readyz` and `/metrics`: whether the service runs, whether its database answers, and what it counts."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, Response
from pydantic import BaseModel, ConfigDict

from api.http.desk_opener import DeskOpener
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

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"status": "ok", "database": "sqlite, revision first_tables", "rulebook": "v1"}]}
    )

    status: str = "ok"
    database: str | None
    """The kind and revision of its database; null where it has none yet."""
    rulebook: str | None = None
    """The version of the rulebook in force there, or why it is only read with that of the service; null where none is published."""


def router(rulebook: Rulebook, database_url: str | None, metrics: ServiceMetrics, opener: DeskOpener) -> APIRouter:
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
            inspection = inspect_database(database_url, on=opener.day())
        except Refusal as refusal:
            raise Unavailable(refusal.problems) from None
        version, problem = inspection.in_force, opener.only_reads(inspection.in_force)
        text = None if version is None else version.name if problem is None else f"{problem.message}; {problem.help}"
        return Readiness(database=f"{inspection.dialect}, revision {inspection.revision}", rulebook=text)

    @routes.get("/metrics", summary="What the service counts and measures", operation_id="get_metrics", response_class=PlainTextResponse)
    async def metrics_text() -> Response:  # in the event loop: it must not wait for a thread
        """Requests, durations, refusals and workers, in the text format of Prometheus."""
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    return routes
