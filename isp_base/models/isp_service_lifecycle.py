import logging
from datetime import datetime
from typing import Self

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from ..locks import lock_or_retry

_logger = logging.getLogger(__name__)

BATCH = 100
LOGGED = 20  # services that a line of the log names
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
}
TEST_HOURS = 24


class IspService(models.Model):
    """The transitions of a service, and what the network lets through because of them.

    ``_refresh_access`` is the only writer of ``access``; the network hears of it by
    ``_line_changed``.
    """

    _inherit = "isp.service"

    # What the network lets through

    def _refresh_access(self):
        """Derive ``access`` anew and write it where it changed."""
        self._bump_access_version()
        services = self.sudo()
        for access, group in services.grouped(services._get_access_map().get).items():
            different = group.filtered(lambda s, access=access: s.access != access)
            different.write({"access": access, "access_since": fields.Datetime.now()})

    def _bump_access_version(self):
        """Of two transactions that change one service's access, the later one fails
        to serialize here and is run again, on what the first one left."""
        if not self.ids:
            return
        lock_or_retry(self)
        self.env.cr.execute(
            SQL(
                "UPDATE isp_service SET access_version = access_version + 1 "
                "WHERE id = ANY(%s)",
                self.ids,
            )
        )
        self.invalidate_recordset(["access_version"], flush=False)

    def _get_access_map(self):
        """Return {service: access} as it follows from state, suspensions and test."""
        suspended = {
            service
            for (service,) in self.env["isp.suspension"]._read_group(
                [("service_id", "in", self.ids), ("date_end", "=", False)],
                ["service_id"],
            )
        }
        now = fields.Datetime.now()
        access = {}
        for service in self:
            if service.state == "active":
                access[service] = "isolated" if service in suspended else "open"
            elif service.state in ("terminated", "cancelled"):
                access[service] = "none"
            else:
                testing = service.test_until and service.test_until > now
                access[service] = "test" if testing else "none"
        return access

    def _start_line_test(self):
        """Let the line through for TEST_HOURS, while the technician tries it."""
        until = fields.Datetime.add(fields.Datetime.now(), hours=TEST_HOURS)
        self.sudo().write({"test_until": until})
        self._refresh_access()
        self._trigger_dates(until)

    def _end_line_test(self):
        """Close the line that was let through to be tried."""
        self.sudo().write({"test_until": False})
        self._refresh_access()

    # Suspensions

    def _suspend(
        self,
        reason: str,
        note: str | dict | None = None,
        until: datetime | None = None,
    ) -> None:
        """Isolate the services for a reason of ``isp.suspension``; twice is once.

        :param note: str, or {service: str}
        :param until: naive UTC datetime at which it is lifted by itself
        :raises UserError: when a service is not active
        """
        self._check_states(["active"])
        self._bump_access_version()
        notes = note if isinstance(note, dict) else dict.fromkeys(self, note)
        suspensions = self.env["isp.suspension"].sudo()
        open_ids = suspensions.search(
            [
                ("service_id", "in", self.ids),
                ("reason", "=", reason),
                ("date_end", "=", False),
            ]
        ).service_id.ids
        fresh = self.filtered(lambda service: service.id not in open_ids)
        suspensions.create(
            [
                {
                    "service_id": service.id,
                    "reason": reason,
                    "note": notes.get(service),
                    "date_until": until,
                }
                for service in fresh
            ]
        )
        fresh._log_suspension(self.env._("Isolated"), reason, notes)
        if fresh:
            _logger.info("Isolated (%s): %s", reason, fresh._get_numbers())
        told = fresh.filtered(lambda service: service.access == "open")
        self._refresh_access()
        told._notify_subscriber("isolated")
        if until:
            self._trigger_dates(until)

    def _restore(self, reason: str, note: str | None = None) -> None:
        """Lift the open suspensions of these services for one reason."""
        suspensions = (
            self.env["isp.suspension"]
            .sudo()
            .search(
                [
                    ("service_id", "in", self.ids),
                    ("reason", "=", reason),
                    ("date_end", "=", False),
                ]
            )
        )
        suspensions.write(
            {"date_end": fields.Datetime.now(), "lifted_by_id": self.env.uid}
        )
        restored = self.browse(suspensions.service_id.ids)
        notes = dict.fromkeys(restored, note)
        restored._log_suspension(self.env._("Isolation lifted"), reason, notes)
        if restored:
            numbers = restored._get_numbers()
            _logger.info("Isolation lifted (%s): %s", reason, numbers)
        self._refresh_access()
        opened = restored.filtered(lambda service: service.access == "open")
        opened._notify_subscriber("restored")

    def _get_numbers(self):
        """Return the numbers of these services (str) for the log: not all of many."""
        shown = ", ".join(self[:LOGGED].mapped("name"))
        more = len(self) - LOGGED
        return f"{shown} and {more} more" if more > 0 else shown

    def _log_suspension(self, what, reason, notes):
        if not self:
            return
        labels = dict(
            self.env["isp.suspension"]
            ._fields["reason"]
            ._description_selection(self.env)
        )
        text = f"{what}: {labels[reason]}"
        self._message_log_batch(
            bodies={
                service.id: ". ".join(filter(None, (text, notes.get(service))))
                for service in self
            }
        )

    def action_suspend(self):
        """Ask for reason and date, then isolate."""
        self._check_service_admin()
        return self._open_wizard("isp_base.isp_service_suspend_action")

    def action_restore(self):
        """Lift what administrators may lift; the other reasons stay."""
        self._check_service_admin()
        self._check_states(["active"])
        reasons = set(
            self.sudo()
            .suspension_ids.filtered(lambda suspension: not suspension.date_end)
            .mapped("reason")
        )
        lifted = self.env["isp.suspension"]._get_reasons_lifted_by_hand()
        for reason in sorted(reasons & lifted):
            self._restore(reason)

    # Transitions

    def action_activate(self):
        """Activate complete services; one that is active stays as it is."""
        self._check_may_activate()
        active = self.filtered(lambda service: service.state == "active")
        self._activate(self - active)
        if active:
            return self._notify_already_active(active)
        return None

    def _activate(self, services) -> None:
        """Make complete services active, and let them through.

        :param services: isp.service
        :raises UserError: that names everything that is missing
        """
        services._check_states(self._get_activatable_states())
        services._check_complete(lambda s: s._get_missing_for_activation())
        running = services.sudo()
        running.write({"state": "active", "date_activated": fields.Datetime.now()})
        running._get_following_address()._write_partner_address()
        services._refresh_access()

    def _notify_already_active(self, active):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "%(services)s: active already, nothing was done twice.",
                    services=", ".join(active.mapped("name")),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _create_taken_over(self, vals_list: list[dict]) -> Self:
        """Make services that run already: active without the steps before it.

        The network hears of them by ``_refresh_access``, which is left to the caller.

        :return: isp.service in the order of the vals, in sudo and without messages
        """
        begun = {
            "state": "active",
            "user_id": False,
            "date_activated": fields.Datetime.now(),
            "date_taken_over": self.env.company._get_isp_today(),
        }
        services = self.sudo().with_context(**QUIET)
        vals_list = [{**begun, **vals} for vals in vals_list]
        for vals in vals_list:
            services._normalize_contact_vals(vals)
        services._link_partners(vals_list)
        services = services.create(vals_list)
        services._ensure_credentials()
        return services

    @api.model
    def _get_activatable_states(self):
        return ["draft"]

    def _check_may_activate(self):
        """:raises AccessError: for anyone but administrators"""
        self.check_access("read")
        if not self._is_service_admin():
            raise AccessError(self.env._("Only administrators activate services."))

    def _get_missing_for_activation(self) -> list[str]:
        """Return the labels (list of str) of what this service lacks to be active."""
        return self._get_missing(
            ["contact_name", "phone", "plan_id", "username", "password"]
        )

    def action_terminate(self):
        """Ask for the reason, then end running services."""
        self._check_service_admin()
        self._check_states(["active"])
        return self._ask_reason(self.env._("Terminate the service"), "_terminate")

    def _terminate(self, reason: str) -> None:
        """End running services for good, with what is open for them."""
        self._check_service_admin()
        self._check_states(["active"])
        now = fields.Datetime.now()
        self.sudo().write(
            {"state": "terminated", "date_terminated": now, "end_reason": reason}
        )
        self.sudo().suspension_ids.filtered(lambda s: not s.date_end).write(
            {"date_end": now, "lifted_by_id": self.env.uid}
        )
        self._log_reason(self.env._("Terminated"), reason)
        self._refresh_access()

    def action_cancel(self):
        """Ask for the reason, then close what never became active."""
        self._check_service_admin()
        self._check_not_running()
        return self._ask_reason(self.env._("Cancel the registration"), "_cancel")

    def _cancel(self, reason: str, lost_reason=None) -> None:
        """Close registrations that never became active, with their visits.

        :param lost_reason: isp.lost.reason, under which it is counted
        """
        self._check_service_admin()
        self._check_not_running()
        self.sudo().write(
            {
                "state": "cancelled",
                "end_reason": reason,
                "lost_reason_id": lost_reason and lost_reason.id,
                "test_until": False,
            }
        )
        self.sudo().work_order_ids.filtered("is_open")._cancel(reason)
        self._log_reason(self.env._("Cancelled"), reason)
        self._refresh_access()

    def action_reopen(self):
        """Take a cancelled service up again, from its first step."""
        self._check_service_admin()
        self._check_states(["cancelled"])
        self.sudo().write(
            {"state": "draft", "end_reason": False, "lost_reason_id": False}
        )
        self._refresh_access()

    def _change_plan(self, plan) -> None:
        """Give running services another plan, at once."""
        self._check_service_admin()
        self._check_states(["active"])
        self.sudo().write({"plan_id": plan.id})

    def action_change_plan(self):
        """Ask for the new plan of a running service."""
        self._check_service_admin()
        self._check_states(["active"])
        return self._open_wizard("isp_base.isp_service_plan_action")

    def action_change_credentials(self):
        """Ask for a new user name or password of a running service."""
        self._check_may_change_credentials()
        return self._open_wizard("isp_base.isp_service_credentials_action")

    def action_show_credentials(self):
        """Show user name and password; each showing is logged."""
        self.ensure_one()
        shown = self.env["isp.service.credentials.show"].create({"service_id": self.id})
        action = self._open_wizard("isp_base.isp_service_credentials_show_action")
        return {**action, "res_id": shown.id}

    def _change_credentials(self, username, password=None):
        """Write new credentials and log the fact, never the value."""
        self.ensure_one()
        self._check_may_change_credentials()
        self._check_username_format((username or "").strip())
        if password:
            self.browse()._check_password_format(password)
        vals = {"username": username, **({"password": password} if password else {})}
        self.sudo().write(vals)
        self._message_log(body=self.env._("The credentials were changed."))

    # Who may

    def _check_may_change_credentials(self):
        self.check_access("read")
        engineer = "isp_base.isp_base_group_network_engineer"
        if not (self._is_service_admin() or self.env.user.has_group(engineer)):
            raise AccessError(
                self.env._("Credentials are for administrators and network engineers.")
            )

    def _check_may_see_credentials(self):
        """:raises AccessError: unless admin, engineer, or technician while he visits"""
        self.check_access("read")
        mine = self.env["isp.work.order"].sudo()._get_mine_domain()
        visits = Domain("service_id", "in", self.ids) & Domain("is_open", "=", True)
        visited = self.env["isp.work.order"].sudo().search(mine & visits).service_id
        if self - self.browse(visited.ids):
            self._check_may_change_credentials()

    def _check_not_running(self):
        ended = ("active", "terminated", "cancelled")
        states = [s for s, _label in self._fields["state"].selection if s not in ended]
        self._check_states(states)

    def _log_reason(self, what, reason):
        self._message_log_batch(bodies=dict.fromkeys(self.ids, f"{what}: {reason}"))

    # Dates

    @api.model
    def _trigger_dates(self, at):
        self.env.ref("isp_base.isp_service_dates_cron").sudo()._trigger(at=at)

    def _apply_dates(self):
        """Lift what was to end by now, and end the line tests that are over."""
        due = self.env["isp.suspension"].search(
            [
                ("service_id", "in", self.ids),
                ("date_end", "=", False),
                ("date_until", "<=", fields.Datetime.now()),
            ]
        )
        for reason, suspensions in due.grouped("reason").items():
            suspensions.service_id._restore(reason)
        (self - due.service_id)._refresh_access()

    @api.model
    def _cron_apply_dates(self):
        """Apply the dates in batches; what fails is logged and stops no other."""
        now = fields.Datetime.now()
        suspended = self.env["isp.suspension"].search(
            [("date_end", "=", False), ("date_until", "<=", now)]
        )
        tested = self.search([("access", "=", "test"), ("test_until", "<=", now)])
        due = suspended.service_id | tested
        remaining = len(due)
        for ids in split_every(BATCH, due.ids):
            self.browse(ids)._apply_dates_or_log()
            remaining -= len(ids)
            self.env["ir.cron"]._commit_progress(len(ids), remaining=remaining)

    def _apply_dates_or_log(self):
        try:
            with self.env.cr.savepoint():
                self._apply_dates()
        except Exception:
            if len(self) > 1:
                for service in self:
                    service._apply_dates_or_log()
            else:
                _logger.exception("The dates of service %s were not applied", self.name)
