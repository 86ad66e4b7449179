# ruff: noqa: I001 (the tables come after the models they refer to, the mixins first)
from . import (
    isp_radius_user_mixin,
    isp_router,
    isp_address_pool,
    isp_pop,
    isp_radius_server,
    isp_radius_store,
    isp_service,
    isp_usage_day,
)
