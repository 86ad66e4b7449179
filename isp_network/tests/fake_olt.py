"""A second kind of device, as small as one can be: it holds names."""

from contextlib import contextmanager

from odoo import fields, models

from ..exceptions import RefusedError, UnreachableError


class FakeOlt(models.Model):
    _name = "isp.fake.olt"
    _description = "OLT of the Tests"
    _inherit = ["isp.device"]

    _item_model = "isp.fake.onu"

    is_on = fields.Boolean(default=True)
    held = fields.Json()

    @contextmanager
    def _get_api(self):
        if not self.is_on:
            raise UnreachableError("It is dark.")
        yield self

    def _apply_items(self, items):
        done, errors = {}, {}
        with self._open_api() as olt:
            for item in items:
                try:
                    olt._hold(item.name)
                    done[item] = {}
                except RefusedError as error:
                    errors[item] = str(error)
        self._note_items(done, errors)
        return f"{len(done)} held."

    def _hold(self, name):
        if name.startswith("bad"):
            raise RefusedError("It is full.")
        self.held = [*(self.held or []), name]


class FakeOnu(models.Model):
    _name = "isp.fake.onu"
    _description = "ONU of the Tests"
    _inherit = ["isp.device.item"]

    _device_field = "olt_id"

    name = fields.Char()
    olt_id = fields.Many2one("isp.fake.olt")


class FakeOltDrift(models.Model):
    _name = "isp.fake.olt.drift"
    _description = "Difference of the Tests"
    _inherit = ["isp.device.drift"]

    _device_field = "olt_id"

    olt_id = fields.Many2one("isp.fake.olt")
    menu = fields.Selection(selection_add=[("onu", "ONU")], ondelete={"onu": "cascade"})
