from . import isp_money_report, isp_receivable_report
