from lxml import html

from odoo.http import Request
from odoo.tests import HttpCase, new_test_user

from odoo.addons.isp_base.tests.common import IspCommon
from odoo.addons.mail.tests.common import MailCase
from odoo.addons.queue_job.job import Job


class PortalCommon(IspCommon, MailCase, HttpCase):
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
        cls.neighbour = new_test_user(
            cls.env,
            "isp_neighbour",
            "base.group_portal",
            name="Neighbour",
            email="neighbour@pelanggan.example",
        )
        cls.users["neighbour"] = cls.neighbour
        cls.service = cls._get_subscribed()
        cls.other = cls._create_active_service(partner_id=cls.neighbour.partner_id.id)

    @classmethod
    def _get_subscribed(cls):
        """Return the service of ``cls.subscriber``."""
        return cls._create_active_service(partner_id=cls.subscriber.id)

    @classmethod
    def _create_active_service(cls, **vals):
        """Return a service that is open; nothing is billed, and nobody invited."""
        service = cls._create_service(**vals)
        service.state = "active"
        service._refresh_access()
        return service

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
