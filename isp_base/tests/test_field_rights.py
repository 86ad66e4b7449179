from odoo.exceptions import AccessError
from odoo.models import MAGIC_COLUMNS
from odoo.tests import tagged

from .common import GROUPS, IspCommon

ROLES = [role for role in GROUPS if role != "public"]


@tagged("post_install", "-at_install", "isp_alone")
class TestFieldRights(IspCommon):
    """The groups of a field hold on every way to it, and what is read-only is so for
    RPC too: by program, for all that is installed."""

    def _get_fields(self):
        """Yield (model, field) of what is ours, on whatever model it is."""
        for name in sorted(self.env.registry):
            model = self.env[name]
            if model._abstract or model._transient:
                continue
            for field in model._fields.values():
                if name.startswith("isp.") or field.name.startswith("isp_"):
                    yield model, field

    def _try_reading(self, model, name):
        """Return the ways on which a user gets at a field that he may not read."""
        ways = {
            "search": lambda: model.search([(name, "!=", False)], limit=1),
            "order": lambda: model.search([], limit=1, order=name),
            "group": lambda: model.formatted_read_group([], [name], ["__count"]),
            "group with a page": lambda: model.web_read_group([], [name]),
            "count": lambda: model.formatted_read_group(
                [], [], [f"{name}:count_distinct"]
            ),
            "list": lambda: model.formatted_read_group([], [], [f"{name}:array_agg"]),
            "order of groups": lambda: model.formatted_read_group(
                [], ["create_uid"], [f"{name}:max"], order=f"{name}:max"
            ),
            "read": lambda: model.search([], limit=1).read([name]),
            "export": lambda: model.search([], limit=1).export_data([name]),
        }
        open_ways = []
        for way, function in ways.items():
            try:
                with self.env.cr.savepoint():
                    answer = function()
            except Exception:
                continue
            if answer is not None and way not in ("read", "export"):
                open_ways.append(way)
            elif way == "read" and answer:
                open_ways.append(way)
        return open_ways

    def test_groups_of_related_fields_hold_on_every_way(self):
        self._create_service(id_number="3171014506850001")
        related = [
            (model, field)
            for model, field in self._get_fields()
            if field.related and not field.store and not field.inherited
        ]
        restricted = [
            (model, field)
            for model, field in related
            if field.groups or field.related_field.groups
        ]
        self.assertTrue(restricted)
        problems = []
        for role in ROLES:
            for model, field in restricted:
                seen = self._as(role, model)
                groups = [g for g in (field.groups, field.related_field.groups) if g]
                if all(seen.env.user.has_groups(g) for g in groups):
                    continue
                if not seen.has_access("read"):
                    continue
                problems += [
                    f"{role}: {model._name}.{field.name} by {way}"
                    for way in self._try_reading(seen, field.name)
                ]
        self.assertFalse(problems, "\n".join(problems))

    def test_groups_hold_over_a_path(self):
        """Group by service_id.id_number, say."""
        self._create_order(self._create_service(id_number="3171014506850001"))
        problems = []
        for role in ("technician", "engineer", "warehouse"):
            for name in ("isp.work.order", "stock.lot", "isp.suspension"):
                model = self._as(role, self.env[name])
                if not model.has_access("read"):
                    continue
                service = "isp_service_id" if name == "stock.lot" else "service_id"
                path = f"{service}.id_number"
                try:
                    model.formatted_read_group([], [path], ["__count"])
                except AccessError:
                    continue
                problems.append(f"{role}: {name} {path}")
        self.assertFalse(problems, "\n".join(problems))

    def test_read_only_is_so_for_rpc(self):
        """Whoever may write a document, or a model of others, writes none of its fields
        that are read-only: an engineer says not whether a router answers."""
        problems = []
        for model, field in self._get_fields():
            if not (field.readonly and field.store) or field.name in MAGIC_COLUMNS:
                continue
            if model._isp_is_worksheet:
                continue
            for role in ROLES:
                user = self._as(role, model)
                if user.has_access("write") and not self._is_kept(user, field):
                    problems.append(f"{role}: {model._name}.{field.name}")
        self.assertFalse(problems, "\n".join(problems))

    def _is_guarded(self, model):
        return hasattr(model, "_get_protected_fields")

    def _is_kept(self, model, field):
        if self._is_guarded(model):
            return field.name in model._get_protected_fields()
        return not model._has_field_access(field, "write")

    def test_the_warehouse_reads_what_is_to_be_issued_and_for_whom(self):
        """Neither notes nor how to reach a subscriber, by any way."""
        service = self._create_active_service(note="Owes his neighbour money")
        order = self._create_order(service)
        for record, secrets in (
            (service, "phone email street city full_address coordinates note"),
            (service, "latitude longitude map_url phone_dialled"),
            (order, "phone full_address map_url report instruction photo_ids"),
        ):
            for name in secrets.split():
                seen = self._as("warehouse", record)
                with self.subTest(record=record, name=name):
                    self._assert_refused(AccessError, seen.read, [name])
                    self._assert_refused(
                        AccessError, seen.search, [(name, "ilike", "0")]
                    )
        seen = self._as("warehouse", order)
        self.assertTrue(seen.read())
        self.assertIn(service.contact_name, seen.service_id.display_name)
        services = self._as("warehouse", self.env["isp.service"])
        self.assertTrue(services.name_search(service.contact_name))
        self.assertFalse(services.name_search(service.phone))
        self.assertTrue(self._as("sales", services).name_search(service.phone))

    def test_the_warehouse_says_neither_where_things_stand_nor_what_they_are_for(self):
        service = self._create_active_service()
        order = self._create_order(service)
        product = self.env["product.product"].create(
            {"name": "ONU", "is_storable": True, "tracking": "serial"}
        )
        lot = self.env["stock.lot"].create({"name": "S1", "product_id": product.id})
        picking = self.env["stock.picking"].create(
            {"picking_type_id": self.env.ref("stock.picking_type_out").id}
        )
        for role in ("warehouse", "manager"):
            user = self.users[role]
            user.group_ids |= self.env.ref("stock.group_stock_manager")
            for record, name, value in (
                (lot, "isp_service_id", service.id),
                (picking, "isp_work_order_id", order.id),
            ):
                seen = self._as(role, record)
                self._assert_refused(AccessError, seen.write, {name: value})
                self._assert_refused(AccessError, seen.copy, {name: value})
                default = seen.browse().with_context(**{f"default_{name}": value})
                self._assert_refused(AccessError, default.create, {"name": "S3"})
