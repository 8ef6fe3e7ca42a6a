"""The language server as an editor knows it: a process of its own that plays a mistake, its correction, and the rest of a day's work."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.language_client import LanguageClient
from tests.unit.rulebook.texts import SMALL

RULES = "rules/shop.rules"
TABLE = """\
module rules.shop

# Remise d'été 😀, sur demande
define usual : Number = 1 because "é😀"
table shop-factor "Prix 😀"
  exactly one
  | customer.segment || factor | because    |
  | shop             || 1      | "é😀 usual" |
  | fleet            || 0.9    | "Fleet"    |
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    for path, text in {**SMALL, RULES: TABLE}.items():
        (tmp_path / "book" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "book" / path).write_text(text, encoding="utf-8")
    return tmp_path / "book"


@pytest.fixture
def client(root: Path) -> Iterator[LanguageClient]:
    made = LanguageClient(root)
    yield made
    made.kill()


def test_a_mistake_is_told_corrected_and_gone(client: LanguageClient, book: Path) -> None:
    client.start(locale="fr-BE")
    uri = (book / RULES).as_uri()
    client.open(uri, TABLE)
    assert client.problems(uri, until=set()) == []

    wrong = TABLE.replace('| "é😀 usual" |', '| "é😀 usual" | 7 |').replace("|| 0.9 ", "|| 0,9 ")
    client.change(uri, TABLE.replace("|| 0.9 ", "|| 0,9 "))
    (problem,) = client.problems(uri, until={"comma-in-number"})
    assert (problem["severity"], problem["source"]) == (1, "centwright")
    assert problem["message"] == "`0,9` contient une virgule décimale\nécrivez `0.9`"
    assert Path(problem["codeDescription"]["href"].removeprefix("file://")).name == "comma-in-number.md"
    (action,) = client.ask("textDocument/codeAction", textDocument={"uri": uri}, range=problem["range"], context={"diagnostics": [problem]})
    assert (action["kind"], action["isPreferred"], action["title"]) == ("quickfix", True, "écrire `0.9`")
    ((edit,),) = action["edit"]["changes"].values()
    assert (edit["range"], edit["newText"]) == (problem["range"], "0.9")
    client.change(uri, TABLE, 3)
    assert client.problems(uri, until=set()) == []

    client.change(uri, wrong, 4)
    assert client.problems(uri, until={"column-count", "comma-in-number"})
    assert client.end() == 0


