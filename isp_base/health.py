"""What a check of the server is made of, and what the configuration says about it."""

import json
from configparser import ConfigParser
from functools import lru_cache
from typing import NamedTuple

from odoo.tools import config

SECTION, OPTION = "isp_monitor", "token"
SHORTEST_TOKEN = 20

PROBLEM, WARNING, OK = "1_problem", "2_warning", "3_ok"
WORDS = {PROBLEM: "problem", WARNING: "warning", OK: "ok"}
NUMBERS = {OK: 0, WARNING: 1, PROBLEM: 2}


class Check(NamedTuple):
    """Something that is looked at by ``isp.health.check._measure_<code>()``.

    :ivar live: whether it says that the system works now, is quick to measure, and so
        belongs to what a monitor asks for every minute
    """

    code: str
    name: str
    live: bool = False


class Finding(NamedTuple):
    """:ivar measured: what was found, with numbers, never with secrets
    :ivar advice: what to do about it
    """

    state: str
    measured: str
    advice: str = ""


class Metric(NamedTuple):
    """Numbers for Prometheus.

    :ivar samples: [({label: text}, number)]
    """

    name: str
    help: str
    samples: list
    kind: str = "gauge"


@lru_cache(maxsize=1)
def read_token():
    """Return the token of ``[isp_monitor]`` in Odoo's configuration; empty when there
    is none.

    :raises ValueError: when it is so short that it could be guessed
    """
    parser = ConfigParser(interpolation=None)
    parser.read(config["config"] or [])
    token = parser.get(SECTION, OPTION, fallback="").strip()
    if token and len(token) < SHORTEST_TOKEN:
        raise ValueError(
            f"The token of [{SECTION}] in {config['config']} has less than "
            f"{SHORTEST_TOKEN} characters"
        )
    return token


def render(metrics):
    """Return these metrics in the text format of Prometheus, version 0.0.4."""
    lines = []
    for metric in metrics:
        lines.append(f"# HELP {metric.name} {metric.help}")
        lines.append(f"# TYPE {metric.name} {metric.kind}")
        for labels, number in metric.samples:
            pairs = ",".join(f"{key}={_quote(text)}" for key, text in labels.items())
            lines.append(f"{metric.name}{{{pairs}}} {number}")
    return "\n".join(lines).replace("{} ", " ") + "\n"


def _quote(text):
    # The same three characters are escaped there as in JSON: \, " and a new line.
    return json.dumps(str(text), ensure_ascii=False)
