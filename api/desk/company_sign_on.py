"""People sign in with an account of the company: which person an account is, by its subject, and in which role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from api.desk import staff
from api.desk.access import USER_NOT_ACTIVE
from api.desk.desk import Desk
from api.desk.sign_on_settings import SignOnSettings
from api.desk.signing_in import begin_session
from api.refusals import Conflict, NoKey, unknown
from api.store import audit_trail, company_accounts, sign_ins, users
from api.store.audit_trail import AuditEntry
from api.store.company_accounts import CompanyAccount
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
    "sign-on-not-verified",
    "the provider does not say that it verified the address `{text}`",
    "confirm it there, then sign in again; where the provider verifies all and does not say so: CENTWRIGHT_SIGN_ON_UNVERIFIED=accept",
)
NO_SUBJECT: Final = Kind(
    "sign-on-without-subject", "the account of the company has no `sub`, to which it would be bound", "ask an administrator to look at it"
)
OTHER_ACCOUNT: Final = Kind(
    "sign-on-other-account",
    "`{name}` signs in with another account of the company: this one has the same {claim}, and another `sub`",
    "ask an administrator whose account this is; if it is that of `{name}` now: `centwright user unbind {name}`",
)
NOBODY: Final = Kind("sign-on-unknown-person", "nobody here is `{text}`", "ask an administrator to add the person first")
NO_ROLE: Final = Kind(
    "sign-on-without-role", "no group of the account of `{text}` has a role here", "ask an administrator for one of the groups with a role"
)
NOT_BOUND: Final = Kind("not-bound", "no account of the company is bound to `{name}`", "nothing needs to be done: the next one is bound")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Account:
    """An account that signs in: its subject, which never changes, what names the person, and the role that it decides."""

    claims: Mapping[str, object]
    issuer: str
    subject: str
    claim: str
    text: str
    """What the claim says."""
    role: Role | None


def sign_on(desk: Desk, claims: Mapping[str, object], settings: SignOnSettings, browser: str) -> tuple[Session, str]:
    """Begins a session of the person that an account is; gives it with its token.

    An account that is bound is the person to whom it is bound, whatever its name is now; another one is bound at its first time. Where
    groups have roles, the account decides the role, and a person who is not known yet is added.
    """
    claim = settings.person_claim
    text, subject = _text(claims, claim), _text(claims, "sub")
    if not text:
        raise NoKey((NO_NAME.at(None, claim=claim),))
    if not subject:
        raise NoKey((NO_SUBJECT.at(None),))
    is_verified = claims.get("email_verified") in (True, "true") or settings.accepts_unverified
    if ("@" in text or claim == "email") and not is_verified:  # whatever the claim: an address is looked for among those of people
        raise NoKey((NOT_VERIFIED.at(None, text=text[:100]),))
    role = _role(claims, settings, text)
    account = _Account(claims=claims, issuer=settings.issuer, subject=subject, claim=claim, text=text, role=role)
    try:
        return desk.store.in_one_transaction(lambda store: _begin(replace(desk, store=store), account, browser))
    except _OfAnother as fault:
        with desk.writing() as connection:
            _record(desk, connection, fault.person, "sign_on_refused", ("sub",))
        raise NoKey((OTHER_ACCOUNT.at(None, name=fault.person.name, claim=claim),)) from None


def unbind(desk: Desk, name: str) -> User:
    """Unbinds the accounts of a person, whose sessions end: the next account with the name of the person is bound."""
    with desk.writing() as connection:
        person = users.lock(connection, name, alone=True)
        if person is None:
            raise unknown("user", name)
        if not company_accounts.unbind(connection, name):
            raise Conflict((NOT_BOUND.at(None, name=name),), "unbound", ("change",))
        sign_ins.end_sessions(connection, name, at=desk.now(), by=desk.author)
    return person


def accounts_of(desk: Desk, name: str) -> tuple[CompanyAccount, ...]:
    """The accounts that are bound to a person."""
    with desk.store.reading() as connection:
        return company_accounts.of_user(connection, name)


class _OfAnother(Exception):
    """The person whom an account names is bound to another one."""

    def __init__(self, person: User) -> None:
        super().__init__()
        self.person = person


def _begin(desk: Desk, account: _Account, browser: str) -> tuple[Session, str]:
    with desk.writing() as connection:
        person = _person(desk, connection, account)
        if person.state != "active":
            raise NoKey((USER_NOT_ACTIVE.at(None, name=person.name),))
        if account.role is not None and person.role != account.role:
            person = staff.change(desk, person.name, role=account.role, is_decided_elsewhere=True)
            _record(desk, connection, person, "sign_on", ("role",))
        return begin_session(desk, connection, person, browser)


def _person(desk: Desk, connection: Writing, account: _Account) -> User:
    """The person to whom an account is bound; the one whom it names, to whom it is bound now, or who is added."""
    bound = company_accounts.of_subject(connection, account.issuer, account.subject)
    if bound is not None:
        person = users.lock(connection, bound.user)
        assert person is not None, bound.user
        return person
    person = _known(connection, account.text)
    if person is None and account.role is None:
        raise NoKey((NOBODY.at(None, text=account.text[:100]),))
    if person is None:
        assert account.role is not None
        name, text, claims = account.text.partition("@")[0].lower(), account.text, account.claims
        person = staff.add(
            desk, User(name=name, full_name=_text(claims, "name") or text, email=_text(claims, "email") or text, role=account.role)
        )
        _record(desk, connection, person, "sign_on", ("email", "full_name", "name", "role"))
    elif any(each.issuer == account.issuer for each in company_accounts.of_user(connection, person.name)):
        raise _OfAnother(person)
    binding = CompanyAccount(issuer=account.issuer, subject=account.subject, user=person.name, bound_at=desk.now())
    company_accounts.bind(connection, binding)
    _record(desk, connection, person, "sign_on_bound", ("sub",))
    return person


def _known(connection: Writing, text: str) -> User | None:
    """The person of a name, or of an e-mail address that nobody else has; nobody else binds an account to it meanwhile."""
    if "@" not in text:
        return users.lock(connection, text.lower(), alone=True)
    matches = [name for name, each in users.find(connection).items() if each.email.casefold() == text.casefold()]
    return users.lock(connection, matches[0], alone=True) if len(matches) == 1 else None


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


def _record(desk: Desk, connection: Writing, person: User, action: str, fields: tuple[str, ...]) -> None:
    entry = AuditEntry(actor_kind="user", actor=person.name, action=action, resource=f"users/{person.name}", fields=fields)
    audit_trail.append(connection, entry, at=desk.now(), on=desk.today)


def _text(claims: Mapping[str, object], name: str) -> str:
    """What an account says under a name, where it is one plain text."""
    text = claims.get(name)
    return text.strip()[:255] if isinstance(text, str) and text.isprintable() else ""
