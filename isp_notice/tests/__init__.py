from . import (
    test_outbox,
    test_preview,
    test_providers,
    test_sending,
    test_templates,
    test_alive,
    test_incoming,
    test_broadcast,
    test_bulk_told,
    test_number,
    test_security_matrix,
)
