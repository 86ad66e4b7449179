from . import (
    isp_portal_claim,
    isp_portal_signup,
    isp_throttle,
    mail_template,
    res_config_settings,
)
