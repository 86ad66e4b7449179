from freezegun import freeze_time

from odoo.tests import tagged

from .test_billing_run import NEXT, BillingRunCommon


class TemplateCommon(BillingRunCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_bill_by_template = True

    def _get_kinds(self, run):
        return [(kind.state, kind.reason) for kind in run.kind_ids]


@tagged("post_install", "-at_install")
class TestTemplate(TemplateCommon):
    """The third invoice of a kind is a copy of the first, when the second proved it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.services = cls._create_many(5)

    @freeze_time(NEXT)
    def test_what_is_alike_is_copied(self):
        run = self._bill_due()
        self.assertEqual(self._get_kinds(run), [("proven", False)])
        self.assertEqual((run.copied_count, run.move_count, run.state), (3, 5, "done"))
