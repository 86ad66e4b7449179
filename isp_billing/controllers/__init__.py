from . import (
    portal,
    portal_confirmation,
    portal_invoice,
    portal_payment,
    portal_plan,
    portal_prepay,
    portal_transfer_qr,
)
