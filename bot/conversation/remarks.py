"""A remark made at once where an answer just given keeps an application from being eligible; the form goes on."""

from __future__ import annotations

from collections.abc import Iterable

from bot.applications.eligibility import assess
from bot.applications.verdict_texts import rule_words
from bot.conversation.turn import Turn
from bot.model import Reason

#: The answers that a rule looks at. The length has a remark of its own, made by its check (`forms.check_duration`).
_LOOKED_AT = {
    "company_country": ("country",),
    "company_size": ("side", "employees"),
    "destination_country": ("destinations",),
    "another_country": ("country", "destinations"),
    "duration": ("duration",),
}
#: What is certain although the verdict on the whole field is left to the contact point.
_CERTAIN = frozenset({"company_size", "another_country"})


def remarks(turn: Turn, answered: Iterable[str]) -> list[str]:
    """What stands against the application by the answers just given: the rule, and what would help.

    What public sources leave open is no matter for a remark: the verdict says it after sending.
    """
    given = set(answered)
    reasons = assess(turn.slots, turn.programme).reasons
    against = [reason for reason in reasons if given.intersection(_LOOKED_AT.get(reason.rule, ())) and _stands(reason)]
    return list(dict.fromkeys(rule_words(turn, reason) for reason in against))


def _stands(reason: Reason) -> bool:
    if reason.verdict == "not_eligible":
        return True
    return bool(reason.values.get("not_eligible")) or (reason.verdict == "to_confirm" and reason.rule in _CERTAIN)
