"""The accounts of the company that are bound to people: by their issuer and subject, which no other account ever has."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, select

from api.store.access_tables import company_accounts
from api.store.sql import Reading, Writing


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyAccount:
    """An account at a provider, and the person as whom it signs in."""

    issuer: str
    subject: str
    user: str
    bound_at: datetime


def of_subject(connection: Reading, issuer: str, subject: str) -> CompanyAccount | None:
    """The account of a subject; None where it is bound to nobody."""
    at = company_accounts.c
    row = connection.execute(select(company_accounts).where(at.issuer == issuer, at.subject == subject)).mappings().first()
    return None if row is None else CompanyAccount(**row)


def of_user(connection: Reading, user: str) -> tuple[CompanyAccount, ...]:
    """The accounts of a person: one for each provider."""
    query = select(company_accounts).where(company_accounts.c.user == user).order_by(company_accounts.c.issuer)
    return tuple(CompanyAccount(**row) for row in connection.execute(query).mappings())


def bind(connection: Writing, account: CompanyAccount) -> None:
    """Binds an account to a person."""
    connection.execute(company_accounts.insert().values(asdict(account)))


def unbind(connection: Writing, user: str) -> int:
    """Unbinds the accounts of a person; gives how many."""
    return connection.execute(delete(company_accounts).where(company_accounts.c.user == user)).rowcount
