from . import (
    isp_takeover,
    portal,
    portal_confirmation,
    portal_invoice,
    portal_transfer_qr,
)
