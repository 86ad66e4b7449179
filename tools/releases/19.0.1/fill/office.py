"""The people, plans and places of the release's own tests, in a database that stays.

The tests' helpers take subscribers through their lives as users do, each step by whom
it is of; here they do it in a database that is committed.
"""

from unittest.mock import patch

from freezegun import freeze_time

from odoo.addons.base.models.ir_mail_server import IrMail_Server
from odoo.addons.base.tests.common import BaseCommon
from odoo.addons.isp_billing.tests.takeover_common import TakeoverCommon
from odoo.addons.isp_mikrotik.tests.router_common import RouterCommon
from odoo.addons.isp_mikrotik.tests.session_common import SessionCommon
from odoo.addons.isp_onboarding.tests.common import OnboardingCommon
from odoo.addons.isp_repair.tests.common import RepairCommon
from odoo.addons.queue_job.job import Job


class Office(RouterCommon, OnboardingCommon, TakeoverCommon, RepairCommon):
    """All helpers of the tests at once, on the environment of an Odoo shell."""

    _start_session = SessionCommon._start_session
    _stop_session = SessionCommon._stop_session
    _update_session = SessionCommon._update_session
    _get_class = SessionCommon._get_class
    _get_user_row = SessionCommon._get_user_row

    @classmethod
    def open(cls, env):
        """Make the records that all tests share; return the office.

        :param env: the environment (superuser's) of a shell on a demo database
        """
        env = env(context={**env.context, **cls.default_env_context()})
        cls.env, cls.cr, cls.company = env, env.cr, env.company
        # The tests have an area and a POP of these codes.
        for name in ("isp_area_palmerah", "isp_pop_palmerah"):
            env.ref(f"isp_base.{name}").code = "PLD"
        with patch.object(BaseCommon, "setUpClass"):
            cls.setUpClass()
        cls.company.isp_billing_user_id = cls.users["accountant"]
        return cls.__new__(cls)

    @classmethod
    def close(cls):
        """End the simulated router."""
        cls.doClassCleanups()

    @classmethod
    def _open_books(cls, company):
        """The company of the demo has its books."""

    @classmethod
    def _create_active_service(cls, **vals):
        service = cls._create_service(**vals)
        service.state = "active"
        service._refresh_access()
        return service

    @classmethod
    def _create_subscription(cls, day="2026-05-10", **vals):
        with freeze_time(f"{day} 03:00:00"):
            service = cls._create_active_service(
                activation_date=day, billing_schedule_id=cls.schedule.id, **vals
            )
            service.sudo()._begin_billing()
        return service

    def work_off(self, jobs):
        """Do these jobs (queue.job) as the runner would, and keep them as done."""
        for record in jobs:
            job = Job.load(self.env, record.uuid)
            job.set_started()
            job.perform()
            job.set_done()
            job.store()
            self.env.flush_all()

    def save(self):
        """Commit, as the end of a request does, with what waits for it."""
        self.env.flush_all()
        self.env.cr.commit()


def without_mail_server():
    """Mails are sent to nobody, with success."""
    return patch.multiple(
        IrMail_Server,
        _connect__=lambda *_args, **_kwargs: None,
        send_email=lambda _self, message, *_args, **_kwargs: message["Message-Id"],
    )
