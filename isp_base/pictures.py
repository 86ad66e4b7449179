"""What people upload: judged by its content, whatever its name says."""

import io
import unicodedata
from pathlib import PurePosixPath

from PIL import Image

from odoo.exceptions import UserError
from odoo.tools.mimetypes import guess_mimetype

PICTURE_TYPES = {"image/jpeg", "image/png", "image/gif", "image/webp"}
ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
}
HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
MAX_PIXELS = 50_000_000  # as Odoo's own fields of pictures
MAX_NAME = 60  # characters
PALE, SHORTEST = 200, 12  # of a line: how dark, how many pixels long
MOST_INK = 0.5  # of the paper; what covers more of it is no signature
EDGE = 12  # pixels, in which the line of a frame may be aslant
LINED = 0.9  # of a side, that it covers


def is_picture(content):
    """Return whether these bytes are a picture that may be opened."""
    is_one = guess_mimetype(content) in PICTURE_TYPES
    return is_one and 0 < count_pixels(content) <= MAX_PIXELS


def is_heic(content):
    """Return whether this is a photo as iPhones keep it, which no browser of the office
    shows, and Pillow does not read."""
    return content[4:8] == b"ftyp" and content[8:12] in HEIC


def explain_heic(env):
    """Return what somebody does whose photo is one."""
    return env._(
        "This photo is HEIC, which the office cannot open. Choose “Most compatible” in "
        "the settings of the camera and take it again, or take a screenshot of it."
    )


def refuse_heic(content, env):
    """:raises UserError: when it is one, with what to do"""
    if is_heic(content):
        raise UserError(explain_heic(env))


def has_ink(content):
    """Return whether somebody has drawn a line on these bytes of a PNG or JPEG."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            drawn = image.convert("RGBA")
    except OSError:
        return False
    paper = Image.new("RGBA", drawn.size, "white")
    paper.alpha_composite(drawn)
    ink = paper.convert("L").point(lambda light: 255 * (light < PALE))
    if ink.histogram()[255] >= MOST_INK * ink.width * ink.height:
        return False
    within = _take_off_frames(ink)
    return max(within.size) >= SHORTEST


def _take_off_frames(ink):
    """Return what is within the frames around the ink (a picture of 0 and 255), cut to
    its size; a frame is what runs along all four sides."""
    while True:
        ink = ink.crop(ink.getbbox() or (0, 0, 0, 0))
        width, height = ink.size
        if min(width, height) <= 2 * EDGE:
            return ink
        right, bottom = width - EDGE, height - EDGE
        sides = (
            (0, (0, 0, width, EDGE)),
            (0, (0, bottom, width, height)),
            (1, (0, 0, EDGE, height)),
            (1, (right, 0, width, height)),
        )
        if not all(_is_lined(ink.crop(box), way) for way, box in sides):
            return ink
        ink = ink.crop((EDGE, EDGE, right, bottom))


def _is_lined(strip, way):
    """Return whether a line goes along this strip of ink (0: across, 1: down)."""
    inked = strip.getprojection()[way]
    return sum(inked) >= LINED * len(inked)


def count_pixels(content):
    """Return how many pixels a picture says it has, without decoding it; 0: no picture.

    A few bytes may stand for more pixels than a server has memory.
    """
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        width, height = _read_webp_size(content[12:30])
        return width * height
    try:
        with Image.open(io.BytesIO(content)) as image:
            return image.width * image.height
    except Image.DecompressionBombError:
        return MAX_PIXELS + 1
    except Exception:  # whatever a wrong file makes Pillow raise
        return 0


def _read_webp_size(chunk):
    """Return (width, height) from the first chunk of a WebP file (RFC 9649), which
    Odoo's Pillow does not read."""
    if len(chunk) < 18:
        return 0, 0
    kind = chunk[:4]
    if kind == b"VP8X":
        sides = chunk[12:15], chunk[15:18]
        return tuple(1 + int.from_bytes(side, "little") for side in sides)
    if kind == b"VP8L":
        bits = int.from_bytes(chunk[9:13], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        sides = chunk[14:16], chunk[16:18]
        return tuple(int.from_bytes(side, "little") & 0x3FFF for side in sides)
    return 0, 0


def clean_name(name, content, default="file"):
    """Return the name under which an upload is kept: without a path and characters that
    control something, with the ending of what it is."""
    last = PurePosixPath((name or "").replace("\\", "/")).name
    text = "".join(c for c in last if unicodedata.category(c)[0] != "C")
    stem = PurePosixPath(text).stem.strip(" .")[:MAX_NAME]
    return (stem or default) + ENDINGS.get(guess_mimetype(content), ".bin")
