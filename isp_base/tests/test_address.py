from odoo.tests import Form, tagged

from .common import IspCommon

PLACES = ("street", "street2", "city", "zip")
HOME = {
    "street": "Jalan Kenanga 9",
    "street2": "Grogol",
    "city": "Jakarta Barat",
    "zip": "11450",
}


@tagged("post_install", "-at_install")
class TestAddress(IspCommon):
    """The subscriber lives where his first line is, until somebody says otherwise."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.indonesia = cls.env.ref("base.id")
        cls.company.country_id = cls.indonesia

    def _get_place(self, partner):
        return {name: partner[name] for name in PLACES}

    def _register(self, **vals):
        services = self.as_user(self.env["isp.service"], self.sales)
        return services.create({**self._prepare_registration(), **HOME, **vals})

    def test_m10_by_rpc(self):
        vals = {**self._prepare_registration(), **HOME}
        vals.pop("country_id", None)
        partner = self.as_user(self.env["isp.service"], self.sales).create(vals)
        self.assertEqual(partner.partner_id.country_id, self.indonesia)
        self.assertEqual(self._get_place(partner.partner_id), HOME)

    def test_m10_by_the_form(self):
        form = Form(self.as_user(self.env["isp.service"], self.sales))
        form.contact_name, form.phone = "Wati", "0812 5555 0188"
        for name, text in HOME.items():
            form[name] = text
        partner = form.save().partner_id
        self.assertEqual(partner.country_id, self.indonesia)
        self.assertEqual(self._get_place(partner), HOME)

    def test_m10_a_known_partner_without_address_gets_it_when_the_service_runs(self):
        """P2: a registration writes nothing to the card of a known person."""
        known = self.env["res.partner"].create({"name": "Wati", "phone": "08125550188"})
        service = self._register(partner_id=known.id)
        self.assertFalse(known.street)
        service.sudo().write(
            {"plan_id": self.plan.id, "username": "wati", "password": "Rahasia-1234"}
        )
        self._activate(service.sudo())
        self.assertEqual(self._get_place(known), HOME)
        self.assertEqual(known.country_id, self.indonesia)

    def test_m10_a_later_change_reaches_him(self):
        service = self._register()
        service.street = "Jalan Kenanga 10"
        self.assertEqual(service.partner_id.street, "Jalan Kenanga 10")

    def test_an_address_of_his_own_stays(self):
        service = self._register()
        service.partner_id.sudo().street = "Jalan Dahlia 1"
        service.street = "Jalan Kenanga 10"
        self.assertEqual(service.partner_id.street, "Jalan Dahlia 1")

    def test_a_second_line_elsewhere_does_not_move_him(self):
        service = self._register()
        second = self._register(
            partner_id=service.partner_id.id, street="Jalan Ruko 2", city="Bekasi"
        )
        second.street = "Jalan Ruko 3"
        self.assertEqual(service.partner_id.street, "Jalan Kenanga 9")
