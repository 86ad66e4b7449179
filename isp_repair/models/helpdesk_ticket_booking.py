import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import plaintext2html

from ..const import OPEN_STATUSES

_logger = logging.getLogger(__name__)

MAX_COMPLAINT = 2000  # characters
MAX_ADDRESS = 300
MAX_DAYS_AHEAD = 60
PHOTOS_IN_ALL = 20
# Within an hour, of one customer
BOOKINGS, ADDITIONS = 10, 20


class HelpdeskTicket(models.Model):
    """What the customer does with his repair orders, in the portal.

    He has no right on the model: the portal calls these methods in sudo, for records
    that it found by its own domain, and for a `partner` who is the visitor's.
    """

    _inherit = "helpdesk.ticket"

    @api.model
    def _isp_get_domain(self, partner):
        """Domain of the repair orders that this customer sees."""
        return Domain("partner_id", "child_of", partner.commercial_partner_id.ids)

    @api.model
    def _isp_get_services(self, partner):
        """Return the services (isp.service) that he can have repaired."""
        return self.env["isp.service"].search(
            [
                ("partner_id", "child_of", partner.commercial_partner_id.ids),
                ("state", "=", "active"),
            ]
        )

    @api.model
    def _isp_get_categories(self):
        """Return the kinds of faults (helpdesk.ticket.category) to choose from."""
        return self.env["helpdesk.ticket.category"].search(
            [
                ("show_in_portal", "=", True),
                ("company_id", "in", [False, self.env.company.id]),
            ]
        )

    # Ordering

    @api.model
    def _isp_get_problems(self, partner, vals):
        """Return {field: what is wrong with it} of what a customer typed.

        :param vals: see `_isp_book`
        """
        problems = {
            "service_id": self._isp_get_service_problem(partner, vals["service_id"]),
            "category_id": self._isp_get_category_problem(vals["category_id"]),
            "complaint": self._isp_get_text_problem(vals["complaint"]),
            "photos": vals["photos_problem"],
            "preferred_date": self._isp_get_date_problem(vals["preferred_date"]),
            "preferred_part": self._isp_get_part_problem(vals["preferred_part"]),
            "contact_phone": self._isp_get_phone_problem(vals["contact_phone"]),
            "address": self._isp_get_address_problem(partner, vals),
        }
        return {name: problem for name, problem in problems.items() if problem}

    @api.model
    def _isp_get_service_problem(self, partner, service_id):
        if service_id and service_id not in self._isp_get_services(partner).ids:
            return self.env._("Please choose one of your connections.")
        return None

    @api.model
    def _isp_get_category_problem(self, category_id):
        if category_id not in self._isp_get_categories().ids:
            return self.env._("Please choose what kind of fault it is.")
        return None

    @api.model
    def _isp_get_text_problem(self, text):
        if not text:
            return self.env._("Please write what is wrong.")
        if len(text) > MAX_COMPLAINT:
            return self.env._(
                "The text has %(length)s characters. Please shorten it to "
                "%(most)s; you can add more later.",
                length=len(text),
                most=MAX_COMPLAINT,
            )
        return None

    @api.model
    def _isp_get_date_problem(self, date):
        today = self.env.company._get_isp_today()
        if date is None:
            return self.env._("This is not a day.")
        if date and date < today:
            return self.env._("This day is over. Please choose today or a later day.")
        if date and date > fields.Date.add(today, days=MAX_DAYS_AHEAD):
            return self.env._(
                "Please choose a day within the next %(days)s days.",
                days=MAX_DAYS_AHEAD,
            )
        return None

    @api.model
    def _isp_get_part_problem(self, part):
        parts = dict(self._fields["isp_preferred_part"].selection)
        if part and part not in parts:
            return self.env._("Please choose a part of the day.")
        return None

    @api.model
    def _isp_get_phone_problem(self, phone):
        if not self._isp_format_phone(phone):
            return self.env._(
                "Please write a phone number that we can call, like 0812 3456 7890."
            )
        return None

    @api.model
    def _isp_get_address_problem(self, partner, vals):
        """Other equipment stands where its customer says, or where he lives."""
        address = vals.get("address") or ""
        if len(address) > MAX_ADDRESS:
            return self.env._("Please shorten the address.")
        company = self.env.company
        if vals["service_id"] or address:
            return None
        if self._isp_get_known_address(partner.commercial_partner_id, company):
            return None
        return self.env._("Please write where we shall come to.")

    @api.model
    def _isp_format_phone(self, phone):
        country = self.env.company.country_id
        return phone and self.env["res.partner"]._phone_format(
            number=phone, country=country, force_format="INTERNATIONAL"
        )

    @api.model
    def _isp_may_book(self, partner):
        """Count one more order of this customer; False: too many within an hour.

        Of two orders at the same moment the second one is run again by this (see
        `isp.throttle`), so it finds the first one as its twin.
        """
        key = str(partner.commercial_partner_id.id)
        return self.env["isp.throttle"].sudo()._hit("booking", key, BOOKINGS)

    @api.model
    def _isp_get_twin(self, partner, vals):
        """Return his order of the same kind for the same service that is open yet."""
        return self.search(
            self._isp_get_domain(partner)
            & Domain("isp_service_id", "=", vals["service_id"])
            & Domain("category_id", "=", vals["category_id"])
            & Domain("isp_repair_status", "in", OPEN_STATUSES),
            order="id desc",
            limit=1,
        )

    @api.model
    def _isp_book(self, partner, vals):
        """Return the repair order that a customer made, confirmed by an e-mail.

        :param partner: res.partner who orders
        :param vals: dict of `service_id` (False: other equipment), `category_id`,
            `complaint`, `photos` and `photos_problem` (see `prepare_photos`),
            `preferred_date` (False: any; None: was not understood),
            `preferred_part`, `contact_phone`, `address` (of other equipment)
        :raises UserError: says all that is wrong with it, see `_isp_get_problems`
        """
        if problems := self._isp_get_problems(partner, vals):
            raise UserError("\n".join(problems.values()))
        ticket = self.create(self._isp_prepare_booking(partner, vals))
        ticket._isp_add_photos(vals["photos"])
        ticket.with_delay(description=self.env._("Repair ordered"))._isp_confirm()
        return ticket

    @api.model
    def _isp_prepare_booking(self, partner, vals):
        service = self.env["isp.service"].browse(vals["service_id"])
        return {
            "isp_service_id": service.id,
            "partner_id": partner.id,
            "company_id": (service.company_id or self.env.company).id,
            "category_id": vals["category_id"],
            "isp_complaint": vals["complaint"],
            "isp_preferred_date": vals["preferred_date"],
            "isp_preferred_part": vals["preferred_part"],
            "isp_contact_phone": self._isp_format_phone(vals["contact_phone"]),
            "isp_address": not service and vals.get("address"),
            "channel_id": self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_web").id,
        }

    def _isp_confirm(self):
        """Mail to the customer what he has ordered."""
        self._notify_subscriber("repair_booked")

    def _isp_add_photos(self, photos):
        """Keep photos, and return them as attachments (ir.attachment).

        :param photos: list of (file name, bytes), see `prepare_photos`
        """
        self.ensure_one()
        attachments = self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "raw": content,
                    "res_model": self._name,
                    "res_id": self.id,
                }
                for name, content in photos
            ]
        )
        self.isp_photo_ids += attachments
        return attachments

    # Afterwards

    def _isp_is_withdrawable(self):
        """Whether nobody has begun yet."""
        self.ensure_one()
        return self.isp_repair_status == "new"

    def _isp_get_addition_problems(self, text, photos):
        """Return {field: what is wrong} of what a customer wants to add to an order."""
        self.ensure_one()
        problems = self._isp_get_photos_problems(photos)
        if problem := (text or not photos) and self._isp_get_text_problem(text):
            problems["addition"] = problem
        if not self.isp_is_open:
            problems[""] = self.env._("The work is done: nothing can be added now.")
        return problems

    def _isp_get_return_problems(self, text, photos):
        """Return {field: what is wrong} of what he writes when the fault is back."""
        self.ensure_one()
        problems = self._isp_get_photos_problems(photos)
        if problem := self._isp_get_text_problem(text):
            problems["addition"] = problem
        return problems

    def _isp_get_photos_problems(self, photos):
        if len(photos) + len(self.isp_photo_ids) <= PHOTOS_IN_ALL:
            return {}
        return {
            "photos": self.env._(
                "There are %(count)s photos already. Please add no more.",
                count=len(self.isp_photo_ids),
            )
        }

    @api.model
    def _isp_may_add(self, partner):
        """Count one more addition of this customer; False: too many within an hour."""
        key = str(partner.commercial_partner_id.id)
        return self.env["isp.throttle"].sudo()._hit("addition", key, ADDITIONS)

    @api.model
    def _isp_get_too_many_text(self):
        company = self.env.company
        return self.env._(
            "That was a lot within an hour. Please call us%(phone)s, or try again "
            "later.",
            phone=f": {company.phone}" if company.phone else "",
        )

    def _isp_add(self, partner, text, photos):
        """Add what a customer wrote to his order, and tell those who work on it.

        :param photos: list of (file name, bytes), see `prepare_photos`
        :raises UserError: see `_isp_get_addition_problems`
        """
        self._isp_lock()
        if problems := self._isp_get_addition_problems(text, photos):
            raise UserError("\n".join(problems.values()))
        self._isp_say(partner, text, self._isp_add_photos(photos))

    def _isp_say(self, partner, text, attachments):
        """Post what a customer says, and tell those who work on it."""
        crew = self.isp_visit_id.technician_ids or self.team_id.user_ids
        self.message_post(
            body=plaintext2html(text or self.env._("Photos")),
            author_id=partner.id,
            partner_ids=crew.partner_id.ids,
            attachment_ids=attachments.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _isp_withdraw(self):
        """The customer needs no repair any more.

        :raises UserError: when somebody has begun with it
        """
        self._isp_lock()
        if not all(ticket._isp_is_withdrawable() for ticket in self):
            raise UserError(
                self.env._("A technician has begun with it already. Please call us.")
            )
        reason = self.env._("The customer withdrew it.")
        self.isp_visit_ids.filtered("is_open")._cancel(reason)
        self.isp_date_withdrawn = fields.Datetime.now()
        self._message_log_batch(bodies=dict.fromkeys(self.ids, reason))
        self._isp_close_calls()
        for ticket in self:
            _logger.info("Repair %s withdrawn", ticket.number)

    def _isp_go_on(self, partner, text, photos):
        """The fault is back: the customer asks for another visit.

        :param photos: list of (file name, bytes), see `prepare_photos`
        :raises UserError: see `_isp_get_return_problems`; when it was not repaired, or
            too long ago
        """
        if problems := self._isp_get_return_problems(text, photos):
            raise UserError("\n".join(problems.values()))
        self._isp_reopen(text)
        self._isp_say(partner, text, self._isp_add_photos(photos))
