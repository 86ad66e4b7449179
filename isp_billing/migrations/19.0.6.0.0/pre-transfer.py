import json
import logging

_logger = logging.getLogger(__name__)

TEMPLATES = (
    "isp_billing_mail_invoice",
    "isp_billing_mail_invoice_link",
    "isp_billing_mail_overdue",
    "isp_billing_mail_reminder",
)
PARAGRAPH = (
    "\n                "
    '<p t-foreach="object._isp_describe_transfer()" t-as="line" t-out="line"/>'
)


def migrate(cr, version):
    """E-mails of invoices say how much exactly is to be transferred, after the
    paragraph with what is open; the words that people wrote stay."""
    cr.execute(
        """
        SELECT t.id, t.body_html, d.name FROM mail_template t
        JOIN ir_model_data d ON d.res_id = t.id AND d.model = 'mail.template'
        WHERE d.module = 'isp_billing' AND d.name = ANY(%s)
        """,
        [list(TEMPLATES)],
    )
    for template_id, bodies, name in cr.fetchall():
        told = {lang: insert(body) for lang, body in (bodies or {}).items()}
        cr.execute(
            "UPDATE mail_template SET body_html = %s WHERE id = %s",
            [json.dumps(told), template_id],
        )
        _logger.info("%s says what to transfer, in %d languages", name, len(told))


def insert(body):
    """Return the body with the sentences behind its second paragraph, if it has one."""
    parts = (body or "").split("</p>", 2)
    if len(parts) < 3 or "_isp_describe_transfer" in body:
        return body
    return f"{parts[0]}</p>{parts[1]}</p>{PARAGRAPH}{parts[2]}"
