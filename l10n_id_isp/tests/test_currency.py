from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.isp_billing.tests.common import BillingCommon

from ..hooks import post_init_hook


@tagged("post_install", "-at_install", "isp_alone")
class TestRupiah(BillingCommon):
    """Its rounding is that of the whole database: it changes by a switch (H6)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rupiah = cls.env.ref("base.IDR")
        users = cls._create_users({"of_all": "base.group_system"})
        cls.manager_of_all = users["of_all"]

    def _set_rounding(self, rounding):
        """Also where there are entries, as in the demo database."""
        self.env.cr.execute(
            "UPDATE res_currency SET rounding = %s WHERE id = %s",
            [rounding, self.rupiah.id],
        )
        self.env.invalidate_all()

    def _has_entries(self, answer):
        self.patch(
            type(self.rupiah), "_has_accounting_entries", lambda currency: answer
        )

    def _switch(self, whole):
        settings = self.env["res.config.settings"].with_user(self.manager_of_all)
        settings.create({"isp_whole_rupiah": whole}).execute()

    def test_an_indonesian_company_gets_whole_rupiah(self):
        self._has_entries(False)
        self._set_rounding(0.01)
        post_init_hook(self.env)
        self.assertEqual(self.rupiah.rounding, 1.0)

    def test_books_with_decimals_keep_them(self):
        self._has_entries(True)
        self._set_rounding(0.01)
        post_init_hook(self.env)
        self.assertEqual(self.rupiah.rounding, 0.01)

    def test_without_an_indonesian_company_nothing_changes(self):
        self._has_entries(False)
        self._set_rounding(0.01)
        companies = self.env["res.company"].search([])
        companies.write({"vat": False, "country_id": self.env.ref("base.sg").id})
        post_init_hook(self.env)
        self.assertEqual(self.rupiah.rounding, 0.01)

    def test_the_switch_of_the_settings(self):
        self._has_entries(False)
        self._set_rounding(0.01)
        settings = self.env["res.config.settings"].with_user(self.manager_of_all)
        shown = settings.default_get(["isp_whole_rupiah"])
        self.assertFalse(shown["isp_whole_rupiah"])
        self._switch(True)
        self.assertEqual(self.rupiah.rounding, 1.0)
        self._switch(False)
        self.assertEqual(self.rupiah.rounding, 0.01)

    def test_decimals_of_entries_stay(self):
        self._has_entries(True)
        self._set_rounding(0.01)
        self._switch(False)
        with self.assertRaisesRegex(UserError, "decimal places"):
            self._switch(True)
