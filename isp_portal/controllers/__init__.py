from . import portal, portal_claim, portal_signup
