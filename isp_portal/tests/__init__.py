from . import test_signup
from . import test_signup_claim
