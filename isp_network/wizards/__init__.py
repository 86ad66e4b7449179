from . import isp_router_apply, isp_router_script
