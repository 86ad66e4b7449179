from lxml import html

from odoo.tests import HttpCase, tagged

from .common import OnboardingCommon


@tagged("post_install", "-at_install")
class TestCustomer(OnboardingCommon, HttpCase):
    """P19: who has registered sees how far it is, and hears when it is done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.subscriber.email = "subscriber@example.com"

    def _get_steps(self, service):
        """Return {text: done} of the steps that the portal shows."""
        self.authenticate(self.portal.login, self.portal.login)
        page = html.fromstring(self.url_open(f"/my/services/{service.id}").content)
        return {
            item.xpath("string(.//strong)"): bool(
                item.xpath(".//*[@aria-label='Done']")
            )
            for item in page.xpath("//*[@id='isp_registration']//li")
        }

    def test_the_page_says_what_is_done_and_what_comes(self):
        for state, done in (
            ("draft", 1),
            ("survey", 1),
            ("account", 2),
            ("installation", 3),
            ("finalisation", 3),
        ):
            service = self._reach(state, partner_id=self.subscriber.id)
            steps = self._get_steps(service)
            with self.subTest(state=state):
                self.assertEqual(len(steps), 5)
                self.assertEqual(sum(steps.values()), done)

    def test_he_hears_that_he_is_registered_and_that_he_is_online(self):
        mails = self.env["mail.mail"]
        before = mails.search([])
        service = self._reach("active", partner_id=self.subscriber.id)
        told = mails.search([]) - before
        own = told.filtered(lambda m: self.subscriber in m.recipient_ids)
        subjects = own.sorted("id").mapped("subject")
        self.assertIn(f"Your registration {service.sudo().name}", subjects)
        self.assertIn(f"Your internet is active: {service.sudo().name}", subjects)
        self.assertFalse(self._get_steps(service))
