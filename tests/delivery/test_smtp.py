"""Letters travel by plain SMTP, STARTTLS or TLS, with a login, and to addresses in any script."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.delivery import OutboxWorker
from bot.delivery.mail import sender_address
from bot.delivery.smtp import MailServer as Address
from bot.delivery.smtp import parse_smtp_url
from bot.errors import SettingsError
from bot.programme import Programme
from bot.storage import Storage

from .examples import greek_lead, take_in
from .mail_server import MailServer


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and its own certificate for localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def server_tls(certificate: Path) -> ssl.SSLContext:
    """What the server shows."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


async def undelivered(storage: Storage) -> list[str | None]:
    async with storage.unit_of_work(read_only=True) as uow:
        return [message.last_error for message in await uow.outbox.undelivered()]


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_letters_travel_encrypted_to_a_server_that_is_trusted(
    scheme: str,
    storage: Storage,
    programme: Programme,
    worker: Callable[..., OutboxWorker],
    certificate: Path,
    server_tls: ssl.SSLContext,
) -> None:
    server = MailServer(**{"tls" if scheme == "smtps" else "starttls": server_tls}, login=("bot", "p@ss:ö"))
    await server.up()
    url = f"{scheme}://bot:p%40ss%3A%C3%B6@localhost:{server.port}"
    await take_in(storage, programme, greek_lead(email=None))
    trusted = ssl.create_default_context(cafile=certificate)
    assert await worker(url=url, tls=trusted).deliver_due() == 1
    await server.down()
    assert len(server.letters()) == 1


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_a_server_that_is_not_trusted_gets_nothing(
    scheme: str,
    storage: Storage,
    programme: Programme,
    worker: Callable[..., OutboxWorker],
    server_tls: ssl.SSLContext,
) -> None:
    server = MailServer(**{"tls" if scheme == "smtps" else "starttls": server_tls})
    await server.up()
    await take_in(storage, programme, greek_lead(email=None))
    assert await worker(url=f"{scheme}://localhost:{server.port}").deliver_due() == 0
    await server.down()
    assert server.letters() == []
    [error] = await undelivered(storage)
    assert error and error.startswith("the mail server cannot be used")


async def test_a_server_without_starttls_gets_nothing_where_it_was_asked_for(
    storage: Storage, programme: Programme, mail_server: MailServer, worker: Callable[..., OutboxWorker]
) -> None:
    await take_in(storage, programme, greek_lead(email=None))
    assert await worker(url=f"smtp+starttls://127.0.0.1:{mail_server.port}").deliver_due() == 0
    assert mail_server.letters() == []


async def test_a_wrong_password_is_told_and_tried_again(
    storage: Storage, programme: Programme, mail_server: MailServer, worker: Callable[..., OutboxWorker]
) -> None:
    mail_server.login = ("bot", "right")
    await take_in(storage, programme, greek_lead(email=None))
    assert await worker(url=f"smtp://bot:wrong@127.0.0.1:{mail_server.port}").deliver_due() == 0
    assert await undelivered(storage) == ["the mail server refuses user or password (SMTP 535)"]


@pytest.mark.parametrize(
    ("address", "received"),
    [
        ("o'neill+msme@example.org", "o'neill+msme@example.org"),
        ("anna@παράδειγμα.gr", "anna@xn--hxajbheg2az3al.gr"),
        ("άννα@example.org", "άννα@example.org"),
    ],
)
async def test_letters_reach_addresses_in_any_script(
    address: str,
    received: str,
    storage: Storage,
    programme: Programme,
    mail_server: MailServer,
    worker: Callable[..., OutboxWorker],
) -> None:
    await take_in(storage, programme, greek_lead(email=address))
    assert await worker().deliver_due() == 2
    assert mail_server.receivers()[1] == received


async def test_an_address_with_a_line_break_is_given_up(
    storage: Storage, programme: Programme, mail_server: MailServer, worker: Callable[..., OutboxWorker]
) -> None:
    await take_in(storage, programme, greek_lead(email="a@example.org\r\nBcc: all@example.org"))
    assert await worker().deliver_due() == 1
    async with storage.unit_of_work(read_only=True) as uow:
        [message] = await uow.outbox.failed()
    assert message.last_error == "the receiver's address cannot be used"
    assert len(mail_server.letters()) == 1


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org", Address("smtp", "mail.example.org", 25, None, None)),
        ("smtp+starttls://u:p@mail.example.org", Address("smtp+starttls", "mail.example.org", 587, "u", "p")),
        ("smtps://u%40x.org:p%2F@mail.example.org", Address("smtps", "mail.example.org", 465, "u@x.org", "p/")),
        ("smtp://[::1]:2525", Address("smtp", "::1", 2525, None, None)),
    ],
)
def test_a_server_s_address_is_read(url: str, expected: Address) -> None:
    assert parse_smtp_url(url) == expected


@pytest.mark.parametrize("url", ["mail.example.org:25", "http://mail.example.org", "smtp://", "smtp://h:port", ""])
def test_what_is_no_server_s_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(SettingsError, match="BOT_SMTP_URL"):
        parse_smtp_url(url)


@pytest.mark.parametrize("mail_from", ["MobiliseSME", "", "MobiliseSME <office>", "a@"])
def test_what_is_no_sender_is_refused(mail_from: str) -> None:
    with pytest.raises(SettingsError, match="BOT_MAIL_FROM"):
        sender_address(mail_from)
