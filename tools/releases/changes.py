"""What an update may change in the database of a former release, and why."""

# Tables ("isp_a": "isp_b") and columns ("isp_a.x": "y") that migrations rename.
RENAMED = {
    f"helpdesk_ticket.{name}": f"isp_{name}"
    for name in (
        "area_id",
        "complaint",
        "completed_by_id",
        "confirmation_id",
        "contact_phone",
        "date_completed",
        "date_deadline",
        "date_withdrawn",
        "is_repeated",
        "no_invoice_reason",
        "pop_id",
        "preferred_date",
        "preferred_part",
        "repair_hours",
        "repair_status",
        "response_hours",
        "service_id",
        "visit_id",
    )
}

# Tables and columns ("table.column") whose values are not those of before.
EXPLAINED = {
    "ir_module_module": "versions and texts of the modules",
    "module_country": "which modules are of which country",
    "orm_signaling_registry": "how running servers hear of an update",
    "ir_cron_trigger": "what is out of use is removed soon after an update",
    "queue_job.state": "jobs whose method is gone are cancelled and made anew",
    "queue_job.date_cancelled": "as queue_job.state",
    "ir_config_parameter.key": "settings that moved have the name of their addon now",
    "ir_filters.domain": "names of fields in it are renamed; the probes use it",
    "ir_filters.context": "as ir_filters.domain",
    "ir_exports_line.name": "as ir_filters.domain",
    "account_move.access_token": "Odoo tries a new template with a link on an invoice",
    "account_journal.bank_statements_source": "isp_bank imports statements there",
    "mail_template.body_html": "as ir_filters.domain; those of today are compared",
    **dict.fromkeys(
        (
            "payment_provider.code",
            "payment_provider.color",
            "payment_provider.inline_form_view_id",
            "payment_provider.redirect_form_view_id",
        ),
        "Odoo's own Xendit has them when its addon is installed",
    ),
    "product_template.l10n_id_product_code": "plans are access to the internet",
    "ir_attachment": "photos of IDs and files of take-overs are in the vault",
    **dict.fromkeys(
        (
            "isp_radius_server.secret",
            "isp_router.api_password",
            "isp_router.radius_secret",
            "isp_router_takeover_line.password",
            "isp_service.password",
            "isp_takeover_line.password",
            "isp_takeover_line.values",
            "res_partner.isp_id_number",
        ),
        "secrets are in the vault; the probes read them",
    ),
}

# Tables in which an update may add rows, while those of before stay.
MAY_GROW = {
    "account_payment_method": "of Midtrans, Tripay and Xendit",
    "ir_config_parameter": "settings of the new release",
    "ir_cron": "what is done each day in the new release",
    "ir_sequence": "numbers of receipts and of drawers at the counter",
    "mail_activity_type": "what people are asked in the new release",
    "mail_message": "that scheduled actions were made; what is sent is counted",
    "mail_template_ir_actions_report_rel": "a receipt is mailed with its document",
    "mail_template": "texts that the product sends by a template now",
    "payment_currency_rel": "as payment_provider",
    "payment_method": "the shops that Tripay takes cash at",
    "payment_method_res_country_rel": "as payment_method",
    "payment_method_res_currency_rel": "as payment_method",
    "payment_method_payment_provider_rel": "as payment_provider",
    "payment_provider": "of Midtrans and Tripay, switched off, for each company",
    "product_product": "products of fees and discounts",
    "product_supplier_taxes_rel": "as product_product",
    "product_taxes_rel": "as product_product",
    "product_template": "as product_product",
    "product_value": "as product_product",
    "queue_job": "jobs made anew; the waiting ones are counted",
    "queue_job_channel": "channels of the jobs are data",
    "queue_job_function": "as queue_job_channel",
}

# External ids of the records that `fill` changed as a person does: they stay as he
# has them, whatever is installed today.
OF_PEOPLE = {
    "isp_billing.isp_billing_mail_reminder",
    "isp_portal.isp_portal_mail_signup_confirm",
}
