"""Keywords, names and languages of texts."""

from __future__ import annotations

import pytest

from intermodal import Context
from intermodal.testing import ScriptedModel
from intermodal.tools.errors import ToolError
from intermodal.tools.text.finding import detect_language, find_entities, find_keywords

HONEY = """Honey bees live in colonies of many thousand workers around one queen. Workers collect nectar and pollen from
flowers. In the hive, nectar becomes honey, the winter food of the colony. Bees also carry pollen from flower to
flower: without this pollination many fruit trees would bear no fruit. Pesticides and mites are a danger to bees."""

LANGUAGES = {
    "en": "The library is open from Monday to Friday.",
    "de": "Wo ist der nächste Bahnhof, bitte?",
    "fr": "La gare est fermée aujourd'hui.",
    "es": "¿Dónde está la estación de trenes?",
    "it": "La biblioteca è aperta tutti i giorni.",
    "pt": "Não sei onde fica a estação.",
    "nl": "Waar is het dichtstbijzijnde station?",
    "pl": "Gdzie jest najbliższy dworzec?",
    "ru": "Где находится вокзал?",
    "uk": "Де знаходиться найближчий вокзал?",
    "sv": "Var ligger den närmaste stationen?",
    "tr": "En yakın istasyon nerede?",
    "el": "Πού είναι ο σταθμός;",
    "ja": "駅はどこですか。",
    "zh": "最近的车站在哪里？",
    "ko": "가장 가까운 역이 어디예요?",
    "ar": "أين أقرب محطة؟",
    "hi": "निकटतम स्टेशन कहाँ है?",
    "fi": "Missä on lähin asema?",
    "cs": "Kde je nejbližší nádraží?",
}


@pytest.mark.parametrize("code", LANGUAGES)
def test_languages_of_a_sentence(code: str) -> None:
    assert detect_language(LANGUAGES[code]).code == code


def test_a_language_has_its_name_and_how_sure_it_is() -> None:
    found = detect_language(LANGUAGES["de"])
    assert (str(found), found.name) == ("German", "German") and found.confidence > 0.9
    for text in ("", "  ", "12345 ...", "hello", "x y"):
        with pytest.raises(ToolError, match=r"empty|no letters|many languages"):
            detect_language(text)


@pytest.mark.embedded
def test_keywords_say_what_a_text_is_about(ctx: Context) -> None:
    found = find_keywords(HONEY, count=6, ctx=ctx)
    assert len(found) == 6 and all(word.lower() in " ".join(HONEY.lower().split()) for word in found)
    words = " ".join(found).lower()
    assert "honey" in words and ("bees" in words or "colonies" in words)
    assert sum(topic in words for topic in ("honey", "pollination", "nectar", "pollen", "hive", "pesticides")) >= 3
    assert found == find_keywords(HONEY, count=6, ctx=ctx)


@pytest.mark.embedded
def test_keywords_keep_their_capital_letters(ctx: Context) -> None:
    found = find_keywords("The Eiffel Tower is in Paris. Visitors climb the Eiffel Tower by stairs.", 2, ctx=ctx)
    assert "Eiffel Tower" in found[0]


@pytest.mark.parametrize(
    ("text", "count", "said"), [("", 5, "empty"), ("it is so", 5, "no words"), ("bees", 0, "1 to 50")]
)
def test_no_keywords(ctx: Context, text: str, count: int, said: str) -> None:
    with pytest.raises(ToolError, match=said):
        find_keywords(text, count, ctx=ctx)


def test_names_that_do_not_stand_in_the_text_are_left_out(ctx: Context) -> None:
    reply = """{"people": ["marie curie", "Albert Einstein", "Marie"], "organizations": [],
                "places": ["Paris", "Rome"], "dates": ["1903", "in 1904", ""]}"""
    with ScriptedModel([reply]) as ctx.controller:
        found = find_entities("In 1903, Marie\nCurie lived in Paris.", ctx=ctx)
    assert (found.people, found.organizations, found.places, found.dates) == (
        ["Marie Curie", "Marie"],
        [],
        ["Paris"],
        ["1903"],
    )
    assert (found.count, str(found)) == (4, "people: Marie Curie, Marie\nplaces: Paris\ndates: 1903")


@pytest.mark.parametrize("reply", ["I found nothing.", '{"people": []}', "[1, 2]", '{"people": ['])
def test_a_reply_without_the_form_is_one_sentence(ctx: Context, reply: str) -> None:
    with ScriptedModel([reply]) as ctx.controller, pytest.raises(ToolError, match=r"understood|left out"):
        find_entities("Marie Curie lived in Paris.", ctx=ctx)


@pytest.mark.embedded
def test_names_are_found(talking: Context) -> None:
    found = find_entities("Ada Lovelace met Charles Babbage in London on 5 June 1833.", ctx=talking)
    assert found.people == ["Ada Lovelace", "Charles Babbage"]
    assert found.places == ["London"]
    assert found.dates == ["5 June 1833"]
