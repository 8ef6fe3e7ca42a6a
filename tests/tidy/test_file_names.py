"""A stranger guesses a file from its name: standard words, and one file of a name but in folders that mirror each other."""

from collections import defaultdict
from pathlib import PurePosixPath

from tests.tidy.checkout import python_files, report

# Folders with one file for each noun of the business: there a repeated name is a map from one to the other.
MIRRORED = {
    "engine/countries", "engine/documents", "engine/evaluations", "engine/order_types", "engine/rulebook", "engine/rulebook/checks",
    "api/cli", "api/http/routes", "api/store",
}  # fmt: skip
# Words that only their author understands. The business has its glossary; for the rest programmers have words.
PRIVATE_WORDS = {
    "told", "said", "saying", "asking", "asked", "heard", "listening", "found", "kept", "keeping", "door", "sides", "twin", "slow",
    "slips", "aloud", "beginning", "telling", "answered", "trying", "laid", "loud", "papers", "paper", "shelf", "scribe", "gallery",
}  # fmt: skip
LOOSE_AT_MOST = 6


def test_a_file_name_repeats_only_across_folders_that_mirror_each_other() -> None:
    folders = defaultdict[str, list[str]](list)
    for file in python_files("engine", "api"):
        if not file.name.startswith("__"):
            folders[file.name].append(str(PurePosixPath(file.path).parent))
    broken = [f"{name}: {', '.join(places)}" for name, places in folders.items() if len(places) > 1 and not set(places) <= MIRRORED]
    report(broken, "Two files of one name are told apart by their folder alone. Name each for what one finds in it.")


def test_a_file_name_is_a_standard_word() -> None:
    broken = [file.path for file in python_files("engine", "api", "tests", "benchmarks") if PRIVATE_WORDS & set(file.name[:-3].split("_"))]
    report(broken, "A stranger who knows compilers or web services must guess the file from its name: use the word that programmers use.")


def test_few_modules_stand_loose_in_api() -> None:
    loose = [file.path for file in python_files("api") if file.path.count("/") == 1 and not file.name.startswith("__")]
    report(loose if len(loose) > LOOSE_AT_MOST else [], f"More than {LOOSE_AT_MOST} modules stand loose in api/: each belongs to a room.")
