from . import test_repair_order
from . import test_signup
from . import test_signup_claim
