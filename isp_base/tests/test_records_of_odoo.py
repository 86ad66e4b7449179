from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import IspCommon


@tagged("post_install", "-at_install")
class TestRecordsOfOdoo(IspCommon):
    """What Odoo lets every employee write or read, though it tells of subscribers or of
    the material that they were given."""

    def test_moved_material_is_the_warehouses(self):
        item = self.env["product.product"].create({"name": "ONU", "is_storable": True})
        place = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        quant = self.env["stock.quant"].create(
            {
                "product_id": item.id,
                "location_id": place.lot_stock_id.id,
                "inventory_quantity": 1,
            }
        )
        quant.action_apply_inventory()
        line = self.env["stock.move.line"].search([("product_id", "=", item.id)])
        vals = {
            "product_id": item.id,
            "location_id": line.location_id.id,
            "location_dest_id": line.location_dest_id.id,
            "quantity": 5,
            "company_id": self.company.id,
        }
        for role in ("employee", "technician", "sales", "admin", "engineer"):
            seen = self._as(role, line)
            with self.subTest(role=role):
                self._assert_refused(AccessError, seen.write, {"lot_name": "FORGED"})
                self._assert_refused(AccessError, seen.unlink)
                self._assert_refused(AccessError, seen.browse().create, vals)
                found = seen.browse().search([("id", "=", line.id)])
                self.assertEqual(bool(found), role in ("admin", "engineer"))
        self._as("warehouse", line).write({"picked": True})

    def test_filters_are_shared_by_administrators(self):
        """What a filter holds is searched by whoever opens the list."""
        vals = {"name": "F", "model_id": "res.partner", "domain": "[]"}
        for role in ("employee", "technician", "sales", "warehouse", "engineer"):
            filters = self._as(role, self.env["ir.filters"])
            own = [self.users[role].id]
            others = [self.manager.id]
            with self.subTest(role=role):
                mine = filters.create({**vals, "user_ids": [(6, 0, own)]})
                mine.write({"is_default": True})
                for users in ([], others, own + others):
                    given = {"user_ids": [(6, 0, users)]}
                    self._assert_refused(AccessError, filters.create, {**vals, **given})
                    self._assert_refused(AccessError, mine.write, given)
                mine.unlink()
        shared = self._as("admin", self.env["ir.filters"]).create(vals)
        seen = self._as("sales", shared)
        self.assertTrue(seen.get_filters("res.partner"))
        self._assert_refused(AccessError, seen.write, {"domain": "[(0, '=', 1)]"})
        self._assert_refused(AccessError, seen.unlink)

    def test_buttons_above_a_view_are_shared_by_administrators(self):
        """They call a method in the rights of whoever presses them."""
        action = self.env["ir.actions.act_window"].search([], limit=1)
        vals = {
            "name": "Open",
            "parent_action_id": action.id,
            "parent_res_model": "isp.service",
            "python_method": "action_terminate",
        }
        shared = self._as("admin", self.env["ir.embedded.actions"]).create(vals)
        for role in ("employee", "technician", "sales", "warehouse", "engineer"):
            buttons = self._as(role, self.env["ir.embedded.actions"])
            with self.subTest(role=role):
                for user in (False, self.manager.id):
                    given = {**vals, "user_id": user}
                    self._assert_refused(AccessError, buttons.create, given)
                own = buttons.create({**vals, "user_id": self.users[role].id})
                self._assert_refused(AccessError, own.write, {"user_id": False})
                seen = self._as(role, shared)
                self._assert_refused(AccessError, seen.write, {"name": "Pay"})

    def test_nobody_has_a_hidden_subscriber_follow(self):
        """What he writes on his own record would be mailed to whom he is not shown."""
        own = self._create_service()
        hidden = self._create_service(user_id=self.admin.id).partner_id
        colleague = self.technician.partner_id
        seen = self._as("sales", own)
        seen.message_subscribe((hidden | own.partner_id | colleague).ids)
        followers = own.message_follower_ids.partner_id
        self.assertLessEqual(own.partner_id | colleague, followers)
        self.assertNotIn(hidden, followers)

    def test_to_whom_else_a_message_went_is_not_told(self):
        message = self._create_service().message_notify(
            partner_ids=self.admin.partner_id.ids, body="Budi", subject="Budi"
        )
        self.assertTrue(message.notification_ids)
        for role, told in (("employee", False), ("sales", False), ("admin", True)):
            notes = self._as(role, self.env["mail.notification"])
            found = notes.search([("mail_message_id", "=", message.id)])
            self.assertEqual(bool(found), told, role)

    def test_followers_of_another_company_are_not_told(self):
        service = self._create_service()
        service.partner_id.company_id = self.company
        service.message_subscribe(service.partner_id.ids)
        self._create_other_company(("employee", "admin"))
        followers = self.env["mail.followers"]
        domain = [("partner_id", "=", service.partner_id.id)]
        self.assertTrue(self._as("engineer", followers).search(domain))
        for user in self.users_b.values():
            self.assertFalse(self.as_user(followers, user).search(domain))

    def test_a_subscriber_is_told_by_nothing_that_hangs_on_his_card(self):
        """Who follows a record stands there with name and e-mail address, and an
        account with its number, for every employee."""
        service = self._create_service(user_id=self.admin.id)
        card = service.partner_id
        service.message_subscribe((card | self.admin.partner_id).ids)
        account = self.env["res.partner.bank"].create(
            {"acc_number": "5270 333 444", "partner_id": card.id}
        )
        follower = service.message_follower_ids.filtered(
            lambda follower: follower.partner_id == card
        )
        for role in ("employee", "technician", "sales", "warehouse"):
            with self.subTest(role=role):
                for record in (follower, account):
                    seen = self._as(role, record)
                    self.assertFalse(seen.search([("id", "=", record.id)]))
                    self._assert_refused(AccessError, seen.read, ["partner_id"])
        for role in ("engineer", "admin"):
            for record in (follower, account):
                self.assertTrue(self._as(role, record).read(["partner_id"]), role)
        self.assertTrue(
            self._as("employee", follower).search(
                [("partner_id", "=", self.admin.partner_id.id)]
            )
        )

    def test_the_warehouse_reads_no_talk_with_a_subscriber(self):
        """His address stands there, and what technicians say, which its fields hide."""
        service = self._create_active_service(user_id=self.admin.id)
        visit = self._create_order(service)
        for record in (service, visit):
            said = record.message_post(body="Jalan Panjang 41", message_type="comment")
            for role in ("technician", "engineer", "admin"):
                with self.subTest(model=record._name, role=role):
                    self.assertTrue(self._as(role, said).read(["body"]))
            seen = self._as("warehouse", said)
            self._assert_refused(AccessError, seen.read, ["body"])
            self.assertFalse(seen.search([("id", "=", said.id)]))
            asked = self._as("warehouse", record).message_post(body="When?")
            self.assertTrue(self._as("warehouse", asked).read(["body"]))
