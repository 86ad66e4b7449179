from . import portal, portal_account, portal_claim, portal_signup
