from __future__ import annotations

import pytest

CASES = [
    ("en", "we plan 6 weeks", 1.38, 1.38),
    ("en", "for a month", 1.0, 1.0),
    ("en", "half a year", 6.0, 6.0),
    ("en", "a month and a half", 1.5, 1.5),
    ("en", "two and a half months", 2.5, 2.5),
    ("en", "two to three months", 2.0, 3.0),
    ("en", "between 2 and 4 months", 2.0, 4.0),
    ("en", "2 or 3 weeks", 0.46, 0.69),
    ("en", "2 weeks to 3 months", 0.46, 3.0),
    ("en", "at most 3 months", None, 3.0),
    ("en", "3 months at most", None, 3.0),
    ("en", "at least two months", 2.0, None),
    ("en", "3 1/2 months", 3.5, 3.5),
    ("en", "2½ months", 2.5, 2.5),
    ("en", "28 days", 0.92, 0.92),
    ("en", "184 days", 6.05, 6.05),
    ("en", "10-month", 10.0, 10.0),
    ("en", "1 month and 2 weeks", 1.46, 1.46),
    ("fr", "2-3 mois", 2.0, 3.0),
    ("fr", "de 2 à 3 mois", 2.0, 3.0),
    ("fr", "six semaines", 1.38, 1.38),
    ("fr", "un mois et demi", 1.5, 1.5),
    ("fr", "au maximum quatre mois", None, 4.0),
    ("de", "zwei bis drei Monate", 2.0, 3.0),
    ("de", "sechs Wochen", 1.38, 1.38),
    ("de", "einen Monat lang", 1.0, 1.0),
    ("de", "ein halbes Jahr", 6.0, 6.0),
    ("de", "mindestens 2 Monate", 2.0, None),
    ("de", "höchstens fünf Monate", None, 5.0),
    ("es", "dos meses y medio", 2.5, 2.5),
    ("es", "seis semanas", 1.38, 1.38),
    ("es", "medio año", 6.0, 6.0),
    ("es", "entre dos y cuatro meses", 2.0, 4.0),
    ("it", "due o tre mesi", 2.0, 3.0),
    ("it", "un mese e mezzo", 1.5, 1.5),
    ("nl", "anderhalve maand", 1.5, 1.5),
    ("nl", "twee tot vier weken", 0.46, 0.92),
    ("el", "ένα εξάμηνο", 6.0, 6.0),
    ("el", "δύο με τρεις μήνες", 2.0, 3.0),
    ("el", "έξι εβδομάδες", 1.38, 1.38),
    ("el", "το πολύ τρεις μήνες", None, 3.0),
    ("hr", "dva do tri mjeseca", 2.0, 3.0),
    ("hr", "mjesec i pol", 1.5, 1.5),
    ("hr", "šest tjedana", 1.38, 1.38),
    ("hr", "od 2 do 6 mjeseci", 2.0, 6.0),
    ("hr", "boravak od 2 mjeseca", 2.0, 2.0),
    ("hr", "najviše pola godine", None, 6.0),
    ("sk", "dva až tri mesiace", 2.0, 3.0),
    ("sk", "šesť týždňov", 1.38, 1.38),
    ("sk", "najviac pol roka", None, 6.0),
    ("sk", "tri plné mesiace", 3.0, 3.0),
    ("sl", "dva do tri mesece", 2.0, 3.0),
    ("sl", "šest tednov", 1.38, 1.38),
    ("sl", "pol leta", 6.0, 6.0),
    ("sl", "vsaj dva meseca", 2.0, None),
    ("sr_Latn", "dva do tri meseca", 2.0, 3.0),
    ("sr_Latn", "dva tri meseca", 2.0, 3.0),
    ("sr_Cyrl", "шест недеља", 1.38, 1.38),
    ("sr_Cyrl", "два до три месеца", 2.0, 3.0),
    ("cnr", "četiri sedmice", 0.92, 0.92),
    ("en", "never under five weeks", 1.15, None),
    ("en", "minimum one month, maximum four", 1.0, 4.0),
    ("fr", "moins de six semaines, c'est hors de question", 1.38, None),
    ("de", "nicht unter 6 Wochen", 1.38, None),
    ("de", "länger als zwei Monate geht nicht", None, 2.0),
    ("it", "tra le sei e le nove settimane", 1.38, 2.08),
    ("it", "da 2 a 5 mesi", 2.0, 5.0),
    ("es", "tres meses a lo sumo", None, 3.0),
    ("el", "μεταξύ ενός και τεσσάρων μηνών", 1.0, 4.0),
    ("el", "από δύο μήνες και πάνω", 2.0, None),
    ("hr", "mjesec-dva", 1.0, 2.0),
    ("sr_Latn", "najviše na tri meseca", None, 3.0),
    ("sr_Cyrl", "тромесечни боравак", 3.0, 3.0),
    ("cnr", "ne kraće od mjesec", 1.0, None),
    ("sk", "dvojtýždňový pobyt", 0.46, 0.46),
    ("sk", "minimálne 40 dní, najviac 90", 1.32, 2.96),
    ("sl", "dlje kot pet mesecev ne gre", None, 5.0),
    ("nl", "drie weekskes", 0.69, 0.69),
    ("en", "more than 3 months is not a problem for us", 3.0, None),
    ("de", "wir bleiben über 3 Monate und haben noch keinen Gastbetrieb", 3.0, None),
    ("it", "vogliamo restare più di due mesi ma non abbiamo un partner", 2.0, None),
    ("es", "menos de un mes, ¿no?", None, 1.0),
    ("hr", "nemamo više od dva mjeseca", None, 2.0),
    ("en", "at least two months, with at most 5 people", 2.0, None),
    ("en", "3 months and up to 5 people", 3.0, 3.0),
    ("en", "a stay of 3 months plus travel", 3.0, 3.0),
    ("de", "ein bis zwei Monate", 1.0, 2.0),
    ("es", "una o dos semanas", 0.23, 0.46),
    ("it", "da 1 mese a 3 mesi", 1.0, 3.0),
    ("fr", "pas moins d'un mois", 1.0, None),
    ("sr_Latn", "mesec-dva dana", 1.0, 2.0),
    ("sl", "od mesec do tri", 1.0, 3.0),
    ("en", "two, maybe three months", 2.0, 3.0),
    ("fr", "trois semaines, peut-être quatre", 0.69, 0.92),
    ("de", "zwischen einem und vier Monaten", 1.0, 4.0),
    ("de", "von acht Wochen bis zu einem halben Jahr", 1.85, 6.0),
    ("it", "tra uno e quattro mesi", 1.0, 4.0),
    ("es", "no podemos estar sin la jefa más de cinco semanas", None, 1.15),
    ("nl", "vijf weken en geen dag langer", None, 1.15),
    ("nl", "een week of zes", 1.38, 1.38),
    ("en", "four weeks, not more and not less", 0.92, 0.92),
    ("hr", "mjesec i dva tjedna", 1.46, 1.46),
    ("sk", "dva mesiace a týždeň", 2.23, 2.23),
    ("sl", "tri mesece ali več", 3.0, None),
    ("el", "τρεις μήνες, ούτε μέρα παραπάνω", None, 3.0),
]


