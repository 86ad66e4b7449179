import logging

from odoo import api, fields, models

from ..health import NUMBERS, OK, PROBLEM, WARNING, WORDS, Check, Finding, Metric

_logger = logging.getLogger(__name__)


class IspHealthCheck(models.TransientModel):
    """What was found when somebody opened the page *Health*.

    An addon adds its checks to ``_get_checks`` and measures each in a method
    ``_measure_<code>``, which returns a Finding.
    """

    _name = "isp.health.check"
    _description = "Check of the Server"
    _order = "state, sequence, id"

    sequence = fields.Integer(readonly=True)
    code = fields.Char(readonly=True)
    name = fields.Char("Check", readonly=True)
    state = fields.Selection(
        [(PROBLEM, "Problem"), (WARNING, "Warning"), (OK, "OK")],
        "Status",
        readonly=True,
    )
    measured = fields.Text("What Was Found", readonly=True)
    advice = fields.Text("What to Do", readonly=True)

    def action_open(self):
        """Measure everything and show it, what is worst first."""
        self.check_access("read")
        findings = self._measure_all()
        checks = self.sudo().create(
            [
                {
                    "sequence": number,
                    "code": check.code,
                    "name": check.name,
                    **finding._asdict(),
                }
                for number, (check, finding) in enumerate(findings)
            ]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "isp_base.isp_health_check_action"
        )
        return {**action, "domain": [("id", "in", checks.ids)]}

    @api.model
    def _get_checks(self) -> list[Check]:
        """Return what is looked at. The page, ``odoo isp_check`` and the monitor's
        routes ask; each addon adds what it knows by ``super()``."""
        return []

    @api.model
    def _get_metrics(self) -> list[Metric]:
        """Return the numbers for Prometheus. ``/isp/metrics`` asks; each addon adds
        what it counts by ``super()``. Names begin with ``isp_``."""
        findings = self._measure_all(live_only=True)
        samples = [
            ({"check": check.code}, NUMBERS[finding.state])
            for check, finding in findings
        ]
        text = "What a check found: 0 ok, 1 warning, 2 problem."
        return [Metric("isp_check_state", text, samples)]

    @api.model
    def _measure_all(self, live_only=False):
        """Return [(Check, Finding)], with no more rights asked for: who calls has
        checked who asks.

        :param live_only: only what says whether the system works now
        """
        checks = [c for c in self._get_checks() if c.live or not live_only]
        return [(check, self.sudo()._measure(check.code)) for check in checks]

    def _measure(self, code):
        """Return the Finding of a check; one that fails is a problem like others."""
        try:
            with self.env.cr.savepoint():
                return getattr(self, f"_measure_{code}")()
        except Exception as error:  # pylint: disable=broad-except
            _logger.warning("Check %s could not be measured", code, exc_info=True)
            return Finding(
                PROBLEM,
                self.env._(
                    "It could not be measured (%(kind)s).", kind=type(error).__name__
                ),
                self.env._("The reason is in Odoo's log."),
            )

    @api.model
    def _get_live_state(self):
        """Return the worst state and [(code, state)], in words for machines."""
        states = {c.code: f.state for c, f in self._measure_all(live_only=True)}
        worst = min(states.values(), default=OK)
        return WORDS[worst], {code: WORDS[state] for code, state in states.items()}

    @api.model
    def _grade(self, number, warning, problem):
        """Return the state of a number that is worse the larger it is."""
        if number >= problem:
            return PROBLEM
        return WARNING if number >= warning else OK
