from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.isp_billing.tests.test_invoice_report import NOW, InvoiceReportCommon


@tagged("post_install", "-at_install", "isp_alone")
@freeze_time(NOW)
class TestPpn(InvoiceReportCommon):
    def test_the_taxes_of_indonesia_are_called_ppn(self):
        """As l10n_id has them: groups called after goods, taxes labelled 12%."""
        group = self.tax.tax_group_id
        group.name = "Non-luxury Good Taxes"
        self.tax.invoice_label = "12%"
        self.env["ir.model.data"].create(
            {
                "module": "account",
                "name": f"{self.company.id}_l10n_id_tax_group_non_luxury_goods",
                "model": group._name,
                "res_id": group.id,
            }
        )
        text = self._read(self.own)
        self.assertIn("PPN 12%", text)
        self.assertNotIn("Non-luxury", text)
