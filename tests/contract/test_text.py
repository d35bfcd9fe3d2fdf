import json

from hypothesis import given
from hypothesis import strategies as st
from rftdeck.text import clean_text

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@given(ANY_TEXT)
def test_clean_text_fits_json_and_postgresql(text: str) -> None:
    cleaned = clean_text(text)
    assert "\x00" not in cleaned
    assert json.loads(json.dumps(cleaned).encode("utf-8")) == cleaned
    assert clean_text(cleaned) == cleaned


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_good_text_stays_as_it_is(text: str) -> None:
    assert clean_text(text) == text


def test_a_pair_of_surrogates_becomes_its_character() -> None:
    assert clean_text("\ud83d\ude00") == "😀"
    assert clean_text("a\ud800b\x00c") == "a\ufffdb\ufffdc"
