from odoo.modules.module import get_module_path
from odoo.tests import tagged

from ..models.isp_billing_template import MODELS
from .common import BillingCommon


@tagged("post_install", "-at_install", "isp_together")
class TestKnownAddons(BillingCommon):
    """The list of addons whose part in an invoice was read: with all of the product
    installed nothing lacks on it, and no name is on it that has no part. Whatever such
    an addon changes later would be believed unread."""

    def setUp(self):
        super().setUp()
        self.known = self.env["isp.billing.template"]._get_known_addons()

    def _get_parts(self):
        """Return {addon: what it has of invoices} of all that is installed."""
        template, parts = self.env["isp.billing.template"], {}
        for name in MODELS:
            for cls in type(self.env[name]).__mro__:
                for attribute, function in template._get_functions(cls):
                    addon = template._get_addon(function.__module__)
                    parts.setdefault(addon, set()).add(attribute)
            for field in self.env[name]._fields.values():
                if field.store and (field.compute or field.default):
                    for addon in field._modules:
                        parts.setdefault(addon, set()).add(field.name)
        parts.pop(None, None)
        return parts

    def test_nothing_installed_is_unknown(self):
        unknown = {
            addon: sorted(part)[:5]
            for addon, part in self._get_parts().items()
            if addon not in self.known
        }
        self.assertFalse(unknown, "read what they do of invoices, then name them")
        template = self.env["isp.billing.template"]
        self.assertFalse(template._find_foreign_code())

    def test_who_is_known_has_a_part(self):
        installed = self.env["ir.module.module"].search([("state", "=", "installed")])
        known = set(self.known) & set(installed.mapped("name"))
        self.assertFalse(known - set(self._get_parts()))

    def test_who_is_known_exists_and_is_named_once(self):
        self.assertEqual(len(self.known), len(set(self.known)))
        for addon in self.known:
            self.assertTrue(get_module_path(addon, display_warning=False), addon)
