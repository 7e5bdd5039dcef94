"""The rows of attachments: of a draft, then of the lead that it becomes; each file's name is there once."""

from __future__ import annotations

import pytest

from bot.errors import StorageError
from bot.storage import Attachment, Storage

from .examples import ANNA, NOW, a_lead, begin_conversation

pytestmark = pytest.mark.asyncio
OTHER = "web:other"


def a_file(name: str, conversation: str | None = ANNA, lead: str | None = None) -> Attachment:
    return Attachment(name, f"{name}.pdf", "application/pdf", 1200, f"sha of {name}", NOW, conversation, lead)


async def add(storage: Storage, *files: Attachment, leads: tuple[str, ...] = ()) -> None:
    for conversation in {file.conversation_id for file in files if file.conversation_id}:
        await begin_conversation(storage, NOW, conversation)
    async with storage.unit_of_work() as uow:
        for reference in leads:
            await uow.leads.add(a_lead(reference, NOW, conversation=ANNA), reference)
        for file in files:
            assert await uow.attachments.add(file) > 0
        await uow.commit()


async def names(storage: Storage, *, conversation: str = "", lead: str = "") -> list[str]:
    async with storage.unit_of_work(read_only=True) as uow:
        found = await (uow.attachments.of_lead(lead) if lead else uow.attachments.of_draft(conversation))
    return [file.name for file in found]


async def test_files_of_a_draft_are_given_as_they_were_added(storage: Storage) -> None:
    await add(storage, a_file("b"), a_file("a"), a_file("theirs", OTHER))
    async with storage.unit_of_work(read_only=True) as uow:
        first, second = await uow.attachments.of_draft(ANNA)
    assert (first.name, second.name) == ("b", "a")
    assert Attachment(**{**vars(first), "id": 0}) == a_file("b")
    assert first.id < second.id


async def test_the_lead_gets_the_drafts_files_and_no_others(storage: Storage) -> None:
    await add(
        storage, a_file("earlier", lead="MSME-1"), a_file("new"), a_file("theirs", OTHER), leads=("MSME-1", "MSME-2")
    )
    async with storage.unit_of_work() as uow:
        await uow.attachments.assign(ANNA, "MSME-2")
        await uow.commit()
    assert await names(storage, conversation=ANNA) == []
    assert await names(storage, lead="MSME-1") == ["earlier"]
    assert await names(storage, lead="MSME-2") == ["new"]
    assert await names(storage, conversation=OTHER) == ["theirs"]


async def test_only_the_drafts_own_files_can_be_taken_away(storage: Storage) -> None:
    await add(
        storage, a_file("sent", lead="MSME-1"), a_file("one"), a_file("two"), a_file("theirs", OTHER), leads=("MSME-1",)
    )
    async with storage.unit_of_work() as uow:
        await uow.attachments.delete_of_draft(ANNA, ["one", "sent", "theirs"])
        await uow.commit()
    async with storage.unit_of_work() as uow:
        assert await uow.attachments.names() == {"sent", "two", "theirs"}
        await uow.attachments.delete_of_draft(ANNA)
        assert await uow.attachments.names() == {"sent", "theirs"}


async def test_two_files_cannot_have_one_name(storage: Storage) -> None:
    await add(storage, a_file("same"))
    with pytest.raises(StorageError, match="refused"):
        await add(storage, a_file("same"))


async def test_a_file_without_a_lead_is_not_added_to_one(storage: Storage) -> None:
    with pytest.raises(StorageError, match="refused"):
        await add(storage, a_file("orphan", lead="MSME-NOBODY"))


async def test_a_lead_that_goes_takes_its_files_along(storage: Storage) -> None:
    await add(storage, a_file("sent", conversation=None, lead="MSME-1"), a_file("draft"), leads=("MSME-1",))
    async with storage.unit_of_work() as uow:
        erased = await uow.conversations.erase(ANNA)
        await uow.commit()
    assert erased["attachments"] == 2
    async with storage.unit_of_work(read_only=True) as uow:
        assert await uow.attachments.names() == set()
