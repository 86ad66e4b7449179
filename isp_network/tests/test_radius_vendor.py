from odoo.tests import tagged

from ..radius import users
from .common import RadiusCommon


@tagged("post_install", "-at_install", "isp_alone")
class TestRadiusVendor(RadiusCommon):
    """H3: a second brand is an addon; what is read depends on the router that asks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._load_cisco()
        cls.router.vendor = False
        cls.service = cls._create_active_service()
        cls.env.cr.flush()

    def _get_row(self):
        self.env.cr.flush()
        return users.read_users(self.cr, self.service.ids)[self.service.id]

    def _get_reply(self, vendor):
        """Return [value] of each attribute that routers of this vendor are told."""
        reply = {}
        for name, _operator, value in self._get_row()["replies"][vendor]["items"]:
            reply.setdefault(name, []).append(value)
        return reply

    def test_a_router_without_a_vendor_is_told_what_all_understand(self):
        self.assertEqual(
            self._get_reply(""),
            {"Framed-Pool": ["home"], "Acct-Interim-Interval": ["300"]},
        )

    def test_each_vendor_is_told_in_its_own_words(self):
        self._create_router("C-1", "10.0.0.2", vendor="cisco")
        self.assertEqual(
            self._get_reply("cisco"),
            {
                "Framed-Pool": ["home"],
                "Acct-Interim-Interval": ["300"],
                "Cisco-AVPair": self._rates(10, 20),
            },
        )
        self.assertNotIn("Cisco-AVPair", self._get_reply(""))
        self.service._suspend("manual")
        self.assertEqual(self._get_reply("cisco")["Framed-Pool"], ["isolated"])

    def test_a_vendor_beside_others_is_no_change_for_theirs(self):
        changes = []
        self.patch(
            self.registry["isp.service"],
            "_radius_changed",
            lambda services, changed: changes.append(changed),
        )
        before = self._get_row()
        self._create_router("C-1", "10.0.0.2", vendor="cisco")
        after = self._get_row()
        self.assertEqual(set(after["replies"]), {"", "cisco"})
        self.assertEqual(after["replies"][""], before["replies"][""])
        self.assertEqual(after["check_items"], before["check_items"])
        self.assertFalse(changes)

    def test_freeradius_knows_the_vendor_of_each_router(self):
        self._create_router("C-1", "10.0.0.2", vendor="cisco")
        self.assertGreaterEqual(users.read_vendors(self.cr), {"", "cisco"})

    def test_who_is_no_service_may_log_in_too(self):
        """Vouchers will be such: the nightly check leaves them alone."""
        for name in ("voucher-1", "voucher-2"):
            self.cr.execute(
                """INSERT INTO isp_radius_user
                    (username, access, check_items, reply_items)
                VALUES (%s, 'open', '[]', '[]') RETURNING id""",
                [name],
            )
            self.assertTrue(self.cr.fetchone()[0])
        with self.enter_registry_test_mode():
            self.env.ref("isp_network.isp_radius_check_cron").method_direct_trigger()
        self.cr.execute("SELECT count(*) FROM isp_radius_user WHERE service_id IS NULL")
        self.assertEqual(self.cr.fetchone(), (2,))
