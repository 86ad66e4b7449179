from odoo import models

TRACKED = "isp_base.tracked"  # in the data of cr.precommit, while lines are gathered


class IspService(models.Model):
    """What has changed of many services is logged all at once: Odoo does it one by
    one, and it was half of what their isolation cost."""

    _inherit = "isp.service"

    def _message_track(self, fields_iter, initial_values_dict):
        data = self.env.cr.precommit.data
        data[TRACKED] = {}
        try:
            tracking = super()._message_track(fields_iter, initial_values_dict)
        finally:
            lines = data.pop(TRACKED)
        for author_id, logged in lines.items():
            self._log_tracked(author_id, logged)
        return tracking

    def _message_log(
        self, *, body="", author_id=None, tracking_value_ids=False, **values
    ):
        lines = self.env.cr.precommit.data.get(TRACKED)
        if lines is None or not tracking_value_ids or values:
            return super()._message_log(
                body=body,
                author_id=author_id,
                tracking_value_ids=tracking_value_ids,
                **values,
            )
        logged = lines.setdefault(author_id, {})
        logged[self.id] = body, [vals for _add, _id, vals in tracking_value_ids]
        return self.env["mail.message"]

    def _log_tracked(self, author_id, logged):
        """Log what has changed.

        :param logged: {service id: (body, list of vals of mail.tracking.value)}
        """
        bodies = {service_id: body for service_id, (body, _values) in logged.items()}
        services = self.browse(logged)
        messages = services._message_log_batch(bodies=bodies, author_id=author_id)
        self.env["mail.tracking.value"].sudo().create(
            [
                {**vals, "mail_message_id": message.id}
                for message in messages
                for vals in logged[message.res_id][1]
            ]
        )
