# ruff: noqa: I001 (the mixin comes first, others inherit it)
from . import (
    isp_drawer_page_mixin,
    account_journal,
    account_payment,
    isp_area,
    isp_cash_out,
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
