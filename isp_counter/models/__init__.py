from . import (
    account_journal,
    account_payment,
    isp_area,
    isp_collector,
    isp_collector_call,
    isp_collector_phone,
    isp_counter,
    isp_drawer_session,
    isp_finder,
    isp_handover,
    isp_outbox_entry,
    isp_taking,
)
