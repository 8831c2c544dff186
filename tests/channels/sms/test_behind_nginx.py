"""Twilio's own validator through a real nginx, with the configuration that we ship, a prefix, a port and umlauts."""

from __future__ import annotations

import http.client
import json
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask, request
from twilio.request_validator import RequestValidator
from waitress.server import create_server

from channels.webhooks import FORM, LARGEST, Refused, signed_form
from tests.kiosk.running import PATIENCE, free_port

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin") or ""
SHIPPED = Path(__file__).parents[3] / "deploy" / "server" / "nginx" / "kiosk.conf"
NAME = "dialog.example.org"
TOKEN = "12345"
OUTSIDE = "127.0.0.2"  # from where the tests call
THEIRS = "+4915100000001"
SMS = {"MessageSid": "SM1", "From": THEIRS, "Body": "Schöne Grüße 👍 1A + 2C", "FromCity": ""}
UMLAUTS = "/sms/twilio?ort=Gr%C3%BC%C3%9Fe&leer=&plus=a+b%20c&klein=%c3%bc"
PUBLIC = (
    "location = /",
    "location /survey/",
    "location /static/",
    "location /phone/",
)  # where a prefix goes, as the file says

MAIN = """
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/main.log;
events {{}}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/kiosk.conf;
}}
"""

pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(not NGINX, reason="nginx is missing: apt install nginx-light"),
]


class Answer(NamedTuple):
    status: int
    text: str
    headers: Mapping[str, str]


class House(NamedTuple):
    """An office behind nginx. `port` is nginx's by HTTPS, `plain` by HTTP; `office` is the office's own."""

    port: int
    plain: int
    office: int
    prefix: str
    folder: Path

    @property
    def public_url(self) -> str:
        return f"https://{NAME}:{self.port}{self.prefix}"

    def ask(
        self, method: str, target: str, content: str = "", headers: Mapping[str, str] | None = None, port: int = 0
    ) -> Answer:
        """At nginx by HTTPS, or at another `port` by HTTP."""
        trusted = ssl.create_default_context(cafile=self.folder / "fullchain.pem")
        connection = (
            http.client.HTTPConnection("127.0.0.1", port, PATIENCE, (OUTSIDE, 0))
            if port
            else http.client.HTTPSConnection(
                "127.0.0.1", self.port, timeout=PATIENCE, source_address=(OUTSIDE, 0), context=trusted
            )
        )
        try:
            connection.request(method, target, content, {"Host": f"{NAME}:{port or self.port}", **(headers or {})})
            answer = connection.getresponse()
            return Answer(answer.status, answer.read().decode(), dict(answer.headers))
        finally:
            connection.close()

    def post(self, target: str, signature: str, content: str = urlencode(SMS)) -> Answer:
        return self.ask("POST", self.prefix + target, content, {"Content-Type": FORM, "X-Twilio-Signature": signature})

    def sign(self, target: str, fields: Mapping[str, str] = SMS) -> str:
        return str(RequestValidator(TOKEN).compute_signature(self.public_url + target, fields))


