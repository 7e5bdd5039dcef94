"""Which place is the writer's own, who would go, and which field of the form is meant."""

from __future__ import annotations

import pytest

from nlu.components.entities import shared_lexicons
from nlu.components.extract import named_fields, short_answer
from nlu.components.extract.places import find_places
from nlu.components.extract.role import names_one_of_us, role_of_writer

HOME_AND_AWAY = [
    ("en", "we are a brewery in Cork and want to send someone to Spain", ["Cork"], ["ES"], False),
    ("en", "our shop in Graz would like to host a tailor from Greece", ["Graz"], ["GR"], True),
    ("de", "wir sind aus Villach und wollen nach Kroatien oder Italien", ["Villach"], ["HR", "IT"], False),
    ("fr", "notre garage est à Lyon, je voudrais aller en Irlande", ["Lyon"], ["IE"], False),
    ("hr", "radionica u Osijeku, htjeli bismo u Sloveniju", ["Osijek"], ["SI"], False),
    ("sk", "sme z Nitry a chceme ísť do Rakúska", ["Nitra"], ["AT"], False),
]


@pytest.mark.parametrize(("language", "text", "home", "away", "hosting"), HOME_AND_AWAY)
def test_home_and_the_other_end_are_told_apart(extract, language, text, home, away, hosting) -> None:
    places = find_places(text, language, extract(language, text), shared_lexicons(), hosting)
    named = [place.value["name"] for place in (*places.home, *places.unclear) if place.entity == "city"]
    gone_to = [place.value for place in places.away if place.entity == "country"]
    assert (named, gone_to) == (home, away)


WRITERS = [
    ("en", "I run a salon and I'd like to go to Italy", "owner"),
    ("en", "I work in a garage and I'd like to go to Italy", "employee"),
    ("de", "ich arbeite in einer Bäckerei und möchte gern ins Ausland, ich würde lieber bald gehen", "employee"),
    ("fr", "je tiens une librairie et j'aimerais partir", "owner"),
    ("hr", "imam salon i htjela bih u Italiju", "owner"),
    ("el", "έχω ταβέρνα και θέλω να πάω στην Ισπανία", "owner"),
    ("en", "our dispatcher wants to go", None),
]


@pytest.mark.parametrize(("language", "text", "role"), WRITERS)
def test_the_writers_own_role_is_told_by_what_they_do(language: str, text: str, role: str | None) -> None:
    assert role_of_writer(text, language, shared_lexicons()) == role


def test_one_of_us_is_a_person_and_no_company() -> None:
    lexicons = shared_lexicons()
    assert names_one_of_us("our dispatcher wants to go", "en", lexicons)
    assert not names_one_of_us("our company wants to grow", "en", lexicons)


FIELDS = [
    ("en", "change the e-mail please", "email"),
    ("de", "die Dauer stimmt nicht", "duration"),
    ("fr", "je veux modifier l'adresse mail", "email"),
    ("el", "λάθος τηλέφωνο", "phone"),
    ("sl", "popravi število zaposlenih", "employees"),
    ("sr_Cyrl", "промени датум почетка", "start"),
]


@pytest.mark.parametrize(("language", "text", "slot"), FIELDS)
def test_a_field_is_known_by_what_people_call_it(language: str, text: str, slot: str) -> None:
    assert named_fields(text, language, shared_lexicons())[0] == slot


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "back"), ("de", "zurück"), ("fr", "retour"), ("hr", "natrag"), ("sk", "späť"), ("el", "πίσω")],
)
def test_back_is_an_answer_in_every_language(language: str, text: str) -> None:
    assert short_answer(text, language, shared_lexicons()) == "back"
