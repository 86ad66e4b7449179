from . import (
    test_account,
    test_accounts_kept,
    test_contact,
    test_notice_person,
    test_signup,
    test_signup_claim,
)
