"""What an update may change in the database of a former release, and why."""

# Tables ("isp_a": "isp_b") and columns ("isp_a.x": "y") that migrations rename.
RENAMED = {}

# Tables and columns ("table.column") whose values are not those of before.
EXPLAINED = {
    "ir_module_module": "versions and texts of the modules",
    "orm_signaling_registry": "how running servers hear of an update",
    "ir_cron_trigger": "what is out of use is removed soon after an update",
}

# External ids of the records that `fill` changed as a person does: they stay as he
# has them, whatever is installed today.
OF_PEOPLE = {
    "isp_billing.isp_billing_mail_reminder",
    "isp_repair.isp_repair_mail_signup_confirm",
}
