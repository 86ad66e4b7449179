"""What the search over everything looks through."""

from typing import NamedTuple


class Kind(NamedTuple):
    """One kind of records that the search finds.

    ``by`` names what they are found by: fields with an index, or ones whose search
    method uses such. ``shown`` names the fields that stand beside a name.
    """

    model: str
    label: str
    by: tuple[str, ...]
    shown: tuple[str, ...] = ()
