from . import isp_router_live, isp_router_pin, isp_router_script
