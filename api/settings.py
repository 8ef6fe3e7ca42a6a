"""The settings of an installation: from options, the environment and a `.env` file, each with its origin."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Literal

from api.installation import SHIPPED
from api.languages import FALLBACK, language_of_terminal
from engine.dates import YEARS
from engine.phrases import LANGUAGES, Language, listed
from engine.problems import Kind, refuse
from engine.written_days import day_remedy

Origin = Literal["option", "environment", ".env", "default"]

NO_DAY = Kind("no-day", "{name} is `{text}`, which is not a day", "{remedy}")
FAR_DAY = Kind("far-day", "{name} is {text}, outside the years 1900 to 2199", "write the correct day, or none where there is none")
NO_LANGUAGE = Kind("no-language", "{name} is `{text}`, which is no language of the program", "write {languages}")
NO_NUMBER = Kind("no-number", "{name} is `{text}`, which is no number of its kind", "write a whole number from {least} to {most}")

NO_LEVEL = Kind("no-level", "CENTWRIGHT_LOG is `{text}`, which is no level of a log", "write {levels}")
NO_ACCESS = Kind("no-access", "CENTWRIGHT_EVALUATIONS is `{text}`", "write `open`, or `keys` where evaluations need a key too")
NO_RANGE = Kind("no-range", "CENTWRIGHT_WEBHOOKS is `{text}`", "write `public`, or `any` where webhooks may be in your own network")
NO_PLACE = Kind("no-place", "CENTWRIGHT_DELIVER is `{text}`", "write `apart`, or `inside` where `serve` sends what waits in the outbox")
NO_PROXY = Kind("no-proxy-address", "CENTWRIGHT_PROXIES has `{text}`, which is no address", "write addresses such as 127.0.0.1, 10.0.0.7")
NO_ADDRESS = Kind("no-mail-address", "{name} is `{text}`, which is not one e-mail address", "write one address such as tests@example.com")
LOG_LEVELS: Final = ("info", "warning", "error")
_DEFAULTS: Final[Mapping[str, str]] = {
    "DATABASE_URL": "sqlite:///var/centwright.sqlite",
    "RULEBOOK": str(SHIPPED),
    "TODAY": "",
    "LANGUAGE": "",
    "LOCK_TIMEOUT": "10",
    "BATCH_LOCK_TIMEOUT": "30",
    "SMTP_URL": "",
    "ACCOUNTING_URL": "",
    "PEPPOL_URL": "",
    "VIES_URL": "",
    "REDIRECT_MAIL_TO": "",
    "BOUNCES_TO": "",
    "MAILS_AN_HOUR": "20",
    "DELIVER": "apart",
    "PORT": "8000",
    "HOSTS": "",
    "PROXIES": "",
    "PUBLIC_URL": "",
    "LINK_SECRET": "",
    "SIGN_ON_ISSUER": "",
    "SIGN_ON_CLIENT": "",
    "SIGN_ON_SECRET": "",
    "SIGN_ON_SECRET_FILE": "",
    "SIGN_ON_CLAIM": "preferred_username",
    "SIGN_ON_ROLE_CLAIM": "groups",
    "SIGN_ON_ROLES": "",
    "SIGN_ON_UNVERIFIED": "refuse",
    "PASSWORDS": "on",
    "WORKERS": str(max(2, os.cpu_count() or 1)),
    "HEAVY_WORKERS": str(max(1, (os.cpu_count() or 1) // 2)),
    "WAITING": "100",
    "ANSWER_TIMEOUT": "15",
    "HEAVY_ANSWER_TIMEOUT": "60",
    "CONNECTIONS": "1000",
    "BACKLOG": "128",
    "KEEP_ALIVE": "5",
    "REQUEST_TIMEOUT": "20",
    "DESK_THREADS": "8",
    "LOG": "info",
    "EVALUATIONS": "open",
    "WEBHOOKS": "public",
    "RATE": "200",
    "VALIDATION_WORKERS": str(min(4, max(1, (os.cpu_count() or 1) // 2))),
}
_NUMBERS: Final[Mapping[str, tuple[int, int]]] = {
    "LOCK_TIMEOUT": (1, 3600),
    "BATCH_LOCK_TIMEOUT": (1, 3600),
    "PORT": (0, 65535),
    "WORKERS": (1, 256),
    "HEAVY_WORKERS": (1, 256),
    "WAITING": (0, 10_000),
    "ANSWER_TIMEOUT": (1, 3600),
    "HEAVY_ANSWER_TIMEOUT": (1, 3600),
    "CONNECTIONS": (1, 100_000),
    "BACKLOG": (1, 4096),
    "KEEP_ALIVE": (1, 3600),
    "REQUEST_TIMEOUT": (1, 3600),
    "DESK_THREADS": (1, 64),
    "RATE": (1, 100_000),
    "MAILS_AN_HOUR": (1, 100_000),
    "VALIDATION_WORKERS": (1, 64),
}
"""The settings that are whole numbers, with the least and the most."""
_SECRET: Final = re.compile(r"(?<=://)([^:/@\s]*):.*@", re.DOTALL)
_KEY: Final = re.compile(r"(?<=://).*@", re.DOTALL)
_SECRET_PARAMETER: Final = re.compile(r"(?<=[?&])([^=&]*(?:pass|pwd|secret|token|key)[^=&]*)=[^&]*", re.IGNORECASE)
_LINE: Final = re.compile(r"(?:export\s+)?CENTWRIGHT_([A-Z_]+)\s*=\s*(.*)")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its text and its origin."""

    name: str
    text: str
    origin: Origin

    @property
    def shown(self) -> str:
        """The text with a password or a key inside an address hidden; a secret wholly."""
        if self.name in ("LINK_SECRET", "SIGN_ON_SECRET"):
            return "•••" if self.text else ""
        bare = _SECRET_PARAMETER.sub(r"\1=•••", self.text)
        if self.name not in ("DATABASE_URL", "SMTP_URL") and (self.name == "PEPPOL_URL" or not _SECRET.search(bare)):
            return _KEY.sub("•••@", bare)  # what stands alone before the host is a key there, and no name
        return _SECRET.sub(r"\1:•••@", bare)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLimits:
    """The limits of the HTTP service: processes, requests that wait for one, deadlines in seconds, and connections."""

    workers: int = 2
    heavy_workers: int = 1
    waiting: int = 100
    answer_timeout: int = 15
    """Seconds after which a request is answered 503 and its work ends."""
    heavy_answer_timeout: int = 60
    """The same for `check` and `diff`."""
    connections: int = 1000
    backlog: int = 128
    """Connections that the system accepts before the service does."""
    keep_alive: int = 5
    """Seconds for which a connection may wait for its next request."""
    request_timeout: int = 20
    """Seconds for the head of a request, and again for its body."""
    desk_threads: int = 8
    """Threads that read for the desk, and as many that write; with SQLite one of the latter."""
    rate: int = 200
    """The requests a second that one key may send for long; four times as many at once."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings by name; the properties parse those that are not text."""

    by_name: Mapping[str, Setting] = field(default_factory=dict)

    @property
    def database_url(self) -> str:
        """The address of the database, as SQLAlchemy writes it; a plain path is a SQLite file."""
        return database_address(self.by_name["DATABASE_URL"].text)

    @property
    def rulebook(self) -> Path:
        """The folder of the rulebook: where none is given, that in which one works, if it is in one; else the shipped one."""
        setting = self.by_name["RULEBOOK"]
        here = next(filter(_holds_a_rulebook, (Path.cwd(), *Path.cwd().parents)), None) if setting.origin == "default" else None
        return here or Path(setting.text).expanduser()

    @property
    def today(self) -> date | None:
        """The business date; None means today."""
        setting = self.by_name["TODAY"]
        name = "--today" if setting.origin == "option" else "CENTWRIGHT_TODAY"
        return read_day(setting.text, name) if setting.text else None

    @property
    def language(self) -> Language:
        """The language of messages."""
        text = self.by_name["LANGUAGE"].text
        if text not in LANGUAGES:
            raise refuse(NO_LANGUAGE, name="CENTWRIGHT_LANGUAGE", text=text, languages=listed(LANGUAGES, "or"))
        return text

    @property
    def validation_workers(self) -> int:
        """The processes that validate e-invoices while others are issued."""
        return self._number("VALIDATION_WORKERS")

    @property
    def lock_timeout(self) -> int:
        """Seconds for which a command waits for a lock on the database that another holds."""
        return self._number("LOCK_TIMEOUT")

    @property
    def batch_lock_timeout(self) -> int:
        """The same for the commands that nobody waits for: `run issue`, `import` and `demo`."""
        return self._number("BATCH_LOCK_TIMEOUT")

    @property
    def port(self) -> int:
        """The port on which `serve` listens."""
        return self._number("PORT")

    @property
    def log_level(self) -> str:
        """From which level on the service writes its log: `info` has a line for each request, `warning` only what went wrong."""
        text = self.by_name["LOG"].text
        if text not in LOG_LEVELS:
            raise refuse(NO_LEVEL, text=text, levels=listed(LOG_LEVELS, "or"))
        return text

    @property
    def evaluations_need_keys(self) -> bool:
        """Whether evaluations need a key too."""
        text = self.by_name["EVALUATIONS"].text
        if text not in ("open", "keys"):
            raise refuse(NO_ACCESS, text=text)
        return text == "keys"

    @property
    def is_any_webhook_allowed(self) -> bool:
        """Whether webhooks may have addresses of one's own network, and http."""
        text = self.by_name["WEBHOOKS"].text
        if text not in ("public", "any"):
            raise refuse(NO_RANGE, text=text)
        return text == "any"

    @property
    def delivers_inside(self) -> bool:
        """Whether `serve` sends what waits in the outbox."""
        text = self.by_name["DELIVER"].text
        if text not in ("apart", "inside"):
            raise refuse(NO_PLACE, text=text)
        return text == "inside"

    @property
    def mails_an_hour(self) -> int:
        """The most messages that one recipient gets within an hour."""
        return self._number("MAILS_AN_HOUR")

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names by which the service may be addressed, besides those of this machine's loopback."""
        return tuple(name.strip().lower() for name in self.by_name["HOSTS"].text.split(",") if name.strip())

    @property
    def proxies(self) -> frozenset[str]:
        """The addresses of the servers before this one, whose word for where a request comes from is taken."""
        texts = [text.strip() for text in self.by_name["PROXIES"].text.split(",") if text.strip()]
        for text in texts:
            if not _is_address(text):
                raise refuse(NO_PROXY, text=text[:100])
        return frozenset(str(ip_address(text)) for text in texts)

    @property
    def limits(self) -> ServiceLimits:
        """The limits of the HTTP service."""
        return ServiceLimits(**{field.name: self._number(field.name.upper()) for field in fields(ServiceLimits)})

    def text(self, name: str) -> str | None:
        """The text of a setting such as `SMTP_URL`; None where it is not set."""
        return self.by_name[name].text or None

    def with_texts(self, texts: Mapping[str, str]) -> Settings:
        """The settings with other texts of some."""
        return Settings({**self.by_name, **{name: Setting(name, text, "option") for name, text in texts.items()}})

    def _number(self, name: str) -> int:
        text, (least, most) = self.by_name[name].text, _NUMBERS[name]
        if not re.fullmatch("[0-9]{1,6}", text) or not least <= int(text) <= most:
            raise refuse(NO_NUMBER, name=f"CENTWRIGHT_{name}", text=text, least=least, most=most)
        return int(text)