def test_positions_count_units_of_utf_16(client: LanguageClient, book: Path) -> None:
    client.start()
    uri = (book / RULES).as_uri()
    client.open(uri, TABLE.replace('because "é😀"', 'because "é😀" from 01/02/2027'))
    problem = client.problems(uri, until={"not-expected"})[0]
    line = TABLE.split("\n")[3]
    assert problem["range"]["start"] == {"line": 3, "character": len(line.encode("utf-16-le")) // 2 + 1}
    tokens = client.ask("textDocument/semanticTokens/full", textDocument={"uri": uri})["data"]
    assert len(tokens) % 5 == 0
    assert max(tokens[2::5]) < 80
    names = client.ask("textDocument/documentSymbol", textDocument={"uri": uri})
    table = next(one for one in names if one["name"] == "shop-factor")
    assert [one["name"] for one in table["children"]] == ["shop-factor.factor"]


def test_words_are_completed_explained_and_led_to_what_they_name(client: LanguageClient, book: Path) -> None:
    client.start(locale="nl")
    uri = (book / RULES).as_uri()
    text = TABLE + "price care\n  for product \n"
    client.open(uri, text)
    end = {"line": text.count("\n") - 1, "character": len("  for product ")}
    completion = client.ask("textDocument/completion", textDocument={"uri": uri}, position=end)
    care = next(item for item in completion["items"] if item["label"] == "CARE")
    assert care["textEdit"] == {"range": {"start": end, "end": end}, "newText": "CARE"}
    assert "Onderhoud" in care["documentation"]["value"]

    client.change(uri, text.replace("for product ", "for product CARE"))
    word = {"line": end["line"], "character": end["character"] + 2}
    hover = client.ask("textDocument/hover", textDocument={"uri": uri}, position=word)
    assert hover["contents"]["value"].startswith("**CARE**: product\n\nOnderhoud")
    assert "9.50 EUR vanaf 2026-01-01 (list-2026)" in hover["contents"]["value"]
    (place,) = client.ask("textDocument/definition", textDocument={"uri": uri}, position=word)
    assert place["uri"] == (book / "catalog/products.yaml").as_uri()
    uses = client.ask("textDocument/references", textDocument={"uri": uri}, position=word, context={"includeDeclaration": True})
    assert {Path(one["uri"]).name for one in uses} == {"one.csv", "shop.rules", "products.yaml"}
    renamed = client.ask("textDocument/rename", textDocument={"uri": uri}, position=word, newName="CARE-PLUS")
    assert sum(len(edits) for edits in renamed["changes"].values()) == len(uses)
    refused = client.answer("textDocument/rename", textDocument={"uri": uri}, position={"line": 6, "character": 6}, newName="other")
    assert "error" in refused


def test_layout_is_that_of_fmt(client: LanguageClient, book: Path) -> None:
    client.start()
    uri = (book / RULES).as_uri()
    client.open(uri, TABLE.replace("| fleet            ||", "| fleet ||"))
    (edit,) = client.ask("textDocument/formatting", textDocument={"uri": uri}, options={"tabSize": 2, "insertSpaces": True})
    assert "| fleet            ||" in edit["newText"]
    client.change(uri, "table |||")
    assert client.ask("textDocument/formatting", textDocument={"uri": uri}, options={"tabSize": 2, "insertSpaces": True}) == []


def test_two_rulebooks_deleted_files_and_files_of_nobody(client: LanguageClient, book: Path, tmp_path: Path) -> None:
    client.start()
    other = tmp_path / "other"
    for path, text in SMALL.items():
        (other / path).parent.mkdir(parents=True, exist_ok=True)
        (other / path).write_text(text.replace("BIKE", "BOAT"), encoding="utf-8")
    books = {"BIKE": book / "catalog/books/one.csv", "BOAT": other / "catalog/books/one.csv"}
    for code, file in books.items():
        client.open(file.as_uri(), f"product,price\n{code},1.00\nCARE,9.50\n")
        assert client.problems(file.as_uri(), until=set()) == []
    client.change(books["BOAT"].as_uri(), "product,price\nBIKE,1.00\nCARE,9.50\n")
    assert client.problems(books["BOAT"].as_uri(), until={"unknown-name"})
    assert client.diagnostics[books["BIKE"].as_uri()] == []

    (other / "catalog/books/two.yaml").unlink()
    (other / "catalog/families").mkdir()
    (other / "catalog/lists.yaml").unlink()
    client.notify("workspace/didChangeWatchedFiles", changes=[{"uri": (other / "catalog/lists.yaml").as_uri(), "type": 3}])
    client.problems((other / "company.yaml").as_uri(), until={"missing-file"})
    assert [one["code"] for one in client.diagnostics[(other / "catalog/products.yaml").as_uri()]] == ["no-price"]

    nobody = tmp_path / "notes.rules"
    client.open(nobody.as_uri(), "price x")
    place = {"line": 0, "character": 3}
    here, beyond = {"start": place, "end": place}, {"line": 999, "character": 99_999}
    for uri in (nobody.as_uri(), "untitled:Untitled-1", (book / "README.md").as_uri()):
        assert client.ask("textDocument/hover", textDocument={"uri": uri}, position=place) is None
        assert client.ask("textDocument/codeAction", textDocument={"uri": uri}, range=here, context={"diagnostics": []}) == []
    assert client.ask("textDocument/hover", textDocument={"uri": books["BIKE"].as_uri()}, position=beyond) is None


def test_bad_frames_end_nothing(client: LanguageClient, book: Path) -> None:
    client.start()
    uri = (book / RULES).as_uri()
    client.open(uri, TABLE)
    for body in (b"{not json", b"[]", b"\xff\xfe", b'{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{}}'):
        client.raw(body)
    assert client.answer("textDocument/hover")["error"]["code"] == -32602
    assert client.answer("no/such-method")["error"]["code"] == -32601
    assert client.ask("textDocument/hover", textDocument={"uri": uri}, position={"line": 4, "character": 8}) is not None
    assert client.end() == 0


def test_the_language_that_was_chosen_goes_before_that_of_the_editor(root: Path, book: Path) -> None:
    client = LanguageClient(root, "--language", "nl")
    try:
        client.start(locale="fr")
        uri = (book / RULES).as_uri()
        client.open(uri, TABLE.replace("|| 0.9 ", "|| 0,9 "))
        assert client.problems(uri, until={"comma-in-number"})[0]["message"] == "`0,9` heeft een decimale komma\nschrijf `0.9`"
    finally:
        client.kill()


def test_a_file_in_another_encoding_is_told_and_its_names_are_known(client: LanguageClient, book: Path) -> None:
    segments = book / "catalog/segments.yaml"
    segments.write_bytes(f"# Segments à part\n{segments.read_text(encoding='utf-8')}".encode("cp1252"))
    client.start()
    client.open((book / RULES).as_uri(), TABLE.replace("\n", "\r\n"))
    (problem,) = client.problems(segments.as_uri(), until={"not-text"})
    assert (problem["code"], problem["range"]["start"]) == ("not-text", {"line": 0, "character": 11})
    assert "Windows-1252" in problem["message"]
    assert "fmt --to-utf-8" in problem["message"]
    assert client.problems((book / RULES).as_uri(), until=set()) == []
