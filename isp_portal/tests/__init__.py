from . import test_account, test_signup, test_signup_claim
