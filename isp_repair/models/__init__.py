# ruff: noqa: I001 (the mixins come first, others inherit them)
from . import (
    isp_booking_mixin,
    isp_repair_status_mixin,
    account_move,
    helpdesk_ticket,
    helpdesk_ticket_category,
    helpdesk_ticket_team,
    isp_repair_cause,
    isp_repair_part,
    isp_repair_pause,
    isp_service,
    isp_work_order,
    stock_location,
)
