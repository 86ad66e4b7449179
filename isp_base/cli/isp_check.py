"""``odoo isp_check -c odoo.conf -d database``: the page *Health* for a terminal."""

import sys
import textwrap

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

from . import Command

FAILED = 1  # exit code: something is a problem
WIDTH, INDENT = 78, 14


class Isp_Check(Command):  # pylint: disable=invalid-name
    """Say whether this server may serve subscribers: what was found, what to do."""

    name = "isp_check"

    def run(self, args):
        config.parser.prog = self.prog
        config.parse_config([*args, "--no-http"], setup_logging=True)
        if len(config["db_name"]) != 1:
            sys.exit("name one database: -d NAME")
        with Registry(config["db_name"][0]).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            found = env["isp.health.check"]._measure_all()
        found.sort(key=lambda row: row[1].state)
        for check, finding in found:
            self._show(check, finding)
        if found[0][1].state.endswith("problem"):
            sys.exit(FAILED)

    def _show(self, check, finding):
        word = finding.state.partition("_")[2].upper()
        lines = [f"{check.name}: {finding.measured}", *finding.advice.splitlines()]
        blank = " " * INDENT
        for number, line in enumerate(filter(None, lines)):
            first = word.ljust(INDENT) if number == 0 else f"{blank}-> "
            text = textwrap.fill(
                line, WIDTH, initial_indent=first, subsequent_indent=blank
            )
            sys.stdout.write(f"{text}\n")
