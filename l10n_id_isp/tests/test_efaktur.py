from freezegun import freeze_time
from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import file_open

from odoo.addons.isp_billing.tests.common import BillingCommon

BEGIN, NEXT = "2026-06-05", "2026-07-05 03:00:00"
NIK = "3173064107900009"
SAMPLE = "l10n_id_efaktur_coretax/tests/results/sample.xml"


class EfakturCommon(BillingCommon):
    """PPN of 11/12 of the price at 12 %, as l10n_id has it; a consumer with a KTP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {"vat": "1234567890123456", "isp_send_invoices": False, "street": "Jl. A 1"}
        )
        cls.env["ir.model.data"].create(
            {
                "module": "account",
                "name": f"{cls.company.id}_l10n_id_tax_group_non_luxury_goods",
                "model": "account.tax.group",
                "res_id": cls.tax.tax_group_id.id,
            }
        )
        cls.subscriber.isp_never_isolate = True
        cls.customer = cls._register(
            id_type="ktp", id_number=NIK, contact_name="Wati Coretax"
        ).partner_id

    def _subscribe(self, **vals):
        vals = {"partner_id": self.customer.id, **vals}
        return self._create_subscription(BEGIN, **vals)

    def _add_charge(self, service, **vals):
        product = self.env["product.product"].create(
            {"name": "Extra", "type": "service", "taxes_id": self.tax.ids}
        )
        return self._as("admin", self.env["isp.service.charge"]).create(
            {
                "service_id": service.id,
                "product_id": product.id,
                "date_from": "2026-07-05",
                **vals,
            }
        )

    def _bill_next(self, service):
        before = self._get_invoices(service)
        with freeze_time(NEXT):
            self._bill_due()
        moves = self._get_invoices(service) - before
        return moves.filtered(lambda move: move.move_type == "out_invoice")

    def _download(self, moves):
        self._as("accountant", moves).download_efaktur()
        return etree.fromstring(moves.l10n_id_coretax_document.attachment_id.raw)

    def _check_schema(self, tree):
        """The file has what Odoo's own sample has: elements and their order."""
        with file_open(SAMPLE, "rb") as file:
            sample = etree.fromstring(file.read())
        self.assertEqual([x.tag for x in tree], [x.tag for x in sample])
        for path in (".//TaxInvoice", ".//GoodService"):
            tags = [x.tag for x in sample.find(path)]
            for element in tree.iterfind(path):
                self.assertEqual([x.tag for x in element], tags)
        for line in tree.iterfind(".//GoodService"):
            for name in ("Opt", "Code", "Name", "Unit"):
                self.assertTrue(line.findtext(name), name)

    def _check_amounts(self, tree, move):
        """Its lines say what the books say."""
        lines = [
            {name: float(line.findtext(name)) for name in ("Price", "Qty", "TaxBase")}
            | {
                name: float(line.findtext(name))
                for name in ("TotalDiscount", "OtherTaxBase", "VAT")
            }
            for line in tree.iterfind(".//GoodService")
        ]
        for line in lines:
            self.assertGreaterEqual(min(line.values()), 0)
            net = line["Price"] * line["Qty"] - line["TotalDiscount"]
            self.assertAlmostEqual(net, line["TaxBase"], delta=1)
            self.assertAlmostEqual(line["OtherTaxBase"], line["TaxBase"] * 11 / 12, 0)
        self.assertAlmostEqual(
            sum(line["TaxBase"] for line in lines), move.amount_untaxed, delta=1
        )
        self.assertAlmostEqual(
            sum(line["VAT"] for line in lines), move.amount_tax, delta=len(lines) + 1
        )

    def _check(self, move):
        self.assertEqual(len(move), 1)
        tree = self._download(move)
        self._check_schema(tree)
        self._check_amounts(tree, move)
        return tree


