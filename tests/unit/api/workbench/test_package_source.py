"""The address from which CI installs the program: git with a revision, or a wheel, without characters special to shells or YAML."""

import pytest

from api.workbench.package_source import check_package
from engine.problems import Refusal

WHEEL = "centwright-0.1.0-py3-none-any.whl"


@pytest.mark.parametrize(
    "address",
    [
        "git+https://git.example.com/billing/centwright@v0.1.0",
        "git+https://git.example.com:8443/billing/centwright.git@0123456789abcdef0123456789abcdef01234567",
        "git+ssh://git@git.example.com/billing/centwright@release/2027",
        f"https://packages.example.com/centwright/{WHEEL}",
        f"https://gitlab.example.com/api/v4/projects/7/packages/pypi/files/{'0' * 64}/{WHEEL}#sha256={'a' * 64}",
        f"ci/{WHEEL}",
        f"./{WHEEL}",
    ],
)
def test_a_valid_address_is_accepted_as_it_is(address: str) -> None:
    assert check_package(address) == address


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("centwright", "package-by-name"),
        ("centwright[prove]==0.1.0", "package-by-name"),
        ("another-program", "package-by-name"),
        ("git+https://git.example.com/billing/centwright", "package-without-revision"),
        ("git+https://user:secret@git.example.com/billing/centwright@v1", "package-with-password"),
        (f"https://token@packages.example.com/{WHEEL}", "package-with-password"),
        ("", "not-a-package"),
        (f"http://packages.example.com/{WHEEL}", "not-a-package"),
        ("https://packages.example.com/other-0.1.0-py3-none-any.whl", "not-a-package"),
        ("other-0.1.0-py3-none-any.whl", "not-a-package"),
        (f"../{WHEEL}", "not-a-package"),
        (f"/tmp/{WHEEL}", "not-a-package"),
        ("--requirement=ci/requirements.txt", "not-a-package"),
        ("git+https://git.example.com/a/b@v1; curl evil.example.com", "not-a-package"),
        ("git+https://git.example.com/a/b@$(id)", "not-a-package"),
        ("git+https://git.example.com/a/b@v1\nenv: x", "not-a-package"),
        ("git+https://git.example.com/a/b@v1\n", "not-a-package"),
        ('git+https://git.example.com/a/b@v1" x', "not-a-package"),
        ("git+https://git.example.com/a/b@${{ github.token }}", "not-a-package"),
        ("git+https://git.example.com/" + "a" * 500 + "@v1", "not-a-package"),
    ],
)
def test_everything_else_is_refused(address: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_package(address)
    assert [problem.code for problem in refused.value.problems] == [code]
    assert "secret" not in str(refused.value)
