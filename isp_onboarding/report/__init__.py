from . import isp_registration_report
