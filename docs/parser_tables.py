"""Writes the tables of the parser of rule files from their grammar (`./run docs`), where they are of another grammar or Lark."""

import json
from pathlib import Path

from engine.language.syntax.grammar import TABLES, tables_of_grammar

PLACE = Path(__file__).parents[1] / "engine" / "language" / "syntax" / TABLES


if __name__ == "__main__":
    made = tables_of_grammar()  # the same grammar gives them in another order each time
    if not PLACE.exists() or json.loads(PLACE.read_text(encoding="utf-8"))["of"] != json.loads(made)["of"]:
        PLACE.write_text(made, encoding="utf-8")
