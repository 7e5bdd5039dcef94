"""The data files load as they are, and every mistake in one is told with its file, line and remedy."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.errors import DataFileError
from bot.programme import PROGRAMME_DIR, ProgrammeDataError, load_programme

FILES = ("programme.yml", "partners.yml", "routing.yml", "sites.yml", "privacy.yml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the data files to make mistakes in."""
    for name in FILES:
        shutil.copy(PROGRAMME_DIR / name, tmp_path / name)
    return tmp_path


def replace(file: Path, old: str, new: str) -> int:
    """Replace the first occurrence and give the line it stands in."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def mistakes(folder: Path) -> ProgrammeDataError:
    with pytest.raises(DataFileError) as caught:
        load_programme(folder)
    assert isinstance(caught.value, ProgrammeDataError)
    return caught.value


MISTAKES = {
    "unknown key": ("programme.yml", "  support_email:", "  suport_email:", "suport_email", "support_email"),
    "unknown key in a value": (
        "programme.yml",
        "    min_months: 1",
        "    min_month: 1",
        "min_month",
        "min_months",
    ),
    "number written as a word": (
        "programme.yml",
        "min_months: 1",
        "min_months: one",
        "min_months",
        "a whole number",
    ),
    "number in quotes": ("programme.yml", "end_year: 2022", 'end_year: "2022"', "end_year", "a whole number"),
    "amount of zero": ("programme.yml", "AL: 530", "AL: 0", "AL", "above 0"),
    "country code of the wrong kind": ("programme.yml", "GB: 1000", "UK: 1000", "UK", "write GB"),
    "no country code": ("programme.yml", "AL: 530", "XX: 530", "XX", "ISO 3166-1"),
    "no source": (
        "programme.yml",
        "sources: [https://mobilise-sme.eu/who-can-participate/]",
        "sources: []",
        "sources",
        "write an entry",
    ),
    "status that is none": (
        "programme.yml",
        "status: single_source",
        "status: maybe",
        "maybe",
        "'single_source'",
    ),
    "days that make no month": (
        "programme.yml",
        "shortest_days: 28",
        "shortest_days: 3",
        "3 days",
        "from 28 to 31",
    ),
    "period backwards": ("programme.yml", "end_year: 2022", "end_year: 2019", "ends before", "earlier year"),
    "unknown point": ("programme.yml", "  successor:", "  succesor:", "succesor", "'successor'"),
    "yes or no in words": ("programme.yml", "value: true", "value: maybe", "maybe", "true or false"),
    "date that is none": ("programme.yml", "value: null  ", "value: soon  ", "soon", "2027-06-30"),
    "day that is none": ("programme.yml", "value: null  ", "value: 2027-02-30  ", "2027-02-30", "2027-06-30"),
    "list in place of a key": ("privacy.yml", "dpo: null", "[dpo]: null", "not valid YAML", "brackets"),
    "mailbox that is none": (
        "programme.yml",
        "value: support@mobilise-sme.eu",
        "value: support",
        "support",
        "one address",
    ),
    "partner in no country": ("partners.yml", "country: SI", "country: SLO", "SLO", "ISO 3166-1"),
    "partner speaking no language": ("partners.yml", "[sl, en]", "[slo, slovene]", "slovene", "write one of"),
    "partner with an unknown role": ("partners.yml", "role: partner", "role: boss", "boss", "'partner'"),
    "partner without a field's source": (
        "partners.yml",
        '    email_general: "https://www.bsc-kranj.si/en/privacy-policy/"\n',
        "",
        "email_general has no source",
        "under sources:",
    ),
    "source of no field": (
        "partners.yml",
        "    official_name: ",
        "    oficial_name: ",
        "official_name",
        "sources:",
    ),
    "duplicate partner": ("partners.yml", "- code: FEH", "- code: CAMARABELUX", "taken", "another code"),
    "name of two partners": (
        "partners.yml",
        'short_name: "FEH"',
        'short_name: "BINS"',
        "FEH",
        "one of the two",
    ),
    "second lead": ("partners.yml", "role: partner", "role: lead", "second lead", "role: partner"),
    "letters to no mailbox": (
        "partners.yml",
        "notify_email: null",
        "notify_email: chamber",
        "chamber",
        "one address",
    ),
    "webhook that is not encrypted": (
        "partners.yml",
        "notify_email: null",
        "notify_webhook: http://crm.example.org/leads\n  notify_email: null",
        "crm.example.org",
        "https://",
    ),
    "Telegram group without its number": (
        "partners.yml",
        "notify_email: null",
        "notify_telegram_group: the chamber\n  notify_email: null",
        "the chamber",
        "-1001234567890",
    ),
    "website without scheme": ("partners.yml", '"https://tera.hr"', '"tera.hr"', "tera.hr", "https://"),
    "phone without prefix": ("partners.yml", '"+382 20 230 545"', '"020 230 545"', "020", "prefix"),
    "applications neither open nor closed": (
        "partners.yml",
        "  applications: open\n",
        "  applications: ja\n",
        "ja",
        "'open'",
    ),
    "rule to an unknown partner": ("routing.yml", "    to: chosen", "    to: NOBODY", "NOBODY", "BSC"),
    "rule to nowhere": (
        "routing.yml",
        "    to: chosen",
        "    to: somebody",
        "somebody",
        "partner_of_country",
    ),
    "rule on an unknown thing": (
        "routing.yml",
        "{country_in: [LU]}",
        "{colour: red}",
        "colour",
        "country_in",
    ),
    "rule on no country": ("routing.yml", "{country_in: [LU]}", "{country_in: [UK]}", "UK", "ISO 3166-1"),
    "rule on no language": ("routing.yml", "{country_in: [LU]}", "{language: lb}", "lb", "sr_Cyrl"),
    "rule on no site": ("routing.yml", "{country_in: [LU]}", "{site: luxembourg}", "luxembourg", "belux"),
    "rule with a country outside a list": (
        "routing.yml",
        "{country_in: [LU]}",
        "{country_in: LU}",
        "list",
        "[LU]",
    ),
    "rule with a sentence nobody can fill": (
        "routing.yml",
        "{country}, where",
        "{land}, where",
        "land",
        "{country}",
    ),
    "rule with an open brace": ("routing.yml", "{country}, where", "{country, where", "braces", "{country}"),
    "rule that is never reached": (
        "routing.yml",
        "{country_has_partner: true}\n    to: partner_of_country",
        "{always: true}\n    to: lead",
        "ever reached",
        "to the end",
    ),
    "nobody left over for the last": (
        "routing.yml",
        "{always: true}\n",
        "{side: host}\n",
        "everybody",
        "always",
    ),
    "two rules of a name": (
        "routing.yml",
        "name: luxembourg",
        "name: own_country",
        "own_country",
        "another name",
    ),
    "chosen where nobody chose": (
        "routing.yml",
        "{partner_chosen: true}",
        "{side: host}",
        "chosen",
        "partner_chosen",
    ),
    "site of no partner": ("sites.yml", "partner: BSC", "partner: BCS", "BCS", "BSC"),
    "site in no language": ("sites.yml", "language: sl", "language: si", "si", "sl"),
    "site with a path": (
        "sites.yml",
        "[https://tera.hr]",
        "[https://tera.hr/chat]",
        "no origin",
        "scheme and host",
    ),
    "site in a pale colour": ("sites.yml", '"#0b4ea2"', '"#ffcc00"', "too light", "4.5"),
    "site without a colour": ("sites.yml", '"#0b4ea2"', "blue", "blue", "#rrggbb"),
    "site in the middle": ("sites.yml", "corner: right", "corner: centre", "centre", "'right'"),
    "key in place of a variable's name": (
        "sites.yml",
        "rest_api_key_env: null",
        "rest_api_key_env: s3cr3t",
        "s3cr3t",
        "capital letters",
    ),
    "site twice": ("sites.yml", "\nfeh:", "\nbelux:", "twice", "keep one"),
    "legal basis that is none": (
        "privacy.yml",
        "legal_basis: consent",
        "legal_basis: luck",
        "luck",
        "'consent'",
    ),
    "retention without a number": (
        "privacy.yml",
        "chats_days: 30",
        "chats_days: long",
        "chats_days",
        "whole number",
    ),
    "tab for indentation": (
        "privacy.yml",
        "  chats_days: 30",
        "\tchats_days: 30",
        "not valid YAML",
        "indentation",
    ),
    "open bracket": ("privacy.yml", "processors: []", "processors: [", "not valid YAML", "brackets"),
}

#: Mistakes that show in another line than the one that was changed: by so many lines.
SHIFTED = {
    "unknown point": 0,
    "partner without a field's source": None,
    "source of no field": None,
    "duplicate partner": None,
    "name of two partners": None,
    "rule that is never reached": 0,
    "nobody left over for the last": 0,
    "chosen where nobody chose": 1,
    "open bracket": None,
    "site twice": 1,
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_is_told_with_file_line_and_remedy(folder: Path, name: str) -> None:
    file, old, new, problem, remedy = MISTAKES[name]
    changed = replace(folder / file, old, new)
    told = mistakes(folder)
    shift = SHIFTED.get(name, 0)
    matching = [
        fault
        for fault in told.faults
        if fault.file == folder / file
        and problem in fault.problem
        and remedy in fault.remedy
        and (shift is None or fault.line == changed + shift)
    ]
    assert matching, str(told)
    assert matching[0].line is not None
    assert f"{folder / file}:{matching[0].line}: {matching[0].problem}" in str(told)
    assert f"Remedy: {matching[0].remedy}" in str(told)


def test_missing_source_points_to_the_value_that_lacks_it(folder: Path) -> None:
    file = folder / "partners.yml"
    replace(file, '    email_general: "https://www.bsc-kranj.si/en/privacy-policy/"\n', "")
    lines = file.read_text(encoding="utf-8").splitlines()
    [fault] = mistakes(folder).faults
    assert fault.line is not None
    assert lines[fault.line - 1] == '  email_general: "info@bsc-kranj.si"'


def test_duplicate_code_points_to_the_second_partner(folder: Path) -> None:
    line = replace(folder / "partners.yml", "- code: WKO", "- code: BSC")
    assert line in {fault.line for fault in mistakes(folder).faults}


def test_all_mistakes_of_all_files_are_told_at_once(folder: Path) -> None:
    places = [
        ("programme.yml", replace(folder / "programme.yml", "max_months: 6", "max_months: six")),
        ("programme.yml", replace(folder / "programme.yml", "AT: 900", "AT: plenty")),
        ("partners.yml", replace(folder / "partners.yml", "country: IE", "country: EIRE")),
        ("sites.yml", replace(folder / "sites.yml", "language: hr", "language: hrvatski")),
        ("privacy.yml", replace(folder / "privacy.yml", "dpo: null", "dpd: null")),
    ]
    text = str(mistakes(folder))
    for file, line in places:
        assert f"{folder / file}:{line}: " in text


def test_unknown_partner_is_told_beside_other_mistakes_of_its_file(folder: Path) -> None:
    first = replace(folder / "sites.yml", "corner: right", "corner: top")
    second = replace(folder / "sites.yml", "partner: BSC", "partner: BCS")
    assert [fault.line for fault in mistakes(folder).faults] == [first, second]


def test_missing_key_is_told_at_the_entry_that_lacks_it(folder: Path) -> None:
    replace(folder / "privacy.yml", "  chats_days: 30", "  # chats_days: 30")
    [fault] = mistakes(folder).faults
    assert fault.problem == "“chats_days” is missing in “retention”"
    lines = (folder / "privacy.yml").read_text(encoding="utf-8").splitlines()
    assert fault.line is not None
    assert lines[fault.line - 1].startswith("retention:")


def test_fact_without_sources_is_told(folder: Path) -> None:
    line = replace(
        folder / "programme.yml",
        "  support_email:\n    value: support@mobilise-sme.eu\n    sources:",
        "  support_email:\n    value: support@mobilise-sme.eu\n    # sources:",
    )
    [fault] = mistakes(folder).faults
    assert (fault.line, fault.problem) == (line, "“sources” is missing in “support_email”")


def test_no_lead_partner_is_told(folder: Path) -> None:
    replace(folder / "partners.yml", "role: lead\n", "role: partner\n")
    assert "no organisation is the lead partner" in str(mistakes(folder))


@pytest.mark.parametrize("name", FILES)
def test_missing_file_is_told(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert f"{folder / name}: does not exist" in str(mistakes(folder))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("content", ["", "# nothing but a remark\n", "- 1\n- 2\n", "one word\n", "{}\n", "null\n"])
def test_file_without_its_content_is_told(folder: Path, name: str, content: str) -> None:
    (folder / name).write_text(content, encoding="utf-8")
    assert str(folder / name) in str(mistakes(folder))


@pytest.mark.parametrize("name", FILES)
def test_file_in_another_encoding_is_told(folder: Path, name: str) -> None:
    (folder / name).write_bytes("# Κάτι\n".encode("iso-8859-7"))
    assert "UTF-8" in str(mistakes(folder))


def test_norway_is_a_country_and_not_a_denial(folder: Path) -> None:
    replace(folder / "programme.yml", "NL: 830", "NL: 830\n      NO: 900")
    assert load_programme(folder).grant("NO") == 900


def test_changed_amount_counts_at_the_next_start(folder: Path) -> None:
    replace(folder / "programme.yml", "SI: 720", "SI: 735")
    assert load_programme(folder).grant("SI") == 735


def test_error_names_the_first_mistake_in_its_fields(folder: Path) -> None:
    line = replace(folder / "programme.yml", "max_months: 6", "max_months: six")
    told = mistakes(folder)
    assert (told.file, told.line) == (folder / "programme.yml", line)
    assert told.problem
    assert told.remedy


def test_deadline_is_read_as_a_day(folder: Path) -> None:
    replace(folder / "programme.yml", "value: null  ", "value: 2027-06-30  ")
    assert load_programme(folder).facts.deadline == date(2027, 6, 30)


def test_site_of_our_own_page_is_missed(folder: Path) -> None:
    replace(folder / "sites.yml", "\nhome:", "\nours:")
    assert "the site “home” is missing" in str(mistakes(folder))
