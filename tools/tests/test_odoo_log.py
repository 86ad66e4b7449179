from tools.checks import odoo_log

START = "2026-01-02 03:04:05,678 99 INFO db odoo.service.server: Starting post tests \n"
WARNING = "2026-01-02 03:04:05,678 99 WARNING db odoo.orm: mind this \n"
ERROR = (
    "2026-01-02 03:04:06,678 99 ERROR db isp_base.tests.test_x: FAIL: X.y \n"
    "Traceback (most recent call last):\n"
    "AssertionError: 1 != 2\n"
)
SKIPPED = "2026-01-02 03:04:06,678 99 INFO db isp_base.test_x: skipped TestX.z : no \n"
COUNTS = (
    "2026-01-02 03:04:07,678 99 ERROR db odoo.tests.result: "
    "1 failed, 2 error(s) of 10 tests when loading database 'db' \n"
)


def test_warning_of_the_install_is_found():
    assert odoo_log.warnings(WARNING + START) == [WARNING.strip("\n")]


def test_record_that_documents_refer_to_may_stay():
    kept = (
        "2026-01-02 03:04:05,678 99 ERROR ? odoo.sql_db: bad query: b'DELETE FROM x'\n"
        'DETAIL:  Key (id)=(1) is still referenced from table "stock_move".\n'
    )
    assert odoo_log.warnings(kept) == []


def test_warning_during_tests_is_the_tests_own():
    assert odoo_log.warnings(START + WARNING) == []


def test_traceback_belongs_to_its_record():
    (failure, _counts) = odoo_log.test_failures(START + ERROR + COUNTS)
    assert failure.endswith("AssertionError: 1 != 2")


def test_skipped_test_is_a_failure():
    assert odoo_log.test_failures(START + SKIPPED) == [SKIPPED.strip("\n")]


def test_counts():
    assert odoo_log.test_counts(START + ERROR + COUNTS) == (7, 3)
    assert odoo_log.test_counts(START) == (0, 0)


def test_durations_are_from_one_start_to_the_next():
    line = "2026-01-02 03:04:{} 99 INFO db odoo.addons.isp_base.tests.test_x: {} ... \n"
    log = START + "".join(
        line.format(second, f"Starting {test}")
        for second, test in (
            ("06,000", "TestX.test_a"),
            ("06,250", "TestX.test_b"),
            ("09,250", "TestY.test_c"),
        )
    )
    assert odoo_log.durations(log + COUNTS) == [
        (0.25, "isp_base.TestX.test_a"),
        (3.0, "isp_base.TestX.test_b, then TestY prepares"),
    ]


def test_a_test_that_sets_the_clock_is_not_the_slowest():
    line = "2026-{} 99 INFO db odoo.addons.isp_base.tests.test_x: Starting {} ... \n"
    log = START + "".join(
        line.format(*each)
        for each in (
            ("01-02 03:04:06,000", "TestX.test_a"),
            ("06-15 08:00:00,000", "TestX.test_b"),
            ("01-02 03:04:07,000", "TestX.test_c"),
            ("01-02 03:04:09,000", "TestX.test_d"),
        )
    )
    assert odoo_log.durations(log + COUNTS) == [(2.0, "isp_base.TestX.test_c")]
