"""`/v1/admin`: what the installation lacks, and the settings of the service and of the company."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel, Field

from api.desk.company_settings import company_settings
from api.desk.document_trees import Tree
from api.http.installation_checks import CheckedInstallation, setting_rows
from api.http.route_declarations import ADMIN, Call, Resource
from api.installation import version_here

administration: Final = Resource("admin", "The installation: its checks and its settings")


class CheckAnswer(BaseModel):
    """What a check says of the installation, and what mends it where something is missing."""

    what: str
    is_well: bool
    says: str
    remedy: str | None


class ChecksAnswer(BaseModel):
    """The version of the program, and what each check says."""

    version: str
    findings: list[CheckAnswer]


class SettingAnswer(BaseModel):
    """A setting as it is in force: its text without secrets, and where it comes from."""

    setting: str
    text: str
    from_: str = Field(alias="from")


class SettingsAnswer(BaseModel):
    """The settings of the service, from options, the environment or `.env`, and those of the company, from its rulebook."""

    installation: list[SettingAnswer]
    company: list[SettingAnswer]


@administration.show("/v1/admin/doctor", ChecksAnswer, roles=ADMIN)
def check_installation(call: Call) -> Tree:
    """Check what the installation lacks, as `centwright doctor` does."""
    desk = call.desk
    checked = CheckedInstallation(settings=call.settings, rulebook=lambda: desk.rulebook, today=lambda: desk.today)
    return {"version": version_here(), "findings": [each.tree(call.language) for each in checked.findings()]}


@administration.show("/v1/admin/settings", SettingsAnswer, roles=ADMIN)
def list_settings(call: Call) -> Tree:
    """List the settings of the service and of the company as they are in force, with where each comes from; secrets stay hidden."""
    company = company_settings(call.desk.rulebook.company, call.desk.sources)
    rows = [{"setting": each.setting, "text": each.text, "from": each.origin} for each in company]
    return {"installation": setting_rows(call.settings), "company": rows}
