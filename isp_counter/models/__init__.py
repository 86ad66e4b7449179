from . import (
    account_journal,
    account_payment,
    isp_counter,
    isp_drawer_session,
    isp_finder,
    isp_reason,
    isp_taking,
)
