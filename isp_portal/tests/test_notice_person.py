from odoo.tests import tagged

from odoo.addons.base.tests.common import BaseCommon


@tagged("post_install", "-at_install", "isp_alone")
class TestNoticePerson(BaseCommon):
    """What proves an e-mail address goes there alone."""

    def test_a_code_that_proves_an_address_goes_to_no_phone(self):
        for model in ("isp.portal.claim", "isp.portal.signup", "res.users"):
            self.assertFalse(self.env[model].browse(1)._get_notice_person(), model)
