"""Answers to questions about the programme, made from programme data in the language of the turn."""

from __future__ import annotations

from collections.abc import Callable

from bot import i18n
from bot.conversation import contacts
from bot.conversation.turn import Turn
from bot.i18n import N_
from bot.model import Button, Reply

Answer = Callable[[Turn], list[Reply]]

#: What a question is called on a button. The order is that of the menu.
TOPICS: dict[str, str] = {
    "ask_programme": N_("What is MobiliseSME?"),
    "ask_eligibility": N_("Who can take part?"),
    "ask_duration": N_("How long is a stay?"),
    "ask_funding": N_("What does it pay?"),
    "ask_contact_point": N_("Whom do I contact?"),
    "ask_countries": N_("Which countries take part?"),
    "ask_partners": N_("Which organisations run it?"),
    "ask_deadline": N_("Until when can we apply?"),
    "ask_how_to_apply": N_("How do we apply?"),
    "ask_documents": N_("Which documents are needed?"),
    "ask_contract": N_("Salary and insurance"),
    "ask_matching": N_("Finding a partner company"),
    "ask_hosting": N_("Hosting someone"),
    "ask_activities": N_("What can one do there?"),
    "ask_languages": N_("Languages needed"),
    "ask_data_privacy": N_("What happens to my data?"),
    "apply": N_("Apply"),
    "ask_application_status": N_("My application"),
    "talk_to_human": N_("Talk to a person"),
    "change_language": N_("Change the language"),
    "delete_data": N_("Delete my data"),
    "export_data": N_("A copy of my data"),
    "give_feedback": N_("Give feedback"),
    "help": N_("What can you do?"),
    "bot_challenge": N_("Is this a machine?"),
    "repeat": N_("Repeat the answer"),
    "correct": N_("Change something"),
    "cancel": N_("Stop the application"),
}

#: Questions whose answer depends on a country, so that "and in Greece?" asks them again.
COUNTRY_QUESTIONS = frozenset({"ask_contact_point", "ask_funding", "ask_countries", "ask_partners", "ask_eligibility"})


#: Questions whose answer leaves something open that is not known publicly, so that a person may be asked.
PARTLY_UNKNOWN = frozenset(
    {
        "ask_how_to_apply",
        "ask_documents",
        "ask_funding",
        "ask_contract",
        "ask_hosting",
        "ask_activities",
        "ask_languages",
    }
)


def topic_button(turn: Turn, intent: str) -> Button:
    """The button that asks a question."""
    return Button(turn.say(TOPICS[intent]), f"/{intent}")


def _reply(turn: Turn, *parts: str, then: tuple[str, ...] = ()) -> list[Reply]:
    text = "\n\n".join(part for part in parts if part)
    applying = turn.requested_slot is not None
    return [Reply(text, tuple(topic_button(turn, one) for one in then if not (applying and one == "apply")))]


def ask_programme(turn: Turn) -> list[Reply]:
    """What the programme is, what it brings and where its money comes from."""
    limits = turn.programme.facts.duration
    return _reply(
        turn,
        turn.say(
            N_(
                "MobiliseSME is a European exchange scheme for small and medium-sized enterprises: an employee, "
                "a manager or a (co-)owner works for {min} to {max} months with a company in another country. "
                "It is funded under EaSI, the EU programme for employment and social innovation."
            ),
            min=limits.min_months,
            max=limits.max_months,
        ),
        turn.say(
            N_(
                "What it brings: new skills, first-hand knowledge of another market, contacts and partnerships "
                "abroad, new ideas and technology."
            )
        ),
        then=("ask_eligibility", "ask_duration", "ask_funding", "apply"),
    )


def ask_eligibility(turn: Turn) -> list[Reply]:
    """Who can take part, and what is known of the country or size that was named."""
    sme = turn.programme.facts.sme
    named = [_country_verdict(turn, code) for code in turn.countries]
    length = "" if "ask_duration" in turn.parse.asked else _length_verdict(turn)
    return _reply(
        turn,
        *named,
        f"{length} {_limits(turn)}" if length else "",
        turn.say(
            N_(
                "**Sending company:** a small or medium-sized enterprise: fewer than {employees} employees, and a "
                "turnover of at most {turnover} million euro or a balance sheet of at most {balance} million euro. "
                "Self-employed people, freelancers and liberal professions with a VAT or similar number count too."
            ),
            employees=sme.employees_below,
            turnover=sme.turnover_million,
            balance=sme.balance_sheet_million,
        ),
        turn.say(
            N_(
                "**Who can go:** the company's own employees, managers, owners and co-owners. Usually at least one "
                "year with the company is expected; please confirm this with your contact point."
            )
        ),
        turn.say(N_("**Larger companies** can take part as hosts only.")),
        "" if named else _where(turn),
        then=("ask_duration", "ask_contact_point", "apply"),
    )


