from . import test_currency, test_identity, test_invoice, test_phone
