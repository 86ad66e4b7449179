"""Who reads prices, and how many records a job works on."""

PRICE_GROUPS = (
    "isp_base.isp_base_group_sales,account.group_account_invoice,"
    "account.group_account_readonly"
)
LEDGER_GROUPS = "account.group_account_invoice,account.group_account_readonly"
BATCH = 100  # services or invoices that one job works on, in one transaction