def _where(turn: Turn) -> str:
    countries = turn.programme.facts.countries
    outside = sorted(turn.country(code) for code in countries.eligible if code not in countries.eu)
    return turn.say(
        N_("**Where:** the company is registered in the European Union or in one of these countries: {countries}."),
        countries=turn.listed(outside),
    )


def ask_duration(turn: Turn) -> list[Reply]:
    """How long a stay lasts; a length that was named is held against the limits."""
    return _reply(
        turn,
        _length_verdict(turn),
        _limits(turn),
        turn.say(
            N_(
                "According to one partner it can be split into blocks of weeks. Part-time presence, extensions and "
                "repeat stays are not described publicly: please agree them with your contact point."
            )
        ),
        then=("ask_funding", "ask_contact_point", "apply"),
    )


def _length_verdict(turn: Turn) -> str:
    """Whether the length that was named is within the limits; empty where none was."""
    values = turn.parse.values("duration")
    if not values:
        return ""
    low = values[-1].get("min_months") or values[-1].get("max_months") or 0
    high = values[-1].get("max_months") or values[-1].get("min_months") or 0
    if turn.programme.facts.duration.fits(low, high):
        return turn.say(N_("Yes, that length is possible."))
    return turn.say(N_("That length is outside the programme's limits."))


def _limits(turn: Turn) -> str:
    limits = turn.programme.facts.duration
    return turn.say(N_("A stay lasts from **{min} to {max} months**."), min=limits.min_months, max=limits.max_months)


def ask_contact_point(turn: Turn) -> list[Reply]:
    """The contact card of the country, city or organisation that was named, or a choice of countries."""
    named = [code for code in turn.parse.values("partner") if code in turn.programme.partners]
    if named:
        return [Reply(contacts.card(turn, turn.programme.partners[code])) for code in dict.fromkeys(named)]
    countries = turn.countries or ([turn.home_country] if turn.home_country else [])
    if countries:
        return [contacts.for_country(turn, code) for code in countries[:3]]
    return [contacts.choose_country(turn, "ask_contact_point", N_("In which country is your company?"))]


def ask_countries(turn: Turn) -> list[Reply]:
    """Which countries take part, or whether the named ones do."""
    if turn.countries:
        named = [_country_verdict(turn, code) for code in turn.countries]
        return _reply(turn, "\n".join(named), then=("ask_contact_point", "ask_funding", "ask_eligibility"))
    eligible = sorted(turn.country(code) for code in turn.programme.facts.countries.eligible)
    partners = sorted({turn.country(partner.country) for partner in turn.programme.partners.values()})
    return _reply(
        turn,
        turn.say(N_("Companies from these countries can take part: {countries}."), countries=turn.listed(eligible)),
        turn.say(N_("There are partner organisations in: {countries}."), countries=turn.listed(partners)),
        turn.say(
            N_("If your country has no partner organisation, you may contact any of them."),
        ),
        then=("ask_contact_point", "ask_partners"),
    )


def countries_named(turn: Turn) -> list[Reply]:
    """Whether the countries of the message take part, said before an answer that is the same for all of them."""
    return _reply(turn, "\n".join(_country_verdict(turn, code) for code in turn.countries))


def _country_verdict(turn: Turn, code: str) -> str:
    verdict = turn.programme.is_eligible_country(code)
    name = turn.country(code)
    if verdict == "yes":
        partner = turn.programme.partner_for_country(code)
        if partner:
            return turn.say(
                N_("**{country}:** yes, companies can take part. Partner organisation: {partner}."),
                country=name,
                partner=contacts.name(turn, partner),
            )
        return turn.say(
            N_(
                "**{country}:** yes, companies can take part. There is no partner organisation in the country; any of "
                "the partner organisations can be contacted."
            ),
            country=name,
        )
    if verdict == "to_confirm":
        return turn.say(
            N_("**{country}:** the public sources do not settle this. Please ask: {contact}."),
            country=name,
            contact=turn.programme.facts.support_email,
        )
    return turn.say(N_("**{country}:** not among the countries whose companies can take part."), country=name)


