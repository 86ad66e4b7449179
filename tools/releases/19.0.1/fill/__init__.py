"""What a provider has in his database after some months with release 19.0.1.

`fill` runs in the Odoo shell of that release's code, on its demo database.
"""

from . import household, money, network, repairs, services
from .office import Office, without_mail_server

PARTS = (services, money, network, repairs, household)


def fill(env):
    """Add to the demo data what an update must not lose; commit."""
    with without_mail_server():
        office = Office.open(env)
        try:
            for part in PARTS:
                part.fill(office)
                office.save()
        finally:
            office.close()
