"""Contact points as people see them: names, cards, and whom to name where none is known."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from bot.conversation.turn import Turn
from bot.i18n import N_
from bot.model import Button, Link, Reply
from bot.programme import Partner


def name(turn: Turn, partner: Partner) -> str:
    """An organisation's name for a reader of the turn's language."""
    return partner.name_for(turn.language)


def card(turn: Turn, partner: Partner) -> str:
    """An organisation's published contacts, with a word that they may have changed."""
    place = ", ".join(part for part in (partner.address or partner.city, turn.country(partner.country)) if part)
    lines = [f"**{name(turn, partner)}**", place]
    if partner.contact:
        lines.append(turn.say(N_("E-mail: {email}"), email=partner.contact))
    if partner.phone:
        lines.append(turn.say(N_("Phone: {phone}"), phone=partner.phone))
    if partner.website:
        lines.append(turn.say(N_("Website: {website}"), website=partner.website))
    if not partner.contact and not partner.phone:
        lines.append(
            turn.say(
                N_("No direct contact is published; programme support: {email}"),
                email=turn.programme.facts.support_email,
            )
        )
    lines.append(turn.say(N_("As published; the contacts may have changed.")))
    return "\n".join(lines)


def for_country(turn: Turn, code: str) -> Reply:
    """The contact card of a country; for one without a partner, how to go on and a choice of partners."""
    partners = turn.programme.partners_in(code)
    if partners:
        return Reply("\n\n".join(card(turn, partner) for partner in partners), links=links(turn, partners))
    verdict = turn.programme.is_eligible_country(code)
    values = {"country": turn.country(code)}
    if verdict == "no":
        text = turn.say(
            N_("**{country}:** not among the countries whose companies can take part, so there is no contact point."),
            **values,
        )
    else:
        text = turn.say(
            N_(
                "**{country}:** there is no partner organisation. You may contact any of the others; the lead partner is:"
            ),
            **values,
        )
    lead = turn.programme.lead
    return Reply(f"{text}\n\n{card(turn, lead)}", links=links(turn, [lead]))


def links(turn: Turn, partners: Sequence[Partner]) -> tuple[Link, ...]:
    """A map of the place of each organisation that is known by its address, and its website."""
    found = []
    for partner in partners:
        if partner.address:
            place = quote(f"{partner.address}, {partner.country}")
            map_of = turn.labelled(partner.short_name, turn.say(N_("map")))
            found.append(Link(map_of, f"https://www.openstreetmap.org/search?query={place}"))
        if partner.website:
            found.append(Link(turn.labelled(partner.short_name, turn.say(N_("website"))), partner.website))
    return tuple(found)


def choose_country(turn: Turn, intent: str, question: str) -> Reply:
    """A question with a button for each country that has a partner organisation."""
    codes = {partner.country for partner in turn.programme.partners.values()}
    ordered = sorted(codes, key=turn.country)
    return Reply(
        turn.say(question),
        tuple(Button(turn.country(code), f'/{intent}{{"country": "{code}"}}') for code in ordered),
    )


def line(turn: Turn) -> str:
    """One line that names the contact point of the writer's country as far as known, else the support mailbox."""
    code = next(iter(turn.countries), turn.home_country)
    partner = turn.programme.partner_for_country(code) if code else None
    if partner is None:
        return turn.say(N_("Programme support: {email}"), email=turn.programme.facts.support_email)
    return _line(turn, partner, name(turn, partner))


def receiver_line(turn: Turn, partner: Partner) -> str:
    """One line on the organisation that has an application, with the short name that the verdict calls it by."""
    full = name(turn, partner)
    return _line(turn, partner, full if partner.short_name in full else f"{partner.short_name}, {full}")


def _line(turn: Turn, partner: Partner, called: str) -> str:
    where = partner.contact or partner.phone or partner.website or turn.programme.facts.support_email
    return turn.say(N_("Contact point: {name}, {contact}"), name=called, contact=where)
