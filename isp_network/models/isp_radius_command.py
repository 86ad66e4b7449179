from odoo import api, fields, models

KEEP_DAYS = 365
GC_LIMIT = 10_000


class IspRadiusCommand(models.Model):
    """What was asked of a router about a session of a service, and its answer.

    Written by the sending methods alone, once the answer, or its lack, is known. No
    password is in it.
    """

    _name = "isp.radius.command"
    _description = "RADIUS Command"
    _order = "id desc"
    _rec_name = "kind"

    service_id = fields.Many2one(
        "isp.service", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="service_id.company_id", store=True)
    router_id = fields.Many2one("isp.router", readonly=True, ondelete="set null")
    date = fields.Datetime(
        "Sent", required=True, readonly=True, default=fields.Datetime.now
    )
    kind = fields.Selection(
        [
            ("change", "New speed"),
            ("disconnect", "Disconnect"),
            ("test", "Test login"),
        ],
        "Command",
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one(
        "res.users", "By", readonly=True, help="Empty: by itself, after a change."
    )
    session_id = fields.Char("Session Number", readonly=True)
    unique_id = fields.Char("Session in the Database", readonly=True)
    wanted_class = fields.Char(readonly=True)
    answer = fields.Selection(
        [
            ("done", "Done"),
            ("refused", "Refused"),
            ("silent", "No answer"),
            ("error", "Not understood"),
        ],
        required=True,
        readonly=True,
    )
    cause = fields.Integer("Error-Cause", readonly=True, help="RFC 5176, section 3.5.")
    detail = fields.Char("In Words", readonly=True)
    date_confirmed = fields.Datetime(
        "Confirmed",
        readonly=True,
        help="When the session table, too, said that it is so.",
    )

    _service_idx = models.Index("(service_id, id)")
    _session_idx = models.Index("(unique_id, id)")

    @api.autovacuum
    def _gc_commands(self):
        """Forget what was sent long ago; return how many, and whether there is more."""
        before = fields.Datetime.subtract(fields.Datetime.now(), days=KEEP_DAYS)
        old = self.search([("date", "<", before)], limit=GC_LIMIT)
        old.unlink()
        return len(old), len(old) == GC_LIMIT

    def _show(self):
        """Return the action that tells the person who sent it what came back."""
        self.ensure_one()
        labels = dict(self._fields["answer"]._description_selection(self.env))
        done = self.answer == "done"
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if done else "warning",
                "sticky": not done,
                "title": labels[self.answer],
                "message": self.detail,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
