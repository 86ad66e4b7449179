from odoo import api, fields, models


class IspSuspension(models.Model):
    """Why a service is isolated, from when until when; never overwritten.

    Written by ``isp.service._suspend`` and ``_restore`` alone. An addon that isolates
    for a reason of its own adds it to ``reason``, with ``_drop_reason`` as its
    ``ondelete``, and says in the two methods below who gives and who lifts it.
    """

    _name = "isp.suspension"
    _description = "Suspension"
    _order = "date_start desc, id desc"
    _rec_name = "reason"

    service_id = fields.Many2one(
        "isp.service", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="service_id.company_id", store=True)
    reason = fields.Selection(
        [
            ("manual", "Manual"),
            ("abuse", "Abuse"),
        ],
        required=True,
        readonly=True,
    )
    note = fields.Char(readonly=True)
    date_start = fields.Datetime(
        "Since", required=True, readonly=True, default=fields.Datetime.now
    )
    date_until = fields.Datetime(
        "Until", readonly=True, help="It is lifted by itself then."
    )
    date_end = fields.Datetime("Lifted on", readonly=True)
    user_id = fields.Many2one(
        "res.users", "Isolated by", readonly=True, default=lambda self: self.env.user
    )
    lifted_by_id = fields.Many2one("res.users", readonly=True)

    _open_uniq = models.UniqueIndex(
        "(service_id, reason) WHERE date_end IS NULL",
        "The service is suspended for this reason already.",
    )
    _until_idx = models.Index("(date_until) WHERE date_end IS NULL")

    @api.model
    def _get_reasons_given_by_hand(self) -> list[str]:
        """Return the reasons among which an administrator chooses when he isolates.

        The dialog asks; the addon that owns a reason answers by ``super()``.
        """
        return ["manual", "abuse"]

    @api.model
    def _get_reasons_lifted_by_hand(self) -> set[str]:
        """Return the reasons that an administrator lifts with one button.

        ``isp.service.action_restore`` asks; the addon that owns a reason answers by
        ``super()``. What is missing here is lifted by that addon alone.
        """
        return set(self._get_reasons_given_by_hand())

    def _drop_reason(self):
        """End these suspensions, because the addon that could lift them goes.

        For the ``ondelete`` of a reason. Its name is kept in the note.
        """
        labels = dict(self._fields["reason"]._description_selection(self.env))
        still_open = self.filtered(lambda suspension: not suspension.date_end)
        still_open.write(
            {"date_end": fields.Datetime.now(), "lifted_by_id": self.env.uid}
        )
        for suspension in self:
            texts = (labels[suspension.reason], suspension.note)
            note = ": ".join(text for text in texts if text)
            suspension.write({"reason": "manual", "note": note})
        still_open.service_id._refresh_access()
