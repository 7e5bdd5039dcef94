"""How leads are deleted with everything about them, wherever that lies."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Table, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import tables


async def delete_rows(connection: AsyncConnection, table: Table, which: ColumnElement[bool]) -> int:
    """Delete rows of a table; gives how many."""
    return (await connection.execute(delete(table).where(which))).rowcount


async def delete_leads(connection: AsyncConnection, which: ColumnElement[bool]) -> dict[str, int]:
    """Delete leads with their audit records, codes, letters and attachments; says how many rows of which table went."""
    leads, codes, outbox, events = tables.leads, tables.one_time_codes, tables.outbox, tables.lead_events
    files = tables.attachments
    ids, references = select(leads.c.id).where(which), select(leads.c.reference).where(which)
    return {
        "attachments": await delete_rows(connection, files, files.c.lead_reference.in_(references)),
        # Without a foreign key, as a code may be asked for without a lead.
        "one_time_codes": await delete_rows(connection, codes, codes.c.lead_reference.in_(references)),
        "outbox": await delete_rows(connection, outbox, outbox.c.lead_reference.in_(references)),
        "lead_events": await delete_rows(connection, events, events.c.lead_id.in_(ids)),
        "leads": await delete_rows(connection, leads, which),
    }
