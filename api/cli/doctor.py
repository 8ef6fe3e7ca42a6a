"""`centwright doctor` and `centwright version`: the settings, version and requirements of this installation."""

from __future__ import annotations

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command
from api.http.installation_checks import CheckedInstallation, Finding, setting_rows
from api.installation import version_here
from engine.phrases import say


@click.command(cls=Command)
@pass_invocation
def version(invocation: Invocation) -> None:
    """Show the version."""
    invocation.write_fields({"centwright": version_here()})


@click.command(cls=Command)
@pass_invocation
def doctor(invocation: Invocation) -> int:
    """Show each setting with where it came from, and what the installation lacks."""
    settings = setting_rows(invocation.settings)
    installation = CheckedInstallation(settings=invocation.settings, rulebook=lambda: invocation.rulebook, today=lambda: invocation.today)
    findings = installation.findings()
    if invocation.as_json:
        invocation.write_json({"settings": settings, "findings": [each.tree(invocation.language) for each in findings]})
    else:
        width = max(len(setting["setting"]) for setting in settings)
        for setting in settings:
            invocation.write(f"{setting['setting']:<{width}}  {setting['text'] or '–'}  ({setting['from']})")
        for finding in findings:
            invocation.write(_line(finding, invocation))
    return 0 if all(finding.is_well for finding in findings) else 1


def _line(finding: Finding, invocation: Invocation) -> str:
    texts = (finding.says, finding.remedy) if finding.remedy else (finding.says,)
    return f"{'ok  ' if finding.is_well else 'LACK'}  {finding.what}: {'; '.join(say(text, invocation.language) for text in texts)}"
