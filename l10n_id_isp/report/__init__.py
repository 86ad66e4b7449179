from . import isp_invoice
