"""Amounts of traffic as a subscriber reads them: 1 GB is 10^9 bytes."""

UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


def format_bytes(count):
    """Return the number of bytes in words: "1.5 GB"."""
    size, unit = float(count), 0
    while round(size, 1) >= 1000 and unit < len(UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:.1f} {UNITS[unit]}" if unit > 1 else f"{size:.0f} {UNITS[unit]}"