@tagged("post_install", "-at_install")
class TestEfakturDocuments(EfakturCommon):
    """M9: every invoice that the product posts becomes an e-Faktur."""

    def test_m9_plain_and_its_installation_fee(self):
        service = self._subscribe(installation_fee=250_000)
        tree = self._check(service.first_invoice_id)
        codes = [x.text for x in tree.iterfind(".//Code")]
        self.assertEqual(sorted(codes), ["000000", "170202"])

    def test_m9_prorated(self):
        self.schedule.billing_day = 20
        service = self._subscribe()
        self._check(service.first_invoice_id)

    def test_m9_a_discount_is_that_of_its_line(self):
        service = self._subscribe()
        self._add_charge(service, kind="percent", percent=-25)
        self._add_charge(service, price=-30_000)
        self._add_charge(service, price=50_000)
        move = self._bill_next(service)
        tree = self._check(move)
        discounts = [x.text for x in tree.iterfind(".//TotalDiscount")]
        self.assertEqual(sorted(map(float, discounts)), [0, 80_000])

    def test_m9_free_by_discount(self):
        service = self._subscribe()
        self._add_charge(service, kind="percent", percent=-100)
        tree = self._check(self._bill_next(service))
        self.assertEqual(float(tree.findtext(".//TaxBase")), 0)

    def test_twelve_months_for_eleven(self):
        """An offer is none until it is paid; then it is one line, less its discount."""
        service = self._subscribe()
        offer = self.env["isp.prepay.offer"].create(
            {"months": 12, "free_months": 1, "plan_id": self.plan.id}
        )
        with freeze_time("2026-06-10 03:00:00"):
            move = service._prepay(offer)
        wizards = self._as("accountant", self.env["isp.efaktur.month"])
        month = wizards.create({"month": BEGIN, "company_id": self.company.id})
        self.assertNotIn(move, month._split_moves()[1])
        with freeze_time("2026-06-10 03:00:00"):
            self._pay(move)
        self.assertIn(move, month._split_moves()[1])
        tree = self._check(move)
        (discount,) = tree.iterfind(".//TotalDiscount")
        self.assertEqual(float(discount.text), 200_000)

    def test_m9_after_a_change_of_plan(self):
        self.other_plan.write({"list_price": 300_000, "taxes_id": self.tax.ids})
        service = self._subscribe()
        with freeze_time("2026-06-20 03:00:00"):
            self._as("admin", service)._change_plan(self.other_plan)
        move = self._bill_next(service)
        self._check(move)
        self.assertEqual(move.amount_untaxed, 450_000)

    def test_m9_services_of_one_partner(self):
        first = self._subscribe()
        second = self._subscribe()
        self._add_charge(second, kind="percent", percent=-10)
        move = self._bill_next(first | second)
        self._check(move)
        ((line, off),) = move._isp_get_folded().items()
        self.assertEqual((line.isp_service_id, off), (second, 20_000))

    def test_m9_parts_and_labour(self):
        """As a repair is invoiced: goods, in a unit that the tax office has not."""
        unit = self.env["uom.uom"].create({"name": "Roll", "relative_factor": 1})
        cable = self.env["product.product"].create(
            {"name": "Cable", "uom_id": unit.id, "taxes_id": self.tax.ids}
        )
        service = self._subscribe()
        move = service.first_invoice_id.copy(
            {
                "invoice_date": BEGIN,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": cable.id,
                            "quantity": 2,
                            "price_unit": 3_000,
                            "isp_service_id": service.id,
                        }
                    )
                ],
            }
        )
        move.action_post()
        tree = self._check(move)
        self.assertIn("UM.0033", [x.text for x in tree.iterfind(".//Unit")])


@tagged("post_install", "-at_install", "isp_alone")
class TestEfakturBuyer(EfakturCommon):
    """M10: who is written down as a subscriber is one for the tax office."""

    def _get_buyer(self, tree):
        names = ("BuyerTin", "BuyerDocument", "BuyerDocumentNumber", "BuyerIDTKU")
        return [tree.findtext(f".//{name}") for name in (*names, "BuyerCountry")]

    def _get_looks(self):
        return self.env["isp.secret.access"].search(
            [("res_id", "=", self.customer.id), ("way", "=", "tax")]
        )

    def test_m10_a_consumer_with_a_ktp(self):
        service = self._subscribe()
        self.assertFalse(self.customer.sudo().l10n_id_nik, "not before")
        tree = self._download(service.first_invoice_id)
        self.assertEqual(
            self._get_buyer(tree),
            ["0000000000000000", "National ID", NIK, "000000", "IDN"],
        )
        self.assertIn("Jalan Anggrek 14", tree.findtext(".//BuyerAdress"))
        customer = self.customer.sudo()
        self.assertEqual(customer.l10n_id_nik, NIK)
        self.assertEqual(
            (
                customer.l10n_id_buyer_document_type,
                customer.l10n_id_buyer_document_number,
            ),
            ("NIK", NIK),
        )
        self.assertEqual(self._get_looks().user_id, self.users["accountant"])

    def test_m10_a_foreigner(self):
        self.customer.write({"isp_id_type": "passport", "isp_id_number": "X1234567"})
        tree = self._download(self._subscribe().first_invoice_id)
        self.assertEqual(self._get_buyer(tree)[1:3], ["Passport", "X1234567"])

    def test_m10_a_company_with_npwp(self):
        self.customer.vat = "1131234567890001"
        tree = self._download(self._subscribe().first_invoice_id)
        self.assertEqual(
            self._get_buyer(tree),
            ["1131234567890001", "TIN", "", "1131234567890001000000", "IDN"],
        )
        self.assertFalse(self._get_looks(), "his NIK was not asked for")

    def test_m10_only_who_makes_invoices_takes_the_nik(self):
        move = self._subscribe().first_invoice_id
        for role in ("sales", "engineer", "technician"):
            with self.subTest(role=role):
                self._assert_refused(AccessError, self._as(role, move).download_efaktur)
        self.assertFalse(self.customer.sudo().l10n_id_nik)
        self.assertFalse(self._get_looks())

    def test_m10_technicians_and_salesmen_do_not_read_it(self):
        self._download(self._subscribe().first_invoice_id)
        for role in ("technician", "sales"):
            partners = self._as(role, self.env["res.partner"])
            for name in ("l10n_id_nik", "l10n_id_buyer_document_number"):
                self._assert_refused(
                    AccessError, partners.search_count, [(name, "like", "3173")]
                )

    def test_m10_plans_are_access_to_the_internet(self):
        self.assertEqual(self.plan.l10n_id_product_code.code, "170202")
        general = self.env.ref("l10n_id_efaktur_coretax.product_code_000000_service")
        self.plan.l10n_id_product_code = general
        self.assertEqual(self.plan.l10n_id_product_code, general)


