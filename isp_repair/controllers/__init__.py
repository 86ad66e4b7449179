from . import (
    helpdesk,
    portal,
    portal_booking,
    portal_transfer_qr,
)
