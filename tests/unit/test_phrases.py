"""Sentences in three languages: translated with the phrases in them, names and numbers left as they are."""

from __future__ import annotations

import pickle

from engine.phrases import listed, phrase, say


def test_a_list_is_said_with_the_word_of_the_language() -> None:
    found = listed(["retail", "smb", "gold"], "or")
    assert (found, say(found, "fr"), say(found, "nl")) == ("retail, smb or gold", "retail, smb ou gold", "retail, smb of gold")


def test_phrases_inside_phrases_are_translated_too() -> None:
    assert say(phrase("{first} and {last}", first=listed(["a", "b"]), last="c"), "fr") == "a et b et c"


def test_plain_text_and_phrases_without_translation_stay_as_they_are() -> None:
    assert say("and", "fr") == "and"
    assert say(phrase("an untranslated {thing}", thing=listed("xy")), "nl") == "an untranslated x en y"


def test_a_phrase_goes_to_another_process_whole() -> None:
    assert say(pickle.loads(pickle.dumps(listed("ab"))), "fr") == "a et b"
