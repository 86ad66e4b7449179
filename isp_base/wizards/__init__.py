from . import (
    base_partner_merge,
    isp_health_check,
    isp_health_check_server,
    isp_health_check_work,
    isp_material_request,
    isp_reason,
    isp_service_credentials,
    isp_service_phones,
    isp_service_plan,
    isp_service_suspend,
)
