import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

COORDINATES = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)\s*$")


class IspCoordinatesMixin(models.AbstractModel):
    """A place on the map, typed or pasted as «latitude, longitude»."""

    _name = "isp.coordinates.mixin"
    _description = "Coordinates"

    latitude = fields.Float(digits=(10, 7), aggregator=None)
    longitude = fields.Float(digits=(10, 7), aggregator=None)
    coordinates = fields.Char(
        compute="_compute_coordinates",
        inverse="_inverse_coordinates",
        help="Latitude and longitude in degrees, as a map application copies them: "
        "-6.2000000, 106.8166667",
    )
    map_url = fields.Char("Map", compute="_compute_coordinates")

    _latitude_range = models.Constraint(
        "CHECK (latitude BETWEEN -90 AND 90)",
        "A latitude lies between -90 and 90 degrees.",
    )
    _longitude_range = models.Constraint(
        "CHECK (longitude BETWEEN -180 AND 180)",
        "A longitude lies between -180 and 180 degrees.",
    )

    @api.depends("latitude", "longitude")
    def _compute_coordinates(self):
        for record in self:
            if record.latitude or record.longitude:
                place = f"{record.latitude:.7f}, {record.longitude:.7f}"
                query = place.replace(" ", "")
                record.coordinates = place
                record.map_url = f"https://www.google.com/maps?q={query}"
            else:
                record.coordinates = record.map_url = False

    def _inverse_coordinates(self):
        for record in self:
            record.latitude, record.longitude = self._parse_coordinates(
                record.coordinates
            )

    @api.model
    def _parse_coordinates(self, text):
        """Return (latitude, longitude) in degrees; ``(0, 0)`` for no text.

        :raises ValidationError: when the text is not two numbers in range
        """
        if not text:
            return 0.0, 0.0
        match = COORDINATES.match(text)
        latitude, longitude = map(float, match.groups()) if match else (91, 181)
        if abs(latitude) > 90 or abs(longitude) > 180:
            raise ValidationError(
                self.env._(
                    "“%(text)s” is not a place on the map. Write latitude and "
                    "longitude in degrees, for example -6.2000000, 106.8166667.",
                    text=text,
                )
            )
        return latitude, longitude
