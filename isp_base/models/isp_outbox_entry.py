from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .isp_work_order_phone import Moment

OLDEST = timedelta(days=7)  # that a phone may say something was written
LATE = timedelta(minutes=5)  # after which the visit tells that it came later
LONGEST_KEY = 64  # characters


class IspOutboxEntry(models.Model):
    """What was written on a technician's phone and has arrived: its key, so that what
    is sent twice is done once. What was refused leaves nothing here."""

    _name = "isp.outbox.entry"
    _description = "Entry Sent from a Phone"
    _order = "id desc"
    _rec_name = "key"

    key = fields.Char(required=True, readonly=True)
    act = fields.Char(required=True, readonly=True)
    work_order_id = fields.Many2one(
        "isp.work.order", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="work_order_id.company_id", store=True)
    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="cascade"
    )
    written_on = fields.Datetime(required=True, readonly=True)

    _key_uniq = models.Constraint(
        "UNIQUE (user_id, key)", "This entry has arrived already."
    )

    @api.model
    def _take(self, key, act, visit_id, values, base, written_on):
        """Do once what the user wrote on his phone.

        :param key: what the phone calls this entry
        :param act: name of an act of the visit
        :param values: dict of what was typed
        :param base: dict of what the phone took to be there before
        :param written_on: seconds since 1970, by the clock of the phone
        :raises UserError: when it is refused; nothing is left of it then
        """
        if self._has_arrived(key):
            return
        if visit_id < 0:
            self._take_elsewhere(key, act, -visit_id, values, self._bound(written_on))
            return
        order = self.env["isp.work.order"].browse(visit_id).exists()
        if not order or not order.has_access("read"):
            raise UserError(order._describe_taken())
        moment = self._bound(written_on)
        if not self._note(key, act, order, moment):
            return
        order = order.with_context(isp_moment=Moment(moment))
        order._take_from_phone(act, values, base)
        if fields.Datetime.now() - moment > LATE:
            order._tell_it_was_late(act, moment)

    @api.model
    def _take_elsewhere(
        self, key: str, act: str, number: int, values: dict, written_on: datetime
    ) -> None:
        """Do once what was written on the phone where no technician is sent.

        The outbox asks, for numbers below zero; the addon that has put them on the
        phone answers.

        :raises UserError: when it is refused
        """
        raise UserError(self.env._("This entry cannot be read: reload the page."))

    @api.model
    def _has_arrived(self, key):
        """Whether it is done already: then nothing of the visit is asked any more."""
        if not isinstance(key, str) or not 8 <= len(key) <= LONGEST_KEY:
            raise UserError(self.env._("This entry has no key: reload the page."))
        mine = [("key", "=", key), ("user_id", "=", self.env.uid)]
        return bool(self.sudo().search_count(mine, limit=1))

    @api.model
    def _bound(self, written_on):
        """Return when it was written (datetime in UTC); where a phone with a wrong
        clock says the impossible, the nearest possible time."""
        now = fields.Datetime.now()
        try:
            moment = datetime.utcfromtimestamp(int(written_on))
        except (OverflowError, OSError, TypeError, ValueError):
            return now
        return min(max(moment, now - OLDEST), now)

    @api.model
    def _note(self, key, act, order, moment):
        """Note the key; return whether it has not arrived before. Of two at once the
        second one waits for the first, and is then worked on anew."""
        if act not in order._get_phone_act_names():
            raise UserError(
                self.env._("%(order)s: this cannot be done here.", order=order.name)
            )
        row = {
            "key": key,
            "act": act,
            "work_order_id": order.id,
            "company_id": order.company_id.id,
            "user_id": self.env.uid,
            "written_on": moment,
            "create_uid": self.env.uid,
            "create_date": fields.Datetime.now(),
        }
        rows = self.env.execute_query(
            SQL(
                "INSERT INTO isp_outbox_entry (%s) VALUES %s "
                "ON CONFLICT DO NOTHING RETURNING id",
                SQL(", ").join(map(SQL.identifier, row)),
                tuple(row.values()),
            )
        )
        return bool(rows)
