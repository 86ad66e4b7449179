from odoo.tools.mimetypes import guess_mimetype

PICTURE_TYPES = {"image/jpeg", "image/png", "image/gif", "image/webp"}


def is_picture(content):
    """Return whether these bytes begin as a picture, whatever their name says."""
    return guess_mimetype(content) in PICTURE_TYPES
