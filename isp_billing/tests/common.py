from odoo.tests import new_test_user

from odoo.addons.base.tests.common import BaseCommon

GROUPS = {
    "sales": "isp_base.isp_base_group_sales",
    "other_sales": "isp_base.isp_base_group_sales",
    "technician": "isp_base.isp_base_group_technician",
    "stranger": "isp_base.isp_base_group_technician",
    "engineer": "isp_base.isp_base_group_network_engineer",
    "admin": "isp_base.isp_base_group_admin",
    "manager": "isp_base.isp_base_group_manager",
    "warehouse": "stock.group_stock_user",
    "accountant": "account.group_account_manager",
    "employee": "base.group_user",
    "portal": "base.group_portal",
}


class BillingCommon(BaseCommon):
    """An Indonesian provider with one user of each group and one of each master."""

    @classmethod
    def default_env_context(cls):
        return {"no_reset_password": True}

    @classmethod
    def setup_main_company(cls, currency_code="IDR"):
        return super().setup_main_company(currency_code)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.write(
            {"country_id": cls.env.ref("base.id").id, "isp_username_pattern": "{number}"}
        )
        cls.env.company.partner_id.tz = "Asia/Jakarta"
        cls.users = {
            role: cls._make_user(role, groups) for role, groups in GROUPS.items()
        }
        cls.tax = cls._make_tax("PPN 11 %", cls.company)
        cls.plan = cls._make_plan("Home 20", 200_000, 20, 10)
        cls.pop = cls.env["isp.pop"].create({"name": "Kemanggisan", "code": "KMG"})
        cls.area = cls.env["isp.area"].create({"name": "Palmerah"})
        cls.category = cls.env["isp.subscriber.category"].create({"name": "Household"})
        cls.schedule = cls.env["isp.billing.schedule"].create(
            {"name": "Every 5th", "billing_day": 5, "days_until_due": 7}
        )

    @classmethod
    def _make_user(cls, role, groups, **vals):
        return new_test_user(
            cls.env,
            login=f"{role}@isp.example",
            groups=groups,
            name=role.replace("_", " ").title(),
            tz="Asia/Jakarta",
            **vals,
        )

    @classmethod
    def _make_tax(cls, name, company, amount=11.0):
        group = cls.env["account.tax.group"].create(
            {
                "name": name,
                "company_id": company.id,
                "country_id": cls.env.ref("base.id").id,
            }
        )
        return cls.env["account.tax"].create(
            {
                "name": name,
                "amount": amount,
                "type_tax_use": "sale",
                "company_id": company.id,
                "country_id": cls.env.ref("base.id").id,
                "tax_group_id": group.id,
            }
        )

    @classmethod
    def _make_plan(cls, name, price, download, upload, **vals):
        return cls.env["product.template"].create(
            {
                "name": name,
                "type": "service",
                "is_internet_plan": True,
                "list_price": price,
                "isp_download_mbps": download,
                "isp_upload_mbps": upload,
                "taxes_id": [(6, 0, cls.tax.ids)],
                **vals,
            }
        )

    @classmethod
    def _register(cls, role="sales", **vals):
        """Return a service as the user of this role writes it down."""
        services = cls.env["isp.service"].with_user(cls.users[role])
        return services.create(
            {
                "contact_name": "Gilang Anugrah",
                "phone": "0812 3456 7803",
                "email": "gilang@subscriber.example",
                "street": "Jalan Kemanggisan Raya 7",
                "city": "Jakarta Barat",
                **vals,
            }
        )

    def _as(self, role, records):
        return records.with_user(self.users[role])

    def _flush_tracking(self):
        """Write to the chatter what is written there at the end of a request."""
        self.env.flush_all()
        self.env.cr.precommit.run()

    def _assert_refused(self, error, function, *args, **kwargs):
        """Call it and expect this error, with nothing left of what it did."""
        with self.assertRaises(error) as caught, self.env.cr.savepoint():
            function(*args, **kwargs)
        return str(caught.exception)
