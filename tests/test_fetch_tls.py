"""HTTPS: the certificate is that of the host that was asked for, whatever address it was connected at."""

import datetime as dt
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.fetch.client import Client
from tasks.fetch.policy import FetchPolicy
from tests.webserver import PAGE, WebServer

pytest.importorskip("cryptography", reason="needs cryptography")
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def certificate(folder: Path, host: str) -> tuple[Path, Path]:
    """A self-signed certificate for `host`, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return certificate(tmp_path, "a.test")[0]


@pytest.fixture
def web(bundle: Path) -> Iterator[WebServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(bundle, bundle.with_name("key.pem"))
    names: list[str | None] = []
    context.sni_callback = lambda _sock, name, _context: names.append(name)
    with WebServer(tls=context) as server:
        server.state["sni"] = names
        yield server


def client_of(web: WebServer, bundle: Path | None, **changes: float) -> Client:
    return Client(
        FetchPolicy(
            connect_to=web.as_hosts("a.test", "b.test"),
            delay_s=0.0,
            ca_bundle=str(bundle) if bundle else None,
            **changes,  # type: ignore[arg-type]
        )
    )


def test_the_host_s_name_is_kept_for_tls_and_host(web: WebServer, bundle: Path) -> None:
    with client_of(web, bundle) as client:
        fetched = client.get("https://a.test/ok")
        assert client.get("https://a.test/gzip").body == PAGE
    assert (fetched.outcome, fetched.body) == ("ok", PAGE)
    assert web.state["sni"] == ["a.test"]
    assert web.requests[-1].headers["Host"] == "a.test"
    assert web.connections == 1


def test_a_certificate_of_another_host_is_refused(web: WebServer, bundle: Path) -> None:
    assert client_of(web, bundle).get("https://b.test/ok").error == "tls"


def test_an_unknown_issuer_is_refused(web: WebServer) -> None:
    assert client_of(web, None).get("https://a.test/ok").error == "tls"


def test_the_deadline_holds_inside_tls(web: WebServer, bundle: Path) -> None:
    began = time.monotonic()
    assert client_of(web, bundle, deadline_s=0.8).get("https://a.test/drip").error == "deadline"
    assert time.monotonic() - began < 5


def test_the_deadline_holds_during_the_handshake() -> None:
    accepted: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        silent = threading.Thread(target=lambda: accepted.append(listener.accept()[0]), daemon=True)
        silent.start()
        policy = FetchPolicy(
            connect_to={"a.test": f"127.0.0.1:{listener.getsockname()[1]}"}, deadline_s=0.5, respect_robots=False
        )
        began = time.monotonic()
        assert Client(policy).get("https://a.test/").error == "deadline"
        assert time.monotonic() - began < 5
    silent.join()
    accepted[0].close()
