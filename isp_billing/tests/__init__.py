from . import test_first_invoice
from . import (
    test_activation_date,
    test_billing_property,
    test_billing_rights,
    test_billing_schedule,
    test_invoice_report,
    test_payment_confirmation,
    test_portal_billing,
    test_takeover,
    test_takeover_balance,
    test_takeover_check,
    test_takeover_file,
    test_takeover_rights,
    test_terms,
)
