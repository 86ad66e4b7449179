from . import portal, portal_confirmation, portal_invoice
