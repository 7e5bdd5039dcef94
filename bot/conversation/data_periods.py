"""How long each kind of data is kept and why, and whom to ask: the end of the copy of a person's data."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversation.turn import Turn
from bot.i18n import N_

#: Letters of Article 6(1) GDPR.
_LEGAL_BASES = {
    "consent": "a",
    "contract": "b",
    "legal_obligation": "c",
    "public_task": "e",
    "legitimate_interests": "f",
}


@dataclass(frozen=True)
class Table:
    """Rows under a heading of columns; `kinds` marks a row for its look ("in", "out")."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """A heading, labelled facts, paragraphs and a table."""

    title: str
    facts: tuple[tuple[str, str], ...] = ()
    paragraphs: tuple[str, ...] = ()
    table: Table | None = None


def retention(turn: Turn) -> Section:
    """How long each kind is kept and why, as `privacy.yml` says."""
    kept = turn.programme.privacy.retention
    days = turn.say(N_("{days} days after the last message"), days=kept.chats_days)
    answer = turn.say(N_("to answer you and to improve the answers"))
    work = turn.say(N_("so that the partner organisation can work on it and account for it"))
    go_on = turn.say(N_("so that you can go on with it"))
    rows = (
        (turn.say(N_("Messages, and what was noted from them")), days, answer),
        (
            turn.say(N_("Unfinished application without consent")),
            turn.say(N_("{hours} hours after the last change"), hours=kept.before_consent_hours),
            go_on,
        ),
        (
            turn.say(N_("Unfinished application with consent")),
            turn.say(N_("{days} days after the last change"), days=kept.unfinished_applications_days),
            go_on,
        ),
        (
            turn.say(N_("Sent application, with its history")),
            turn.say(N_("{months} months after it was closed"), months=kept.closed_leads_months),
            work,
        ),
        (
            turn.say(N_("Letters to you")),
            turn.say(N_("{days} days after they were sent"), days=kept.chats_days),
            turn.say(N_("so that each is sent once")),
        ),
        (
            turn.say(N_("Codes that were asked for")),
            turn.say(N_("one day")),
            turn.say(N_("so that only you learn where your application stands")),
        ),
    )
    columns = (turn.say(N_("Data")), turn.say(N_("Kept for")), turn.say(N_("Why")))
    return Section(turn.say(N_("How long it is kept, and why")), table=Table(columns, rows))


def rights(turn: Turn) -> Section:
    """On what ground the data is kept, who answers for it, and what one may ask."""
    privacy, support = turn.programme.privacy, turn.programme.facts.support_email
    told = [
        turn.say(
            N_("Legal basis: Article 6(1)({letter}) of the General Data Protection Regulation (GDPR)."),
            letter=_LEGAL_BASES[privacy.legal_basis],
        ),
        turn.say(N_("Controller: {controller}."), controller=privacy.controller)
        if privacy.controller
        else turn.say(
            N_("The controller of the data has not been named publicly; please ask: {contact}."), contact=support
        ),
    ]
    if privacy.dpo:
        told.append(turn.say(N_("Data protection officer: {dpo}."), dpo=privacy.dpo))
    told.append(
        turn.say(
            N_(
                "You can ask for access to your data, their correction or their erasure, and withdraw your consent, "
                "in the chat or by writing to {email}. You can also complain to your data protection authority."
            ),
            email=support,
        )
    )
    return Section(turn.say(N_("Your rights")), paragraphs=tuple(told))
