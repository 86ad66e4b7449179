from . import isp_reason, isp_repair_handover, isp_repair_invoice
