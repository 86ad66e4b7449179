from . import isp_address_search, isp_health_check, isp_router_apply, isp_router_script