def ask_partners(turn: Turn) -> list[Reply]:
    """Which organisations manage the programme, in all or in the named countries."""
    programme = turn.programme
    if turn.countries:
        shown = [partner for code in turn.countries for partner in programme.partners_in(code)]
        if not shown:
            names = turn.listed([turn.country(code) for code in turn.countries])
            return _reply(
                turn,
                turn.say(
                    N_("{countries}: there is no partner organisation. You may contact any of the others."),
                    countries=names,
                ),
                then=("ask_partners", "ask_contact_point"),
            )
    else:
        shown = list(programme.partners.values())
    lines = [
        turn.say(
            N_("{country}: {partner} (lead partner)"), country=turn.country(p.country), partner=contacts.name(turn, p)
        )
        if p.code == programme.lead.code
        else turn.labelled(turn.country(p.country), contacts.name(turn, p))
        for p in shown
    ]
    intro = turn.say(N_("These organisations manage the programme and are its local contact points:"))
    return _reply(turn, intro + "\n" + "\n".join(f"• {line}" for line in lines), then=("ask_contact_point",))


def ask_deadline(turn: Turn) -> list[Reply]:
    """What the announcement says of dates, and that the contact point confirms what is open today."""
    period = turn.programme.facts.period
    return _reply(
        turn,
        turn.say(
            N_(
                "The programme's announcement says: applications are taken on an ongoing basis, there is **no "
                "deadline**. It describes a pilot of {start}–{end}."
            ),
            start=period.start_year,
            end=period.end_year,
        ),
        turn.say(N_("Whether a call is open today is confirmed by your contact point.")),
        contacts.line(turn),
        then=("ask_contact_point", "ask_how_to_apply"),
    )


def ask_how_to_apply(turn: Turn) -> list[Reply]:
    """The steps that are public, and what is not known of them."""
    steps = (
        N_("Contact the partner organisation of your country; from a country without one, any of them."),
        N_("Register your company on the programme's matchmaking platform (compulsory; the contact point helps)."),
        N_("The contact point looks at your profile and needs and helps to find a counterpart abroad."),
        N_("Both companies write the Learning Project together; the contact point reviews it."),
        N_("The stay begins; the partner organisations accompany it."),
    )
    listed = "\n".join(f"{number}. {turn.say(step)}" for number, step in enumerate(steps, 1))
    return _reply(
        turn,
        listed,
        turn.say(
            N_("How long the decision takes is not public. You can start here: I take your details and pass them on.")
        ),
        then=("apply", "ask_contact_point", "ask_documents"),
    )


def ask_documents(turn: Turn) -> list[Reply]:
    """The one document that is public, and that the full list is not."""
    return _reply(
        turn,
        turn.say(
            N_(
                "The main document is the **MobiliseSME Learning Project**: a plan of the stay that both companies "
                "write together, the sending company leading, with gains for both sides. Your contact point guides "
                "and reviews it."
            )
        ),
        turn.say(N_("The full list of papers, agreements and reports is not public, so I do not know it.")),
        contacts.line(turn),
        then=("ask_how_to_apply", "ask_contact_point"),
    )


def ask_funding(turn: Turn) -> list[Reply]:
    """The monthly contribution, for the named countries of the stay or as a range."""
    grants = turn.programme.facts.grants
    named = "\n".join(_grant_line(turn, code) for code in turn.countries or turn.stay_countries)
    rates = turn.say(
        N_("The contribution is a flat monthly amount, set by the country of the stay: from {low} to {high}."),
        low=i18n.format_euro(turn.language, min(grants.values())),
        high=i18n.format_euro(turn.language, max(grants.values())),
    )
    return _reply(
        turn,
        named or rates,
        turn.say(
            N_(
                "It is paid by the sending partner organisation to the sending company and covers part of the travel, "
                "living and integration costs, where relevant also a short language course. The salary is not covered. "
                "No payment to host companies is mentioned."
            )
        ),
        turn.say(
            N_("For an employee with a disability the amount is {amount} a month, whatever the country."),
            amount=i18n.format_euro(turn.language, turn.programme.facts.disability_rate),
        ),
        turn.say(N_("When and in how many parts it is paid is not public: please ask your contact point.")),
        "" if named else turn.say(N_("Name the country of the stay and I tell you its amount.")),
        then=("ask_contract", "ask_contact_point", "apply"),
    )


def _grant_line(turn: Turn, code: str) -> str:
    amount = turn.programme.grant(code)
    name = turn.country(code)
    if amount is None:
        return turn.say(
            N_("**{country}:** no amount is published. Please ask: {contact}."),
            country=name,
            contact=turn.programme.facts.support_email,
        )
    money = i18n.format_euro(turn.language, amount)
    if turn.programme.is_eligible_country(code) != "yes":
        return turn.say(
            N_(
                "**{country}:** {amount} a month in the published table; please confirm with your contact point "
                "whether stays there are possible."
            ),
            country=name,
            amount=money,
        )
    return turn.say(N_("**{country}:** {amount} for each month of the stay there."), country=name, amount=money)


