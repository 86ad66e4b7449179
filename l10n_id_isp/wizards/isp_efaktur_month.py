from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class IspEfakturMonth(models.TransientModel):
    """The e-Faktur of all invoices of a month in one file; those that cannot be made
    stop no others."""

    _name = "isp.efaktur.month"
    _description = "e-Faktur of a Month"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    month = fields.Date(
        required=True,
        default=lambda self: self._default_month(),
        help="Any day of it.",
    )
    ready_count = fields.Integer("New", compute="_compute_moves")
    made_count = fields.Integer("In a File Already", compute="_compute_moves")
    credit_note_count = fields.Integer("Credit Notes", compute="_compute_moves")
    lacking_ids = fields.Many2many(
        "account.move", string="Not Possible Yet", compute="_compute_moves"
    )

    changed_ids = fields.Many2many(
        "account.move", string="Changed After Their File", compute="_compute_moves"
    )

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = wizard.month and format_date(
                self.env, wizard.month, date_format="MMMM yyyy"
            )

    def _default_month(self):
        return self.env.company._get_isp_today() - relativedelta(months=1, day=1)

    @api.depends("company_id", "month")
    def _compute_moves(self):
        for wizard in self:
            made, ready, lacking = wizard._split_moves()
            wizard.made_count = len(made)
            wizard.ready_count = len(ready)
            wizard.lacking_ids = lacking
            wizard.changed_ids = wizard._get_made().filtered("isp_efaktur_change")
            wizard.credit_note_count = self.env["account.move"].search_count(
                wizard._get_domain("out_refund")
            )

    def _get_domain(self, move_type):
        """Months at once are none until they are paid: they may be withdrawn."""
        return [
            *self._get_month_domain(move_type),
            ("state", "=", "posted"),
            ("invoice_line_ids.tax_ids", "!=", False),
            "|",
            ("isp_prepaid_months", "=", False),
            ("payment_state", "not in", ["not_paid", "partial"]),
        ]

    def _get_month_domain(self, move_type):
        first = (self.month or fields.Date.today()) + relativedelta(day=1)
        return [
            ("company_id", "=", self.company_id.id),
            ("move_type", "=", move_type),
            ("invoice_date", ">=", first),
            ("invoice_date", "<", first + relativedelta(months=1)),
        ]

    def _get_made(self):
        """Return what is in a file, posted or not any more (account.move)."""
        return self.env["account.move"].search(
            [
                *self._get_month_domain("out_invoice"),
                ("l10n_id_coretax_document", "!=", False),
            ]
        )

    def _split_moves(self):
        """Return (made, ready, lacking): account.move with taxes of the month that are
        in a file, that can be, and that lack something."""
        moves = self.env["account.move"].search(self._get_domain("out_invoice"))
        made = moves.filtered("l10n_id_coretax_document")
        lacking = (moves - made).filtered("isp_efaktur_problem")
        return made, moves - made - lacking, lacking

    def action_download(self):
        """Make the file of what is new, and download it; without any, the files of
        before once more."""
        self.ensure_one()
        made, ready, _lacking = self._split_moves()
        if ready:
            return ready.with_company(self.company_id).download_efaktur()
        if made:
            return made.l10n_id_coretax_document.action_download()
        raise UserError(
            self.env._("There is no invoice of this month that can be an e-Faktur.")
        )

    def action_view_documents(self):
        self.ensure_one()
        made, _ready, _lacking = self._split_moves()
        return made.l10n_id_coretax_document._get_records_action(
            name=self.env._("Files for Coretax"), context={"create": False}
        )
