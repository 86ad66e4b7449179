import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..changes import read_values
from ..const import ARCHIVE_DAYS, LONGEST_INTERIM_MINUTES
from ..radius.attributes import Policy

IPV4_VALID = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}")
HOST_VALID = re.compile(r"(?i:[a-z0-9-]+\.)+[a-z0-9-]+(?:/\d{1,2})?", re.ASCII)
POLICY_FIELDS = frozenset(
    {
        "isp_idle_minutes",
        "isp_interim_minutes",
        "isp_isolated_mbps",
        "isp_session_hours",
    }
)


class ResCompany(models.Model):
    _inherit = "res.company"

    isp_network_user_id = fields.Many2one(
        "res.users",
        "Responsible for the Network",
        domain="[('share', '=', False)]",
        help="Is asked to look after routers and sessions that do not obey.",
    )

    isp_isolated_mbps = fields.Float(
        "Speed While Isolated (Mbit/s)",
        digits=(10, 3),
        default=0.5,
        help="In both directions: enough to open the billing pages.",
    )
    isp_interim_minutes = fields.Integer(
        "Accounting Every (min)",
        default=LONGEST_INTERIM_MINUTES,
        help="How often routers report a session. One that is not heard of for "
        "15 minutes is taken to be over.",
    )
    isp_session_hours = fields.Integer(
        "Longest Session (h)", help="Then the subscriber logs in anew; 0: no limit."
    )
    isp_idle_minutes = fields.Integer(
        "Idle Timeout (min)", help="A session without traffic ends; 0: it stays."
    )

    isp_archive_days = fields.Integer(
        "Archive Stays (days)",
        default=ARCHIVE_DAYS,
        help="How long sessions can be looked up for authorities; 0: for ever.",
    )

    isp_billing_address = fields.Char(
        "Address of the Billing Page",
        help="IPv4 address of the web server to which plain web pages of isolated "
        "subscribers lead.",
    )
    isp_isolated_hosts = fields.Text(
        "Open to Isolated Subscribers",
        help="Names and addresses beside the portal that they reach, one per line: "
        "payment gateways, banks.",
    )

    @api.constrains("isp_billing_address", "isp_isolated_hosts")
    def _check_isp_isolation(self):
        for company in self:
            billing = company.isp_billing_address
            hosts = (company.isp_isolated_hosts or "").split()
            wrong = [host for host in hosts if not HOST_VALID.fullmatch(host)]
            if billing and not IPV4_VALID.fullmatch(billing):
                wrong.append(billing)
            if wrong:
                raise ValidationError(
                    self.env._(
                        "Neither a name such as pay.example.com nor an IPv4 address: "
                        "%(hosts)s",
                        hosts=", ".join(wrong),
                    )
                )

    @api.constrains(
        "isp_isolated_mbps",
        "isp_interim_minutes",
        "isp_session_hours",
        "isp_idle_minutes",
    )
    def _check_isp_radius(self):
        for company in self:
            if company.isp_isolated_mbps < 0.064:
                raise ValidationError(
                    self.env._(
                        "The speed while isolated is at least 0.064 Mbit/s, or no page "
                        "opens."
                    )
                )
            if not 1 <= company.isp_interim_minutes <= LONGEST_INTERIM_MINUTES:
                raise ValidationError(
                    self.env._("Accounting comes every 1 to 5 minutes.")
                )
            if min(company.isp_session_hours, company.isp_idle_minutes) < 0:
                raise ValidationError(self.env._("A limit of time is 0 or more."))

    def write(self, vals):
        names = POLICY_FIELDS & vals.keys()
        before = read_values(self, names)
        result = super().write(vals)
        if read_values(self, names) != before:
            self.env["isp.service"]._sync_lines_where([("company_id", "in", self.ids)])
        return result

    def _isp_get_radius_policy(self):
        """Return what all services of the company have in common."""
        self.ensure_one()
        return Policy(
            isolated_mbps=self.isp_isolated_mbps,
            interim_seconds=60 * self.isp_interim_minutes,
            session_seconds=3600 * self.isp_session_hours,
            idle_seconds=60 * self.isp_idle_minutes,
        )

    @api.model
    def _get_isp_roles(self):
        engineer = "isp_base.isp_base_group_network_engineer"
        roles = {"network": ("isp_network_user_id", engineer)}
        return {**super()._get_isp_roles(), **roles}
