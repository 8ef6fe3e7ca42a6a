"""What surrounds every page: where one can go by one's role, the search, the language, and who is signed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from api.http.route_declarations import Route
from api.pages.assets import address_of
from api.pages.frame.visits import Visit
from api.store.users import Role
from engine.phrases import LANGUAGES, Language, Phrase, as_written, phrase, say

Values = dict[str, object]
_GROUPS: Final[Sequence[tuple[Phrase, Sequence[tuple[str, Phrase]]]]] = (
    (
        phrase("Sales"),
        (
            ("/pipeline", phrase("Pipeline")),
            ("/opportunities", phrase("Opportunities")),
            ("/quotes", phrase("Quotes")),
            ("/customers", phrase("Customers")),
            ("/contacts", phrase("Contacts")),
        ),
    ),
    (
        phrase("Orders"),
        (("/orders", phrase("Orders")), ("/items", phrase("Items")), ("/usage", phrase("Usage"))),
    ),
    (
        phrase("Billing"),
        (
            ("/reports/to-invoice", phrase("To invoice")),
            ("/reports/held-back", phrase("Held back")),
            ("/runs", phrase("Runs")),
            ("/invoices", phrase("Invoices")),
            ("/transactions", phrase("Transactions")),
        ),
    ),
    (
        phrase("Accounting"),
        (
            ("/payments", phrase("Payments")),
            ("/do/import_bank_statements", phrase("Bank files")),
            ("/reminders", phrase("Reminders")),
            ("/mandates", phrase("Mandates")),
            ("/outbox", phrase("Deliveries")),
        ),
    ),
    (
        phrase("Reports"),
        (
            ("/reports/forecast", phrase("Forecast")),
            ("/reports", phrase("All reports")),
            ("/do/check_e_invoice", phrase("Check an e-invoice")),
        ),
    ),
    (phrase("Rules"), (("/rules", phrase("Workbench")), ("/rulebooks", phrase("Rulebooks")))),
    (
        phrase("Administration"),
        (
            ("/users", phrase("People")),
            ("/keys", phrase("Keys")),
            ("/webhooks", phrase("Webhooks")),
            ("/audit", phrase("Audit trail")),
            ("/import", phrase("Import")),
            ("/admin/doctor", phrase("Checks of the installation")),
            ("/admin/settings", phrase("Settings")),
            ("/e-invoices/rules", phrase("Rules of e-invoices")),
        ),
    ),
)
_SAME_ROLES: Final[Mapping[str, str]] = {"/pipeline": "/reports/pipeline", "/rules": "/drafts", "/import": "/admin/settings"}
"""Pages that no list or record has, with what who may see them may see."""
_WORDS: Final[Mapping[str, Phrase]] = {
    "skip": phrase("Skip to the content"),
    "search": phrase("Search customers, orders, quotes, invoices"),
    "find": phrase("Search"),
    "home": phrase("Home"),
    "sign_out": phrase("Sign out"),
    "theme": phrase("Light or dark"),
    "language": phrase("Language"),
    "keyboard": phrase("Keys of the keyboard"),
    "close": phrase("Close"),
    "menu": phrase("Menu"),
    "ended": phrase("Your session has ended. Sign in on another tab, then go on here: what you typed stays."),
    "unread": phrase("A part of this page could not be read again. What you typed stays."),
    "sign_in": phrase("Sign in"),
}
_KEYS: Final[Sequence[tuple[str, Phrase]]] = (
    ("/", phrase("search")),
    ("j k", phrase("next row, row before")),
    ("g h", phrase("home")),
    ("g c", phrase("customers")),
    ("g p", phrase("pipeline")),
    ("g q", phrase("quotes")),
    ("g o", phrase("orders")),
    ("g t", phrase("transactions")),
    ("g i", phrase("invoices")),
    ("g r", phrase("reports")),
    ("?", phrase("this list")),
)


def frame_of(visit: Visit, title: str, routes: Mapping[str, Route], belongs_to: str = "") -> Values:
    """The values of the frame around a page, for who looks at it; `belongs_to`: the page of the navigation under which it stands."""
    language = visit.language
    return {
        "language": language,
        "title": title,
        "heading": title,
        "text": {name: say(words, language) for name, words in _WORDS.items()},
        "groups": list(_groups(visit, routes, belongs_to)),
        "person": visit.person.full_name,
        "role": say(as_written(visit.person.role), language),
        "languages": LANGUAGES,
        "here": visit.path,
        "here_with_query": _address(visit),
        "csrf": visit.form_token,
        "key_words": [(keys, say(words, language)) for keys, words in _KEYS],
        **assets(),
    }


def named_entry(path: str, language: Language) -> str | None:
    """What the navigation calls a page, which is its heading too; None where it leads there by no entry."""
    return next((say(label, language) for _, entries in _GROUPS for each, label in entries if each == path), None)


def _address(visit: Visit) -> str:
    """The address of a page with its filter, tab and page; without what it said of a verb that was just done."""
    query = urlencode([(name, text) for name, text in visit.parameters if name != "done"])
    return f"{visit.path}?{query}" if query else visit.path


def assets() -> Values:
    """The addresses of style and script; None where they are not bundled here."""
    return {"style": address_of("pages.css"), "script": address_of("pages.js")}


def summary_of(route: Route, language: Language) -> str:
    """What a route does, in a sentence of the language."""
    return say(as_written(route.summary), language)


def may_see(role: Role, path: str, routes: Mapping[str, Route]) -> bool:
    """Whether a role may look at a list or a record; `/reports` is open to all, and shows each what it may see."""
    route = routes.get(path.removeprefix("/do/") if path.startswith("/do/") else f"/v1{_SAME_ROLES.get(path, path)}")
    return path == "/reports" or (route is not None and role in route.roles)


def _groups(visit: Visit, routes: Mapping[str, Route], belongs_to: str) -> Sequence[Values]:
    made: list[Values] = []
    paths = [path for _, entries in _GROUPS for path, _ in entries]
    here = _nearest(visit.path, paths) or _nearest(belongs_to, paths)
    for title, entries in _GROUPS:
        links = [
            {"path": path, "label": say(label, visit.language), "is_here": path == here}
            for path, label in entries
            if may_see(visit.person.role, path, routes)
        ]
        if links:
            is_open = here is None or any(link["is_here"] for link in links)
            made.append({"title": say(title, visit.language), "links": links, "is_open": is_open})
    return made


def _nearest(address: str, paths: Sequence[str]) -> str | None:
    """The entry of the navigation at an address, or above it."""
    return max((path for path in paths if f"{address}/".startswith(f"{path}/")), key=len, default=None)


def bare_frame(title: Phrase, language: Language) -> Values:
    """The values of a page without navigation: that of signing in, and of what went wrong before."""
    return {"language": language, "title": say(title, language), "heading": say(title, language), **assets()}
