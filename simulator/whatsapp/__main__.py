"""python -m simulator.whatsapp --provider meta --latency 50ms"""

import argparse
import asyncio
import json

from ..__main__ import parse_latency
from .control import serve
from .providers import PROVIDERS


def read_arguments():
    parser = argparse.ArgumentParser(prog="python -m simulator.whatsapp")
    add = parser.add_argument
    add("--provider", choices=PROVIDERS, default="meta")
    add("--port", type=int, default=0, help="0: a free one")
    add("--control", type=int, default=0, metavar="PORT", help="for faults")
    add("--hook", default="", metavar="URL", help="that web hooks are posted to")
    add("--latency", type=parse_latency, default=0.0, help="of each answer: 50ms")
    add("--json", action="store_true", help="say the ports in a line of JSON")
    return parser.parse_args()


async def main(settings):
    options = (settings.hook, settings.latency, settings.port, settings.control)
    async for described in serve(settings.provider, *options):
        words = "{provider}  http://127.0.0.1:{port}, control {control}"
        line = json.dumps(described) if settings.json else words.format(**described)
        print(line, flush=True)


if __name__ == "__main__":
    asyncio.run(main(read_arguments()))
