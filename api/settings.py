"""The settings of an installation: from options, the environment and a `.env` file, each with its origin."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, Literal

from api.installation import SHIPPED
from api.languages import FALLBACK, language_of_terminal
from engine.phrases import LANGUAGES, Language, listed
from engine.problems import Kind, refuse

Origin = Literal["option", "environment", ".env", "default"]

NO_DAY = Kind("no-day", "{name} is `{text}`, which is not a day", "write it as 2027-01-31")
NO_LANGUAGE = Kind("no-language", "{name} is `{text}`, which is no language of the program", "write {languages}")
NO_PORT = Kind("no-port", "{name} is `{text}`, which is not a port", "write a whole number from 0 to 65535")

_DEFAULTS: Final[Mapping[str, str]] = {
    "DATABASE_URL": "sqlite:///var/centwright.sqlite",
    "RULEBOOK": str(SHIPPED),
    "TODAY": "",
    "LANGUAGE": "",
    "SMTP_URL": "",
    "ACCOUNTING_URL": "",
    "PEPPOL_URL": "",
    "REDIRECT_MAIL_TO": "",
    "PORT": "8000",
}
_SECRET: Final = re.compile(r"(?<=://)([^:/@\s]*):[^@/\s]*@")
_LINE: Final = re.compile(r"(?:export\s+)?CENTWRIGHT_([A-Z_]+)\s*=\s*(.*)")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its text and its origin."""

    name: str
    text: str
    origin: Origin

    @property
    def shown(self) -> str:
        """The text with a password inside an address hidden."""
        return _SECRET.sub(r"\1:•••@", self.text)


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
        """The folder of the rulebook."""
        return Path(self.by_name["RULEBOOK"].text).expanduser()

    @property
    def today(self) -> date | None:
        """The business date; None means today."""
        return read_day(self.by_name["TODAY"].text, "CENTWRIGHT_TODAY") if self.by_name["TODAY"].text else None

    @property
    def language(self) -> Language:
        """The language of messages."""
        text = self.by_name["LANGUAGE"].text
        if text not in LANGUAGES:
            raise refuse(NO_LANGUAGE, name="CENTWRIGHT_LANGUAGE", text=text, languages=listed(LANGUAGES, "or"))
        return text

    @property
    def port(self) -> int:
        """The port on which `serve` listens."""
        text = self.by_name["PORT"].text
        if not re.fullmatch("[0-9]{1,5}", text) or int(text) > 65535:
            raise refuse(NO_PORT, name="CENTWRIGHT_PORT", text=text)
        return int(text)

    def text(self, name: str) -> str | None:
        """The text of a setting such as `SMTP_URL`; None where it is not set."""
        return self.by_name[name].text or None


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


def database_address(text: str) -> str:
    """The SQLAlchemy URL of a database; a plain path means a SQLite file, and PostgreSQL is reached through psycopg."""
    if "://" not in text:
        return f"sqlite:///{text}"
    return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", text)


def read_day(text: str, name: str) -> date:
    """A day of a setting or an option; refuses anything but an ISO date of the calendar."""
    try:
        if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise refuse(NO_DAY, name=name, text=text) from None


def _read_dotenv(path: Path | None) -> dict[str, str]:
    if path is None or not path.is_file():
        return {}
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()[:1000]
    matches = [match for line in lines if (match := _LINE.fullmatch(line.strip()))]
    return {match[1]: match[2].strip().strip("\"'") for match in matches}
