import base64
import io

from lxml import html
from PIL import Image

from odoo.http import Request
from odoo.tests import HttpCase, new_test_user

from odoo.addons.mail.tests.common import MailCase
from odoo.addons.queue_job.job import Job

from .common import RepairCommon


def make_picture(kind="PNG", size=(40, 30)):
    """Return a picture (bytes) of this Pillow format."""
    buffer = io.BytesIO()
    Image.new("RGB", size, "navy").save(buffer, kind)
    return buffer.getvalue()


# One pixel; Odoo's Pillow cannot write such a picture.
WEBP = base64.b64decode("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")


class RepairPortalCommon(RepairCommon, MailCase, HttpCase):
    """A subscriber with a service, his neighbour with another, and their pages.

    ``self.service`` is of ``self.portal``, ``self.other`` of ``self.neighbour``.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {"phone": "+62 21 555 0100", "email": "halo@provider.example"}
        )
        cls.subscriber.email = "portal@pelanggan.example"
        cls.fault = cls.category_fault
        cls.camera = cls.env.ref("isp_repair.helpdesk_ticket_category_other")
        cls.neighbour = new_test_user(
            cls.env,
            "isp_neighbour",
            "base.group_portal",
            name="Neighbour",
            email="neighbour@pelanggan.example",
        )
        cls.users["neighbour"] = cls.neighbour
        cls.other = cls._create_active_service(partner_id=cls.neighbour.partner_id.id)

    @classmethod
    def _create_active_service(cls, **vals):
        """Return a service that is open and not billed yet."""
        service = cls._create_service(**vals)
        service.state = "active"
        service._refresh_access()
        return service

    # Orders

    @classmethod
    def _prepare_booking(cls, **vals):
        return {
            "service_id": cls.service.id,
            "category_id": cls.fault.id,
            "complaint": "The lamp at the box is red.",
            "photos": [],
            "photos_problem": None,
            "preferred_date": False,
            "preferred_part": False,
            "contact_phone": "0812 3456 7000",
            **vals,
        }

    @classmethod
    def _book(cls, partner=None, **vals):
        """Return a repair order as the portal makes it; its mail is not sent."""
        partner = partner or cls.subscriber
        tickets = cls.env["helpdesk.ticket"].with_user(partner.user_ids[0]).sudo()
        return tickets._isp_book(partner, cls._prepare_booking(**vals))

    def _get_tickets(self, partner=None):
        self.env.invalidate_all()
        partner = partner or self.subscriber
        return self.env["helpdesk.ticket"].search(
            [("partner_id", "=", partner.id)], order="id"
        )

    # Pages

    def _open(self, path, role="portal"):
        self._log_in(role)
        return self.url_open(path)

    def _log_in(self, role):
        login = self.users[role].login if role else None
        self.authenticate(login, login)

    def _read(self, answer):
        """Return the text of a page as a person reads it: spaces are spaces."""
        (page,) = html.fromstring(answer.text).xpath("//main")
        return " ".join(page.text_content().replace("\N{NO-BREAK SPACE}", " ").split())

    def _get_fields(self, answer, form):
        """Return {name: value} of the form with this id, and where it goes to."""
        (form,) = html.fromstring(answer.text).xpath(f"//form[@id='{form}']")
        return dict(form.form_values()), form.get("action")

    def _send(self, answer, form, files=None, **typed):
        """Send a form as its page shows it, some fields typed over."""
        fields, action = self._get_fields(answer, form)
        return self.url_open(action, data={**fields, **typed}, files=files)

    def _post(self, path, role="portal", files=None, **data):
        """Send a forged form, with this person's own CSRF token."""
        self._log_in(role)
        token = Request.csrf_token(self)
        return self.url_open(path, data={"csrf_token": token, **data}, files=files)

    def _mail(self, function, *args, **kwargs):
        """Call it, then run the jobs that it enqueued; return its result, and the
        mails (mail.mail) that the jobs sent."""
        jobs = self.env["queue.job"]
        before = jobs.search([])
        result = function(*args, **kwargs)
        self.env.invalidate_all()
        with self.mock_mail_gateway():
            for record in jobs.search([]) - before:
                Job.load(self.env, record.uuid).perform()
        return result, self._new_mails
