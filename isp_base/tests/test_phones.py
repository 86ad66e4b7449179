from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import IspCommon


@tagged("post_install", "-at_install")
class TestPhones(IspCommon):
    """Who was taken over may give his phone later; a list fills in many at once."""

    def _take_over(self, *names):
        services = self.env["isp.service"]._create_taken_over(
            [
                {
                    "contact_name": f"{name} Contoh",
                    "username": name,
                    "plan_id": self.plan.id,
                    "pop_id": self.pop.id,
                }
                for name in names
            ]
        )
        return services.with_user(self.admin)

    def _fill_in(self, text, user=None):
        wizard = self.env["isp.service.phones"].with_user(user or self.admin)
        wizard = wizard.create({"text": text})
        wizard.action_apply()
        return wizard

    def test_a_phone_is_asked_of_whom_we_register_only(self):
        services = self._take_over("TANPA-1")
        self.assertFalse(services.phone)
        self.assertEqual(services.state, "active")
        with self.assertRaises(ValidationError):
            self.env["isp.service"].create(self._prepare_registration(phone=False))

    def test_who_lacks_one_is_found(self):
        services = self._take_over("TANPA-2")
        lacking = self.env["isp.service"].search([("phone", "=", False)])
        self.assertIn(services, lacking)
        wizard = self.env["isp.service.phones"].with_context(active_ids=services.ids)
        self.assertEqual(wizard.create({}).text, "TANPA-2;")

    def test_a_list_fills_in_many(self):
        services = self._take_over("TANPA-3", "TANPA-4", "TANPA-5", "TANPA-6")
        services[3].phone = "0812 3456 7099"
        text = (
            "tanpa-3; 0812 3456 7003\n"
            f"{services[1].name}\t0812-3456-7004\n\n"
            "TANPA-5;no number\n"
            "TANPA-6;0812 3456 7006\n"
            "nobody;0812 3456 7007"
        )
        wizard = self._fill_in(text)
        self.assertEqual(services[0].phone, "+62 812-3456-7003")
        self.assertEqual(services[0].partner_id.phone, "+62 812-3456-7003")
        self.assertEqual(services[1].phone, "+62 812-3456-7004")
        self.assertFalse(services[2].phone)
        self.assertEqual(services[3].phone, "+62 812-3456-7099", "is kept")
        self.assertEqual(len(wizard.text.splitlines()), 3, "what is left to correct")
        for text in ("2 phones", "TANPA-5: ", "TANPA-6: ", "nobody: "):
            self.assertIn(text, wizard.result)

    def test_only_administrators_fill_in(self):
        for user in (self.sales, self.technician, self.portal):
            with self.assertRaises(AccessError):
                self._fill_in("x;0812 3456 7008", user)
