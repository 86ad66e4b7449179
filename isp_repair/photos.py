"""Photos that customers send: judged by what they are, and made small."""

from odoo.tools.image import image_process
from odoo.tools.mimetypes import guess_mimetype

from odoo.addons.isp_base.pictures import clean_name, explain_heic, is_heic, is_picture

MAX_PHOTOS = 5
MAX_PHOTO_MB = 10
MAX_SIDE = 1920  # pixels
WEBP = "image/webp"
ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", WEBP: ".webp"}


def prepare_photos(env, files):
    """Return (photos, problem) of what was uploaded.

    :param files: list of (file name, bytes)
    :return: list of (file name, bytes), their sides 1920 at most; and None, or a text
        that says what is wrong with which file
    """
    if len(files) > MAX_PHOTOS:
        return [], env._("Please choose %(most)s photos at most.", most=MAX_PHOTOS)
    photos = []
    for name, content in files:
        if len(content) > MAX_PHOTO_MB * 1024**2:
            return [], env._(
                "“%(file)s” is larger than %(size)s MB. Please take a smaller photo.",
                file=name,
                size=MAX_PHOTO_MB,
            )
        if is_heic(content):
            return [], f"“{name}”: {explain_heic(env)}"
        photo = shrink(content)
        if not photo:
            return [], env._(
                "“%(file)s” is not a photo. Please add JPEG, PNG or WebP.", file=name
            )
        photos.append((clean_name(name, photo, "photo"), photo))
    return photos, None


def shrink(content):
    """Return the picture with sides of 1920 pixels at most; None: it is none.

    WebP stays as it came: Odoo's Pillow does not read it.
    """
    kind = guess_mimetype(content)
    if kind not in ENDINGS or not is_picture(content):
        return None
    if kind == WEBP:
        return content
    try:
        return image_process(content, size=(MAX_SIDE, MAX_SIDE), verify_resolution=True)
    except Exception:  # whatever a wrong or bloated file makes Pillow raise
        return None