@pytest.fixture(scope="module", params=["", "/kiosk"], ids=["at the root", "under a prefix"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("nginx")
    house = House(free_port(), free_port(), free_port(), request.param, folder)
    certify(folder)
    (folder / "kiosk.conf").write_text(configured(SHIPPED.read_text(), house))
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
    with serving(office(house.public_url), house.office):
        nginx = subprocess.Popen([NGINX, "-p", folder, "-c", folder / "nginx.conf"], stderr=subprocess.PIPE, text=True)
        try:
            listening(house.port, nginx)
            for temporary in ("body", "proxy"):
                (folder / temporary).rmdir()  # whatever nginx would put into a file now fails
            yield house
        finally:
            nginx.terminate()
            nginx.communicate(timeout=PATIENCE)


def configured(shipped: str, house: House) -> str:
    """The file as an administrator changes it, with ports that anybody may open, on loopback only."""
    changes = {
        "/etc/ssl/kiosk": str(house.folder),
        "/var/log/nginx": str(house.folder),
        "127.0.0.1:8080": f"127.0.0.1:{house.office}",
        "    listen [::]:80;\n": "",
        "    listen [::]:443 ssl http2;\n": "",
        "listen 80;": f"listen 127.0.0.1:{house.plain};",
        "listen 443 ": f"listen 127.0.0.1:{house.port} ",
        **{place: place.replace("/", f"{house.prefix}/", 1) for place in PUBLIC},
    }
    for old, new in changes.items():
        assert old in shipped, f"{old} is gone from {SHIPPED}"
        shipped = shipped.replace(old, new)
    return shipped


def certify(folder: Path) -> None:
    """A certificate that is its own authority, for an hour."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(NAME), x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def office(public_url: str) -> Flask:
    """What an office does with a webhook; everywhere else it tells what it sees."""
    app = Flask(__name__, static_folder=None)

    @app.post("/sms/twilio")
    @app.post("/sms/twilio/status")
    @app.post("/phone/twilio")
    @app.post("/phone/twilio/step/12")
    def webhook() -> tuple[str, int]:
        try:
            return signed_form(request, TOKEN, public_url)["Body"], 200
        except Refused as refused:
            return "", refused.status

    @app.route("/", defaults={"path": ""}, methods=["GET", "POST"])
    @app.route("/<path:path>", methods=["GET", "POST"])
    def seen(path: str) -> list[str | None]:
        return [request.path, request.remote_addr, request.headers.get("X-Forwarded-For"), request.host_url]

    return app


@contextmanager
def serving(app: Flask, port: int) -> Iterator[None]:
    """Without `trusted_proxy` waitress takes nginx's headers away, and everybody would seem to sit at this machine."""
    server = create_server(
        app,
        host="127.0.0.1",
        port=port,
        threads=4,
        trusted_proxy="127.0.0.1",
        trusted_proxy_headers="x-forwarded-for x-forwarded-proto",
        clear_untrusted_proxy_headers=True,
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield
    finally:
        server.close()
        thread.join(PATIENCE)


def listening(port: int, nginx: subprocess.Popen[str]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert nginx.poll() is None, nginx.communicate()[1]
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise AssertionError("nginx never listened")


@pytest.mark.parametrize(
    "target",
    [
        "/sms/twilio",
        UMLAUTS,
        "/sms/twilio/status?message=0123456789abcdef",
        "/phone/twilio",
        "/phone/twilio/step/12",
    ],
)
def test_what_twilio_signed_passes(house: House, target: str) -> None:
    assert house.post(target, house.sign(target))[:2] == (200, SMS["Body"])


def test_with_and_without_the_port_as_twilio_does_it(house: House) -> None:
    bare = f"https://{NAME}{house.prefix}{UMLAUTS}"
    assert house.post(UMLAUTS, RequestValidator(TOKEN).compute_signature(bare, SMS)).status == 200


@pytest.mark.parametrize(
    ("what", "target", "content"),
    [
        ("a letter of the text", UMLAUTS, urlencode(SMS).replace("1A", "1B")),
        ("a letter of the number", UMLAUTS, urlencode(SMS).replace("0001", "0002")),
        ("a letter of the query", UMLAUTS.replace("a+b", "a+c"), urlencode(SMS)),
        ("the case of an escape", UMLAUTS.replace("%c3%bc", "%C3%BC"), urlencode(SMS)),
        ("the space of the query", UMLAUTS.replace("a+b", "a%20b"), urlencode(SMS)),
        ("the path", UMLAUTS.replace("/twilio", "/twilio/status"), urlencode(SMS)),
    ],
)
def test_one_byte_changed_is_refused(house: House, what: str, target: str, content: str) -> None:
    assert house.post(target, house.sign(UMLAUTS), content)[:2] == (403, "")


def test_an_unsigned_request_is_refused(house: House) -> None:
    assert house.post(UMLAUTS, "").status == 403
    assert house.ask("POST", house.prefix + "/sms/twilio", urlencode(SMS), {"Content-Type": FORM}).status == 403


def test_a_body_above_the_limit_is_refused_by_nginx_and_by_the_office(house: House) -> None:
    just = {"Body": "a" * (LARGEST - len("Body="))}
    assert house.post("/sms/twilio", house.sign("/sms/twilio", just), urlencode(just)).status == 200
    larger = {"Body": "a" * (LARGEST - len("Body=") + 1)}
    answer = house.post("/sms/twilio", house.sign("/sms/twilio", larger), urlencode(larger))
    assert (answer.status, "nginx" in answer.text) == (413, True)
    headers = {"Content-Type": FORM, "X-Twilio-Signature": house.sign("/sms/twilio", larger)}
    assert house.ask("POST", "/sms/twilio", urlencode(larger), headers, house.office).status == 413


@pytest.mark.parametrize("path", ["/", "/survey/digital", "/static/kiosk.css", "/phone/twilio/sound/0a.wav"])
def test_the_office_sees_its_own_path_and_who_came_from_outside(house: House, path: str) -> None:
    answer = house.ask("GET", house.prefix + path, headers={"X-Forwarded-For": "127.0.0.1"})
    assert answer.status == 200
    assert json.loads(answer.text) == [path, OUTSIDE, OUTSIDE, f"https://{NAME}:{house.port}/"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize(
    "path",
    [
        "/try",
        "/try/sms",
        "/healthz",
        "/sms",
        "/sms/",
        "/sms/simulator",
        "/phone",
        "/phone/twilio/../../try/phone",
        "/phone/twilio/sound/%2e%2e/%2e%2e/%2e%2e/try/phone",
        "/survey/../try/sms",
        "/survey/%2e%2e/try/sms",
        "/static/..%2ftry/sms",
        "//try/sms",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_else_is_public(house: House, method: str, path: str) -> None:
    answer = house.ask(method, house.prefix + path, headers={"Content-Type": FORM})
    assert answer.status == 404
    assert "nginx" in answer.text, "the office was asked"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/", 403),
        ("DELETE", "/survey/digital", 403),
        ("HEAD", "/", 200),
        ("GET", "/sms/twilio", 403),
        ("GET", "/phone/twilio", 403),
        ("GET", "/phone/twilio/step/12", 403),
        ("POST", "/phone/twilio/sound/0a.wav", 403),
        ("POST", "/phone/twilio/replay/0a-1-0b.wav", 403),
        ("GET", "/phone/twilio/replay/0a-1-0b.wav", 200),
    ],
)
def test_pages_are_only_read_and_webhooks_only_posted(house: House, method: str, path: str, status: int) -> None:
    assert house.ask(method, house.prefix + path).status == status


def test_plain_http_leads_to_https(house: House) -> None:
    answer = house.ask("GET", f"{house.prefix}/survey/digital?lang=en", port=house.plain)
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{NAME}{house.prefix}/survey/digital?lang=en")


def test_old_tls_is_refused(house: House) -> None:
    old = ssl.create_default_context(cafile=house.folder / "fullchain.pem")
    old.minimum_version = ssl.TLSVersion.TLSv1_2
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    old.set_ciphers("ECDHE-ECDSA-AES128-SHA256")  # CBC, which OpenSSL by itself would still take
    with (
        socket.create_connection(("127.0.0.1", house.port), timeout=PATIENCE) as line,
        pytest.raises(ssl.SSLError, match="HANDSHAKE_FAILURE"),
    ):
        old.wrap_socket(line, server_hostname=NAME)


def test_a_reader_who_asks_too_often_has_to_wait(house: House) -> None:
    assert 429 in (house.ask("GET", house.prefix + "/").status for _ in range(500))


def test_no_log_has_a_query_a_number_or_a_readers_address(house: House) -> None:
    """Last, when everything above has been logged."""
    house.post(UMLAUTS, house.sign(UMLAUTS))
    house.ask("GET", f"{house.prefix}/phone/twilio/replay/0a-1-0b.wav")
    logged = (house.folder / "kiosk.log").read_text()
    assert f" 200 POST {house.prefix}/sms/twilio " in logged
    everything = logged + (house.folder / "kiosk-error.log").read_text() + (house.folder / "main.log").read_text()
    for never in ("ort=", "message=", "lang=", "0123456789abcdef", "replay/", THEIRS[1:], OUTSIDE):
        assert never not in everything
