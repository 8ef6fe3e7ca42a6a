"""`centwright init`: a new company's rulebook passes check, is formatted, has its schemas, and bills its first month."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from api.cli import main
from api.importing.import_folder import read_folder_of_files
from api.output.files import write_new_folder
from api.rulebook_folder import read_folder
from api.workbench.golden_invoices import golden_invoices
from api.workbench.scaffold import CI_FILES, Hosting, NewCompany, rulebook_files
from engine.rulebook.reader import read_rulebook
from tests.unit.rulebook.test_editor_schema import LINE, CoreTypes, Quoted, mistakes

SELLERS = {
    "BE": ((), "EUR", "3532.00", "439.32"),
    "JP": (("--currency", "JPY", "--vat-rate", "10%"), "JPY", "3532", "209"),
}


@pytest.fixture(autouse=True)
def _first_working_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CENTWRIGHT_TODAY", "2027-01-04")
    monkeypatch.delenv("CENTWRIGHT_DATABASE_URL", raising=False)
    monkeypatch.setenv("CENTWRIGHT_LANGUAGE", "en")


def created(folder: Path, *options: str) -> Path:
    assert main.run(("init", str(folder), "--quiet", *options)) == 0
    return folder


@pytest.mark.parametrize("country", SELLERS)
def test_a_new_rulebook_passes_and_bills_its_first_month(country: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options, currency, net, vat = SELLERS[country]
    folder = created(tmp_path / "new", "--country", country, *options)
    capsys.readouterr()
    assert main.run(("check", str(folder), "--json")) == 0
    assert json.loads(capsys.readouterr().out)["problems"] == []
    assert main.run(("fmt", "--check", str(folder))) == 0
    assert main.run(("test", "--rulebook", str(folder))) == 0, capsys.readouterr()
    billed, started = golden_invoices(read_folder_of_files(folder / "golden"), read_rulebook(read_folder(folder)))
    assert started.problems == ()
    drafts = billed.drafts
    assert str(sum(draft.net.minor for draft in drafts)) == net.replace(".", "")
    assert str(sum(draft.vat.minor for draft in drafts)) == vat.replace(".", "")
    assert {draft.currency.code for draft in drafts} == {currency}


def test_a_changed_price_is_seen_at_once_in_money(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = created(tmp_path / "old"), created(tmp_path / "new")
    book = new / "catalog" / "price-books" / "list.yaml"
    book.write_text(book.read_text("utf-8").replace("ARCHIVE: 15.00", "ARCHIVE: 16.00"), "utf-8")
    capsys.readouterr()
    assert main.run(("diff", str(old), str(new), "--json")) == 3
    change = json.loads(capsys.readouterr().out)
    # One customer has the archive, for twelve users at the list price.
    assert Decimal(str(change["invoices"]["change"]["net"])) == Decimal("12.00")


@pytest.mark.parametrize("country", ["BE", "FR", "CH"])
def test_an_editor_finds_every_schema_in_the_new_folder(country: str, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    write_new_folder(folder, rulebook_files(NewCompany(name="N", country=country, language="en", begins_on=date(2027, 1, 4))))
    files = [path for path in folder.rglob("*.yaml") if "templates" not in path.parts and not path.name.startswith(".")]
    assert len(files) > 15
    for path in files:
        text = path.read_text("utf-8")
        assert text.startswith(LINE), path
        named = (path.parent / text.splitlines()[0].removeprefix(LINE)).resolve()
        assert mistakes(text, json.loads(named.read_text("utf-8")), CoreTypes) == [], path
    assert not any("<<" in path.read_text("utf-8") for path in folder.rglob("*") if path.suffix in (".yaml", ".rules", ".csv", ".md"))


def test_what_is_there_already_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").write_text("kept")
    assert main.run(("init", str(tmp_path))) == 1
    assert "is no empty folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    (tmp_path / "empty").mkdir()
    created(tmp_path / "empty")
    assert (tmp_path / "empty" / "company.yaml").is_file()


@pytest.mark.parametrize(
    ("options", "output"),
    [
        (("--country", "XX"), "no country of ISO 3166"),
        (("--country", "US", "--currency", "USD"), "--vat-rate 10%"),
        (("--country", "US", "--vat-rate", "10%"), "--currency USD"),
        (("--country", "US", "--vat-rate", "10", "--currency", "USD"), "with its sign"),
        (("--currency", "EURO"), "no currency of ISO 4217"),
        (("--name", "two\nlines"), "name of a company"),
        (("--name", ""), "name of a company"),
        (("--ci", "github", "--package", "centwright"), "may belong to somebody else"),
        (("--ci", "gitlab", "--package", "git+https://git.example.com/a/b@$(id)"), "no address"),
        (("--package", "git+https://git.example.com/a/b@v1"), "add `--ci github`"),
    ],
)
def test_what_is_not_known_is_requested_and_nothing_is_written(
    options: tuple[str, ...], output: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(("init", str(tmp_path / "new"), *options)) == 1
    assert output in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ['Glass "n" Frames', "Été: fils & cie #1", "{{ seller }}", "O'Neil \\ Sons", "<<country>>", "<b>x</b>"])
def test_a_name_is_written_as_it_is(name: str) -> None:
    company = NewCompany(name=name, country="BE", language="en", begins_on=date(2027, 1, 4))
    company = yaml.load(rulebook_files(company)["company.yaml"], Quoted)
    assert company["seller"]["name"] == name


def test_what_is_shared_with_the_shipped_rulebook_is_copied_from_it(root: Path) -> None:
    files = rulebook_files(NewCompany(name="N", country="BE", language="en", begins_on=date(2027, 1, 4)))
    same = {
        path
        for path, content in files.items()
        if (root / path).is_file() and (root / path).read_bytes() == content.replace(b"../schemas/", b"../docs/schemas/")
    }
    assert same >= {"vat/countries.yaml", "vat/rates.yaml", "vat/treatment.rules", "templates/document.css", "templates/parts/sums.html.j2"}
    second = [
        file.relative_to(root).as_posix()
        for layer in (root / "api" / "workbench" / "skeleton").iterdir()
        for file in layer.rglob("*")
        if (shipped := root / file.relative_to(layer)).is_file() and shipped.read_bytes() == file.read_bytes()
    ]
    assert second == [], "name it in scaffold.py instead of keeping a second copy"


@pytest.mark.parametrize(
    ("hosting", "wanted"),
    [
        ("github", {".github/workflows/rulebook.yml", ".github/workflows/comment.yml", ".pre-commit-config.yaml"}),
        ("gitlab", {".gitlab-ci.yml", "ci/post_note.py", ".pre-commit-config.yaml"}),
    ],
)
def test_what_reviews_every_change_comes_with_it(
    hosting: Hosting, wanted: set[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def files(folder: Path) -> set[str]:
        return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}

    plain, hosted = created(tmp_path / "plain"), created(tmp_path / "hosted", "--ci", hosting)
    assert files(hosted) - files(plain) == wanted
    assert CI_FILES[hosting] in wanted
    requested_options = capsys.readouterr().err
    assert f"`{CI_FILES[hosting]}` does not say yet where the program comes from" in requested_options
    assert "CENTWRIGHT_PACKAGE" in requested_options
    package = "git+https://git.example.com/billing/centwright@v0.1.0"
    given = created(tmp_path / "given", "--ci", hosting, "--package", package)
    assert package in (given / CI_FILES[hosting]).read_text("utf-8")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("file", "right", "wrong", "code"),
    [
        ("catalog/price-books/list.yaml", "ARCHIVE: 15.00", "ARCHIVE: 15,00", "not-a-number"),
        ("rules/offers.rules", "sells at 50.00 EUR", "sells at 50.00", "unit-expected"),
    ],
)
def test_a_mistake_in_a_price_does_not_take_that_of_the_bundle_along(
    file: str, right: str, wrong: str, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = created(tmp_path / "new") / file
    path.write_text(path.read_text("utf-8").replace(right, wrong), "utf-8")
    capsys.readouterr()
    assert main.run(("check", str(tmp_path / "new"), "--json")) == 1
    assert [problem["code"] for problem in json.loads(capsys.readouterr().out)["problems"]] == [code]
