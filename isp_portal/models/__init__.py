from . import (
    isp_portal_claim,
    isp_portal_signup,
    isp_throttle,
    res_config_settings,
    res_partner,
    res_users,
)
