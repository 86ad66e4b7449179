from . import (
    ir_attachment,
    isp_service,
    isp_handover_seal,
    isp_subscriber_category,
    isp_work_order,
    isp_work_order_handover,
    isp_work_order_readings,
    product_template,
    res_company,
    res_config_settings,
    res_users,
    stock_move,
)
