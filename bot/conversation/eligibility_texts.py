"""The verdict on an application in words: never a bare no, always what would help and who confirms."""

from __future__ import annotations

from bot import i18n
from bot.conversation import contacts
from bot.conversation.turn import Turn
from bot.i18n import N_
from bot.model import Eligibility, Reason

VERDICTS: dict[str, str] = {
    "eligible": N_(
        "By the public rules your application **meets the conditions**. The partner organisation confirms it."
    ),
    "not_eligible": N_(
        "By the public rules your application **does not meet all conditions**. It is passed on all the same, and the "
        "partner organisation decides. What stands in the way:"
    ),
    "to_confirm": N_(
        "By the public rules your application looks possible; **the partner organisation has to confirm** this:"
    ),
}

#: A sentence for each rule and verdict that a person should read about; met conditions need no words.
REASONS: dict[tuple[str, str], str] = {
    ("duration", "not_eligible"): N_("A stay lasts from {min} to {max} months. Choose a length within these limits."),
    ("duration", "to_confirm"): N_(
        "A stay lasts from {min} to {max} months; part of the length you named lies outside."
    ),
    ("another_country", "not_eligible"): N_(
        "The stay must be in another country than that of the company. Name another country."
    ),
    ("another_country", "to_confirm"): N_(
        "The stay must be in another country than that of the company; only the others you named count."
    ),
    ("company_size", "not_eligible"): N_(
        "Only small and medium-sized enterprises (fewer than {employees} employees) can send staff. A larger company can host."
    ),
    ("company_size", "to_confirm"): N_(
        "A company with {employees} employees or more can host, but it cannot send staff."
    ),
    ("company_turnover", "to_confirm"): N_(
        "With more than {turnover} million euro turnover, the balance sheet decides: at most {balance} million euro for "
        "a company that sends staff."
    ),
    ("company_country", "not_eligible"): N_("Companies from {country} are not among those that can take part."),
    ("company_country", "to_confirm"): N_(
        "The public sources do not settle whether companies from {country} can take part."
    ),
    ("destination_country", "not_eligible"): N_(
        "None of the countries you named takes part. Choose a country that does."
    ),
    ("destination_country", "to_confirm"): N_(
        "The public sources do not settle whether all the countries you named take part."
    ),
    ("non_eu_pair", "to_confirm"): N_("Whether a stay between two countries outside the EU is possible is not public."),
}


def verdict(turn: Turn, eligibility: Eligibility) -> str:
    """The verdict and the reasons behind it, for the applicant."""
    lines = [turn.say(VERDICTS[eligibility.verdict])]
    lines += [f"• {text}" for reason in eligibility.reasons if (text := reason_words(turn, reason))]
    if eligibility.verdict != "eligible":
        lines.append(contacts.line(turn))
    return "\n".join(lines)


def reason_words(turn: Turn, reason: Reason) -> str:
    """One reason in words; empty for a condition that is met."""
    text = REASONS.get((reason.rule, reason.verdict))
    if text is None:
        return ""
    facts = turn.programme.facts
    return turn.say(
        text,
        min=facts.duration.min_months,
        max=facts.duration.max_months,
        employees=facts.sme.employees_below,
        turnover=facts.sme.turnover_million,
        balance=facts.sme.balance_sheet_million,
        country=i18n.country_name(turn.language, str(turn.slots.get("country") or "")),
    )
