"""Running Odoo: its configuration, installing addons, a server process."""

import os
import re
import secrets
import signal
import subprocess
import time
import urllib.error
import urllib.request
from configparser import RawConfigParser
from itertools import takewhile

from . import postgres, process
from .console import Failure, Progress
from .layout import DATA, ODOO_CONFIG, PYTHON, ROOT, shown
from .setup import odoo_source

LANGUAGES = "en_US,id_ID"
BILLED_AT_ONCE = 2  # jobs; one more is kept for the network: who has paid does not wait
START_TIMEOUT = 120  # seconds; a start takes 3 to 10 here
# The first line of its kind is of base alone, (1/1), and says nothing.
MODULE_LOADED = re.compile(r"Loading module (?!base )\S+ \((\d+)/(\d+)\)")


def addons_path(*more):
    """Where Odoo finds addons: its own, those of the project, and `more` folders."""
    return ",".join(map(str, [*odoo_source.addons_paths(), ROOT, *more]))


def write_config():
    """Write `var/odoo.conf`, keeping the random master password, and the key of the
    secrets, once they are there."""
    old = RawConfigParser()
    old.read(ODOO_CONFIG)
    password = old.get(
        "options", "admin_passwd", fallback=None
    ) or secrets.token_urlsafe(24)
    keys = old.get("isp_vault", "keys", fallback=None) or secrets.token_urlsafe(32)
    config = RawConfigParser()
    config["options"] = {
        "addons_path": addons_path(),
        "admin_passwd": password,
        "data_dir": str(DATA),
        "http_interface": "127.0.0.1",
        "list_db": "False",
        "proxy_mode": "False",
        "server_wide_modules": "base,rpc,web,queue_job",
        "workers": "0",
    }
    channels = f"root:{BILLED_AT_ONCE + 1},root.isp_billing:{BILLED_AT_ONCE}"
    config["queue_job"] = {"channels": channels}
    config["isp_vault"] = {"keys": keys}
    DATA.mkdir(parents=True, exist_ok=True)
    with os.fdopen(
        os.open(ODOO_CONFIG, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w"
    ) as file:
        config.write(file)


def command(*arguments):
    """The command line of Odoo. A subcommand (shell, i18n export …) comes first; the
    configuration is named after it."""
    subcommand = list(takewhile(lambda word: not word.startswith("-"), arguments))
    options = arguments[len(subcommand) :]
    return [PYTHON, "-m", "odoo", *subcommand, "-c", ODOO_CONFIG, *options]


def own_command(name, *arguments):
    """The command line of a subcommand that an addon of ours brings (its cli/): Odoo
    looks for those where it is told to before it reads its configuration."""
    return [
        *(PYTHON, "-m", "odoo", f"--addons-path={addons_path()}"),
        *(name, "-c", ODOO_CONFIG, *arguments),
    ]


def environment():
    """The environment of every Odoo process, with a running PostgreSQL in it."""
    path = f"{PYTHON.parent}:{os.environ.get('PATH', '')}"
    return {**os.environ, **postgres.environment(), "PATH": path}


def install(database, addons, log, demo=False, update=(), languages=""):
    """Install `addons` and update those named in `update`, showing how far it is.

    :raises Failure: when Odoo gives up, with the end of `log`
    """
    arguments = [
        "-d",
        database,
        "--stop-after-init",
        "--no-http",
        "--max-cron-threads=0",
    ]
    arguments += ["-i", ",".join(addons)] if addons else []
    arguments += ["-u", ",".join(update)] if update else []
    arguments += ["--with-demo"] if demo else []
    arguments += [f"--load-language={languages}"] if languages else []
    progress = Progress(1, "modules")

    def on_line(line):
        if found := MODULE_LOADED.search(line):
            progress.total = int(found[2])
            progress.reach(int(found[1]))

    process.run_with_progress(
        command(*arguments),
        f"Odoo, database {database}",
        on_line,
        log,
        env=environment(),
    )


def run_script(database, script, log):
    """Run the Python text `script` in an Odoo shell (`env` is there) and commit;
    return what it printed."""
    arguments = ["shell", "-d", database, "--no-http", "--log-level=warn"]
    log.parent.mkdir(parents=True, exist_ok=True)
    output = process.run(
        command(*arguments),
        f"a script in database {database}",
        input=f"{script}\nenv.cr.commit()\nprint('script' + ' done')\n",
        env=environment(),
    )
    log.write_text(output)
    if "script done" not in output:
        raise process.failure(f"a script in database {database}", output)
    return output


class Server:
    """An Odoo process that serves one database on 127.0.0.1.

    :ivar options: further options of its command line
    :ivar program: what Python runs; of one with workers a file, by which Odoo starts
        the process for websockets
    """

    options = ()
    program = ("-m", "odoo")

    def __init__(self, database, port, log):
        self.database, self.port, self.log = database, port, log
        self.process = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self, **options):
        """Start the process and wait until it answers.

        :raises Failure: when it ends or stays silent, with the end of its log
        """
        arguments = [
            "-c",
            ODOO_CONFIG,
            "-d",
            self.database,
            f"--http-port={self.port}",
            f"--logfile={self.log}",
            *self.options,
        ]
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(
            [str(part) for part in (PYTHON, *self.program, *arguments)],
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
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                end = self.log.read_text()[-3000:] if self.log.exists() else ""
                raise Failure(f"Odoo does not start ({shown(self.log)}):\n{end}")
            time.sleep(0.1)

    def answers(self):
        """Whether the login page comes."""
        try:
            with urllib.request.urlopen(
                f"{self.url}/web/login", timeout=30
            ) as response:
                return response.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def kill(self):
        """End the process as a power cut would: SIGKILL, nothing is tidied up."""
        self._end(signal.SIGKILL)

    def stop(self):
        """Ask the process to end and wait until it has."""
        self._end(signal.SIGTERM)

    def _end(self, signal_number):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal_number)
            process.await_end(self.process)
