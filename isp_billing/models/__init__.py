from . import isp_billing_schedule, isp_service, res_company
