import base64
import io

from PIL import Image, ImageDraw

from odoo import Command, fields

from odoo.addons.isp_billing.tests.common import BillingCommon

STEPS = (
    "draft",
    "survey",
    "account",
    "product",
    "installation",
    "finalisation",
    "active",
)


def draw_signature():
    """Return a PNG (base64) with a line across it."""
    image = Image.new("RGBA", (120, 60), (255, 255, 255, 0))
    ImageDraw.Draw(image).line((5, 50, 60, 10, 115, 45), fill="black", width=3)
    data = io.BytesIO()
    image.save(data, "PNG")
    return base64.b64encode(data.getvalue())


class OnboardingCommon(BillingCommon):
    """Takes subscribers through the steps, each by the user whose step it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {"isp_registration_user_id": cls.admin.id, "isp_step_days": 2}
        )
        cls.signature = draw_signature()
        cls.start = fields.Datetime.add(fields.Datetime.today(), days=1, hours=2)

    @classmethod
    def _reach(cls, state, **vals):
        """Return a new service (of the salesman) that has come as far as this step."""
        service = cls._register(**vals)
        takers = {
            "draft": cls._take_registration,
            "survey": cls._take_survey,
            "account": cls._take_account,
            "product": cls._take_product,
            "installation": cls._take_installation,
            "finalisation": cls._take_finalisation,
        }
        for step in STEPS[: STEPS.index(state)]:
            takers[step](service)
        return service

    @classmethod
    def _take_registration(cls, service):
        cls._as("admin", service).action_registration_done()

    @classmethod
    def _take_survey(cls, service, **report):
        cls._schedule(service)
        cls._report_survey(service, **report)

    @classmethod
    def _take_account(cls, service):
        service = cls._as("admin", service)
        service.write({"category_id": cls.category.id, "area_id": cls.area.id})
        service.action_account_done()

    @classmethod
    def _take_product(cls, service):
        service = cls._as("admin", service)
        service.write(cls._prepare_product())
        service.action_product_done()

    @classmethod
    def _take_installation(cls, service):
        cls._schedule(service)
        cls._report_installation(service)

    @classmethod
    def _take_finalisation(cls, service):
        cls._sign(service)
        cls._with_pdf("technician", service).action_activate()

    @classmethod
    def _prepare_product(cls):
        return {
            "activation_date": cls.company._get_isp_today(),
            "billing_schedule_id": cls.schedule.id,
            "pop_id": cls.pop.id,
            "plan_id": cls.plan.id,
        }

    @classmethod
    def _schedule(cls, service, technicians=None, **vals):
        """The administrator fixes the visit of this step for tomorrow, 9 o'clock."""
        service = cls._as("admin", service)
        users = technicians or cls.technician
        service.write(
            {
                "visit_planned_start": cls.start,
                "visit_technician_ids": [Command.set(users.ids)],
                **vals,
            }
        )
        service.action_schedule_visit()

    @classmethod
    def _visit(cls, service, role="technician"):
        """Return the visit of the present step, as this user."""
        return cls._as(role, service.sudo().visit_id.sudo(False))

    @classmethod
    def _report_survey(cls, service, **report):
        visit = cls._visit(service)
        visit.action_start()
        visit.write(
            {
                "verdict": "feasible",
                "topology": "ODP-07 port 3, 80 m along two poles",
                "report": "The house is easy to reach",
                **report,
            }
        )
        visit.action_finish()

    @classmethod
    def _report_installation(cls, service, **report):
        visit = cls._visit(service)
        visit.action_start()
        visit.write(
            {
                "optical_power": -19.5,
                "onu_serial": "ZTEGC8F01234",
                "port": "ODP-07/3",
                "speed_test_download": 19.7,
                "speed_test_upload": 9.6,
                "report": "Router placed in the living room",
                "reading_note": "Measured twice",
                **report,
            }
        )
        visit.action_finish()

    @classmethod
    def _sign(cls, service):
        cls._visit(service).write(
            {
                "customer_signed_by": "Bapak Gilang",
                "customer_signature": cls.signature,
                "technician_signature": cls.signature,
            }
        )

    @classmethod
    def _with_pdf(cls, role, records):
        """Return the records as this user, for whom tests really print documents."""
        return cls._as(role, records).with_context(force_report_rendering=True)

    @classmethod
    def _get_step_activities(cls, service):
        """Return the office's open activities on the service."""
        step = cls.env.ref("isp_onboarding.mail_activity_type_step")
        activities = service.sudo().activity_ids
        return activities.filtered(lambda activity: activity.activity_type_id == step)

    def _get_messages(self, service):
        """Return all that the chatter of the service says, as one text."""
        self._flush_tracking()
        return "\n".join(service.sudo().message_ids.mapped("body"))
