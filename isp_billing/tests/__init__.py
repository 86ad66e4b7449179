from . import test_first_invoice
from . import (
    test_activation_date,
    test_billing_rights,
    test_billing_schedule,
    test_terms,
)
