from . import (
    test_currency,
    test_efaktur,
    test_identity,
    test_invoice,
    test_phone,
    test_receipt,
)
