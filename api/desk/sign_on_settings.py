"""The settings of signing in with an account of the company, at its provider of OpenID Connect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from api.settings import Settings
from api.store.users import ROLES, Role
from engine.phrases import listed, phrase
from engine.problems import Kind, refuse

NO_SIGN_ON: Final = Kind(
    "no-sign-on",
    "nobody could sign in with an account of the company: {names} is not set",
    "set CENTWRIGHT_SIGN_ON_ISSUER to the address of the provider, and CENTWRIGHT_SIGN_ON_CLIENT to the id that it gave this program",
)
NO_SIGN_ON_ROLES: Final = Kind(
    "no-sign-on-roles",
    "CENTWRIGHT_SIGN_ON_ROLES has `{text}`",
    "write a group and a role in each part, such as Finance=accounting, Sales=sales; roles are {roles}",
)
NO_SIGN_ON_SECRET: Final = Kind(
    "no-sign-on-secret",
    "CENTWRIGHT_SIGN_ON_SECRET_FILE is `{path}`, which cannot be read",
    "write the path of a file with the secret alone",
)
NO_PASSWORDS: Final = Kind(
    "no-passwords", "CENTWRIGHT_PASSWORDS is `{text}`", "write `on`, or `off` where people sign in at the company only"
)
NO_VERIFICATION: Final = Kind(
    "no-verification",
    "CENTWRIGHT_SIGN_ON_UNVERIFIED is `{text}`",
    "write `refuse`, or `accept` where the provider verifies all addresses and does not say so",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOnSettings:
    """Where people sign in, as what this program is registered there, and how an account names a person and a role."""

    issuer: str
    registration: str
    """The id under which the provider knows this program."""
    secret: str | None = field(default=None, repr=False)
    person_claim: str = "preferred_username"
    """What of an account is the name, or the e-mail address, of a person here."""
    role_claim: str = "groups"
    roles: Mapping[str, Role] = field(default_factory=dict)
    """The role of each group, the first that fits; without any, people and their roles are those that administrators entered."""
    allows_passwords: bool = True
    accepts_unverified: bool = False
    """Whether an e-mail address names a person that the provider did not verify, or of which it does not say so."""

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """Those of an installation; None where people sign in with passwords only."""
        given = {name: settings.text(f"SIGN_ON_{name}") for name in ("ISSUER", "CLIENT")}
        allows_passwords = _allows_passwords(settings)
        missing = [f"CENTWRIGHT_SIGN_ON_{name}" for name, text in given.items() if text is None]
        if len(missing) == len(given) and allows_passwords:
            return None
        issuer, registration = given["ISSUER"], given["CLIENT"]
        if issuer is None or registration is None:
            raise refuse(NO_SIGN_ON, names=listed(missing, "and"))
        return cls(
            issuer=issuer,
            registration=registration,
            secret=_secret(settings),
            person_claim=settings.text("SIGN_ON_CLAIM") or "preferred_username",
            role_claim=settings.text("SIGN_ON_ROLE_CLAIM") or "groups",
            roles=_roles(settings.text("SIGN_ON_ROLES") or ""),
            allows_passwords=allows_passwords,
            accepts_unverified=_accepts_unverified(settings),
        )


def _allows_passwords(settings: Settings) -> bool:
    text = settings.text("PASSWORDS") or "on"
    if text not in ("on", "off"):
        raise refuse(NO_PASSWORDS, text=text[:60])
    return text == "on"


def _accepts_unverified(settings: Settings) -> bool:
    text = settings.text("SIGN_ON_UNVERIFIED") or "refuse"
    if text not in ("refuse", "accept"):
        raise refuse(NO_VERIFICATION, text=text[:60])
    return text == "accept"


def _secret(settings: Settings) -> str | None:
    path = settings.text("SIGN_ON_SECRET_FILE")
    if path is None:
        return settings.text("SIGN_ON_SECRET")
    try:
        return Path(path).expanduser().read_text(encoding="utf-8").strip() or None
    except (OSError, ValueError):
        raise refuse(NO_SIGN_ON_SECRET, path=path[:200]) from None


def _roles(text: str) -> Mapping[str, Role]:
    roles: dict[str, Role] = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        group, equals, name = (each.strip() for each in part.rpartition("="))
        role = next((each for each in ROLES if each == name), None)
        if not (group and equals and role):
            raise refuse(NO_SIGN_ON_ROLES, text=part[:60] or phrase("nothing"), roles=listed(ROLES, "and"))
        roles.setdefault(group, role)
    return roles
