from . import isp_repair_report
