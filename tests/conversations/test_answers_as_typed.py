"""What people type at the form's questions, in 13 languages, and what is taken from it: through a real reading of the text."""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Any

import pytest

from bot.conversation import forms
from bot.conversation.form_texts import ANY, SEARCH, SKIPPED
from bot.conversation.forms import Accepted
from bot.conversation.turn import ConversationState, Parse, Turn
from bot.model import IncomingMessage
from bot.programme import load_programme
from nlu.components.entities import shared_lexicons
from nlu.components.extract import extract_entities

TODAY = date(2026, 11, 25)


def taken(slot: str, language: str, text: str, **slots: Any) -> Any:
    """The value that an answer gives; None where it is refused."""
    found = extract_entities(text, language, lexicons=shared_lexicons(), today=TODAY)
    turn = Turn(
        message=IncomingMessage("web", "person", "1", text=text),
        language=language,
        programme=load_programme(),
        parse=Parse(text, language, "inform", 1.0, entities=tuple(found)),
        state=ConversationState(),
        now=datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=timezone.utc),
        slots=slots,
    )
    checked = forms.check(turn, slot, text, shared_lexicons())
    return checked.value if isinstance(checked, Accepted) else None


def months(low: float, high: float) -> dict[str, float]:
    return {"min_months": low, "max_months": high}