def ask_contract(turn: Turn) -> list[Reply]:
    """Employment during the stay, and what the programme does not say about insurance."""
    return _reply(
        turn,
        turn.say(
            N_(
                "The person stays employed by the sending company during the whole stay: the contract goes on and the "
                "sending company goes on paying the salary. Valid medical insurance is required for the stay."
            )
        ),
        turn.say(
            N_(
                "As background, not as a rule of the programme: for postings inside the EU the employer usually "
                "requests the A1 form from the social security institution at home before the start. Outside the EU "
                "other rules apply."
            )
        ),
        turn.say(
            N_("Further rules on insurance, working time and leave are not public: please ask your contact point.")
        ),
        then=("ask_contact_point", "ask_funding"),
    )


def ask_matching(turn: Turn) -> list[Reply]:
    """How a counterpart is found."""
    return _reply(
        turn,
        turn.say(
            N_(
                "Your contact point analyses your profile and needs and helps to find a suitable company abroad. "
                "Registration on the programme's matchmaking platform is compulsory; the contact point helps with it."
            )
        ),
        turn.say(N_("If you already have a partner company in another country, you can take part with it.")),
        then=("ask_contact_point", "apply"),
    )


def ask_hosting(turn: Turn) -> list[Reply]:
    """What is known of hosts."""
    return _reply(
        turn,
        turn.say(
            N_(
                "Companies of **any size** can host, large ones too. The host gains an experienced colleague for a "
                "while, new skills and contacts in the other market; the guest works with the host as an equal, on a "
                "plan that both companies write."
            )
        ),
        turn.say(
            N_(
                "According to one source a host does not have to send someone back, and there is no limit on the "
                "number of guests: please confirm this with your contact point. No payment to hosts is mentioned."
            )
        ),
        then=("apply", "ask_matching", "ask_contact_point"),
    )


def ask_activities(turn: Turn) -> list[Reply]:
    """What may be done during a stay."""
    return _reply(
        turn,
        turn.say(
            N_(
                "Possible are: market research and marketing, development of products and services, finding clients "
                "and trade opportunities, training and exchange of knowledge, joint research, and strengthening an "
                "existing cooperation."
            )
        ),
        turn.say(
            N_(
                "The plan must be specific and bring something to both companies; merely getting to know another "
                "company is not enough. I know of no public list of excluded sectors: your contact point confirms "
                "whether yours is admitted."
            )
        ),
        then=("ask_documents", "ask_contact_point", "apply"),
    )


def ask_languages(turn: Turn) -> list[Reply]:
    """Language skills for a stay, and the languages of the bot."""
    own = turn.listed([language.name for language in i18n.languages().values()])
    return _reply(
        turn,
        turn.say(
            N_(
                "A required level of language is not published: agree with the host company which language you work "
                "in. The contribution can be used for a short language course."
            )
        ),
        turn.say(N_("I speak: {languages}."), languages=own),
        then=("change_language", "ask_contact_point"),
    )


def ask_data_privacy(turn: Turn) -> list[Reply]:
    """What happens with personal data here."""
    retention = turn.programme.privacy.retention
    controller = turn.programme.privacy.controller
    return _reply(
        turn,
        turn.say(
            N_(
                "Your questions are kept for {days} days to improve the answers. Your contact details are asked for "
                "only after you have agreed, and only the partner organisation that takes your application and the "
                "lead partner see them. You can ask for a copy or for deletion here at any time."
            ),
            days=retention.chats_days,
        ),
        turn.say(N_("Controller: {controller}."), controller=controller)
        if controller
        else turn.say(
            N_("The controller of the data has not been named publicly; please ask: {contact}."),
            contact=turn.programme.facts.support_email,
        ),
        then=("export_data", "delete_data"),
    )


ANSWERS: dict[str, Answer] = {
    "ask_programme": ask_programme,
    "ask_eligibility": ask_eligibility,
    "ask_duration": ask_duration,
    "ask_contact_point": ask_contact_point,
    "ask_countries": ask_countries,
    "ask_partners": ask_partners,
    "ask_deadline": ask_deadline,
    "ask_how_to_apply": ask_how_to_apply,
    "ask_documents": ask_documents,
    "ask_funding": ask_funding,
    "ask_contract": ask_contract,
    "ask_matching": ask_matching,
    "ask_hosting": ask_hosting,
    "ask_activities": ask_activities,
    "ask_languages": ask_languages,
    "ask_data_privacy": ask_data_privacy,
}
