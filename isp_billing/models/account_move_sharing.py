from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

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