ANSWERS: list[tuple[str, str, str, Any]] = [
    ("side", "en", "we would like to send someone", "sending"),
    ("side", "de", "wir möchten jemanden aufnehmen", "host"),
    ("side", "fr", "les deux", "both"),
    ("side", "es", "queremos enviar a un empleado", "sending"),
    ("side", "it", "ospitare", "host"),
    ("side", "nl", "ontvangen", "host"),
    ("side", "el", "θέλουμε να στείλουμε κάποιον", "sending"),
    ("side", "hr", "šaljemo radnika", "sending"),
    ("side", "sk", "prijať", "host"),
    ("side", "sl", "oboje", "both"),
    ("side", "sr_Cyrl", "слање", "sending"),
    ("side", "cnr", "primamo", "host"),
    ("country", "en", "we're based in Ireland", "IE"),
    ("country", "de", "Österreich", "AT"),
    ("country", "fr", "en Belgique", "BE"),
    ("country", "nl", "België", "BE"),
    ("country", "el", "Ελλάδα", "GR"),
    ("country", "hr", "Hrvatska", "HR"),
    ("country", "sk", "na Slovensku", "SK"),
    ("country", "sl", "v Sloveniji", "SI"),
    ("country", "sr_Latn", "iz Srbije", "RS"),
    ("country", "sr_Cyrl", "Србија", "RS"),
    ("country", "cnr", "Crna Gora", "ME"),
    ("country", "en", "BE", "BE"),
    ("city", "nl", "Gent", "Gent"),
    ("city", "de", "Linz", "Linz"),
    ("city", "fr", "à Namur", "Namur"),
    ("city", "hr", "Slavonski Brod", "Slavonski Brod"),
    ("city", "en", "the firm is in Galway", "Galway"),
    ("city", "el", "Βόλος", "Βόλος"),
    ("city", "it", "L'Aquila", "L'Aquila"),
    ("city", "sl", "Novo mesto", "Novo mesto"),
    ("employees", "hr", "oko 12 ljudi", 12),
    ("employees", "en", "around a dozen", 12),
    ("employees", "de", "so um die dreißig Leute", 30),
    ("employees", "fr", "une vingtaine", 20),
    ("employees", "es", "unas quince personas", 15),
    ("employees", "it", "una decina", 10),
    ("employees", "nl", "een stuk of acht", 8),
    ("employees", "el", "περίπου είκοσι πέντε", 25),
    ("employees", "sk", "asi tridsať", 30),
    ("employees", "sl", "približno petnajst ljudi", 15),
    ("employees", "sr_Latn", "dvadesetak", 20),
    ("employees", "sr_Cyrl", "око 40 запослених", 40),
    ("employees", "cnr", "nas je osmoro", 8),
    ("employees", "de", "10-15", 15),
    ("employees", "en", "just me", 1),
    ("sector", "en", "plumber", "F"),
    ("sector", "de", "Schreiner", "C"),
    ("sector", "fr", "boulanger", "C"),
    ("sector", "es", "peluquería", "T"),
    ("sector", "it", "idraulico", "F"),
    ("sector", "nl", "kapper", "T"),
    ("sector", "el", "υδραυλικός", "F"),
    ("sector", "hr", "pekari", "C"),
    ("sector", "sk", "stolár", "C"),
    ("sector", "sl", "mizarji", "C"),
    ("sector", "sr_Latn", "vodoinstalater", "F"),
    ("sector", "sr_Cyrl", "пекара", "C"),
    ("sector", "cnr", "frizerka", "T"),
    ("role", "en", "one of our welders", "employee"),
    ("role", "de", "unsere Produktionsleiterin", "manager"),
    ("role", "fr", "le patron", "owner"),
    ("role", "es", "la encargada", "manager"),
    ("role", "it", "un operaio", "employee"),
    ("role", "nl", "de zaakvoerder zelf", "owner"),
    ("role", "el", "ένας τεχνίτης", "employee"),
    ("role", "hr", "konobarica", "employee"),
    ("role", "sk", "majiteľ", "owner"),
    ("role", "sl", "vodja izmene", "manager"),
    ("role", "sr_Cyrl", "радник", "employee"),
    ("role", "cnr", "vlasnica", "owner"),
    ("participants", "en", "two of them", 2),
    ("participants", "de", "zwei oder drei", 3),
    ("participants", "fr", "une seule personne", 1),
    ("participants", "hr", "dvoje", 2),
    ("participants", "el", "τρεις", 3),
    ("participants", "sk", "dvaja", 2),
    ("participants", "sl", "en sam", 1),
    ("participants", "nl", "eentje", 1),
    ("destinations", "en", "Italy or Spain", ["IT", "ES"]),
    ("destinations", "de", "Italien/Slowenien", ["IT", "SI"]),
    ("destinations", "fr", "l'Espagne et le Portugal", ["ES", "PT"]),
    ("destinations", "es", "Alemania, Austria y Bélgica", ["DE", "AT", "BE"]),
    ("destinations", "it", "Germania oppure Austria", ["DE", "AT"]),
    ("destinations", "nl", "Duitsland of Oostenrijk", ["DE", "AT"]),
    ("destinations", "el", "Ιταλία, Ισπανία ή Γαλλία", ["IT", "ES", "FR"]),
    ("destinations", "hr", "Austrija ili Njemačka", ["AT", "DE"]),
    ("destinations", "sk", "Česko alebo Rakúsko", ["CZ", "AT"]),
    ("destinations", "sl", "Avstrija in Nemčija", ["AT", "DE"]),
    ("destinations", "sr_Latn", "svejedno", ANY),
    ("destinations", "sr_Cyrl", "Немачка и Аустрија", ["DE", "AT"]),
    ("destinations", "cnr", "Italija, Hrvatska", ["IT", "HR"]),
    ("duration", "fr", "2-3 mois", months(2, 3)),
    ("duration", "en", "about six weeks", months(1.38, 1.38)),
    ("duration", "de", "zwei bis drei Monate", months(2, 3)),
    ("duration", "es", "dos o tres meses", months(2, 3)),
    ("duration", "it", "un mese e mezzo", months(1.5, 1.5)),
    ("duration", "nl", "een half jaar", months(6, 6)),
    ("duration", "el", "ενάμιση μήνα", months(1.5, 1.5)),
    ("duration", "hr", "mjesec i pol", months(1.5, 1.5)),
    ("duration", "sk", "pol roka", months(6, 6)),
    ("duration", "sl", "dva meseca", months(2, 2)),
    ("duration", "sr_Latn", "najviše 3 meseca", months(1, 3)),
    ("duration", "sr_Cyrl", "два месеца", months(2, 2)),
    ("duration", "cnr", "3", months(3, 3)),
    ("start", "de", "Mai oder Juni", "2027-05"),
    ("start", "en", "from March or so", "2027-03"),
    ("start", "fr", "début septembre", "2027-09"),
    ("start", "es", "en mayo o junio", "2027-05"),
    ("start", "it", "maggio/giugno", "2027-05"),
    ("start", "nl", "vanaf januari 2027", "2027-01"),
    ("start", "el", "μέσα Μαΐου", "2027-05"),
    ("start", "hr", "od ožujka", "2027-03"),
    ("start", "sk", "v lete", "2027-06"),
    ("start", "sl", "jeseni", "2027-09"),
    ("start", "sr_Latn", "1.3.2027.", "2027-03"),
    ("start", "sr_Cyrl", "од марта", "2027-03"),
    ("start", "cnr", "05/2027", "2027-05"),
    ("objectives", "en", "see how they run a bigger kitchen", ["other"]),
    ("objectives", "de", "neue Kunden finden und etwas lernen", ["market", "skills"]),
    ("objectives", "fr", "apprendre et trouver des clients", ["skills", "market"]),
    ("objectives", "el", "να μάθουμε", ["skills"]),
    ("objectives", "hr", "naći partnere", ["partnership"]),
    ("counterpart", "en", "none yet, please find one", SEARCH),
    ("counterpart", "de", "noch keinen, bitte suchen Sie einen", SEARCH),
    ("counterpart", "fr", "pas encore, merci d'en chercher une", SEARCH),
    ("counterpart", "es", "todavía no, busquen una por favor", SEARCH),
    ("counterpart", "it", "non ancora, trovatela voi", SEARCH),
    ("counterpart", "nl", "nog niet, zoek er een voor ons", SEARCH),
    ("counterpart", "el", "όχι ακόμα, βρείτε μας μία", SEARCH),
    ("counterpart", "hr", "još nemamo, molim pronađite nam", SEARCH),
    ("counterpart", "sk", "zatiaľ nie, prosím nájdite nám", SEARCH),
    ("counterpart", "sl", "še ne, prosim poiščite", SEARCH),
    ("counterpart", "sr_Latn", "nemamo još, molim vas nađite", SEARCH),
    ("counterpart", "sr_Cyrl", "још немамо, молим нађите", SEARCH),
    ("counterpart", "cnr", "nemamo još, molim vas nađite", SEARCH),
    ("counterpart", "en", "Falegnameria Rossi, Udine", "Falegnameria Rossi, Udine"),
    ("email", "en", "it's jane.doe@acme.example thanks", "jane.doe@acme.example"),
    ("email", "de", "meine Adresse: maier@tischlerei.example.", "maier@tischlerei.example"),
    ("email", "hr", "pišite na info@pekara.example", "info@pekara.example"),
    ("email", "el", "το mail μου είναι nikos@etaireia.example", "nikos@etaireia.example"),
    ("phone", "en", "no", SKIPPED),
    ("phone", "de", "lieber nicht", SKIPPED),
    ("phone", "hr", "preskoči", SKIPPED),
]


