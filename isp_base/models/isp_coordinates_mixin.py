from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import places


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
        "-6.2000000, 106.8166667. A link of a map is read too.",
    )
    map_url = fields.Char("Map", compute="_compute_coordinates")
    place_warning = fields.Char(
        compute="_compute_place_warning", groups="base.group_user"
    )

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

    @api.depends("latitude", "longitude")
    @api.depends_context("allowed_company_ids")
    def _compute_place_warning(self):
        countries = self.env.companies.country_id
        bounds = [country._isp_get_bounds() for country in countries]
        for record in self:
            place = (record.latitude, record.longitude)
            inside = not all(bounds) or any(_lies_in(place, box) for box in bounds)
            record.place_warning = (
                any(place)
                and not inside
                and self.env._(
                    "This place is outside %(countries)s.",
                    countries=", ".join(countries.mapped("name")),
                )
            )

    @api.onchange("coordinates")
    def _onchange_coordinates(self):
        """Show at once what was read of the text, and turn a swapped order round."""
        text = self.coordinates
        try:
            swapped = self._get_swapped(text)
            place = swapped or self._parse_coordinates(text)
        except ValidationError as error:
            return {"warning": {"title": self.env._("Place"), "message": str(error)}}
        self.latitude, self.longitude = place
        if swapped:
            return {
                "warning": {
                    "title": self.env._("Latitude first"),
                    "message": self.env._(
                        "“%(text)s” has the longitude first. It was turned round: "
                        "look at the map whether it is the place.",
                        text=text,
                    ),
                }
            }
        return None

    def _inverse_coordinates(self):
        for record in self:
            place = record._parse_coordinates(record.coordinates)
            record.latitude, record.longitude = place

    @api.model
    def _get_swapped(self, text):
        """Return (latitude, longitude) of a text that has them the other way round,
        which no latitude or the country of the company tells; else None."""
        place = places.parse(text or "")
        if not place or abs(place[1]) > 90 or abs(place[0]) > 180:
            return None
        swapped = place[::-1]
        if abs(place[0]) > 90:
            return swapped
        box = self.env.company.country_id._isp_get_bounds()
        wrong = box and not _lies_in(place, box) and _lies_in(swapped, box)
        return swapped if wrong else None

    @api.model
    def _parse_coordinates(self, text):
        """Return (latitude, longitude) in degrees; ``(0, 0)`` for no text.

        :raises ValidationError: when there is no place in the text
        """
        if not text:
            return 0.0, 0.0
        place = places.parse(text)
        if place and any(place) and abs(place[0]) <= 90 and abs(place[1]) <= 180:
            return place
        if swapped := self._get_swapped(text):
            hint = self.env._(
                "The latitude goes first: %(place)s?",
                place=f"{swapped[0]:.7f}, {swapped[1]:.7f}",
            )
        elif places.is_short(text):
            hint = self.env._(
                "A short link does not tell its place. Open it, hold your finger on "
                "the place and copy the numbers."
            )
        else:
            hint = self.env._(
                "Write latitude and longitude in degrees, for example -6.2000000, "
                "106.8166667, or paste a link of a map."
            )
        raise ValidationError(
            self.env._(
                "“%(text)s” is not a place on the map. %(hint)s", text=text, hint=hint
            )
        )


def _lies_in(place, box):
    south, west, north, east = box
    return south <= place[0] <= north and west <= place[1] <= east
