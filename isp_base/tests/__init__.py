from . import test_credentials, test_registration
