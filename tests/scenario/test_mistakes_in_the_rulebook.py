"""Mistakes in a copy of the shipped rulebook: `check` reports each with its position and remedy, in three languages."""

import shutil
from pathlib import Path

import pytest

from api.rulebook_folder import read_folder
from engine.phrases import LANGUAGES, Language
from engine.problems import Problem
from engine.rulebook.reader import check_rulebook, read_rulebook

RATES, PLANS, TYPES, RULES = "vat/rates.yaml", "plans/payment-plans.yaml", "plans/billing-types.yaml", "rules/pricing.rules"
LATE = "catalog/price-books/book-2027.yaml"
BELGIAN = 'from: 1996-01-01, rate: 21%, source: "Royal Decree no. 20 of 20'


@pytest.fixture
def copied(root: Path, tmp_path: Path) -> Path:
    """A copy of the shipped rulebook."""
    for name in ("catalog", "rules", "plans", "vat", "templates"):
        shutil.copytree(root / name, tmp_path / name)
    shutil.copy(root / "company.yaml", tmp_path)
    return tmp_path


def planted(folder: Path, file: str, *mistakes: tuple[str, str]) -> tuple[Problem, ...]:
    """The problems of the rulebook with slips in one file."""
    text = (folder / file).read_text("utf-8")
    for old, new in mistakes:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / file).write_text(text, "utf-8")
    return check_rulebook(read_folder(folder))


def remedies(problem: Problem) -> dict[Language, str]:
    """The remedy of a problem in each language, with ordinary blanks."""
    return {language: problem.help_in(language).replace("\u00a0", " ") for language in LANGUAGES}


MISTAKES = {
    "a price list typed one day late": (
        LATE,
        [("from: 2027-01-01", "from: 2027-01-02")],
        "one-day-late",
        "écrivez `from: 2027-01-01`, ou laissez ainsi si le 2027-01-02 est voulu",
        "schrijf `from: 2027-01-01`, of laat het zo als 2027-01-02 bedoeld is",
    ),
    "a misspelt segment": (
        RULES,
        [("| not chain ", "| not chains")],
        "unknown-value",
        "voulez-vous dire `chain` ?",
        "bedoelde u `chain`?",
    ),
    "a rate without its sign": (RATES, [(BELGIAN, BELGIAN.replace("%", "", 1))], "not-allowed", "écrivez `21%`", "schrijf `21%`"),
    "a rate with a decimal comma": (
        RATES,
        [(BELGIAN, BELGIAN.replace("21%", "21,0%"))],
        "decimal-comma",
        "écrivez un point décimal : `21.0%`",
        "schrijf een decimale punt: `21.0%`",
    ),
    "a factor with a decimal comma": (
        TYPES,
        [("factor: 0.95", "factor: 0,95")],
        "not-a-number",
        "écrivez un point décimal : `0.95`",
        "schrijf een decimale punt: `0.95`",
    ),
    "a factor that was a percentage": (
        TYPES,
        [("factor: 0.95", "factor: 95")],
        "factor-too-large",
        "écrivez `0.95` pour 95 pour cent, ou `95/1` si c'est bien voulu",
        "schrijf `0.95` voor 95 procent, of `95/1` als dat bedoeld is",
    ),
    "shares of 30-30-30": (
        PLANS,
        [("share: rest, event: order.signed, after", "share: 30%, event: order.signed, after")],
        "shares-not-whole",
        "portez-les à 100 %, ou écrivez `rest` pour l'une d'elles",
        "maak er 100% van, of schrijf `rest` voor één ervan",
    ),
    "a share without its sign": (
        PLANS,
        [("share: 30%", "share: 30")],
        "share-without-sign",
        "écrivez `30%`, ou `30 EUR` s'il s'agit d'un montant",
        "schrijf `30%`, of `30 EUR` als een bedrag bedoeld is",
    ),
}


@pytest.mark.parametrize(("file", "mistakes", "code", "french", "dutch"), MISTAKES.values(), ids=MISTAKES)
def test_each_mistake_is_reported_alone_at_its_place_with_its_remedy(
    copied: Path, file: str, mistakes: list[tuple[str, str]], code: str, french: str, dutch: str
) -> None:
    problems = planted(copied, file, *mistakes)
    assert [(problem.code, problem.where.path if problem.where else None) for problem in problems] == [(code, file)]
    output = remedies(problems[0])
    assert (output["fr"], output["nl"]) == (french, dutch)
    assert len({problems[0].message_in(language) for language in LANGUAGES}) == 3


def test_one_unreadable_rate_hides_no_other_mistake_of_the_file(copied: Path) -> None:
    problems = planted(
        copied, RATES, (BELGIAN, BELGIAN.replace("%", "", 1)), ("from: 2007-01-01, rate: 19%", "from: 2007-01-01, rate: 190%")
    )
    assert [problem.code for problem in problems] == ["not-allowed", "rate-size"]


def test_no_is_norway(copied: Path) -> None:
    text = (copied / "vat/rates.yaml").read_text("utf-8")
    (copied / "vat/rates.yaml").write_text(text + "  NO:\n    standard:\n      - {from: 2005-01-01, rate: 25%}\n", "utf-8")
    assert check_rulebook(read_folder(copied)) == ()
    assert "NO" in read_rulebook(read_folder(copied)).rates.rates
