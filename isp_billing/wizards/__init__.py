from . import (
    isp_equipment_settle,
    base_partner_merge,
    isp_health_check,
    isp_invoice_preview,
    isp_reason,
    isp_service_pause,
    isp_service_plan,
    isp_service_relocate,
    isp_service_transfer,
    isp_service_prepay,
    isp_service_price,
    isp_service_promise,
)
