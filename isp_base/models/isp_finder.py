from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import escape_psql

from ..finding import Kind

SHORTEST = 3  # characters: an index of trigrams helps from there on
SHOWN = 6  # records of one kind


class IspFinder(models.AbstractModel):
    """One box for everything that somebody on the phone may name.

    Each field is asked for by itself: together by OR, PostgreSQL would read whole
    tables. Nobody finds what he may not read, nor by a field that he may not read.
    """

    _name = "isp.finder"
    _description = "Search over Everything"

    @api.model
    def _get_kinds(self) -> list[Kind]:
        """Return what is searched, in the order in which it is shown.

        The box on top of every page asks; an addon adds its records by ``super()``.
        """
        services, visits = self.env._("Subscribers"), self.env._("Work Orders")
        lots, partners = self.env._("Serial Numbers"), self.env._("Contacts")
        return [
            Kind(
                "isp.service",
                services,
                (
                    "name",
                    "phone_dialled",
                    "username",
                    "contact_name",
                    "equipment_ids.name",
                    "street",
                    "email",
                ),
                ("phone", "street", "area_id", "state"),
            ),
            Kind(
                "isp.work.order",
                visits,
                ("name",),
                ("kind", "planned_start", "state"),
            ),
            Kind(
                "stock.lot",
                lots,
                ("name",),
                ("product_id", "isp_service_id"),
            ),
            Kind(
                "res.partner",
                partners,
                ("isp_phone_dialled", "complete_name"),
                ("phone", "city"),
            ),
        ]

    @api.model
    def _get_readable_kinds(self):
        """Return the kinds of which the user reads anything."""
        if not self.env.user._is_internal():
            return []
        return [
            kind
            for kind in self._get_kinds()
            if self.env[kind.model].has_access("read")
        ]

    @api.model
    @api.readonly
    def find(self, text: str) -> list[dict]:
        """Return what the user may read of what somebody named.

        :param text: as he types it
        :return: dict: model, id, name and hint (what distinguishes it)
        :raises AccessError: for customers
        """
        if not self.env.user._is_internal():
            raise AccessError(self.env._("The search is for people of the office."))
        text = (text or "").strip()
        if len(text) < SHORTEST:
            return []
        return [
            {
                "model": kind.model,
                "id": record.id,
                "name": record.display_name,
                "hint": self._describe(record, kind),
            }
            for kind in self._get_readable_kinds()
            for record in self._find(kind, escape_psql(text))
        ]

    @api.model
    def _find(self, kind, text, within=Domain.TRUE):
        """Return the first records of a kind, those first that are found by what its
        list of fields has first.

        :param within: domain that they are to be of
        """
        found = self.env[kind.model]
        for name in kind.by:
            if not self._may_search(found, name):
                continue
            domain = Domain(name, "ilike", text) & Domain("id", "not in", found.ids)
            domain &= within
            found |= found.search(domain, limit=SHOWN - len(found))
            if len(found) == SHOWN:
                break
        return found

    @api.model
    def _may_search(self, records, path):
        """Whether he reads each field of a path such as ``equipment_ids.name``."""
        for name in path.split("."):
            field = records._fields[name]
            readable = records.has_access("read")
            if not readable or not records._has_field_access(field, "read"):
                return False
            if field.relational:
                records = self.env[field.comodel_name]
        return True

    @api.model
    def _describe(self, record, kind):
        """Return in words what tells a record from others of the same name."""
        texts = []
        for name in kind.shown:
            field = record._fields[name]
            if not record._has_field_access(field, "read"):
                continue
            value = record[name]
            if not value or (field.relational and not value.has_access("read")):
                continue
            texts.append(
                value.display_name
                if field.relational
                else field.convert_to_export(value, record)
            )
        return " · ".join(str(text) for text in texts)