def read_settings(options: Mapping[str, str | None], environment: Mapping[str, str], dotenv: Path | None = None) -> Settings:
    """The settings, in this order of precedence: option, environment, `.env`, default."""
    file = _read_dotenv(dotenv)
    settings = {}
    for name, default in _DEFAULTS.items():
        option, variable = options.get(name), environment.get(f"CENTWRIGHT_{name}")
        if option is not None:
            settings[name] = Setting(name, option, "option")
        elif variable:
            settings[name] = Setting(name, variable, "environment")
        elif file.get(name):
            settings[name] = Setting(name, file[name], ".env")
        else:
            settings[name] = Setting(name, default, "default")
    if not settings["LANGUAGE"].text:
        language = language_of_terminal(environment)
        settings["LANGUAGE"] = Setting("LANGUAGE", language or FALLBACK, "environment" if language else "default")
    return Settings(settings)


def _holds_a_rulebook(folder: Path) -> bool:
    return (folder / "company.yaml").is_file() and (folder / "catalog").is_dir()


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def database_address(text: str) -> str:
    """The SQLAlchemy URL of a database; a plain path means a SQLite file, and PostgreSQL is reached through psycopg."""
    if "://" not in text:
        return f"sqlite:///{text}"
    return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", text)


def read_day(text: str, name: str) -> date:
    """A day of a setting or an option; refuses anything but an ISO date of the supported years."""
    try:
        if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError(text)
        day = date.fromisoformat(text)
    except ValueError:
        raise refuse(NO_DAY, name=name, text=text, remedy=day_remedy(text)) from None
    if day.year not in YEARS:
        raise refuse(FAR_DAY, name=name, text=text)
    return day


def _read_dotenv(path: Path | None) -> dict[str, str]:
    if path is None or not path.is_file():
        return {}
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()[:1000]
    matches = [match for line in lines if (match := _LINE.fullmatch(line.strip()))]
    return {match[1]: match[2].strip().strip("\"'") for match in matches}
