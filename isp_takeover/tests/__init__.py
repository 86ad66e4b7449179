from . import (
    test_takeover,
    test_takeover_balance,
    test_takeover_check,
    test_takeover_columns,
    test_takeover_file,
    test_takeover_rights,
    test_takeover_systems,
)
