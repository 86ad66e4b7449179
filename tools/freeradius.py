"""Running FreeRADIUS with the configuration that Odoo hands out for download.

Exactly that archive: only where programs, dictionaries and log lie is told from
outside, as they are not installed but unpacked (tools/setup/freeradius.py).
"""

import io
import json
import os
import shutil
import signal
import subprocess
import tarfile
import time
import urllib.request
from http.cookiejar import CookieJar

from . import databases, postgres, process
from .console import Failure
from .layout import FREERADIUS, shown

START_TIMEOUT = 30  # seconds
READY = "Ready to process requests"
MODEL = "isp.radius.server"
LOGIN = "network"  # the demo's network engineer


def environment():
    """The environment in which programs and modules of FreeRADIUS find each other."""
    modules = str(FREERADIUS / "usr/lib/freeradius")
    return {**os.environ, "LD_LIBRARY_PATH": modules, "FR_LIBRARY_PATH": modules}


def program(name):
    """The beginning of the command line of `freeradius` or `radclient`."""
    folder = "usr/sbin" if name == "freeradius" else "usr/bin"
    return [FREERADIUS / folder / name, "-D", FREERADIUS / "usr/share/freeradius"]


class Server:
    """A FreeRADIUS process with one downloaded configuration.

    :ivar folder: where the archive is unpacked
    """

    def __init__(self, folder, log):
        self.folder, self.log = folder, log
        self.process = None

    @property
    def configuration(self):
        return self.folder / "isp"

    def configure(self, archive, database):
        """Unpack the archive (bytes) and make the role of its database.

        :raises Failure: when our PostgreSQL role may not make another one
        """
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
            packed.extractall(self.folder)
        script = self.configuration / "database.sql"
        process.run(
            ["psql", "-XqAtw", "-v", "ON_ERROR_STOP=1", "-d", database, "-f", script],
            "making FreeRADIUS' database role (the role of PGUSER needs CREATEROLE)",
            env={**os.environ, **postgres.environment()},
        )

    def start(self, **options):
        """Start the process and wait until it answers.

        :raises Failure: when it ends or stays silent, with the end of its log
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.write_text("")
        self.process = subprocess.Popen(
            [*program("freeradius"), "-f", "-d", self.configuration, "-l", self.log],
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **options,
        )
        with process.killed_when_broken_off(self.kill):
            self._wait_until_ready()

    def _wait_until_ready(self):
        deadline = time.monotonic() + START_TIMEOUT
        while READY not in self.log.read_text():
            if self.process.poll() is not None or time.monotonic() > deadline:
                end = self.log.read_text()[-2000:]
                raise Failure(f"FreeRADIUS does not start ({shown(self.log)}):\n{end}")
            time.sleep(0.02)

    def kill(self):
        """End the process as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self):
        """Ask the process to end and wait until it has."""
        self._end(signal.SIGTERM)

    def _end(self, signal_number):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal_number)
            process.await_end(self.process)


def download(url, database, **values):
    """Download the configuration of the demo's FreeRADIUS as its network engineer
    does, after writing `values` into its record; the archive as bytes.

    :raises Failure: when there is none in this database
    """
    opener = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(CookieJar())
    )

    def post(path, **params):
        body = json.dumps({"jsonrpc": "2.0", "params": params}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{url}{path}", body, headers)
        with opener.open(request, timeout=60) as response:
            answer = json.load(response)
        if "error" in answer:
            raise Failure(f"FreeRADIUS' configuration: {answer['error']['data']}")
        return answer["result"]

    def call(method, *arguments, **keywords):
        path = f"/web/dataset/call_kw/{MODEL}/{method}"
        return post(path, model=MODEL, method=method, args=arguments, kwargs=keywords)

    post("/web/session/authenticate", db=database, login=LOGIN, password=LOGIN)
    servers = call("search", [], limit=1)
    if not servers:
        raise Failure("there is no FreeRADIUS server in this database.")
    call("write", servers, values)
    address = f"{url}/isp_network/radius_server/{servers[0]}/archive"
    with opener.open(address, timeout=60) as response:
        return response.read()


def database_values():
    """How a FreeRADIUS on this machine reaches our PostgreSQL server: values of its
    record in Odoo."""
    settings = {**os.environ, **postgres.environment()}
    return {
        "database_host": settings["PGHOST"],
        "database_port": int(settings.get("PGPORT") or 5432),
    }


def drop_role(database):
    """Drop the role that belongs to a database which has gone."""
    databases.query(f'DROP ROLE IF EXISTS "{database}_radius"')
