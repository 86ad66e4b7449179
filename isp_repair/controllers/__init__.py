from . import (
    helpdesk,
    portal,
    portal_booking,
    portal_claim,
    portal_signup,
    portal_transfer_qr,
)
