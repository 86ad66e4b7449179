import base64
import io

from PIL import Image, ImageDraw

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..pictures import clean_name, count_pixels, has_ink, is_heic, is_picture
from .common import HEIC, PNG, IspCommon, make_bomb

WEBP = base64.b64decode("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")


@tagged("post_install", "-at_install")
class TestPictures(IspCommon):
    """What is uploaded is what its content says, and fits into memory."""

    def test_pictures(self):
        for content in (base64.b64decode(PNG), WEBP):
            self.assertTrue(is_picture(content))
            self.assertEqual(count_pixels(content), 1)

    def test_no_pictures(self):
        script = b"GIF89a/*<script>alert(1)</script>*/"
        huge = b"VP8X" + b"\n\0\0\0" + b"\0" * 4 + b"\xff" * 6
        bomb = b"RIFF" + b"\0" * 4 + b"WEBP" + huge
        for content in (b"", b"GIF89a", script, make_bomb(), bomb, WEBP[:20]):
            with self.subTest(content=content[:30]):
                self.assertFalse(is_picture(content))

    def test_what_a_phone_keeps_by_itself_is_told_from_others(self):
        for brand in (b"heic", b"heix", b"heim", b"hevc", b"mif1", b"msf1"):
            self.assertTrue(is_heic(b"\0\0\0\x18ftyp" + brand + bytes(40)), brand)
        film = b"\0\0\0\x18ftypisom" + bytes(40)
        for content in (b"", HEIC[:10], film, WEBP, base64.b64decode(PNG)):
            self.assertFalse(is_heic(content), content[:20])

    def test_a_photo_of_an_iphone_says_what_to_do_wherever_it_comes_in(self):
        """P29."""
        order = self._create_order(state="started")
        vals = {"name": "a.heic", "res_model": order._name, "res_id": order.id}
        files = self._as("technician", self.env["ir.attachment"])
        for content in ({"raw": HEIC}, {"datas": base64.b64encode(HEIC)}):
            message = self._assert_refused(UserError, files.create, {**vals, **content})
            self.assertRegex(message, "HEIC.*Most compatible.*screenshot")

    def test_a_frame_around_the_paper_is_no_signature(self):
        """P16."""
        name = (40, 60, 80, 20, 120, 70, 200, 35)
        cross = ((40, 20, 120, 80), (40, 80, 120, 20))
        edge, inner = (0, 0, 299, 99), (20, 15, 279, 84)
        for boxes, lines, drawn in (
            ([edge], (), False),
            ([inner], (), False),
            ([edge, inner], (), False),
            ([], [name], True),
            ([], cross, True),
            ([edge], [name], True),
            ([edge, inner], cross, True),
            ([inner], [(150, 5, 180, 95, 200, 40)], True),
        ):
            for width in (1, 3, 6):
                with self.subTest(boxes=boxes, lines=lines, width=width):
                    paper = Image.new("RGB", (300, 100), "white")
                    pen = ImageDraw.Draw(paper)
                    for box in boxes:
                        pen.rectangle(box, outline="black", width=width)
                    for line in lines:
                        pen.line(line, fill="black", width=3)
                    data = io.BytesIO()
                    paper.save(data, "PNG")
                    self.assertEqual(has_ink(data.getvalue()), drawn)

    def test_names(self):
        content = base64.b64decode(PNG)
        for name, kept in (
            ("a.html", "a.png"),
            ("../a\0b.png", "ab.png"),
            ("C:\\x\\june.exe", "june.png"),
            ("..", "file.png"),
            (None, "file.png"),
            ("x" * 300, "x" * 60 + ".png"),
        ):
            with self.subTest(name=name):
                self.assertEqual(clean_name(name, content), kept)
        self.assertEqual(clean_name("a.html", b"<script>"), "a.bin")

    def test_a_bomb_is_refused_before_it_is_opened(self):
        order = self._create_order(state="started")
        vals = {"name": "bomb.png", "res_model": order._name, "res_id": order.id}
        files = self._as("technician", self.env["ir.attachment"])
        for content in ({"raw": make_bomb()}, {"datas": base64.b64encode(make_bomb())}):
            message = self._assert_refused(UserError, files.create, {**vals, **content})
            self.assertIn("too many pixels", message)