@tagged("post_install", "-at_install")
class TestEfakturMonth(EfakturCommon):
    """A month is downloaded in one go; one that lacks something stops no other."""

    def _open(self):
        wizards = self._as("accountant", self.env["isp.efaktur.month"])
        return wizards.create({"month": "2026-06-15", "company_id": self.company.id})

    def test_m10_a_month(self):
        first = self._subscribe().first_invoice_id
        nobody = self._register(contact_name="Nobody").partner_id
        other = self._subscribe(partner_id=nobody.id).first_invoice_id
        wizard = self._open()
        self.assertEqual(wizard.display_name, "June 2026")
        self.assertEqual((wizard.ready_count, wizard.lacking_ids), (1, other))
        self.assertIn(
            "NIK", other.with_user(self.users["accountant"]).isp_efaktur_problem
        )
        action = wizard.action_download()
        self.assertIn("/l10n_id_efaktur_coretax/download_attachments/", action["url"])
        self.assertTrue(first.l10n_id_coretax_document)
        self.assertFalse(other.l10n_id_coretax_document)
        nobody.write({"isp_id_type": "ktp", "isp_id_number": "3173064107900010"})
        wizard = self._open()
        self.assertEqual((wizard.ready_count, wizard.made_count), (1, 1))
        wizard.action_download()
        self.assertNotEqual(
            first.l10n_id_coretax_document, other.l10n_id_coretax_document
        )
        again = self._open()
        self.assertEqual((again.ready_count, again.made_count), (0, 2))
        self.assertIn(",", again.action_download()["url"].rsplit("/", 1)[1])

    def _get_changes(self):
        self.env.invalidate_all()
        return {move.id: move.isp_efaktur_change for move in self._open().changed_ids}

    def test_what_has_changed_after_its_file(self):
        moves = self.env["account.move"]
        for n in range(4):
            person = self._register(
                id_type="ktp",
                id_number=f"317306410790001{n}",
                contact_name=f"Coretax {n}",
            )
            moves |= self._subscribe(partner_id=person.partner_id.id).first_invoice_id
        with freeze_time("2026-07-01 03:00:00"):
            self._open().action_download()
        self.assertEqual(self._get_changes(), {})
        same, credited, drafted, renamed = moves
        with freeze_time("2026-07-02 03:00:00"):
            self._pay(same)
            self._reverse(credited)
            self._as("accountant", drafted).button_draft()
            renamed.partner_id.name = "Somebody Else"
            same.partner_id.phone = "0812 3456 7890"
        changes = self._get_changes()
        self.assertEqual(changes.keys(), {credited.id, drafted.id, renamed.id})
        self.assertIn("Credited since", changes[credited.id])
        self.assertIn("not posted", changes[drafted.id])
        self.assertIn("something else", changes[renamed.id])
        with freeze_time("2026-07-03 03:00:00"):
            document = renamed.l10n_id_coretax_document
            drafted.action_post()
            self._as("accountant", document).action_regenerate()
        self.assertEqual(self._get_changes(), {})

    def test_an_empty_month(self):
        self._assert_refused(UserError, self._open().action_download)
