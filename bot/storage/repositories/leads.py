"""Leads and their audit records."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, exists, func, insert, or_, select, tuple_, update

from bot.errors import NotFoundError
from bot.model import Lead, LeadState
from bot.storage import tables
from bot.storage.errors import LeadStateError
from bot.storage.lead_rows import from_row, to_row
from bot.storage.lead_states import allowed_changes
from bot.storage.records import LeadEvent
from bot.storage.repositories.base import Repository
from bot.storage.repositories.erasing import delete_leads

_L = tables.leads.c
_E = tables.lead_events.c
#: Leads held in memory at once while all are read.
_CHUNK = 200


class Leads(Repository):
    """Leads of all partner organisations. A lead whose conversation was erased has `conversation` empty."""

    async def add(
        self, lead: Lead, submission_key: str, events: Sequence[LeadEvent] = (), *, site: str | None = None
    ) -> Lead:
        """Store a lead and its audit records once for each submission key.

        Returns:
            The stored lead: where the key was used before, the earlier one with its own reference, unchanged.
        """
        row = {**to_row(lead), "submission_key": submission_key, "site": site}
        stored = self._insert(tables.leads).values(row)
        added = await self._connection.execute(
            stored.on_conflict_do_nothing(index_elements=["submission_key"]).returning(_L.id)
        )
        lead_id = added.scalar()
        if lead_id is not None:
            await self._record(lead_id, events)
        query = select(tables.leads).where(_L.submission_key == submission_key)
        found = await self._connection.execute(query)
        return from_row(found.one())

    async def get(self, reference: str) -> Lead | None:
        """The lead of a reference, or nothing."""
        found = await self._connection.execute(select(tables.leads).where(_L.reference == reference))
        row = found.first()
        return from_row(row) if row else None

    async def list(self, partner: str | None = None, state: LeadState | None = None) -> Sequence[Lead]:
        """The leads of a partner and a state (of all where left out), newest last."""
        found = await self._connection.execute(_queue(partner, state))
        return [from_row(row) for row in found]

    async def stream(self, partner: str | None = None) -> AsyncIterator[Lead]:
        """The leads of a partner or of all, newest last, a few in memory at a time."""
        query = _queue(partner, None).limit(_CHUNK)
        rows: Sequence[Row[Any]] = (await self._connection.execute(query)).all()
        while rows:
            for row in rows:
                yield from_row(row)
            # From the last row on instead of a cursor: nothing stays open while the caller works.
            last = (rows[-1].created_at, rows[-1].id)
            further = query.where(tuple_(_L.created_at, _L.id) > tuple_(*last))
            rows = (await self._connection.execute(further)).all()

    async def for_conversation(self, conversation_id: str) -> Sequence[Lead]:
        """The leads that came of a conversation, newest last."""
        query = _queue(None, None).where(_L.conversation_id == conversation_id)
        return [from_row(row) for row in await self._connection.execute(query)]

    async def untouched_since(
        self, moment: datetime, promise: str, partners: Collection[str] | None = None
    ) -> Sequence[Lead]:
        """The leads (of some partners) that came by `moment` and that nobody has taken up, oldest first.

        Those with a message in the outbox whose key is the reference followed by `promise` are left out.
        """
        promised = exists().where(tables.outbox.c.message_key == _L.reference + promise)
        waiting = _queue(None, "new").where(_L.created_at <= moment, ~promised)
        if partners is not None:
            waiting = waiting.where(_L.partner.in_(partners))
        return [from_row(row) for row in await self._connection.execute(waiting)]

    async def of_company(self, application: Mapping[str, Any]) -> Sequence[Lead]:
        """The applications of the company of an application, oldest first: same e-mail, or same name and country."""
        email, name = application.get("email"), application.get("company_name")
        alike = [func.lower(_L.email) == str(email).lower()] if email else []
        alike += [func.lower(_L.company_name) == str(name).lower()] if name else []
        if not alike:
            return []
        found = [
            from_row(row)
            for row in await self._connection.execute(_queue(None, None).where(_L.kind == "application", or_(*alike)))
        ]
        return [lead for lead in found if _is_same_company(lead.application, application)]

    async def with_email(self, email: str) -> Sequence[Lead]:
        """The leads with an e-mail address, whatever its capitals, newest last."""
        query = _queue(None, None).where(func.lower(_L.email) == email.lower())
        return [from_row(row) for row in await self._connection.execute(query)]

    async def settled_by(self, moment: datetime, states: Collection[LeadState]) -> Sequence[str]:
        """References of the leads that have been in one of these states since a moment or longer."""
        query = select(_L.reference).where(_L.state.in_(states), _L.updated_at <= moment).order_by(_L.id)
        return list((await self._connection.execute(query)).scalars())

    async def erase(self, reference: str, *, expected: LeadState | None = None) -> dict[str, int]:
        """Delete a lead and everything about it, and say how many rows of which table went.

        Raises:
            NotFoundError: there is no such lead.
            LeadStateError: its state is not the expected one: somebody has changed it.
        """
        row = await self._locked(reference)
        if expected is not None and row.state != expected:
            raise _changed(row.state, expected)
        return await delete_leads(self._connection, _L.reference == reference)

    async def change_state(
        self,
        reference: str,
        to: LeadState,
        actor: str,
        reason: str | None = None,
        *,
        expected: LeadState | None = None,
    ) -> Lead:
        """Bring a lead to another state, with an audit record of who, when, from, to and why.

        Args:
            reference: the lead's reference number.
            to: the state to go to (`lead_states.TRANSITIONS` says which may follow which).
            actor: who changes it; no conversation id, since the record outlives the conversation.
            reason: why, in the words of the actor.
            expected: the state that the actor saw; another one means that somebody was faster.

        Raises:
            NotFoundError: there is no such lead.
            LeadStateError: the change is not allowed, or the state is not the expected one.
        """
        row = await self._locked(reference)
        _check_change(row.state, to, expected)
        now = self._clock()
        await self._connection.execute(update(tables.leads).where(_L.id == row.id).values(state=to, updated_at=now))
        await self._record(row.id, [LeadEvent(now, actor, "change_state", row.state, to, reason)])
        found = await self._connection.execute(select(tables.leads).where(_L.id == row.id))
        return from_row(found.one())

    async def _locked(self, reference: str) -> Row[Any]:
        # SQLite leaves FOR UPDATE out: there the whole unit of work is the only writer.
        query = select(_L.id, _L.state).where(_L.reference == reference).with_for_update()
        row = (await self._connection.execute(query)).first()
        if row is None:
            raise NotFoundError(f"There is no lead {reference}.")
        return row

    async def record(self, reference: str, event: LeadEvent) -> None:
        """Add an audit record that is no change of state, such as an export or a letter to the applicant.

        Raises:
            NotFoundError: there is no such lead.
        """
        row = await self._locked(reference)
        await self._record(row.id, [event])

    async def events(self, reference: str) -> Sequence[LeadEvent]:
        """The audit records of a lead, oldest first."""
        query = (
            select(_E.at, _E.actor, _E.action, _E.from_state, _E.to_state, _E.reason, _E.details)
            .join(tables.leads, _L.id == _E.lead_id)
            .where(_L.reference == reference)
            .order_by(_E.id)
        )
        return [LeadEvent(**row._mapping) for row in await self._connection.execute(query)]

    async def _record(self, lead_id: int, events: Sequence[LeadEvent]) -> None:
        for event in events:
            await self._connection.execute(insert(tables.lead_events).values(lead_id=lead_id, **vars(event)))


def _queue(partner: str | None, state: LeadState | None) -> Select[Any]:
    query = select(tables.leads).order_by(_L.created_at, _L.id)
    if partner is not None:
        query = query.where(_L.partner == partner)
    return query if state is None else query.where(_L.state == state)


def _check_change(current: LeadState, to: LeadState, expected: LeadState | None) -> None:
    if expected is not None and current != expected:
        raise _changed(current, expected)
    if to not in allowed_changes(current):
        allowed = ", ".join(allowed_changes(current))
        raise LeadStateError(f"A lead that is {current} cannot become {to}; it can become: {allowed}.")


def _changed(current: LeadState, expected: LeadState) -> LeadStateError:
    return LeadStateError(f"The lead is {current} by now, not {expected}: somebody else has changed it.")


def _is_same_company(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    def alike(slot: str) -> bool:
        values = [str(application.get(slot) or "").casefold() for application in (one, other)]
        return bool(values[0]) and values[0] == values[1]

    return alike("email") or (alike("company_name") and alike("country"))
