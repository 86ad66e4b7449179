from . import (
    account_invoice_report,
    isp_invoice,
    isp_money_report,
    isp_owner_report,
    isp_payment_speed_report,
    isp_receipt,
    isp_receivable_report,
    isp_recurring_report,
)
