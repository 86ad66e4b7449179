import logging

from odoo import models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

FAILED_ACTIVITY = "isp_billing.mail_activity_company_failed"

_logger = logging.getLogger(__name__)


class ResCompany(models.Model):
    _inherit = "res.company"

    def _isp_take_turns(self, act, failure):
        """Do something for each of these companies. What fails for one of them is
        undone and told to who bills there, until it goes well; it stops no other.

        A conflict with another transaction is not caught: all is run again.

        :param act: called with the company
        :param failure: what has failed then, as people read it
        """
        for company in self:
            self.env.flush_all()  # what fails here is not about this company
            try:
                with self.env.cr.savepoint():
                    act(company)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception as error:
                _logger.exception("Company %d: %s", company.id, failure)
                company._isp_tell_failure(failure, str(error))
            else:
                company._isp_get_failures(failure).unlink()

    def _isp_get_failures(self, failure):
        """Return the activities that tell of such a failure, in sudo."""
        return (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "res.partner"),
                    ("res_id", "in", self.sudo().partner_id.ids),
                    ("summary", "=", failure),
                    (
                        "activity_type_id",
                        "=",
                        self.env.ref(FAILED_ACTIVITY).id,
                    ),
                ]
            )
        )

    def _isp_tell_failure(self, failure, error):
        self.ensure_one()
        if not self._isp_get_failures(failure):
            self.sudo().partner_id.activity_schedule(
                FAILED_ACTIVITY,
                user_id=self._get_isp_person("billing").id,
                date_deadline=self._get_isp_today(),
                summary=failure,
                note=error,
            )
