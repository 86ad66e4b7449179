from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.isp_base.tests.common import IspCommon


@tagged("post_install", "-at_install")
class TestPhone(IspCommon):
    def test_what_is_no_number_is_explained_by_one_of_the_country(self):
        with self.assertRaisesRegex(ValidationError, "0812 3456 7890"):
            self._create_service(phone="12")
        with self.assertRaisesRegex(ValidationError, "for example 07400"):
            self._create_service(phone="12", country_id=self.env.ref("base.uk").id)
