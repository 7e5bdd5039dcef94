from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot import i18n
from bot.errors import DataFileError
from nlu.components.context import context_words
from nlu.components.extract import extract_entities
from nlu.components.forms import Word, parse_form
from nlu.components.lexicon import Lexicons, load_lexicon, load_lexicons

FAULTS = [
    ("colours:\n  red: [a]\n", 1, "'colours' is not known here"),
    ("articles: []\ncountries:\n  AT: [austria*]\n  XX: [nowhere]\n", 4, "no ISO 3166-1 country code"),
    ("countries:\n  AT: [austria*]\nsectors:\n  Z: [magic]\n", 4, "no section of NACE"),
    ("languages:\n  klingonish: [abc]\n", 2, "no language tag"),
    ("fields:\n  email: [mail]\n  emial: [post]\n", 3, "no slot of the form"),
    ("partners:\n  WKO: [wko]\n  NOBODY: [nobody]\n", 3, "no code of a partner organisation"),
    ('people: ["staff", "*"]\n', 1, "bare *"),
    ("people:\n  - staff\n  - ab*\n", 3, "fewer than 3 letters"),
    ("people:\n  - st*ff\n", 2, "* within a word"),
    ("months:\n  13: [undecember]\n", 2, "months.13"),
    ("durations:\n  - {forms: [long], min_months: 3}\n", 2, "Field required"),
    ("cities:\n  - {name: Vienna, country: AT, colour: red}\n", 2, "'colour' is not known here"),
    ("people: [staff\narticles: []\n", None, "not valid YAML"),
]


def _write(folder: Path, text: str, language: str = "en") -> Path:
    (folder / language).mkdir(parents=True, exist_ok=True)
    file = folder / language / "entities.yml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(("text", "line", "problem"), FAULTS)
def test_a_fault_in_the_data_names_file_line_and_remedy(
    tmp_path: Path, text: str, line: int | None, problem: str
) -> None:
    file = _write(tmp_path, text)
    with pytest.raises(DataFileError) as caught:
        load_lexicons(tmp_path, {"WKO": ["Wirtschaftskammer"]}, ["en"])
    assert caught.value.file == file
    assert problem in str(caught.value)
    assert caught.value.remedy
    if line is not None:
        assert caught.value.line == line


def test_words_that_yaml_reads_as_truth_values_stay_words(tmp_path: Path) -> None:
    _write(tmp_path, "countries:\n  NO: [norge]\nanswers:\n  yes: [on, y]\n  no: [off, no]\nnumbers:\n  0.5: [half]\n")
    lexicon = load_lexicon(tmp_path, "en")
    assert lexicon.answers["on"] == "yes"
    assert lexicon.answers["off"] == "no"
    found = extract_entities("norge", "en", lexicons=Lexicons({"en": lexicon}), today=date(2026, 1, 1))
    assert [entity.value for entity in found] == ["NO"]


def test_a_language_without_data_knows_cldr_names_and_english_forms(tmp_path: Path) -> None:
    lexicons = load_lexicons(tmp_path, {}, ["it", "en"])
    found = extract_entities("dalla Slovenia alla Francia", "it", lexicons=lexicons, today=date(2026, 1, 1))
    assert [entity.value for entity in found] == ["SI", "FR"]


def test_an_empty_file_is_valid(tmp_path: Path) -> None:
    _write(tmp_path, "")
    assert load_lexicon(tmp_path, "en").language == "en"


def test_every_supported_language_has_a_lexicon(lexicons: Lexicons) -> None:
    assert set(lexicons) == set(i18n.languages())
    assert len(lexicons) > 0


def test_every_supported_language_has_context_words(lexicons: Lexicons) -> None:
    for code, lexicon in lexicons.items():
        assert lexicon.context is not context_words("xx"), code
        assert lexicon.context.place_before.has("in") or code != "en"
        assert lexicon.context.join != context_words("xx").join, code


def test_an_unknown_language_is_served_in_english(lexicons: Lexicons) -> None:
    assert lexicons.serving("pl") is lexicons["en"]
    assert lexicons.serving(None) is lexicons["en"]


def test_partner_names_come_from_the_programme(tmp_path: Path) -> None:
    lexicons = load_lexicons(tmp_path, {"WKO": ["Wirtschaftskammer Österreich"]}, ["de"])
    found = extract_entities("die wirtschaftskammer österreich", "de", lexicons=lexicons, today=date(2026, 1, 1))
    assert [(entity.entity, entity.value) for entity in found] == [("partner", "WKO")]


def test_forms_are_cut_like_messages() -> None:
    assert parse_form("mal* firm*") == (Word("mal", is_stem=True), Word("firm", is_stem=True))
    assert parse_form("ccis-tsok") == parse_form("CCIS TSOK")
    assert parse_form("–") == ()


def test_a_stem_stands_for_at_most_five_more_letters() -> None:
    stem = Word("austrij", is_stem=True)
    assert stem.matches("austrij")
    assert stem.matches("austrijskih")
    assert not stem.matches("austrijanstvo")
    assert not stem.matches("austri")


def test_a_form_with_d_with_stroke_is_found_as_dj_too(tmp_path: Path) -> None:
    _write(tmp_path, "people: [građana]\nnumbers: {12: [dvanaest]}\n", "hr")
    lexicons = load_lexicons(tmp_path, {}, ["hr"])
    for text in ("dvanaest građana", "dvanaest gradana", "dvanaest gradjana"):
        found = extract_entities(text, "hr", lexicons=lexicons, today=date(2026, 1, 1))
        assert [entity.value for entity in found] == [12]
