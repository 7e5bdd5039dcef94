"""Staff read why a lead lies where it lies, and see what new rules would move before they hold."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from bot.applications.leads import from_form
from bot.bootstrap import open_storage
from bot.errors import BotError
from bot.model import Lead
from bot.programme import PROGRAMME_DIR, ProgrammeDataError, load_programme
from bot.rerouting import explain, explanation, replay
from bot.settings import Settings

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=timezone.utc)


def lead(reference: str, country: str, site: str | None = None, **slots: object) -> Lead:
    return from_form(
        "application",
        {"side": "sending", "country": country, "destinations": ["IT"], **slots},
        reference=reference,
        language="de",
        channel="web",
        site=site,
        conversation="",
        programme=load_programme(),
        now=NOW,
    )


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    settings = Settings(database_url=f"sqlite+aiosqlite:///{tmp_path / 'leads.db'}")
    async with open_storage(settings) as storage, storage.unit_of_work() as uow:
        for number, country in enumerate(("AT", "AT", "DE", "SI")):
            await uow.leads.add(lead(f"MSME-{number}", country), f"key-{number}")
        await uow.commit()
    return settings


@pytest.fixture
def new_rules(tmp_path: Path) -> Path:
    """Rules that send Austrian companies with more than one country in mind elsewhere."""
    text = (PROGRAMME_DIR / "routing.yml").read_text(encoding="utf-8")
    first = (
        "  - name: austria_to_slovenia\n    when: {country_in: [AT]}\n    to: BSC\n"
        '    because: "Trial: {partner} takes the applications from {country}."\n\n'
    )
    file = tmp_path / "new.yml"
    file.write_text(text.replace("rules:\n", f"rules:\n{first}").replace("version: 1", "version: 2"), encoding="utf-8")
    return file


def test_a_decision_keeps_what_was_looked_at_and_the_files_version() -> None:
    routing = lead("MSME-X", "DE", site="bsc", partner="WKO").routing
    assert routing.version == load_programme().routing.version
    assert routing.inputs == {"country": "DE", "partner": "WKO", "language": "de", "channel": "web", "site": "bsc"}


def test_an_explanation_names_each_rule_that_was_tried() -> None:
    lines = explanation(lead("MSME-X", "DE"), load_programme())
    assert lines[1] == "Rule: otherwise (routing.yml, version 1)"
    assert "  own_country: no, as not country_has_partner: True" in lines
    assert "  otherwise: holds" in lines


async def test_a_lead_is_explained_by_its_reference(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    await explain(settings, "MSME-0")
    said = capsys.readouterr().out
    assert "went to WKO" in said
    assert "country = AT (Austria)" in said


async def test_an_unknown_reference_is_named(settings: Settings) -> None:
    with pytest.raises(BotError, match="MSME-NONE"):
        await explain(settings, "MSME-NONE")


async def test_a_replay_shows_what_would_move_and_moves_nothing(
    settings: Settings, new_rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await replay(settings, new_rules) == 2
    said = capsys.readouterr().out
    assert "MSME-0  WKO -> BSC  austria_to_slovenia: Trial:" in said
    assert "2 of 4 leads would go elsewhere" in said
    async with open_storage(settings) as storage, storage.unit_of_work(read_only=True) as uow:
        assert [lead.partner for lead in await uow.leads.list()].count("WKO") == 2


async def test_todays_rules_move_nothing(settings: Settings) -> None:
    assert await replay(settings, PROGRAMME_DIR / "routing.yml") == 0


async def test_new_rules_with_a_mistake_name_their_line(settings: Settings, new_rules: Path) -> None:
    new_rules.write_text(new_rules.read_text(encoding="utf-8").replace("to: BSC", "to: NOBODY"), encoding="utf-8")
    with pytest.raises(ProgrammeDataError, match="new.yml:"):
        await replay(settings, new_rules)


async def test_enquiries_are_explained_and_tried_by_new_rules_too(
    settings: Settings, new_rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    details = {"language": "de", "channel": "web", "site": None, "conversation": "", "now": NOW}
    programme = load_programme()
    asked = from_form(
        "enquiry", {"question": "May we?", "country": "AT"}, reference="MSME-Q1", programme=programme, **details
    )
    nowhere = from_form("enquiry", {"question": "And us?"}, reference="MSME-Q2", programme=programme, **details)
    assert (asked.partner, nowhere.partner, nowhere.routing.rule) == ("WKO", programme.lead.code, "country_unknown")
    lines = explanation(nowhere, programme)
    assert "Rule: country_unknown" in lines[1]
    assert "country = not stated" in lines[3]
    assert lines[-1] == f"  -> {programme.lead.code}"
    async with open_storage(settings) as storage, storage.unit_of_work() as uow:
        for lead in (asked, nowhere):
            await uow.leads.add(lead, lead.reference)
        await uow.commit()
    await replay(settings, new_rules)
    told = capsys.readouterr().out
    assert "MSME-Q1  WKO -> BSC" in told
    assert "MSME-Q2" not in told
