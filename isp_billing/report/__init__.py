from . import account_invoice_report, isp_invoice, isp_receipt
