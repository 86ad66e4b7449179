from . import (
    isp_service,
    isp_service_turn,
    isp_work_order,
    isp_handover,
    res_company,
    res_config_settings,
)
