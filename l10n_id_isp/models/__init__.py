from . import isp_service, res_config_settings, res_currency, res_partner
