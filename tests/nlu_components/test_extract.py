from __future__ import annotations

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model import Entity
from nlu.components.extract import extract_entities, match_objectives, parse_number, short_answer
from nlu.components.extract.overlaps import without_overlaps
from nlu.components.lexicon import Lexicons

KINDS = {
    "country",
    "city",
    "partner",
    "duration",
    "date",
    "company_size",
    "role",
    "side",
    "sector",
    "reference",
    "language",
}
#: Pieces of which troublesome messages are made, beside any Unicode at all.
PIECES = st.sampled_from(
    [
        *("2-3", "15.2.", "1.250", "½", "0", "99999999999999", "2027-02-30", "31/02", "ref.", "No.", "MSME-", "€"),
        *("months", "mjeseca", "Wochen", "μήνες", "a", "one", "in", "u", "on", "and a half", "at most", "od", "do"),
        *("May", "u BiH", "Österreich", "GRÜSSE", "ﬁrm", "Ǆ", "İstanbul", "ß", "e\u0301", "\u200d", "👩‍🔧", "\n", "@"),
        *("we are", "people", "employees", "Nice", "St. Pölten", "хиљаду", "Љубљана", "http://", "-", "/", "..."),
    ]
)
MESSAGES = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=12).map(" ".join), st.lists(PIECES).map("".join))
LANGUAGES = st.sampled_from(["en", "fr", "de", "el", "hr", "sk", "sl", "sr_Cyrl", "xx"])
RELAXED = settings(
    deadline=None, database=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@RELAXED
@given(text=MESSAGES, language=LANGUAGES)
def test_any_message_is_read_and_spans_lie_in_it_in_order(lexicons: Lexicons, text: str, language: str) -> None:
    end = 0
    for found in extract_entities(text, language, lexicons=lexicons, today=date(2028, 2, 29)):
        assert found.entity in KINDS
        assert end <= found.start < found.end <= len(text)
        end = found.end


@RELAXED
@given(text=MESSAGES, language=LANGUAGES)
def test_any_answer_is_read(lexicons: Lexicons, text: str, language: str) -> None:
    short_answer(text, language, lexicons)
    match_objectives(text, language, lexicons)
    numbers = parse_number(text, language, lexicons)
    assert numbers is None or numbers[0] <= numbers[1]


def test_a_message_names_many_things(extract) -> None:
    text = "We are 12 people in Graz, Austria, and want to host a Slovak joiner for 2-3 months from March."
    assert [(found.entity, found.value) for found in extract("en", text)] == [
        ("company_size", 12),
        ("city", {"name": "Graz", "country": "AT"}),
        ("country", "AT"),
        ("side", "host"),
        ("country", "SK"),
        ("sector", "C"),
        ("duration", {"min_months": 2.0, "max_months": 3.0}),
        ("date", "2027-03"),
    ]


def test_spans_refer_to_the_text_as_typed(extract) -> None:
    text = "Schön, in Ko\u0308ln und Österreich"
    assert [text[found.start : found.end] for found in extract("de", text)] == ["Ko\u0308ln", "Österreich"]


def test_a_very_long_message_is_read_to_its_limit(extract) -> None:
    found = extract("en", "bla " * 3000 + "Austria")
    assert found == []


def test_the_longer_of_two_entities_is_kept() -> None:
    short, long = Entity("role", "employee", 3, 12), Entity("company_size", 12, 0, 12)
    assert without_overlaps([short, long]) == [long]


def test_an_organisation_is_kept_over_a_longer_place() -> None:
    partner, city = Entity("partner", "DCC", 0, 6), Entity("city", {"name": "x", "country": "IE"}, 0, 9)
    assert without_overlaps([city, partner]) == [partner]


def test_english_words_count_in_other_languages_where_nothing_of_their_own_is_found(values) -> None:
    assert values("duration", "sk", "three weeks") == [{"min_months": 0.69, "max_months": 0.69}]
    assert values("country", "el", "we are from Slovenia") == ["SI"]
