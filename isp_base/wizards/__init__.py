from . import (
    isp_equipment_settle,
    base_partner_merge,
    isp_material_request,
    isp_reason,
    isp_service_credentials,
    isp_service_phones,
    isp_service_pause,
    isp_service_plan,
    isp_service_relocate,
    isp_service_suspend,
    isp_service_transfer,
)
