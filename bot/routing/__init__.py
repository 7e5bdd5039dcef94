"""Which partner organisation takes a lead, and why."""

from bot.routing.router import partner_candidates, route, tried

__all__ = ["partner_candidates", "route", "tried"]
