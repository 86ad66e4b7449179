from . import (
    isp_portal_claim,
    isp_portal_signup,
    isp_throttle,
    portal_mixin,
    res_config_settings,
    res_partner,
    res_users,
    res_users_login,
)
