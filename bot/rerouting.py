"""`bot routing explain` and `replay`: why a lead lies where it lies, and which leads new rules would move."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from bot.bootstrap import open_storage
from bot.errors import BotError
from bot.i18n import country_name
from bot.model import Lead, RoutingDecision
from bot.programme import Programme, load_programme
from bot.routing import route, tried
from bot.settings import Settings


async def explain(settings: Settings, reference: str) -> None:
    """Print how a lead was routed when it came in, and how today's rules see it.

    Raises:
        BotError: there is no lead of that reference.
    """
    async with open_storage(settings) as storage, storage.unit_of_work(read_only=True) as uow:
        lead = await uow.leads.get(reference)
    if lead is None:
        raise BotError(f"There is no lead {reference}: `bot leads list` shows all of them.")
    programme = load_programme(settings.programme_dir)
    print("\n".join(explanation(lead, programme)))


def explanation(lead: Lead, programme: Programme) -> list[str]:
    """The lines of `bot routing explain`."""
    then = lead.routing
    version = f"version {then.version}" if then.version else "a version that was not recorded"
    lines = [
        f"{lead.reference} came in on {lead.created_at:%Y-%m-%d %H:%M} and went to {then.partner}.",
        f"Rule: {then.rule} (routing.yml, {version})",
        f"Because: {then.reason}",
        "Looked at: " + ", ".join(f"{name} = {_shown(name, value)}" for name, value in then.inputs.items()),
        "",
        f"Today's rules (version {programme.routing.version}):",
    ]
    for rule, failing in tried(
        lead.application, lead.language, programme, channel=lead.channel, site=then.inputs.get("site")
    ):
        lines.append(f"  {rule.name}: " + (f"no, as not {'; '.join(failing)}" if failing else "holds"))
    now = _today(lead, programme)
    moved = "" if now.partner == lead.partner else f", but the lead lies with {lead.partner}"
    lines.append(f"  -> {now.partner}{moved}")
    return lines


def _shown(name: str, value: Any) -> str:
    if value is None:
        return "not stated"
    return f"{value} ({country_name('en', value)})" if name == "country" else str(value)


def _today(lead: Lead, programme: Programme) -> RoutingDecision:
    site = lead.routing.inputs.get("site")
    return route(lead.application, lead.language, programme, channel=lead.channel, site=site)


async def replay(settings: Settings, rules: Path) -> int:
    """Print which of all leads a new `routing.yml` would send to another organisation; gives how many.

    Nothing is changed. Leads that staff have forwarded are compared with where they were routed to when they came.

    Raises:
        DataFileError: the new file cannot be used; the text names its lines.
    """
    programme = load_programme(settings.programme_dir, routing=rules)
    moved: Counter[tuple[str, str]] = Counter()
    seen = 0
    async with open_storage(settings) as storage, storage.unit_of_work(read_only=True) as uow:
        async for lead in uow.leads.stream():
            seen += 1
            new = _today(lead, programme)
            if new.partner != lead.routing.partner:
                moved[lead.routing.partner, new.partner] += 1
                print(f"{lead.reference}  {lead.routing.partner} -> {new.partner}  {new.rule}: {new.reason}")
    total = sum(moved.values())
    print(f"{total} of {seen} leads would go elsewhere by {rules} (version {programme.routing.version}).")
    for (old, new_code), count in moved.most_common():
        print(f"  {old} -> {new_code}: {count}")
    return total
