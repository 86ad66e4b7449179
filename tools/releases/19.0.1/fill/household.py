"""What people set, save and write in the product: no update may take it from them."""

from odoo import Command

FILTER_FIELDS = {
    "isp.service": ("contact_name", "plan_id.name", "username", "access"),
    "isp.work.order": ("name", "kind", "state"),
    "helpdesk.ticket": ("number", "repair_status", "complaint"),
    "account.move": ("name", "isp_schedule_id"),
    "isp.usage.day": ("date", "bytes_out"),
}


def fill(office):
    """Filters, exports, texts, views, parameters, conversations and jobs."""
    _save_filters(office)
    _edit_texts(office)
    _talk(office)
    _settle(office)
    _have_jobs(office)


def _settle(office):
    """Do what is due today, so that an update has no reason to do any of it."""
    office._bill_due()
    dunning = office.env["isp.dunning"].with_context(queue_job__no_delay=True)
    dunning._cron_remind()
    dunning._cron_isolate()


def _save_filters(office):
    for model, names in FILTER_FIELDS.items():
        grouped = names[1].partition(".")[0]
        office.env["ir.filters"].create(
            {
                "name": f"Mine of {model}",
                "model_id": model,
                "user_ids": [Command.set(office.users["manager"].ids)],
                "domain": f"[('{names[0]}', '!=', False)]",
                "context": str({"group_by": [grouped]}),
            }
        )
        office.env["ir.exports"].create(
            {
                "name": f"List of {model}",
                "resource": model,
                "export_fields": [
                    Command.create({"name": name.replace(".", "/")}) for name in names
                ],
            }
        )


def _edit_texts(office):
    env = office.env
    for name in (
        "isp_billing.isp_billing_mail_reminder",
        "isp_repair.isp_repair_mail_signup_confirm",
    ):
        template = env.ref(name)
        template.subject = f"Ours: {template.subject}"
        template.with_context(lang="id_ID").subject = "Kami: perihal"
    env["ir.ui.view"].create(
        {
            "name": "What the office added to the service",
            "model": "isp.service",
            "inherit_id": env.ref("isp_base.isp_service_view_form").id,
            "arch": """<xpath expr="//field[@name='plan_id']" position="after">
                <field name="create_date"/></xpath>""",
        }
    )
    env["ir.config_parameter"].set_param("isp_base.of_the_office", "kept")
    env["ir.config_parameter"].set_param("isp_mikrotik.usage_days", "400")
    env.ref("isp_mikrotik.isp_router_health_cron").sudo().active = False


def _talk(office):
    """Comments, notes, followers, tracked changes and activities on our records."""
    service = office.service
    service.message_subscribe(office.users["manager"].partner_id.ids)
    service.message_post(body="He called.", message_type="comment")
    office._as("admin", service).contact_name = "Called otherwise"
    office._flush_tracking()
    for record in (service, office.router, office.pop):
        if "activity_ids" in record:
            record.activity_schedule(
                "mail.mail_activity_data_todo",
                summary="Look at it",
                user_id=office.users["manager"].id,
            )


def _have_jobs(office):
    """Some jobs are done, some wait, one has failed."""
    jobs = office.env["queue.job"].search([("state", "=", "pending")])
    jobs[:1].write({"state": "failed", "exc_info": "The router was off"})
