"""What is known of the programme: facts, partners, routing rules, sites and privacy, from YAML."""

from bot.programme.facts import Facts
from bot.programme.faults import Fault, ProgrammeDataError
from bot.programme.loader import PROGRAMME_DIR, load_programme
from bot.programme.programme import Programme
from bot.programme.schema import Partner, Privacy, Routing, Rule, Site

__all__ = [
    "PROGRAMME_DIR",
    "Facts",
    "Fault",
    "Partner",
    "Privacy",
    "Programme",
    "ProgrammeDataError",
    "Routing",
    "Rule",
    "Site",
    "load_programme",
]
