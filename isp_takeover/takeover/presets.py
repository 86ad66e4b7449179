"""Lists as other systems export them: what their headings mean, and their signs.

Headings are those of public exports and templates; they are compared as `simplify`
leaves them. A heading that means None is not read.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Preset:
    """:ivar known_by: headings that are all there in such a list
    :ivar headings: {heading: name of the column, or None}; of two that mean the same
        the last counts
    :ivar balance_sign: what a plus means, "debt" or "credit"; "" is to be asked
    """

    name: str
    label: str
    known_by: frozenset
    headings: dict = field(hash=False)
    balance_sign: str = ""

    def get_meaning(self, there, known):
        """Return {heading: name of the column, or None} in a list.

        :param there: its headings
        :param known: {heading: name of the column} of every list; what a heading means
            whose column another one has
        """
        meant = {key: name for key, name in self.headings.items() if key in there}
        last = {name: key for key, name in meant.items()}
        for key, name in meant.items():
            if last[name] != key:
                general = known.get(key)
                meant[key] = general if general != name else None
        return meant


PRESETS = (
    Preset(
        "phpnuxbill",
        "phpnuxbill",
        frozenset({"fullname", "phonenumber"}),
        {
            "id": "legacy_number",
            "username": "username",
            "fullname": "contact_name",
            "phonenumber": "phone",
            "namebp": "plan",
            "status": "status",
            "balance": "balance",
            "routers": None,
            "pppoe username": "username",
            "pppoe password": "password",
            "pppoe ip": "static_address",
        },
        "credit",
    ),
    Preset(
        "splynx",
        "Splynx",
        frozenset({"tariff plan", "service login"}),
        {
            "id": "legacy_number",
            "status": "status",
            "full name": "contact_name",
            "tariff plan": "plan",
            "account balance": "balance",
            "portal login": None,
            "service login": "username",
            "service password": "password",
            "ipv4": "static_address",
            "start date": "activation_date",
        },
        "credit",
    ),
    Preset(
        "ucrm",
        "UCRM / UISP",
        frozenset({"first name", "last name", "account balance"}),
        {
            "id": "legacy_number",
            "custom id": None,
            "first name": "first_name",
            "last name": "last_name",
            "company name": None,
            "account balance": "balance",
            "invoice street 1": "street",
            "invoice street 2": "street2",
            "contact email": "email",
            "contact phone": "phone",
            "service name": "plan",
            "service price": "own_price",
            "service active from": "activation_date",
        },
        "credit",
    ),
    Preset(
        "routeros",
        "RouterOS / Mikhmon",
        frozenset({"password", "profile"}),
        {
            "name": "username",
            "user": "username",
            "user name": "username",
            "username": "username",
            "password": "password",
            "profile": "plan",
            "remote address": "static_address",
            "caller id": "caller_id",
            "mac address": "caller_id",
            "disabled": "disabled",
            "service": "tunnel",
            "comment": "comment",
        },
    ),
    Preset(
        "billing_app",
        "Mixradius and alike",
        frozenset({"package name"}),
        {
            "customer code": "legacy_number",
            "full name": "contact_name",
            "package name": "plan",
            "monthly price": "own_price",
            "area name": "area",
            "wilayah name": "area",
            "password": None,
            "pppoe username": "username",
            "pppoe password": "password",
            "ip address": "static_address",
            "mac address": "caller_id",
            "connection date": "activation_date",
            "expiry date": "billed_until",
        },
    ),
)


def find_preset(headings):
    """Return the Preset that a list with these headings (simplified) is, or None."""
    there = set(headings)
    return next((preset for preset in PRESETS if preset.known_by <= there), None)


def get_preset(name):
    return next((preset for preset in PRESETS if preset.name == name), None)
