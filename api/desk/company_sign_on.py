"""People sign in with an account of the company: which person an account is, and in which role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from api.desk import staff
from api.desk.access import USER_NOT_ACTIVE
from api.desk.desk import Desk
from api.desk.sign_on_settings import SignOnSettings
from api.desk.signing_in import begin_session
from api.refusals import NoKey
from api.store import audit_trail, users
from api.store.audit_trail import AuditEntry
from api.store.sign_ins import Session
from api.store.sql import Writing
from api.store.users import Role, User
from engine.problems import Kind

NO_NAME: Final = Kind(
    "sign-on-without-name",
    "the account of the company has no `{claim}`, by which people are known here",
    "ask an administrator to have the provider send it, or to set CENTWRIGHT_SIGN_ON_CLAIM to what it sends",
)
NOT_VERIFIED: Final = Kind(
    "sign-on-not-verified", "the provider did not verify the address `{text}`", "confirm it there, then sign in again"
)
NOBODY: Final = Kind("sign-on-unknown-person", "nobody here is `{text}`", "ask an administrator to add the person first")
NO_ROLE: Final = Kind(
    "sign-on-without-role", "no group of the account of `{text}` has a role here", "ask an administrator for one of the groups with a role"
)


def sign_on(desk: Desk, claims: Mapping[str, object], settings: SignOnSettings, browser: str) -> tuple[Session, str]:
    """Begins a session of the person that an account is; gives it with its token.

    Where groups have roles, the account decides the role, and a person who is not known yet is added.
    """
    text = _text(claims, settings.person_claim)
    if not text:
        raise NoKey((NO_NAME.at(None, claim=settings.person_claim),))
    if settings.person_claim == "email" and claims.get("email_verified") is False:
        raise NoKey((NOT_VERIFIED.at(None, text=text[:100]),))
    role = _role(claims, settings, text)
    return desk.store.in_one_transaction(lambda store: _begin(replace(desk, store=store), claims, text, role, browser))


def _begin(desk: Desk, claims: Mapping[str, object], text: str, role: Role | None, browser: str) -> tuple[Session, str]:
    with desk.writing() as connection:
        person = _known(connection, text)
        if person is None and role is None:
            raise NoKey((NOBODY.at(None, text=text[:100]),))
        if person is None:
            assert role is not None
            name = text.partition("@")[0].lower()
            person = staff.add(
                desk, User(name=name, full_name=_text(claims, "name") or text, email=_text(claims, "email") or text, role=role)
            )
            _record(desk, connection, person, ("email", "full_name", "name", "role"))
        elif person.state != "active":
            raise NoKey((USER_NOT_ACTIVE.at(None, name=person.name),))
        elif role is not None and person.role != role:
            person = staff.change(desk, person.name, role=role, is_decided_elsewhere=True)
            _record(desk, connection, person, ("role",))
        return begin_session(desk, connection, person, browser)


def _known(connection: Writing, text: str) -> User | None:
    """The person of a name, or of an e-mail address that nobody else has."""
    if "@" not in text:
        return users.lock(connection, text.lower())
    matches = [name for name, each in users.find(connection).items() if each.email.casefold() == text.casefold()]
    return users.lock(connection, matches[0]) if len(matches) == 1 else None


def _role(claims: Mapping[str, object], settings: SignOnSettings, text: str) -> Role | None:
    """The role of the first group that has one; None where administrators give roles."""
    if not settings.roles:
        return None
    given = claims.get(settings.role_claim)
    groups = [given] if isinstance(given, str) else given if isinstance(given, list) else []
    role = next((role for group, role in settings.roles.items() if group in groups), None)
    if role is None:
        raise NoKey((NO_ROLE.at(None, text=text[:100]),))
    return role


def _record(desk: Desk, connection: Writing, person: User, fields: tuple[str, ...]) -> None:
    entry = AuditEntry(actor_kind="user", actor=person.name, action="sign_on", resource=f"users/{person.name}", fields=fields)
    audit_trail.append(connection, entry, at=desk.now(), on=desk.today)


def _text(claims: Mapping[str, object], name: str) -> str:
    """What an account says under a name, where it is one plain text."""
    text = claims.get(name)
    return text.strip()[:255] if isinstance(text, str) and text.isprintable() else ""
