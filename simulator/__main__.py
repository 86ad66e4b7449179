"""python -m simulator --routers 3 --secrets 10000 --latency 20ms"""

import argparse
import asyncio
import json
import re
import signal
import sys
from pathlib import Path

from . import sample
from .script import Script
from .server import Fleet

UNITS = {"ms": 0.001, "s": 1.0}


def parse_latency(text):
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s)", text)
    if not found:
        raise argparse.ArgumentTypeError("for example 20ms or 0.5s")
    return float(found[1]) * UNITS[found[2]]


def parse_share(text):
    found = re.fullmatch(r"(\d{1,3})%?", text)
    if not found or int(found[1]) > 100:
        raise argparse.ArgumentTypeError("for example 80%")
    return int(found[1]) / 100


def parse_counts(text):
    if not re.fullmatch(r"\d+(,\d+)*", text):
        raise argparse.ArgumentTypeError("for example 10000 or 200,40")
    return [int(part) for part in text.split(",")]


def read_arguments(arguments):
    parser = argparse.ArgumentParser(
        prog="python -m simulator",
        description="RouterOS API servers: router 1 on PORT and TLS_PORT, router 2 on "
        "the next ones, and so on.",
    )
    add = parser.add_argument
    add("--routers", type=int, default=1, metavar="N")
    add("--secrets", type=parse_counts, default=[0], metavar="N[,N]", help="of each "
        "new router; the last number is for all further ones")  # fmt: skip
    add("--online", type=parse_share, default=0, help="share that dials in: 80%%")
    add("--latency", type=parse_latency, default=0.0, help="of each answer: 20ms")
    add("--host", default="127.0.0.1")
    add("--port", type=int, default=18728, help="0: free ones")
    add("--tls-port", type=int, default=18828)
    add("--tls", choices=("certificate", "anonymous", "none"), default="certificate")
    add("--user", default="admin")
    add("--password", default="admin")
    add("--logins", choices=("both", "plain", "challenge"), default="both")
    add("--version", default="7.16.2 (stable)", help="of RouterOS")
    add("--export", metavar="FILE", help="an /export that a new router begins with")
    add("--state", metavar="FOLDER", help="keep what the routers hold")
    add("--control", type=int, metavar="PORT", help="for faults (control.py)")
    add("--json", action="store_true", help="say the ports in a line of JSON, and end "
        "with the standard input")  # fmt: skip
    settings = parser.parse_args(arguments)
    if settings.routers < 1:
        parser.error("--routers: at least 1")
    if settings.state:
        Path(settings.state).mkdir(parents=True, exist_ok=True)
    return settings


async def serve(settings):
    fleet = Fleet(settings)

    exported = Path(settings.export).read_text() if settings.export else ""

    def fill(router):
        if exported:
            sample.add_user(router, settings.user, settings.password)
            return Script(router, lenient=True).run(exported)
        counts = settings.secrets
        return sample.fill(
            router,
            counts[min(router.number, len(counts)) - 1],
            settings.online,
            settings.user,
            settings.password,
        )

    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for name in ("SIGINT", "SIGTERM"):
        loop.add_signal_handler(getattr(signal, name), ended.set)
    await fleet.start(fill)
    described = fleet.describe()
    if settings.json:
        print(json.dumps(described), flush=True)
        loop.run_in_executor(None, _wait_for_end, loop, ended)
    else:
        for router in described["routers"]:
            tls = f", TLS {router['tls']}" if router.get("tls") else ""
            print(f"{router['name']}  {settings.host}:{router['plain']}{tls}")
        sys.stdout.flush()
    await ended.wait()
    await fleet.stop()


def _wait_for_end(loop, ended):
    sys.stdin.read()
    loop.call_soon_threadsafe(ended.set)


if __name__ == "__main__":
    asyncio.run(serve(read_arguments(sys.argv[1:])))
