from contextlib import closing

from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st

from odoo.fields import Command
from odoo.tests import tagged

from .lives import try_lives
from .test_template import TemplateCommon

MONTHS = ("2026-07-05 03:00:00", "2026-08-05 03:00:00", "2026-09-05 03:00:00")
PRICES = (199_999, 200_000, 310_007)
EXTRAS = (None, None, "monthly", "once", "percent", "discount")
kinds = st.fixed_dictionaries(
    {
        "plan": st.integers(0, 1),
        "price": st.sampled_from((0, 0, *PRICES)),
        "taxes": st.integers(0, 2),
        "extra": st.sampled_from(EXTRAS),
    }
)
lives = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.integers(0, 1),
            "event": st.sampled_from((None, None, "price", "credit", "pay", "isolate")),
            "joined": st.sampled_from((False, False, True)),
            "business": st.booleans(),
        }
    ),
    min_size=6,
    max_size=9,
)


@tagged("post_install", "-at_install")
class TestTemplateProperty(TemplateCommon):
    """Whatever services have lived through: billed one by one and by template they
    have the same rows in the books, column for column."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.isp_use_money = True
        cls.copied = 0
        cls.services = cls._create_many(9)
        cls.plans = [
            cls.plan,
            cls._create_plan("Faster", 50, 20, list_price=310_007),
        ]
        cls.plans[1].taxes_id = cls.tax
        included = cls._create_tax("Included", cls.company)
        included.write({"amount": 2.5, "price_include_override": "tax_included"})
        cls.taxes = [cls.tax, cls.tax | included, cls.tax.browse()]
        cls.product = cls.env["product.product"].create(
            {"name": "Static address", "type": "service", "taxes_id": False}
        )

    @try_lives(2)
    @given(kinds, kinds, lives)
    def test_random_lives_both_ways(self, one, two, drawn):
        with closing(self.env.cr.savepoint()):
            self.env.invalidate_all()
            drawn = [{**life, **(one, two)[life["kind"]]} for life in drawn]
            others = self.services[len(drawn) :]
            others.next_invoice_date = False
            for life, service in zip(drawn, self.services, strict=False):
                self._begin(service, life)
            for number, moment in enumerate(MONTHS):
                with freeze_time(moment):
                    others.next_invoice_date = False
                    run = self._assert_equal_both_ways()
                    self._before_commit()
                    self.assertFalse(run.failed_count)
                    type(self).copied += run.copied_count
                    if not number:
                        for life, service in zip(drawn, self.services, strict=False):
                            self._live(service, life)

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        if not cls.copied:
            raise AssertionError("nothing was copied")

    def _begin(self, service, life):
        if life["joined"]:
            service.partner_id = self.services[0].partner_id
        service.partner_id.is_company = life["business"]
        service.write(
            {
                "plan_id": self.plans[life["plan"]].id,
                "own_price": life["price"],
                "has_own_taxes": True,
                "tax_ids": [Command.set(self.taxes[life["taxes"]].ids)],
            }
        )
        if extra := life["extra"]:
            self.env["isp.service.charge"].create(
                {
                    "service_id": service.id,
                    "product_id": self.product.id,
                    "kind": "percent" if extra == "discount" else extra,
                    "price": 30_001,
                    "percent": {"percent": 10, "discount": -25}.get(extra, 0),
                    "date_from": "2026-06-20",
                    "tax_ids": [Command.set(self.tax.ids)],
                }
            )

    def _live(self, service, life):
        """What happens between the first run and the second."""
        move = self._get_invoices(service)[-1:]
        if life["event"] == "price":
            self._as("admin", service)._change_price(250_000)
        elif life["event"] == "isolate":
            self._as("admin", service)._suspend("manual")
        elif life["event"] == "credit" and move.payment_state == "not_paid":
            self._reverse(move)
        elif life["event"] == "pay" and move.payment_state == "not_paid":
            self._pay(move, move.amount_residual + 50_000)
