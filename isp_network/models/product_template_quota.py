from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProductTemplate(models.Model):
    """How much of a plan a month has, and what follows when it is used up."""

    _inherit = "product.template"

    isp_quota_gb = fields.Integer(
        "Quota a Month (GB)",
        help="Download and upload together, from the first of the month where the "
        "company is; 1 GB is 10^9 bytes. 0: without a limit. Subscribers are told at "
        "80 and at 100 percent.",
    )
    isp_quota_action = fields.Selection(
        [("none", "Nothing"), ("slower", "Slower until the month ends")],
        "When It Is Used Up",
        default="none",
        required=True,
    )
    isp_quota_download_mbps = fields.Float("Download after It", digits=(10, 3))
    isp_quota_upload_mbps = fields.Float("Upload after It", digits=(10, 3))

    _isp_quota_range = models.Constraint(
        "CHECK (isp_quota_gb >= 0)", "A quota is no negative number."
    )

    @api.constrains(
        "isp_quota_gb",
        "isp_quota_action",
        "isp_quota_download_mbps",
        "isp_quota_upload_mbps",
    )
    def _check_isp_quota(self):
        for plan in self.filtered(lambda p: p._isp_is_slowed_by_quota()):
            if min(plan.isp_quota_download_mbps, plan.isp_quota_upload_mbps) <= 0:
                raise ValidationError(
                    self.env._(
                        "The plan %(plan)s needs the speeds that its subscribers have "
                        "when the quota is used up.",
                        plan=plan.name,
                    )
                )

    def _isp_is_slowed_by_quota(self):
        return self.isp_quota_gb > 0 and self.isp_quota_action == "slower"
