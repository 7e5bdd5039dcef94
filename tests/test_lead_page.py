"""`bot leads show`: staff read a lead with the verdict in words and the reason of its routing, in their own language."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from bot.applications.leads import from_form
from bot.bootstrap import open_storage
from bot.cli import main
from bot.i18n import translate
from bot.programme import load_programme
from bot.settings import Settings

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=timezone.utc)


@pytest.fixture
async def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database with one lead, as the commands find it."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"
    monkeypatch.setenv("BOT_DATABASE_URL", url)
    lead = from_form(
        "application",
        {"side": "sending", "company_name": "Alm GmbH", "country": "AT", "employees": 300, "destinations": ["SI"]},
        reference="MSME-7KQ2XW9D",
        language="de",
        channel="web",
        site=None,
        conversation="",
        programme=load_programme(),
        now=NOW,
    )
    async with open_storage(Settings(database_url=url)) as storage, storage.unit_of_work() as uow:
        await uow.leads.add(lead, "key")
        await uow.commit()


@pytest.mark.usefixtures("database")
def test_a_lead_is_shown_with_its_verdict_and_routing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["leads", "show", "msme-7kq2xw9d"]) == 0
    shown = capsys.readouterr().out
    assert "MSME-7KQ2XW9D: application, new, came in on 2026-11-25 09:30 by web in German" in shown
    assert "Company: Alm GmbH\nCountry: Austria\nEmployees: 300\n" in shown
    assert "✗ Employees: 300 [1]\n→ Only small and medium-sized enterprises (fewer than 250 employees)" in shown
    assert "? Length of the stay: not given" in shown
    assert "[1] mobilise-sme.eu: https://mobilise-sme.eu/who-can-participate/" in shown
    assert "Rule: own_country\nBecause: The company is in Austria, where WKO is the partner organisation." in shown
    assert "The applicant read: It is the partner organisation for companies of this country: Austria." in shown


@pytest.mark.usefixtures("database")
def test_a_lead_is_shown_in_the_readers_language(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["leads", "show", "MSME-7KQ2XW9D", "--language", "sl"]) == 0
    shown = capsys.readouterr().out
    assert "Avstrija" in shown
    assert f"✗ {translate('sl', 'Employees')}: 300 [1]" in shown


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("arguments", [["MSME-NONE"], ["MSME-7KQ2XW9D", "--language", "xx"]])
def test_what_does_not_exist_is_named(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert main(["leads", "show", *arguments]) == 1
    assert f"There is no {'language xx' if 'xx' in arguments else 'lead MSME-NONE'}" in capsys.readouterr().err
