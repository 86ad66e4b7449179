from . import (
    ir_attachment,
    isp_service,
    isp_work_order,
    res_company,
    res_config_settings,
    stock_move,
)
