from odoo import fields, models

APPEND_ONLY = """
    DROP TRIGGER IF EXISTS isp_append_only ON isp_address_enquiry;
    CREATE TRIGGER isp_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
        ON isp_address_enquiry EXECUTE FUNCTION isp_append_only()
"""


class IspAddressEnquiry(models.Model):
    """Who asked whose address it was, when and why. Lines are added and nothing else:
    a trigger of the database refuses the rest."""

    _name = "isp.address.enquiry"
    _description = "Enquiry for an Address"
    _order = "id desc"
    _rec_name = "address"
    _log_access = False

    date = fields.Datetime(
        "Asked", required=True, readonly=True, default=fields.Datetime.now
    )
    user_id = fields.Many2one(
        "res.users", "Who", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict"
    )
    address = fields.Char(required=True, readonly=True)
    date_from = fields.Datetime("From", required=True, readonly=True)
    date_to = fields.Datetime("Until", required=True, readonly=True)
    ports = fields.Char(readonly=True)
    reason = fields.Char("Why", required=True, readonly=True)
    way = fields.Selection(
        [("page", "Looked"), ("csv", "CSV"), ("pdf", "PDF")],
        "How",
        required=True,
        readonly=True,
    )
    found_count = fields.Integer("Found", readonly=True)

    def init(self):
        result = super().init()
        self.env.cr.execute(APPEND_ONLY)
        return result
