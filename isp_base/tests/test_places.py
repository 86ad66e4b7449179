from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common import IspCommon

PASTED = (
    "-6.2021, 106.7885",
    " -6.2021 106.7885 ",
    "-6.2021;106.7885",
    "-6,2021; 106,7885",
    "-6,2021 106,7885",
    "-6,2021, 106,7885",
    "https://www.google.com/maps/@-6.2021,106.7885,17z",
    "https://maps.google.com/?q=-6.2021,106.7885",
    "https://www.google.com/maps?q=-6.2021%2C106.7885",
    "https://www.google.com/maps/place/Monas/@-6.17,106.82,17z/data=!3m1!4b1!4m5!3m4!1s0x2e69:0x1!8m2!3d-6.2021!4d106.7885",
    "https://www.google.com/maps/place/6%C2%B012'07.6%22S+106%C2%B047'18.6%22E/@-6.2021,106.7885,17z",
    "https://www.google.com/maps/search/-6.2021,+106.7885?entry=tts",
    "https://www.google.com/maps/search/?api=1&query=-6.2021,106.7885",
    "https://www.google.com/maps/dir//-6.2021,106.7885",
    "https://www.google.com/maps/dir/?api=1&destination=-6.2021,106.7885",
    "https://www.openstreetmap.org/?mlat=-6.2021&mlon=106.7885#map=15/-6.1/106.1",
    "https://www.openstreetmap.org/#map=17/-6.2021/106.7885",
    "https://maps.apple.com/?ll=-6.2021,106.7885&q=Pin",
    "https://waze.com/ul?ll=-6.2021,106.7885&navigate=yes",
    "https://www.waze.com/live-map/directions?to=ll.-6.2021%2C106.7885",
    "https://www.bing.com/maps?cp=-6.2021~106.7885&lvl=16",
    "https://share.here.com/l/-6.2021,106.7885,Home",
    "https://maps.google.com/maps?q=loc:-6.2021,106.7885",
    "https://www.google.com/maps/place/Blok+C2%2F15,+Bekasi/@-6.2021,106.7885,17z",
    "https://www.google.com/maps/search/Jl.+Kebon+5%2F12/@-6.2021,106.7885,17z",
    "https://www.google.com/maps/dir/-6.9,107.6/-6.2021,106.7885/@-6.5,107.2,9z",
    "https://www.google.com/maps/dir/-6.9,107.6/Rumah/@-6.2021,106.7885,17z",
    "www.google.com/maps?q=-6.2021,106.7885",
    "google.com/maps/@-6.2021,106.7885,17z",
    "(-6.2021, 106.7885)",
    "−6.2021, 106.7885",
    "lat -6.2021 long 106.7885",
    "Latitude: -6.2021, Longitude: 106.7885",
    "6.2021 S, 106.7885 E",
    "S 6.2021 E 106.7885",
    "geo:-6.2021,106.7885",
    "geo:-6.2021,106.7885?z=17",
    "geo:0,0?q=-6.2021,106.7885(Rumah)",
    "6°12'7.56\"S 106°47'18.6\"E",
    "6° 12.126' S, 106° 47.31' E",
    "S 6°12'7.56\" E 106°47'18.6\"",
    "6°12'7,56\"LS 106°47'18,6\"BT",
    "6.2021° S, 106.7885° E",
    "-6.2021°, 106.7885°",
    "106°47'18.6\"E 6°12'7.56\"S",
    "[-6.2021, 106.7885]",
    "\u200e-6.2021, 106.7885",
    "Lokasi: -6.2021, 106.7885",
    "Titik koordinat : -6.2021, 106.7885",
    "https://example.com/track?id=7&lat=-6.2021&lng=106.7885",
    "https://wa.me/location?latitude=-6.2021&longitude=106.7885",
    "https://www.google.com/maps/place/6%C2%B012'07.56%22S+106%C2%B047'18.6%22E/",
    "https://maps.google.com/?q=6%C2%B012'07.56%22S%20106%C2%B047'18.6%22E",
    "6°12′7.56″ LS, 106°47′18.6″ BT",
)
NO_PLACES = (
    "here",
    "-6.2",
    "1,2,3",
    "91, 181",
    "0, 181",
    "0, 0",
    "6°72'S 106°E",
    "Jalan 12 no 3",
    "https://www.google.com/maps/place/Monas",
    "https://example.com/x",
    "https://www.google.com/maps/place/Blok+C2%2F15,+Bekasi",
    "https://www.google.com/maps/place/Gang+5+No+12/",
    "No: 12,5",
)


@tagged("post_install", "-at_install")
class TestPlaces(IspCommon):
    """P6: whatever is pasted as a place is read, without asking anybody."""

    def _register(self, **vals):
        services = self._as("sales", self.env["isp.service"])
        return services.create(self._prepare_registration(**vals))

    def test_a_place_is_pasted_in_any_way(self):
        parse = self.env["isp.service"]._parse_coordinates
        for text in PASTED:
            with self.subTest(text=text):
                latitude, longitude = parse(text)
                self.assertAlmostEqual(latitude, -6.2021, 4)
                self.assertAlmostEqual(longitude, 106.7885, 4)
        self.assertEqual(parse("-6,106"), (-6, 106))
        self.assertEqual(parse("90,-180"), (90, -180))

    def test_a_registration_keeps_it(self):
        service = self._register(coordinates=PASTED[0])
        self.assertAlmostEqual(service.latitude, -6.2021, 7)
        self.assertAlmostEqual(service.longitude, 106.7885, 7)
        self.assertEqual(service.map_url.count(","), 1)

    def test_what_is_no_place_is_refused_with_an_example(self):
        for text in NO_PLACES:
            with self.assertRaisesRegex(ValidationError, "is not a place", msg=text):
                self._register(coordinates=text)

    def test_a_short_link_says_what_to_do(self):
        with self.assertRaisesRegex(ValidationError, "short link.*copy the numbers"):
            self._register(coordinates="https://maps.app.goo.gl/abcDEF123")

    def test_the_form_turns_a_swapped_order_round(self):
        with self.assertRaisesRegex(ValidationError, "latitude goes first: -6.2021"):
            self._register(coordinates="106.7885, -6.2021")
        service = self._register().new()
        service.coordinates = "106.7885, -6.2021"
        told = service._onchange_coordinates()
        self.assertIn("turned round", told["warning"]["message"])
        self.assertAlmostEqual(service.latitude, -6.2021, 7)
        self.assertAlmostEqual(service.longitude, 106.7885, 7)

    def test_the_form_shows_the_place_at_once(self):
        with Form(self._register()) as form:
            form.coordinates = PASTED[6]
            self.assertIn("-6.2021", form.map_url)
            self.assertEqual(form.coordinates, "-6.2021000, 106.7885000")

    def test_a_place_in_another_country_is_warned_of(self):
        self.env.company.country_id = self.env.ref("base.id")
        for place, outside in (("-6.2021, 106.7885", False), ("41.9, 12.5", True)):
            service = self._register(coordinates=place)
            with self.subTest(place=place):
                self.assertEqual("Indonesia" in (service.place_warning or ""), outside)
