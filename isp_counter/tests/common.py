from odoo.addons.isp_billing.tests.test_invoice_report import InvoiceReportCommon

BILL = 186_194  # the first invoice of a service


class CounterCommon(InvoiceReportCommon):
    """A drawer, and two cashiers who are nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.drawer, cls.other_drawer = cls.env["account.journal"].create(
            [
                {
                    "name": f"Counter of the Tests {number}",
                    "code": f"TK{number}",
                    "type": "cash",
                    "company_id": cls.company.id,
                    "isp_is_drawer": True,
                }
                for number in (1, 2)
            ]
        )
        cashier = "isp_counter.isp_counter_group_cashier"
        users = cls._create_users({"cashier": cashier, "second": cashier})
        cls.users.update(users)
        cls.cashier, cls.second = users["cashier"], users["second"]
        cls.bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.payer = cls.env["res.partner"].create(
            {
                "name": "Ratna of the Counter",
                "email": "ratna@example.com",
                "phone": "+62 813-7654-3210",
            }
        )
        cls.service = cls._create_subscription(partner_id=cls.payer.id)
        cls.own = cls.service.first_invoice_id

    @classmethod
    def _counter(cls, role="cashier"):
        return cls._as(role, cls.env["isp.counter"]).with_context(lang="en_US")

    @classmethod
    def _open_drawer(cls, role="cashier", amount=100_000, drawer=None):
        cls._counter(role).open_session((drawer or cls.drawer).id, amount)
        session = cls._as(role, cls.env["isp.drawer.session"])._get_own()
        return session.with_env(cls.env)

    @classmethod
    def _take(cls, key, parts, seen=BILL, role="cashier", **more):
        """Take money as the cashier does; what is due is judged at the commit."""
        answer = cls._counter(role).take(key, cls.payer.id, seen, parts, **more)
        cls._before_commit()
        return cls.env["isp.taking"].browse(answer["id"])

    @classmethod
    def _get_ledger(cls, journal):
        """Return what the books say is in a drawer."""
        account = journal.default_account_id
        lines = cls.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return sum(lines.mapped("balance"))
