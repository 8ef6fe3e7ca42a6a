"""`centwright serve`: runs the HTTP service until it is stopped."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Final

import click

from api.cli.invocation import Invocation
from api.cli.options import Command
from api.delivery.service_worker import delivering_beside
from api.desk.link_signing import LinkSettings
from api.desk.sign_on_settings import SignOnSettings
from api.garbage import set_aside
from api.http.app import create_app
from api.http.desk_opener import DeskOpener
from api.http.server import check_host, listen, run
from api.installation import version_here
from api.refusals import MISSING_DATABASE, OutsideFailure
from api.store.database import inspect_database
from api.workbench.comparison_run import golden_files

if TYPE_CHECKING:
    from api.delivery.openid_provider import OpenIdProvider

LOCAL_HOST: Final = "127.0.0.1"


@click.command(cls=Command)
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="The port to listen on (default: CENTWRIGHT_PORT, or 8000).")
@click.option("--host", default=LOCAL_HOST, show_default=True, help="The address of this machine to listen on.")
@click.pass_obj
def serve(invocation: Invocation, port: int | None, host: str) -> None:
    """Serve the pages and the HTTP interface; the documentation of the interface is at /docs."""
    serve_here(invocation, host, port)


def serve_here(invocation: Invocation, host: str, port: int | None) -> None:
    """Serves at an address of this machine until it is stopped."""
    settings = invocation.settings
    check_host(host, evaluations_need_keys=settings.evaluations_need_keys)
    links = LinkSettings.of(settings)
    if links.is_set:
        links.signer()  # refuses what is wrong before anything is served
    provider = _provider(SignOnSettings.of(settings))
    has_database = _has_database(invocation)
    limits = settings.limits
    listener = listen(host, settings.port if port is None else port, limits.backlog)
    golden = golden_files(None, [settings.rulebook])
    app = create_app(
        invocation.sources,
        golden,
        limits,
        hosts=(*settings.hosts, host, *([links.host] if links.host else [])),
        proxies=settings.proxies,
        version=version_here(),
        evaluations_need_keys=settings.evaluations_need_keys,
        rulebook=invocation.rulebook,
        database_url=settings.database_url if has_database else None,
        desk=DeskOpener(
            url=settings.database_url,
            rulebook=invocation.rulebook,
            sources=invocation.sources,
            rulebook_folder=settings.rulebook,
            is_chosen=settings.by_name["RULEBOOK"].origin == "option",
            today=settings.today,
            is_any_webhook_allowed=settings.is_any_webhook_allowed,
            vies_url=settings.text("VIES_URL"),
            accounting_url=settings.text("ACCOUNTING_URL"),
            links=links,
            lock_timeout=settings.lock_timeout,
            settings=settings if port is None else settings.with_texts({"PORT": str(port)}),
            when_read=set_aside,
        ),
        provider=provider,
    )
    with delivering_beside(settings) if settings.delivers_inside and has_database else nullcontext():
        run(app, listener, limits, settings.log_level)


def _provider(settings: SignOnSettings | None) -> OpenIdProvider | None:
    """Where people sign in with accounts of the company; what that needs is imported only where it is set."""
    if settings is None:
        return None
    from api.delivery.openid_provider import OpenIdProvider

    return OpenIdProvider(settings)


def _has_database(invocation: Invocation) -> bool:
    """Whether there is a database. Refuses one that is damaged or does not answer, and a missing one that somebody named."""
    setting = invocation.settings.by_name["DATABASE_URL"]
    try:
        inspect_database(invocation.settings.database_url)
    except OutsideFailure as refusal:
        problem = refusal.problems[0]
        if setting.origin != "default" or problem.kind is not MISSING_DATABASE:
            raise
        invocation.write_message(f"{problem.message_in(invocation.language)}; {problem.help_in(invocation.language)}")
        return False
    return True
