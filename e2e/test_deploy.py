"""What deploy/ writes is started: Odoo with workers, by the line of its unit, behind
nginx with its site, as subscribers reach it."""

import configparser
import os
import shlex
import shutil
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from base64 import b64encode
from http.cookiejar import CookieJar

import pytest

from deploy import render
from tools import databases, odoo, process, templates
from tools.layout import DATA, ODOO_CONFIG, PYTHON, ROOT, TEST_LOG
from tools.setup import nginx

DATABASE, DOMAIN = "isp_e2e_deploy", "localhost"
START_TIMEOUT = 120  # seconds
MAIN = """daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    include {types};
    access_log off;
    {temporary}
    include {folder}/nginx.conf;
}}
"""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Site:
    """The server as it is deployed, with a certificate of its own."""

    def __init__(self, folder):
        self.folder, self.processes = folder, []
        self.ports = [process.free_port() for _name in range(4)]
        self._write()

    def _write(self):
        names = ("odoo", "gevent", "http", "https")
        ports = [f"--{n}-port={p}" for n, p in zip(names, self.ports, strict=True)]
        self.options = render.read_arguments(
            ["--domain", DOMAIN, "--database", DATABASE, "--out", str(self.folder)]
            + ["--data", str(DATA), "--certificates", str(self.folder)]
            + ["--config", str(self.folder / "odoo.conf"), "--python", str(PYTHON)]
            + ["--addons-path", odoo.addons_path(), "--cores=1", "--memory=2000"]
            + ["--backups", str(self.folder), *ports]
        )
        render.write(self.options)
        self._keep_vault_key()
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
            + ["-subj", f"/CN={DOMAIN}", "-addext", f"subjectAltName=DNS:{DOMAIN}"]
            + ["-keyout", self.folder / "privkey.pem"]
            + ["-out", self.folder / "fullchain.pem"],
            check=True,
            capture_output=True,
        )
        types = nginx.UNPACKED.folder / "etc/nginx/mime.types"
        temporary = "\n".join(
            f"{name}_temp_path {self.folder}/{name};" for name in TEMPORARY
        )
        text = MAIN.format(folder=self.folder, types=types, temporary=temporary)
        (self.folder / "main.conf").write_text(text)

    def _keep_vault_key(self):
        """The demo's secrets were written by the key of the project."""
        ours, theirs = configparser.RawConfigParser(), configparser.RawConfigParser()
        ours.read(ODOO_CONFIG)
        path = self.folder / "odoo.conf"
        theirs.read(path)
        theirs["isp_vault"] = ours["isp_vault"]
        with path.open("w") as file:
            theirs.write(file)

    def line_of(self, unit):
        """The words of ExecStart of a unit."""
        for line in (self.folder / unit).read_text().splitlines():
            if line.startswith("ExecStart="):
                return shlex.split(line.removeprefix("ExecStart="))
        raise AssertionError(f"{unit} starts nothing")

    def start(self):
        self._run(self.line_of("isp-odoo.service"), "odoo", odoo.environment())
        command = [nginx.PROGRAM, "-p", self.folder, "-c", self.folder / "main.conf"]
        self._run(command, "nginx", None)
        deadline = time.monotonic() + START_TIMEOUT
        while self.get("/web/login")[0] != 200:
            assert time.monotonic() < deadline, self.get("/web/login")
            time.sleep(0.3)

    def _run(self, command, name, environment):
        log = (TEST_LOG / f"e2e-deploy-{name}.log").open("w")
        with log:
            started = subprocess.Popen(
                [str(part) for part in command],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.processes.append(started)

    def stop(self):
        for started in reversed(self.processes):
            started.terminate()
        for started in self.processes:
            started.wait(60)

    def get(self, path, opener=None, data=None, **headers):
        """(status, headers, body) of a page by HTTPS."""
        opener = opener or self.opener()
        request = urllib.request.Request(self.url + path, data, headers)
        try:
            with opener.open(request, timeout=60) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()
        except OSError as error:
            return 0, {}, str(error).encode()

    def opener(self, *handlers):
        context = ssl.create_default_context(cafile=self.folder / "fullchain.pem")
        https = urllib.request.HTTPSHandler(context=context)
        return urllib.request.build_opener(https, *handlers)

    @property
    def url(self):
        return f"https://{DOMAIN}:{self.ports[3]}"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    nginx.ensure()
    odoo.write_config()
    databases.copy(templates.with_demo(), DATABASE)
    deployed = Site(tmp_path_factory.mktemp("deploy"))
    try:
        deployed.start()
        yield deployed
    finally:
        deployed.stop()
        databases.drop(DATABASE)


def test_pages_come_compressed_and_files_past_odoo(site):
    status, headers, body = site.get("/web/login", **{"Accept-Encoding": "gzip"})
    assert (status, headers["Content-Encoding"]) == (200, "gzip")
    assert body[:2] == b"\x1f\x8b"
    cookie = headers["Set-Cookie"].lower()
    assert "secure" in cookie and "httponly" in cookie
    assert "max-age" in headers["Strict-Transport-Security"]
    path = "/isp_base/static/description/icon.png"
    status, headers, body = site.get(path)
    assert (status, headers["Content-Type"]) == (200, "image/png")
    assert body == (ROOT / path.lstrip("/")).read_bytes()
    assert "werkzeug" not in headers.get("Server", "").lower(), "nginx gave it"


@pytest.mark.parametrize("path", ["/queue_job/runjob", "/web/database/manager"])
def test_what_is_odoos_own_is_reached_from_nowhere_else(site, path):
    status, headers, _body = site.get(path)
    assert status == 404
    assert "nginx" in headers["Server"]


def test_who_comes_without_https_is_sent_there(site):
    url = f"http://{DOMAIN}:{site.ports[2]}/my"
    request = urllib.request.Request(url)
    no_redirect = type(
        "Stay",
        (urllib.request.HTTPRedirectHandler,),
        {"redirect_request": lambda *_a: None},
    )
    with pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.build_opener(no_redirect).open(request, timeout=30)
    assert raised.value.code == 301
    assert raised.value.headers["Location"].startswith("https://")


def shake_hands(site):
    """The first line of the answer to who wants a websocket."""
    context = ssl.create_default_context(cafile=site.folder / "fullchain.pem")
    lines = (
        "GET /websocket?version=19.0-2 HTTP/1.1",
        f"Host: {DOMAIN}:{site.ports[3]}",
        f"Origin: {site.url}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {b64encode(os.urandom(16)).decode()}",
    )
    with (
        socket.create_connection((DOMAIN, site.ports[3]), 30) as plain,
        context.wrap_socket(plain, server_hostname=DOMAIN) as line,
    ):
        line.sendall("\r\n".join((*lines, "", "")).encode())
        return line.recv(4096).split(b"\r\n")[0].decode()


def test_a_websocket_is_opened_by_the_process_for_it(site, wait_until):
    wait_until(
        lambda: shake_hands(site).startswith("HTTP/1.1 101 "),
        "Odoo's process for websockets, which starts after the others",
    )


def test_jobs_are_worked_on_and_the_check_is_content(site):
    """What concerns the configuration is as it is to be; the demo stays a demo."""
    browser = site.opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    log_in = (
        b'{"jsonrpc":"2.0","params":{"db":"%b","login":"admin","password":"admin"}}'
        % DATABASE.encode()
    )
    kind = {"Content-Type": "application/json"}
    status, _headers, body = site.get(
        "/web/session/authenticate", browser, log_in, **kind
    )
    assert status == 200 and b'"uid"' in body
    command = [
        *site.line_of("isp-backup.service")[:2],
        f"--addons-path={odoo.addons_path()}",
    ]
    command += ["isp_check", "-c", str(site.folder / "odoo.conf"), "-d", DATABASE]
    done = subprocess.run(
        command, env=odoo.environment(), capture_output=True, text=True, check=False
    )
    found = dict(
        reversed(line.split(":")[0].split(maxsplit=1))
        for line in done.stdout.splitlines()
        if line[:1].strip()
    )
    assert done.returncode == 1, "it is a demo"
    for name in (
        "Worker processes",
        "Channels of jobs",
        "Web server in front",
        "Choice of the database",
        "Key of the secrets",
        "Jobs",
        "Scheduled actions",
    ):
        assert found[name] == "OK", done.stdout
    assert found["Passwords that everybody knows"] == "PROBLEM"


def test_health_and_metrics_for_a_monitor(site):
    status, _headers, body = site.get("/isp/health")
    assert status in (200, 503) and b'"checks"' in body
    config = configparser.RawConfigParser()
    config.read(site.folder / "odoo.conf")
    token = config["isp_monitor"]["token"]
    assert site.get("/isp/metrics")[0] == 404
    status, _headers, body = site.get("/isp/metrics", Authorization=f"Bearer {token}")
    assert status == 200 and b"isp_jobs{" in body


def test_the_nightly_backup_is_the_line_of_its_unit(site, wait_until):
    done = subprocess.run(
        site.line_of("isp-backup.service"),
        env=odoo.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(list(site.folder.glob(f"{DATABASE}-*.tar"))) == 1
    wait_until(
        lambda: b'"backup": "ok"' in site.get("/isp/health")[2],
        "the page Health, whose answer may be some seconds old, knows of it",
    )


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_units_are_what_systemd_understands(site):
    units = [site.folder / name for name in ("isp-odoo.service", "isp-backup.timer")]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "isp-" in line]
    assert not ours, done.stderr


def test_postgresql_knows_its_settings(site):
    text = (site.folder / "postgresql.conf").read_text()
    lines = (line.partition("#")[0].partition("=") for line in text.splitlines())
    settings = {name.strip(): value.strip() for name, _equals, value in lines if value}
    known = databases.query("SELECT name FROM pg_settings")
    assert settings.keys() <= set(known)
    assert int(settings["max_connections"]) > 32