@pytest.mark.parametrize(("language", "text", "low", "high"), CASES)
def test_lengths_are_found_in_months(values, language: str, text: str, low: float | None, high: float | None) -> None:
    assert values("duration", language, text) == [{"min_months": low, "max_months": high}]


TRAPS = [
    ("en", "I am 35 years old"),
    ("en", "we get 400 euros a month"),
    ("en", "8 hours a day"),
    ("en", "5 days a week"),
    ("en", "two years ago"),
    ("en", "in the last 6 months"),
    ("en", "12 people, 250 euro"),
    ("fr", "j'ai 45 ans"),
    ("fr", "300 € par mois"),
    ("de", "unsere Firma besteht seit 3 Jahren"),
    ("de", "ich bin 28 Jahre alt"),
    ("es", "tengo 40 años"),
    ("es", "500 euros al mes"),
    ("el", "είμαι 45 χρονών"),
    ("hr", "imam 52 godine"),
    ("hr", "prije dvije godine"),
    ("sk", "300 eur na mesiac"),
    ("sk", "mám 33 rokov"),
    ("sk", "pred dvoma rokmi"),
    ("sl", "star sem 29 let"),
    ("sl", "pred dvema letoma"),
    ("sr_Latn", "pre tri meseca"),
]


@pytest.mark.parametrize(("language", "text"), TRAPS)
def test_ages_rates_and_past_times_are_no_lengths(values, language: str, text: str) -> None:
    assert values("duration", language, text) == []


def test_several_lengths_are_kept_apart(values) -> None:
    found = values("duration", "en", "six weeks, or maybe better: at most 3 months")
    assert found == [
        {"min_months": 1.38, "max_months": 1.38},
        {"min_months": None, "max_months": 3.0},
    ]


def test_a_bound_is_part_of_the_length(extract) -> None:
    text = "we want at least two months there"
    length = next(found for found in extract("en", text) if found.entity == "duration")
    assert text[length.start : length.end] == "at least two months"
