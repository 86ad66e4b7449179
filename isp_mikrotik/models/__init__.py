# ruff: noqa: I001 (the tables come after the models they refer to, the mixins first)
from . import (
    isp_radius_user_mixin,
    isp_router_coa_mixin,
    isp_session_status_mixin,
    isp_session_sync_mixin,
    isp_session_action_mixin,
    isp_router,
    isp_address_pool,
    isp_pop,
    isp_radius_server,
    isp_radius_store,
    isp_radius_command,
    isp_session,
    isp_service,
    isp_usage_day,
    res_company,
    res_config_settings,
)
