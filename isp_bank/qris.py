"""A company's static QRIS code, and the same with an amount in it.

A code is text by EMVCo's "QR Code Specification for Payment Systems, Merchant-Presented
Mode": fields of a tag and a length, two digits each, and a value. Tag 63 comes last: a
CRC16-CCITT (polynomial 0x1021, from 0xFFFF) of all before its value. QRIS is Bank
Indonesia's use of it. Values in and out are plain; no Odoo here.
"""

POINT_OF_INITIATION, DYNAMIC = "01", "12"
CURRENCY, RUPIAH = "53", "360"
AMOUNT = "54"
TIP, TIP_IS_ASKED = "55", "01"
COUNTRY, INDONESIA = "58", "ID"
CRC = "63"
NEEDED = ("52", CURRENCY, COUNTRY, "59", "60")
ACCOUNTS = {f"{tag:02}" for tag in range(2, 52)}
MAX_AMOUNT_LENGTH = 13


class NotQris(ValueError):
    """The text is no QRIS code; its argument is a word that says why."""


def read(text):
    """Return {tag: value} of a static or dynamic code, in its order, without the CRC.

    :raises NotQris: with "fields", "crc", "missing" or "country"
    """
    fields, rest = {}, text.strip()
    body = rest[:-4]
    while rest:
        head, tag, length, value = rest[:4], rest[:2], rest[2:4], rest[4:]
        if len(head) < 4 or not (head.isascii() and head.isdigit()):
            raise NotQris("fields")
        if len(value) < int(length) or not int(length) or tag in fields:
            raise NotQris("fields")
        fields[tag], rest = value[: int(length)], value[int(length) :]
    if list(fields)[:1] != ["00"] or list(fields)[-1] != CRC or len(fields[CRC]) != 4:
        raise NotQris("fields")
    if fields.pop(CRC).upper() != checksum(body):
        raise NotQris("crc")
    if not ACCOUNTS & fields.keys() or any(tag not in fields for tag in NEEDED):
        raise NotQris("missing")
    if (fields[COUNTRY], fields[CURRENCY]) != (INDONESIA, RUPIAH):
        raise NotQris("country")
    return fields


def write(fields):
    """Return the code of {tag: value}, with its CRC."""
    body = "".join(f"{tag}{len(fields[tag]):02}{fields[tag]}" for tag in sorted(fields))
    body += f"{CRC}04"
    return body + checksum(body)


def with_amount(text, amount):
    """Return the code by which exactly this is paid, in rupiah.

    It asks for no tip: the amount is what the payer is known by.

    :raises NotQris: as `read`, or with "amount" where there is none or no room for it
    """
    fields = read(text)
    digits = f"{amount:.2f}".removesuffix(".00")
    if amount <= 0 or len(digits) > MAX_AMOUNT_LENGTH:
        raise NotQris("amount")
    if fields.get(TIP) == TIP_IS_ASKED:
        del fields[TIP]
    return write({**fields, POINT_OF_INITIATION: DYNAMIC, AMOUNT: digits})


def checksum(text):
    """Return the CRC16-CCITT of a text as four digits."""
    crc = 0xFFFF
    for byte in text.encode():
        crc ^= byte << 8
        for _bit in range(8):
            crc = (crc << 1) ^ (0x1021 if crc & 0x8000 else 0)
        crc &= 0xFFFF
    return f"{crc:04X}"
