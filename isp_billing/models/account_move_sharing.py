from datetime import timedelta
from uuid import uuid4

from odoo import api, fields, models
from odoo.tools import SQL

LINK_DAYS = 180  # how long a link to an invoice opens it
RENEWED_DAYS = 60  # what is sent with less left has a new link
UNDATED = len(str(uuid4()))  # the length of a token that Odoo has made


class EndingToken(fields.Char):
    """A token whose day is over is none: whatever compares tokens, Odoo's pages or
    those of other addons, reads it here."""

    def convert_to_record(self, value, record):
        token = super().convert_to_record(value, record)
        return token if token and record._isp_is_link_open(token) else False


class AccountMove(models.Model):
    """A link to an invoice says itself until when it opens it: the last day stands at
    the end of its token, as 20270131. There is no second token beside it."""

    _inherit = "account.move"

    access_token = EndingToken(groups=fields.NO_ACCESS)
    isp_post_token = fields.Char("Token to Compare", compute="_compute_isp_post_token")
    _mail_post_token_field = "isp_post_token"

    @api.depends_context("uid")
    @api.depends("access_token")
    def _compute_isp_post_token(self):
        """Odoo compares the token of a link also as somebody who may read the invoice
        without one: to him no token is the right one, and none is shown."""
        for move in self:
            move.isp_post_token = (move.access_token if self.env.su else "") or ""

    def _isp_is_link_open(self, token: str) -> bool:
        """Tokens of former releases have no day: they last as long from when the
        invoice was made."""
        today = fields.Date.today()
        if len(token) > UNDATED:
            return token[-8:] >= _format(today, 0)
        return self.create_date.date() >= today - timedelta(days=LINK_DAYS)

    def _portal_ensure_token(self):
        """Whoever opens a link does not prolong it; who sends one does."""
        move = self.sudo()
        token = move.access_token or ""
        today = fields.Date.today()
        if len(token) > UNDATED:
            fresh = self.env.user.share or token[-8:] >= _format(today, RENEWED_DAYS)
            if fresh:
                return token
        move.access_token = f"{uuid4()}-{_format(today, LINK_DAYS)}"
        return move.access_token

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        """Odoo reads the token as who writes, for the links of those he writes to."""
        return super(AccountMove, self.sudo())._notify_get_recipients_groups(
            message, model_description, msg_vals=msg_vals
        )

    @api.autovacuum
    def _isp_end_old_links(self):
        """Take the tokens away whose day is over."""
        today = fields.Date.today()
        self.flush_model(["access_token"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM account_move WHERE access_token IS NOT NULL AND CASE "
                "WHEN length(access_token) > %s THEN right(access_token, 8) < %s "
                "ELSE create_date < %s END",
                UNDATED,
                _format(today, 0),
                today - timedelta(days=LINK_DAYS),
            )
        )
        self.browse([row[0] for row in rows]).access_token = False

    def action_isp_revoke_links(self):
        """End all links to these documents that open without a log-in. The next one
        that is sent has another token.

        :return: the action that says so
        """
        self.check_access("write")
        shared = self.sudo().filtered("access_token")
        shared.access_token = False
        for move in shared:
            move._message_log(
                body=self.env._("Links that were sent of it open nothing any more."),
                author_id=self.env.user.partner_id.id,
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s shared: their links open nothing any more.",
                    count=len(shared),
                )
                if shared
                else self.env._("There is no link to end."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


def _format(day, days):
    return (day + timedelta(days=days)).strftime("%Y%m%d")
