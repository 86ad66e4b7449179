from odoo import api, fields, models
from odoo.tools import formatLang

from odoo.addons.isp_base.const import VISIT_GROUPS

WEAKEST, STRONGEST = -27.0, -8.0  # dBm that an ONU receives (ITU-T G.984, class B+)
FASTER = 1.5  # than the plan: what no line test measures
READINGS = {
    "optical_power",
    "onu_serial",
    "port",
    "speed_test_download",
    "speed_test_upload",
    "parameters",
    "reading_note",
}


class IspWorkOrder(models.Model):
    """What was measured at an installation: plausible, or with a reason; and corrected
    until the handover, with a trace."""

    _inherit = "isp.work.order"

    optical_power = fields.Float(tracking=True)
    onu_serial = fields.Char(tracking=True)
    port = fields.Char(tracking=True)
    speed_test_download = fields.Float(tracking=True)
    speed_test_upload = fields.Float(tracking=True)
    # Of two who write notes, the last one hides nothing of the first.
    topology = fields.Text(tracking=True)
    parameters = fields.Text(tracking=True)
    reading_note = fields.Char(
        "Reason of Unusual Readings", tracking=True, groups=VISIT_GROUPS
    )
    unusual_readings = fields.Char(
        compute="_compute_unusual_readings", groups=VISIT_GROUPS
    )

    @api.depends(
        "kind", "optical_power", "onu_serial", "speed_test_download",
        "speed_test_upload", "service_id.download_mbps", "service_id.upload_mbps",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_unusual_readings(self):
        for order in self:
            unusual = order.kind == "installation" and order._get_unusual_readings()
            order.unusual_readings = "; ".join(unusual or ()) or False

    def _get_unusual_readings(self):
        """Return in words (list of str) what is measured so that it is wrong, or needs
        a reason."""
        self.ensure_one()
        unusual = []
        power, service = self.optical_power, self.sudo().service_id
        if power and not WEAKEST <= power <= STRONGEST:
            unusual.append(
                self.env._(
                    "%(power)s dBm is not between %(weakest)s and %(strongest)s dBm",
                    power=self._format_number(power),
                    weakest=self._format_number(WEAKEST),
                    strongest=self._format_number(STRONGEST),
                )
            )
        for measured, booked in (
            (self.speed_test_download, service.download_mbps),
            (self.speed_test_upload, service.upload_mbps),
        ):
            if booked and measured > FASTER * booked:
                unusual.append(
                    self.env._(
                        "%(measured)s Mbit/s on a plan of %(booked)s",
                        measured=self._format_number(measured),
                        booked=self._format_number(booked),
                    )
                )
        issued = service.equipment_ids.mapped("name")
        if self.onu_serial and issued and self.onu_serial not in issued:
            unusual.append(
                self.env._(
                    "%(serial)s was not issued, but %(issued)s",
                    serial=self.onu_serial,
                    issued=", ".join(issued),
                )
            )
        return unusual

    @api.model
    def _format_number(self, number):
        """Return a number as it was measured, with the comma of the language."""
        _whole, _point, decimals = f"{number:g}".partition(".")
        return formatLang(self.env, number, digits=len(decimals))

    def _get_missing_report(self):
        missing = super()._get_missing_report()
        unusual = self.sudo().unusual_readings
        if unusual and not self.sudo().reading_note:
            label = self._fields["reading_note"]._description_string(self.env)
            missing.append(f"{label} ({unusual})")
        return missing

    @api.model
    def _get_report_fields(self):
        return super()._get_report_fields() | {"reading_note"}

    def _get_writable_fields(self):
        writable = super()._get_writable_fields()
        if writable is not None and all(o.is_mine and o._is_signable() for o in self):
            writable |= READINGS | {"report"}
        return writable

    def write(self, vals):
        """Whoever signed did so for other readings: both sign anew."""
        corrected = self.browse()
        if READINGS & vals.keys():
            corrected = self.sudo().filtered(
                lambda o: (
                    o._is_signable()
                    and (o.customer_signature or o.technician_signature)
                )
            )
        result = super().write(vals)
        if corrected:
            corrected.write(
                {"customer_signature": False, "technician_signature": False}
            )
            corrected._message_log_batch(
                bodies=dict.fromkeys(
                    corrected.ids,
                    self.env._("Readings were corrected: both sides sign anew."),
                )
            )
        return result
