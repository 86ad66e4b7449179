from . import portal, portal_account, portal_claim, portal_contact, portal_signup
