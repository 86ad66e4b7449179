from . import (
    isp_router,
    isp_router_api,
    isp_router_sync,
    isp_router_compare,
    isp_router_health,
    isp_router_profile,
    isp_router_drift,
    isp_router_takeover,
    isp_router_takeover_line,
    isp_service,
    product_template,
)
