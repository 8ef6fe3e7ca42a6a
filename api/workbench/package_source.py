"""The address from which a company's CI installs the program: git with a revision, or a wheel; never a name on a package index."""

from __future__ import annotations

import re
from typing import Final

from engine.problems import Kind, refuse

_FORMS: Final = "write git+https://HOST/PATH@REVISION, or a wheel by its address (https) or its path in the repository"

PACKAGE_MISSING: Final = Kind(
    "package-missing",
    "`{file}` does not say yet where the program comes from: CI stops there",
    "fill in CENTWRIGHT_PACKAGE: git+https://HOST/PATH@REVISION, or a wheel",
    severity="advice",
)
PACKAGE_BY_NAME: Final = Kind("package-by-name", "`{text}` is a name on a package index, where it may belong to somebody else", _FORMS)
PACKAGE_WITH_PASSWORD: Final = Kind(
    "package-with-password", "the address of the package holds a user or a password, which all could read", "give it to pip in CI: `.netrc`"
)
PACKAGE_WITHOUT_REVISION: Final = Kind(
    "package-without-revision",
    "`{text}` names no revision, so it may be another program tomorrow",
    "write `@` and a tag or a commit after it",
)
NOT_A_PACKAGE: Final = Kind("not-a-package", "`{text}` is no address from which CI could install the program", _FORMS)
PACKAGE_WITHOUT_CI: Final = Kind("package-without-ci", "nothing would use the package", "add `--ci github` or `--ci gitlab`")

_LONGEST: Final = 500
_HOST: Final = r"[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?"
_SEGMENT: Final = r"[A-Za-z0-9_~+][A-Za-z0-9._~+%-]*"
_WHEEL: Final = r"centwright-[A-Za-z0-9._+]+-[A-Za-z0-9._-]+\.whl"
_GIT: Final = re.compile(rf"git\+(https://|ssh://git@){_HOST}(/{_SEGMENT})+(?P<revision>@{_SEGMENT}(/{_SEGMENT})*)?")
_WHEEL_ADDRESS: Final = re.compile(rf"https://{_HOST}(/{_SEGMENT})*/{_WHEEL}(#sha256=[0-9a-f]{{64}})?")
_WHEEL_FILE: Final = re.compile(rf"(\./)?({_SEGMENT}/)*{_WHEEL}")
_USER: Final = re.compile(r"(git\+)?[a-z]+://[^/]*@")
_INDEX_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(\[[^]]*\])?([=<>~!][^/]*)?(?<!\.whl)")


def check_package(text: str) -> str:
    """The address as given; refuses other forms, and every character with a meaning in shells or YAML."""
    if len(text) > _LONGEST:
        raise refuse(NOT_A_PACKAGE, text=text[:40])
    git = _GIT.fullmatch(text)
    if (git and git["revision"]) or _WHEEL_ADDRESS.fullmatch(text) or _WHEEL_FILE.fullmatch(text):
        return text
    if git:
        raise refuse(PACKAGE_WITHOUT_REVISION, text=text)
    if _USER.match(text):
        raise refuse(PACKAGE_WITH_PASSWORD)
    raise refuse(PACKAGE_BY_NAME if _INDEX_NAME.fullmatch(text) else NOT_A_PACKAGE, text=text[:100])