@pytest.mark.parametrize(("slot", "language", "text", "value"), ANSWERS)
def test_an_answer_is_taken_as_it_is_meant(slot: str, language: str, text: str, value: Any) -> None:
    got = taken(slot, language, text)
    if isinstance(value, dict):
        assert got == pytest.approx(value, abs=0.02)
    else:
        assert got == value


NUMBERS: list[tuple[str, str, str, str, str]] = [
    ("registration_number", "nl", "BE", "BE 0403.170.701", "BE0403170701"),
    ("registration_number", "de", "AT", "ATU 13585627", "ATU13585627"),
    ("registration_number", "de", "AT", "Unsere UID ist ATU13585627", "ATU13585627"),
    ("registration_number", "hr", "HR", "OIB 33392005961", "HR33392005961"),
    ("registration_number", "el", "GR", "ΑΦΜ 094259216", "EL094259216"),
    ("registration_number", "fr", "FR", "TVA FR 40 303 265 045", "FR40303265045"),
    ("registration_number", "sl", "SI", "ID za DDV: SI50223054", "SI50223054"),
    ("registration_number", "en", "IE", "vat no. IE6433435F", "IE6433435F"),
    ("registration_number", "sr_Latn", "RS", "PIB 101134702", "101134702"),
    ("registration_number", "nl", "BE", "BE 0123.456.749", "BE0123456749"),
    ("phone", "de", "AT", "0664 123 45 67", "+436641234567"),
    ("phone", "fr", "BE", "0470 12 34 56", "+32470123456"),
    ("phone", "hr", "HR", "091 234 5678", "+385912345678"),
    ("phone", "el", "GR", "6912345678", "+306912345678"),
    ("phone", "en", "IE", "my mobile is 085 123 4567", "+353851234567"),
    ("phone", "it", "IT", "cell. 347 123 4567", "+393471234567"),
    ("phone", "sl", "SI", "031/123-456", "+38631123456"),
    ("phone", "sr_Cyrl", "RS", "064/123-4567", "+381641234567"),
]


@pytest.mark.parametrize(("slot", "language", "country", "text", "value"), NUMBERS)
def test_a_number_is_read_as_one_of_the_companys_country(
    slot: str, language: str, country: str, text: str, value: str
) -> None:
    assert taken(slot, language, text, country=country) == value
