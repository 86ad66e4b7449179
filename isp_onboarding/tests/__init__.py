from . import (
    test_account,
    test_activation,
    test_company,
    test_handover,
    test_installation,
    test_onboarding_rights,
    test_product_step,
    test_queries,
    test_registration_step,
    test_step_back,
    test_survey,
    test_turn,
)
