from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.isp_base.tests.matrix import MatrixCase

from .common import NOW, BankCommon

RIGHTS = {
    "isp.unique.amount": {"cashier bookkeeper admin manager": "r"},
    "isp.bank.payer": {"bookkeeper": "ru"},
    "isp.transfer.candidate": {"cashier bookkeeper admin manager": "r"},
    "isp.transfer.assign": {"bookkeeper": "rwcu"},
}


@tagged("post_install", "-at_install", "isp_alone")
@freeze_time(NOW)
class TestBankRights(MatrixCase, BankCommon):
    """Who reads transfers, and who decides about them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["cashier"] = new_test_user(
            cls.env, "bank_cashier", "account.group_account_invoice"
        )
        cls.users["bookkeeper"] = new_test_user(
            cls.env, "bank_bookkeeper", "account.group_account_user"
        )

    def test_every_model_of_the_addon_is_in_the_matrix(self):
        self._assert_all_are_in(RIGHTS, "isp_bank")

    def test_rights_are_those_of_the_matrix(self):
        self._assert_rights(RIGHTS, {*self.users} - {"accountant"})

    def test_who_decides(self):
        self._bill(self.budi)
        line = self._receive(120_000, "TRF BUDI SANTOSO", account_number="77001")
        for name in ("cashier", "admin", "sales", "technician", "portal"):
            own = line.with_user(self.users[name])
            for method in ("action_isp_accept", "action_isp_undo", "action_isp_match"):
                with self.assertRaises(AccessError, msg=f"{name} {method}"):
                    getattr(own, method)()
        candidate = self.env["isp.transfer.candidate"].create(
            {"line_id": line.id, "partner_id": self.budi.id}
        )
        with self.assertRaises(AccessError):
            candidate.with_user(self.users["cashier"]).action_accept()
        candidate.with_user(self.users["bookkeeper"]).action_accept()
        self.assertEqual(line.isp_match_state, "accepted")

    def test_what_the_matching_has_found_is_not_written_by_hand(self):
        line = self._receive(120_000)
        with self.assertRaises(AccessError):
            line.with_user(self.users["bookkeeper"]).isp_match_state = "matched"
