"""nginx with the configuration that docs/deploy.md shows, in front of a server of a test."""

import datetime
import http.client
import os
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.served import until

HOST = "news.example"
LOGIN = ("me", "a login of the proxy")
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
_MAIN = """daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{server}
}}
"""


@contextmanager
def nginx(folder: Path, *, port: int, server: int, pages: int) -> Iterator[None]:
    """nginx on a port of loopback, in front of a server and its pages."""
    if NGINX is None:
        pytest.skip("needs nginx")
    make_certificate(folder)
    hashed = subprocess.run(
        ["openssl", "passwd", "-apr1", LOGIN[1]], capture_output=True, text=True, check=True
    ).stdout.strip()
    (folder / "htpasswd").write_text(f"{LOGIN[0]}:{hashed}\n", encoding="utf-8")
    shown = Path("docs/deploy.md").read_text(encoding="utf-8").partition("```nginx\n")[2].partition("```")[0]
    for theirs, ours in {
        "listen 443": f"listen 127.0.0.1:{port}",
        "/etc/ssl/news.example": f"{folder}/server",
        "/etc/nginx/dateline.htpasswd": f"{folder}/htpasswd",
        "127.0.0.1:4200": f"127.0.0.1:{server}",
        "127.0.0.1:4201": f"127.0.0.1:{pages}",
    }.items():
        assert theirs in shown
        shown = shown.replace(theirs, ours)
    config = folder / "nginx.conf"
    config.write_text(_MAIN.format(user=_user(), folder=folder, server=shown), encoding="utf-8")
    process = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(config)], stderr=subprocess.DEVNULL)
    try:
        until(lambda: (folder / "nginx.pid").exists(), "nginx is up", 10)
        yield
    finally:
        process.terminate()
        process.wait(10)


def status_without_login(port: int, path: str) -> int:
    """What somebody gets who has no login at the proxy."""
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=_signed_by_itself())
    with closing(connection):
        connection.request("GET", path, headers={"Host": HOST})
        return connection.getresponse().status


def _user() -> str:
    """Who its workers are: nobody, when root starts it, and the folders of tests are root's alone."""
    return "user root;" if os.geteuid() == 0 else ""


def _signed_by_itself() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def make_certificate(folder: Path) -> None:
    """A certificate that signs itself, for HOST."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "server.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "server.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
