from . import portal, portal_confirmation, portal_invoice, portal_transfer_qr
