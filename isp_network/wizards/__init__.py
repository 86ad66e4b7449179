from . import isp_address_search, isp_router_apply, isp_router_script
