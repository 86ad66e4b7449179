from . import (
    helpdesk,
    portal,
    portal_booking,
)
