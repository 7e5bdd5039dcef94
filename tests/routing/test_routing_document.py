"""`docs/routing.md` tells the truth about this commit: its table and its example are what the commands print now."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from bot import i18n
from bot.applications.leads import from_form
from bot.applications.routing_texts import why_there
from bot.applications.words import Reader
from bot.bootstrap import open_storage
from bot.cli import main
from bot.model import RoutingDecision
from bot.programme import PROGRAMME_DIR, load_programme
from bot.routing import partner_candidates, route
from bot.routing_table import countries
from bot.settings import ROOT, Settings

DOCUMENT = (ROOT / "docs" / "routing.md").read_text(encoding="utf-8")
PROGRAMME = load_programme()
LEAD = "CAMARABELUX"
SEATS = {
    "BE": LEAD,
    "ES": "FEH",
    "IE": "DCC",
    "RS": "BINS",
    "HR": "TERA",
    "SK": "CCIS-TSOK",
    "SI": "BSC",
    "IT": "FORUM",
    "AT": "WKO",
    "GR": "STHEV",
    "FR": "CCI-NA",
    "ME": "CEM",
}
OTHERS = [code for code in PROGRAMME.facts.countries.eligible if code not in SEATS]
NOT_SETTLED = ["GB", "CH", "LI"]


def block(after: str, until: str) -> str:
    found = re.search(rf"{re.escape(after)}\n(.*?){re.escape(until)}", DOCUMENT, re.DOTALL)
    assert found, f"docs/routing.md holds no {after}"
    return found[1]


def test_the_table_is_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["routing", "table"]) == 0
    assert block("<!-- bot routing table -->", "<!-- end -->") == capsys.readouterr().out


def test_the_table_has_every_country_that_takes_part_and_those_in_doubt() -> None:
    assert len(OTHERS) == 22
    assert set(countries(PROGRAMME)) == {*SEATS, *OTHERS, *NOT_SETTLED, "US"}


@pytest.mark.parametrize("country", [*SEATS, *OTHERS, *NOT_SETTLED, "US"])
def test_each_country_is_routed_as_the_file_says_with_a_reason_in_every_language(country: str) -> None:
    application: dict[str, Any] = {"country": country}
    offered = partner_candidates(application, "en", PROGRAMME)
    if country in SEATS:
        expected = [(SEATS[country], "own_country")]
    elif country == "LU":
        expected = [(LEAD, "luxembourg")]
    else:
        expected = [(partner.code, "chosen_partner") for partner in offered]
        without_choice = route(application, "en", PROGRAMME)
        assert (without_choice.partner, without_choice.rule) == (LEAD, "otherwise")
        assert LEAD in [partner.code for partner in offered]
    assert bool(offered) is (country not in {*SEATS, "LU"})
    decisions = [route(application, "en", PROGRAMME, code) for code, _ in expected]
    assert [(decision.partner, decision.rule) for decision in decisions] == expected
    for decision in (*decisions, route(application, "en", PROGRAMME)):
        for language in i18n.languages():
            assert_in_words(decision, language, application)


def assert_in_words(decision: RoutingDecision, language: str, application: dict[str, Any]) -> None:
    """The reason is a sentence that names the country after a colon, where no case form is needed, or not at all."""
    said = why_there(Reader(language, PROGRAMME, application), decision)
    name = i18n.country_name(language, application["country"])
    assert said.strip()
    assert "{" not in said
    assert name not in said or re.search(rf":\s{re.escape(name)}", said), said


@pytest.mark.parametrize("language", sorted(i18n.languages()))
def test_a_company_without_a_known_country_has_a_reason_too(language: str) -> None:
    decision = route({}, language, PROGRAMME)
    assert (decision.partner, decision.rule) == (LEAD, "country_unknown")
    said = why_there(Reader(language, PROGRAMME, {}), decision)
    assert said.strip()
    assert "{" not in said
    assert ": ." not in said


async def leads_of_the_example(url: str) -> None:
    async with open_storage(Settings(database_url=url)) as storage, storage.unit_of_work() as uow:
        for number, country in enumerate(("AT", "AT", "DE", "SI"), 1):
            lead = from_form(
                "application",
                {"side": "sending", "country": country, "destinations": ["IT"]},
                reference=f"MSME-EXAMPLE{number}",
                language="de",
                channel="web",
                site=None,
                conversation="",
                programme=PROGRAMME,
                now=datetime(2026, 11, 25, 9, 0, tzinfo=timezone.utc),
            )
            await uow.leads.add(lead, f"key-{number}")
        await uow.commit()


@pytest.fixture
async def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The leads of the document's example, in a folder of their own."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"
    await leads_of_the_example(url)
    monkeypatch.setenv("BOT_DATABASE_URL", url)
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("database")
def test_the_replay_prints_what_the_document_shows(capsys: pytest.CaptureFixture[str]) -> None:
    rules = (PROGRAMME_DIR / "routing.yml").read_text(encoding="utf-8")
    version = PROGRAMME.routing.version
    rules = rules.replace("rules:\n", f"rules:\n{block('```yaml', '```')}\n", 1)
    Path("NEW.yml").write_text(rules.replace(f"version: {version}", f"version: {version + 1}"), encoding="utf-8")
    main(["routing", "replay", "--rules", "NEW.yml"])
    assert block("```text", "```") == capsys.readouterr().out
