from . import isp_service, res_config_settings, res_country, res_currency, res_partner
