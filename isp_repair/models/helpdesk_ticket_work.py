import logging

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from odoo.addons.isp_base.locks import lock_or_retry

_logger = logging.getLogger(__name__)

CALL = "isp_repair.mail_activity_new_repair"
NEXT = "mail.mail_activity_data_todo"
HOURS = {"morning": 8, "afternoon": 13, "evening": 17}  # where the company is


class HelpdeskTicket(models.Model):
    """The technicians' part of a repair order: called, begun once, and carried out.

    What they do stands on the visit (isp.work.order); the order follows.
    """

    _inherit = "helpdesk.ticket"

    # Calling somebody

    def _isp_call_technicians(self):
        """Tell those who may take these orders, at once: on the screen, by message
        and among their activities."""
        for ticket in self.sudo():
            users = ticket._isp_get_called_users()
            ticket._isp_schedule_calls(users)
            told = users | ticket.company_id._get_isp_person("office")
            ticket._isp_notify_called(told)
            for user in told:
                user._bus_send(
                    "isp_repair.new_repair",
                    {
                        "id": ticket.id,
                        "title": user.with_context(lang=user.lang).env._("New repair"),
                        "message": ticket._isp_get_call_text(),
                    },
                )

    def _isp_get_called_users(self):
        """Return the technicians of the order's team; without any, those who
        administrate services in its company."""
        self.ensure_one()
        company = self.company_id

        def reachable(users):
            return users.filtered(lambda u: u.active and company in u.company_ids)

        administrators = self.env.ref("isp_base.isp_base_group_admin").all_user_ids
        # Nobody answers the activities of the superuser.
        people = administrators - self.env.ref("base.user_root")
        return reachable(self.team_id.user_ids) or reachable(people)

    def _isp_get_call_text(self):
        parts = [self.number, self.partner_id.name, self.isp_area_id.name, self.name]
        return " · ".join(part for part in parts if part)

    def _isp_schedule_calls(self, users):
        """Who is called does not follow the order: one of them alone will take it."""
        followers = self.message_partner_ids
        orders = self.with_context(mail_activity_quick_update=True)
        orders._ask_people(CALL, users, summary=self.name)
        self.message_unsubscribe((users.partner_id - followers).ids)

    def _isp_notify_called(self, users):
        for lang, group in users.grouped("lang").items():
            ticket = self.with_context(lang=lang)
            what = self._isp_get_call_text()
            ticket.message_notify(
                partner_ids=group.partner_id.ids,
                subject=ticket.env._("New repair: %(what)s", what=what),
                body=ticket._isp_get_call_body(),
                author_id=self.env.ref("base.partner_root").id,
                email_layout_xmlid="mail.mail_notification_light",
            )

    def _isp_get_call_body(self):
        """Return what is wrong, and where and whom to call: a mail is read where no
        form opens."""
        where = [
            (self.env._("Address"), self.isp_full_address),
            (self.env._("Call"), self.isp_contact_phone),
        ]
        lines = [Markup("<b>%s:</b> %s") % line for line in where if line[1]]
        return self.description + Markup("<br/>").join(lines)

    def _isp_close_calls(self):
        self._close_question(CALL)

    # Beginning

    def action_isp_repair(self):
        """Take the order and begin. Of two who press it at once, the second one's
        request is run again by this lock, and finds who has it.

        :raises UserError: when somebody has it already
        """
        self.ensure_one()
        self._check_isp_crew()
        self._isp_lock()
        visit = self.sudo().isp_visit_id
        if visit.is_open:
            self._check_isp_mine_to_begin(visit)
        else:
            self._check_states(("new",))
            visit = self._isp_open_visit(fields.Datetime.now())
        visit.sudo().write(self._isp_prepare_assignment(self.env.user))
        visit.with_env(self.env).action_start()

    def _check_isp_crew(self):
        """:raises AccessError: for anyone but administrators and those technicians who
        may see it: whoever has its page open may be late"""
        technician = "isp_base.isp_base_group_technician"
        if not (self._is_service_admin() or self.env.user.has_group(technician)):
            raise AccessError(self.env._("Repairs are for technicians."))
        if not self.has_access("read"):
            raise AccessError(
                self.env._(
                    "This repair waits for you no more: it was withdrawn, or somebody "
                    "else has done it. Go back to the list of repairs."
                )
            )

    def _isp_lock(self):
        """Of two who move an order at once the second one waits here, and is run
        again on what the first one left."""
        lock_or_retry(self)
        self.invalidate_recordset(["isp_visit_id", "isp_repair_status"])

    def _check_isp_mine_to_begin(self, visit):
        """:raises UserError: unless this visit, in sudo, waits for the user"""
        names = ", ".join(visit.technician_ids.mapped("name"))
        if visit.state == "started":
            raise UserError(
                self.env._(
                    "%(technician)s has had this repair since %(time)s.",
                    technician=names,
                    time=self._isp_format(visit.date_started),
                )
            )
        if visit.technician_ids and self.env.user not in visit.technician_ids:
            raise UserError(
                self.env._(
                    "This repair is planned for %(technician)s. The office can give "
                    "it to you.",
                    technician=names,
                )
            )

    @api.model
    def _isp_prepare_assignment(self, user):
        return {
            "state": "scheduled",
            "pic_id": user.id,
            "technician_ids": [Command.set(user.ids)],
            "planned_start": fields.Datetime.now(),
        }

    def _isp_open_visit(self, start=False):
        """Return a new visit in sudo, which nobody is sent to yet.

        :param start: when it is planned, a naive UTC datetime
        """
        self.ensure_one()
        return (
            self.env["isp.work.order"]
            .sudo()
            .create(
                {
                    "kind": "repair",
                    "ticket_id": self.id,
                    "service_id": self.isp_service_id.id,
                    "planned_start": start,
                }
            )
        )

    def action_isp_plan(self):
        """Open the visit, for the office to send somebody at a certain time."""
        self.ensure_one()
        self._check_service_admin()
        self._isp_lock()
        visit = self.isp_visit_id
        if not visit.is_open:
            self._check_states(("new",))
            visit = self._isp_open_visit(self._isp_get_preferred_start())
        return self._isp_open_form(visit)

    def _isp_get_preferred_start(self):
        """Return when the customer would like it, a naive UTC datetime, or False."""
        if not self.isp_preferred_date:
            return False
        hour = HOURS.get(self.isp_preferred_part, HOURS["morning"])
        return self.company_id._get_isp_moment(self.isp_preferred_date, hour)

    @api.model
    def _isp_open_form(self, record):
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }

    def _isp_begun(self):
        """Hook of the visit: a technician has begun."""
        for ticket in self.sudo():
            ticket.user_id = ticket.isp_visit_id.pic_id
            _logger.info("Repair %s begun by user %s", ticket.number, ticket.user_id.id)
        self._isp_close_calls()
        self._notify_subscriber("repair_started")

    def _isp_ask_office(self, get_summary):
        """Tell the office what is next, in place of what it was told before.

        :param get_summary: function from the order, in a language, to the text
        """
        self._close_question(NEXT)
        for ticket in self:
            office = ticket.company_id._get_isp_person("office")
            summary = get_summary(ticket.with_context(lang=office.lang))
            ticket._ask_person(NEXT, "office", summary=summary)

    def _isp_repaired(self):
        """Hook of the visit: a technician has finished."""
        for ticket in self.sudo():
            visit = ticket.isp_visit_id
            _logger.info("Repair %s done by visit %s", ticket.number, visit.name)
            ticket._isp_ask_office(lambda t: t.env._("Repaired: create the invoice"))
        self._notify_subscriber("repair_done")

    def _send_template(self, template, notice, values):
        """What becomes of the repair is told in its conversation, and by mail."""
        if notice.code == "repair_booked":
            return super()._send_template(template, notice, values)
        for ticket in self:
            ticket.with_context(
                lang=ticket.partner_id.lang, mail_notify_force_send=notice.at_once
            ).message_post_with_source(
                template,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=ticket.partner_id.ids,
            )
        return None

    def _get_notice_email(self):
        """Who has no address reads it in the portal all the same."""
        return bool(self.partner_id)

    # On the way: buttons of the order that act on its visit

    def action_isp_process(self):
        """Open the technician's report."""
        self.ensure_one()
        return self._isp_open_form(self._isp_get_visit())

    def action_isp_wait_for_parts(self):
        return self._isp_get_visit().action_wait_for_parts()

    def action_isp_wait_for_customer(self):
        return self._isp_get_visit().action_wait_for_customer()

    def action_isp_resume(self):
        return self._isp_get_visit().action_resume()

    def action_isp_hand_over(self):
        return self._isp_get_visit().action_hand_over()

    def _isp_get_visit(self):
        """Return the visit of the order, as far as the user may see it.

        :raises UserError: when nobody has begun
        """
        self.ensure_one()
        self._check_isp_crew()
        visit = self.isp_visit_id
        if not visit:
            raise UserError(self.env._("Nobody has begun with this repair yet."))
        visit.check_access("read")
        return visit
