from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import format_datetime

from ..pictures import clean_name
from .isp_work_order_meanwhile import WrittenMeanwhile

APART = ("photos", "signature", "lines")  # what is no field with a plain value
MOST_PRODUCTS = 200  # to choose from without signal
LARGEST_PHOTO = 12_000_000  # bytes
TYPES = {
    "char": "line",
    "text": "text",
    "float": "number",
    "selection": "choice",
    "many2one": "choice",
}


def _read_number(value):
    """Return a number that somebody has typed.

    :raises ValueError: when it is none, or has no end
    """
    number = float(str(value or 0).replace(",", "."))
    if not isfinite(number):
        raise ValueError(value)
    return number


@dataclass(frozen=True)
class Moment:
    """When something was done that arrives now. It is made by code alone: a context
    that comes from outside holds no object of ours."""

    at: datetime


class IspWorkOrder(models.Model):
    """What technicians have of their visits on the phone, and do there without signal.

    What is done there are *acts*: each is a button of the form, with the questions of
    the form before it, and meets the same checks when it is sent.
    """

    _inherit = "isp.work.order"

    def _get_moment(self, after: list | tuple = ()) -> datetime:
        """Return when what is done now was done: now, or when it was written on the
        phone that sends it.

        :param after: moments of what came before it; it cannot have been earlier
        """
        moment = self.env.context.get("isp_moment")
        if not isinstance(moment, Moment):
            return fields.Datetime.now()
        return max([moment.at, *filter(None, after)])

    # What is kept on the phone

    @api.model
    def _get_phone_domain(self) -> Domain:
        """Return which of a technician's visits he has with him without signal: those
        that go on or are planned until tomorrow, and what addons add."""
        company = self.env.company
        end = company._get_isp_moment(company._get_isp_today() + timedelta(days=2))
        planned = Domain("state", "=", "scheduled") & Domain("planned_start", "<", end)
        return Domain("state", "=", "started") | planned

    @api.model
    def _get_phone_visits(self):
        """Return the user's visits as his phone keeps them (list of dict)."""
        domain = self._get_mine_domain() & self._get_phone_domain()
        orders = self.search(domain, order="planned_start, priority desc, id")
        return [order._prepare_phone_visit() for order in orders]

    def _prepare_phone_visit(self):
        self.ensure_one()
        zone = self.company_id._get_isp_zone()
        start, end = self.planned_start, self.planned_end
        day = start and self.company_id._get_isp_day(start)
        return {
            "id": self.id,
            "name": self.name,
            "kind": self._get_kind_label(),
            "state": self.state,
            "day": day and fields.Date.to_string(day),
            "time": start and format_datetime(self.env, start, zone, "HH:mm"),
            "until": end and format_datetime(self.env, end, zone, "HH:mm"),
            "urgent": self.priority not in (False, "0"),
            "who": self.contact_name or self.name,
            "phone": self.phone or "",
            "address": self.full_address or "",
            "map": self.map_url or "",
            "facts": [fact for fact in self._get_phone_facts() if fact[1]],
            "acts": self._get_phone_acts(),
            "values": self._get_phone_values(),
        }

    def _get_phone_facts(self) -> list[tuple[str, str]]:
        """Return what the technician should know before he goes: (label, text)."""
        self.ensure_one()
        return [
            (self._get_label("area_id"), self.area_id.name),
            (self._get_label("pop_id"), self.pop_id.name),
            (self._get_label("plan_id"), self.plan_id.display_name),
            (self._get_label("instruction"), self.instruction),
            (self.env._("Material"), self._describe_material()),
        ]

    def _describe_material(self):
        """Return in words what was asked of the warehouse for this visit."""
        states = dict(
            self.env["stock.move"]._fields["state"]._description_selection(self.env)
        )
        return "\n".join(
            f"{move.product_uom_qty:g} {move.product_uom.name} "
            f"{move.product_id.display_name} ({states[move.state]})"
            for move in self.sudo().material_ids
            if move.state != "cancel"
        )

    def _get_label(self, name):
        return self._fields[name]._description_string(self.env)

    def _get_phone_acts(self) -> list[dict]:
        """Return what is done at this visit, one after the other: each with its name
        (``act``), the ``label`` of its button, its ``questions``, and whether it was
        done already. One that is ``optional`` may be done at any time, one that is
        ``ahead`` too, once and before all others. One that is ``single`` waits
        until what was written before has arrived; one that is ``numbered`` gives a
        receipt its number on the phone."""
        self.ensure_one()
        kind = self._get_kind_label().lower()
        return [
            {
                "act": "start",
                "label": self.env._("Start %(kind)s", kind=kind),
                "questions": [],
                "done": self.state in ("started", "done"),
            },
            {
                "act": "report",
                "label": self.env._("Hand in the report"),
                "questions": self._get_phone_questions(),
                "done": self.state == "done",
            },
            *([self._get_material_act()] if self.has_line else ()),
        ]

    def _get_material_act(self):
        """Return the request of material: an act that may be done at any time, again
        and again (``optional``)."""
        columns = [
            self._get_product_column(self.env._("Item")),
            {"name": "quantity", "type": "number", "label": self.env._("Quantity")},
            {"name": "note", "type": "line", "label": self.env._("Note")},
        ]
        question = {
            "name": "lines",
            "type": "lines",
            "label": self.env._("Items"),
            "required": True,
            "columns": columns,
        }
        return {
            "act": "material",
            "title": self.env._("Ask the warehouse for material"),
            "label": self.env._("Send request"),
            "questions": [question],
            "optional": True,
            "done": self.state not in ("scheduled", "started"),
        }

    @api.model
    def _get_product_column(self, label):
        """Return the column of a table in which one of ``_get_phone_products`` is
        chosen."""
        return {"name": "product_id", "type": "choice", "label": label}

    @api.model
    def _get_phone_products(self):
        """Return the items of the warehouse, [(id, name)], to choose from."""
        domain = Domain("type", "=", "consu") & Domain("is_internet_plan", "=", False)
        products = self.env["product.product"].search(domain, limit=MOST_PRODUCTS)
        return [(product.id, product.display_name) for product in products]

    @api.model
    def _read_lines(self, lines, columns, item="product_id"):
        """Return the lines of a table (list of dict) as the phone sent them.

        :param item: name of the column that every line needs
        :raises UserError: when they are none, or one has no item
        """
        if not isinstance(lines, list) or not all(isinstance(x, dict) for x in lines):
            raise UserError(self.env._("This entry cannot be read: reload the page."))
        try:
            rows = [
                {
                    "product_id": int(line.get("product_id") or 0),
                    **{name: str(line.get(name) or "") for name in columns},
                    "quantity": _read_number(line.get("quantity")),
                }
                for line in lines
            ]
        except (TypeError, ValueError) as error:
            raise UserError(
                self.env._("A line has no item, or no quantity.")
            ) from error
        if not rows or not all(row[item] for row in rows):
            raise UserError(self.env._("A line has no item, or no quantity."))
        return rows

    def _phone_material(self, values, _base):
        """Ask the warehouse, as the dialog does."""
        lines = self._read_lines(values.get("lines"), ("note",))
        request = self.env["isp.material.request"].create(
            {
                "work_order_id": self.id,
                "line_ids": [Command.create(line) for line in lines],
            }
        )
        request.action_send()

    def _get_phone_act_names(self):
        """Return the names (set of str) of all that a phone may send for this visit."""
        return {"photo", *(act["act"] for act in self._get_phone_acts())}

    def _get_phone_questions(self) -> list[dict]:
        """Return what the report asks: see ``_ask_on_phone``."""
        return [
            self._ask_on_phone("report", required=True),
            self._ask_on_phone("photo_ids", type="photos"),
        ]

    @api.model
    def _ask_on_phone(self, name, **more):
        """Return a question (dict) about this field.

        :param more: ``required``; ``when`` and ``required_when`` ({field: values}):
            only with these answers; ``usual`` (dict with min, max, among): what else
            needs a reason; ``reason``: whether this is that reason
        """
        field = self._fields[name]
        question = {
            "name": name,
            "label": field._description_string(self.env),
            "help": field._description_help(self.env) or "",
            "type": TYPES.get(field.type),
        }
        if field.type == "selection":
            question["options"] = field._description_selection(self.env)
        return {**question, **more}

    def _get_phone_values(self):
        """Return what stands in the fields that are asked for (dict)."""
        names = [
            question["name"]
            for act in self._get_phone_acts()
            for question in act["questions"]
            if question["type"] not in APART
        ]
        return {name: self._get_plain(name) for name in names}

    # What is sent from it

    def _take_from_phone(self, act, values, base):
        """Do what was written on the phone, as its button does.

        :raises UserError: when it cannot be done, or would hide what others wrote
        """
        self.ensure_one()
        if not isinstance(values, dict) or not isinstance(base, dict):
            raise UserError(self.env._("This entry cannot be read: reload the page."))
        return getattr(self, f"_phone_{act}")(values, base)

    def _phone_start(self, _values, _base):
        """Who is sent together need not know who pressed first."""
        self._check_mine()
        if self.state != "started":
            self.action_start()

    def _phone_report(self, values, base):
        self._check_mine()
        self._check_states(("started",))
        self._write_from_phone(values, base, self._get_phone_questions())
        self.action_finish()

    def _write_from_phone(self, values, base, questions):
        """Write answers, unless somebody else has written there meanwhile.

        :raises UserError: that says what stands there now
        """
        asked = {
            q["name"]: q for q in questions if q["type"] not in ("photos", "lines")
        }
        values = {name: values[name] for name in asked if name in values}
        now = {name: self._get_plain(name) for name in values}
        newer = {
            name: now[name]
            for name, value in values.items()
            if name in base and now[name] not in (base[name], value or "")
        }
        if newer:
            raise WrittenMeanwhile(self._describe_meanwhile(newer), newer)
        self.write(
            {name: self._read_answer(asked[name], v) for name, v in values.items()}
        )

    @api.model
    def _read_answer(self, question, value):
        """Return an answer as its field takes it.

        :raises UserError: when it is none
        """
        try:
            if question["type"] == "number":
                return _read_number(value)
            if self._fields[question["name"]].type == "many2one":
                value = int(value or 0)
        except (TypeError, ValueError) as error:
            raise UserError(
                self.env._("%(label)s: a number is asked.", label=question["label"])
            ) from error
        options = dict(question.get("options") or ())
        known = not value or not options or value in options
        if not known or not isinstance(value or "", str | int):
            raise UserError(self.env._("This entry cannot be read: reload the page."))
        if value and question["type"] == "signature":
            self._read_picture(value)
        return value or False

    def _phone_photo(self, values, _base):
        self._check_mine()
        self._check_states(("started",))
        content = self._read_picture(values.get("data"))
        name = values.get("name")
        photo = {
            "name": clean_name(name if isinstance(name, str) else "", content, "photo"),
            "raw": content,
            "res_model": self._name,
            "res_id": self.id,
        }
        self.write({"photo_ids": [Command.create(photo)]})

    @api.model
    def _read_picture(self, data):
        """Return the bytes of a picture that was sent (base64).

        :raises UserError: when there is nothing, or too much
        """
        try:
            content = b64decode(data or "", validate=True)
        except (NotBase64, TypeError, ValueError) as error:
            raise UserError(self.env._("The picture did not arrive whole.")) from error
        if not content:
            raise UserError(self.env._("The picture did not arrive whole."))
        if len(content) > LARGEST_PHOTO:
            raise UserError(
                self.env._(
                    "The photo is larger than %(size)d MB. Take a smaller one.",
                    size=LARGEST_PHOTO // 1_000_000,
                )
            )
        return content

    def _tell_it_was_late(self, act, moment):
        """Note that what has just arrived was done earlier, without signal."""
        labels = {a["act"]: a["label"] for a in self._get_phone_acts()}
        zone = self.company_id._get_isp_zone()
        self.sudo()._message_log(
            body=self.env._(
                "%(act)s: written on the phone at %(time)s, sent now.",
                act=labels.get(act) or self.env._("Photo"),
                time=format_datetime(self.env, moment, zone, "short"),
            ),
            author_id=self.env.user.partner_id.id,
        )
