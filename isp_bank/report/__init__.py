from . import isp_receipt
