"""Makes values of services out of the rows of a file; says what is wrong there."""

import re
from datetime import timedelta
from functools import cached_property

from odoo.exceptions import UserError
from odoo.tools import email_normalize, formatLang

from odoo.addons.isp_base.comments import split_contact

from .columns import simplify
from .values import parse_amount, parse_date

FAR_AHEAD = timedelta(days=400)
EXCEL_DIGITS = 15  # a number in a spreadsheet keeps no more
# What systems call a service that is open, isolated or over; as `simplify` leaves it.
OPEN = frozenset(
    "|active|aktif|on|online|enabled|enable|yes|ya|normal|lunas".split("|")
)
ISOLATED = frozenset(
    "isolir|isolated|terisolir|suspend|suspended|blocked|block|blokir|off|disabled|"
    "limited|expired|overdue|stopped|paused|tunda|banned|nonaktif sementara".split("|")
)
ENDED = frozenset(
    "inactive|ended|terminated|berhenti|nonaktif|non aktif|tidak aktif|dismantle|"
    "cabut|putus|archived|deleted|closed".split("|")
)
IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}")
NETWORK = ("static_address", "caller_id")
TEXTS = ("contact_name", "street", "street2", "city", "zip", "legacy_number")


class RowReader:
    """Reads the rows of one takeover; what they name is looked up once.

    :param takeover: isp.takeover
    """

    def __init__(self, takeover):
        self.takeover = takeover
        self.company = takeover.company_id
        self.env = takeover.with_company(self.company).sudo().env
        self.lang = takeover.env.lang
        self.today = self.company._get_isp_today()
        self.services = self.env["isp.service"]

    def parse(self, values, password):
        """Return (what `isp.service._take_over` takes, problems, remarks).

        :param values: {column name: text or number}
        """
        row = Row(self, values, password)
        return row.parse(), row.problems, row.remarks

    def format_amount(self, amount):
        return formatLang(self.env, amount, currency_obj=self.company.currency_id)

    def get_label(self, name):
        return self._labels[name]

    def find(self, name, text):
        """Return the ids of the records that this text names in a column."""
        return self._names[name].get(simplify(text), [])

    @cached_property
    def required(self):
        """The names of the columns that no row may leave empty."""
        return [column.name for column in self.takeover._get_required_columns()]

    @cached_property
    def id_types(self):
        """{what people call a type of ID, in small letters: its value}"""
        words = {
            word: id_type
            for id_type, words in self.env["res.partner"]
            ._isp_get_id_type_words()
            .items()
            for word in words
        }
        labels = self.id_type_labels.items()
        return {simplify(label): id_type for id_type, label in labels} | words

    @cached_property
    def id_type_labels(self):
        field = self.env["res.partner"]._fields["isp_id_type"]
        return dict(field._description_selection(self.env))

    @cached_property
    def _labels(self):
        columns = self.takeover._get_columns()
        return {column.name: column.get_heading(self.lang) for column in columns}

    @cached_property
    def _names(self):
        return {
            "plan": self._index("product.template", [("is_internet_plan", "=", True)]),
            "category": self._index("isp.subscriber.category"),
            "area": self._index("isp.area", names=("name", "complete_name", "code")),
            "pop": self._index("isp.pop", names=("name", "code", "display_name")),
            "schedule": self._index("isp.billing.schedule"),
        }

    def _index(self, model, domain=(), names=("name",)):
        """Return {name in small letters: ids}, of every language."""
        records = self.env[model].search(
            [("company_id", "in", [False, self.company.id]), *domain]
        )
        found = {}
        for code, _label in self.env["res.lang"].get_installed():
            for record in records.with_context(lang=code):
                for name in names:
                    ids = found.setdefault(simplify(record[name]), [])
                    if record.id not in ids:
                        ids.append(record.id)
        return found


class Row:
    """One row; ``problems`` keep it from being taken over, ``remarks`` do not."""

    def __init__(self, reader, values, password):
        self.reader, self.values, self.password = reader, values, password
        self.env, self.problems, self.remarks = reader.takeover.env, [], []

    def parse(self):
        self._read_name()
        self._read_required()
        service = {name: self.text(name) for name in TEXTS if self.text(name)}
        service |= {
            **self._read_contact(),
            **self._read_identity(),
            **self._read_place(),
            **self._read_credentials(),
            **self._read_terms(),
        }
        for name in NETWORK:
            if self.text(name):
                service |= self._read_network(name)
        self.reader.takeover._complete_service_vals(service, self)
        return {
            "service": service,
            "isolated": self._read_status(),
            **self._read_billed(service.get("activation_date")),
            **self._read_balance(),
        }

    def _read_name(self):
        """A first and a last name are one; of a list without names it is what the
        comment says, else the user name."""
        if self.text("contact_name"):
            return
        parts = [self.text("first_name"), self.text("last_name")]
        name = " ".join(part for part in parts if part)
        if not name and (comment := self.text("comment")):
            name, phones = split_contact(comment)
            if phones and not self.text("phone"):
                self.values["phone"] = phones[0]
        columns = {column for _heading, column in self.reader.takeover.headings}
        if not name and "comment" in columns and "contact_name" not in columns:
            name = self.text("username")
        if name:
            self.values["contact_name"] = name

    def _read_status(self):
        """Return what the former system calls a service that it isolates, "" for one
        that is open; what has ended there is not taken over."""
        if self.text("disabled").lower() in ("yes", "true", "1"):
            return self.text("disabled")
        tunnel = self.text("tunnel").lower()
        if tunnel not in ("", "any", "pppoe"):
            self.wrong("tunnel", self.env._("“%s” is a tunnel, no subscriber", tunnel))
        text = self.text("status")
        word = simplify(text)
        if word in ENDED:
            self.wrong(
                "status", self.env._("“%s”: it has ended, and is left out", text)
            )
        elif word in ISOLATED:
            self.remarks.append(self.env._("Is isolated, as it was (“%s”).", text))
            return text
        elif word not in OPEN:
            self.wrong(
                "status",
                self.env._("“%s” is not known: write Active, Isolated or Ended", text),
            )
        return ""

    def text(self, name):
        return str(self.values.get(name, "")).strip()

    def wrong(self, name, text):
        self.problems.append(f"{self.reader.get_label(name)}: {text}")

    def _try(self, name, function, *args):
        """Return what the function makes of the arguments; its error is a problem."""
        try:
            return function(*args)
        except UserError as error:
            self.wrong(name, str(error))
            return None

    def _read_required(self):
        for name in self.reader.required:
            if not self.text(name):
                self.wrong(name, self.env._("is missing"))

    def _read_contact(self):
        vals = {}
        if phone := self.text("phone"):
            vals["phone"] = self._try(
                "phone", self.reader.services._format_phone, phone
            )
        else:
            self.remarks.append(self.env._("No phone number yet: it can come later."))
        if email := self.text("email"):
            vals["email"] = email
            if not email_normalize(email):
                self.wrong("email", self.env._("“%s” is no e-mail address", email))
        return vals

    def _read_identity(self):
        partners, kind = self.reader.env["res.partner"], self.text("id_type")
        number = partners._isp_clean_id_number(self.text("id_number"))
        if not number:
            return {}
        vals = {
            "id_number": number,
            "id_type": self.reader.id_types.get(simplify(kind))
            if kind
            else partners._isp_get_default_id_type(),
        }
        cell = self.values["id_number"]
        if not vals["id_type"]:
            self.wrong(
                "id_type",
                self.env._(
                    "“%(text)s” is none of %(types)s",
                    text=kind,
                    types=", ".join(self.reader.id_type_labels.values()),
                ),
            )
        elif "E+" in number.upper() or (
            not isinstance(cell, str) and len(number) > EXCEL_DIGITS
        ):
            self.wrong(
                "id_number",
                self.env._(
                    "the spreadsheet keeps it as a number and has lost its last "
                    "digits; write it as text"
                ),
            )
        elif problem := partners._isp_get_id_number_problem(vals["id_type"], number):
            self.wrong("id_number", problem)
        return vals

    def _read_network(self, name):
        """Return the vals of what is for the network, where that is kept here."""
        if name == "static_address" and not IPV4.fullmatch(self.text(name)):
            self.wrong(name, self.env._("“%s” is no IPv4 address", self.text(name)))
        if name in self.reader.services._fields:
            return {name: self.text(name)}
        self.remarks.append(
            self.env._(
                "%(column)s: %(value)s is not kept, as the network is not kept here.",
                column=self.reader.get_label(name),
                value=self.text(name),
            )
        )
        return {}

    def _read_place(self):
        text = self.text("coordinates")
        if not text and (self.text("latitude") or self.text("longitude")):
            parts = (self.text("latitude"), self.text("longitude"))
            text = ", ".join(part.replace(",", ".") for part in parts)
        if not text:
            return {}
        parse = self.reader.services._parse_coordinates
        place = self._try("coordinates", parse, text)
        return dict(zip(("latitude", "longitude"), place or (), strict=False))

    def _read_credentials(self):
        generate = self.reader.takeover.generate_credentials
        username = self.text("username")
        vals = {"username": username, "password": self.password}
        checks = {
            "username": self.reader.services._check_username_format,
            "password": self.reader.services._check_kept_password,
        }
        for name, check in checks.items():
            if vals[name]:
                self._try(name, check, vals[name])
            elif not generate:
                self.wrong(name, self._say_missing(name))
        return {name: value for name, value in vals.items() if value}

    def _say_missing(self, name):
        if name == "password" and self.reader.takeover.system == "routeros":
            return self.env._(
                "is missing; RouterOS 7 writes passwords by “/export show-sensitive” "
                "alone"
            )
        return self.env._("is missing")

    def _read_terms(self):
        vals = {f"{n}_id": self._read_record(n) for n in ("category", "area", "pop")}
        vals["plan_id"] = self._read_record("plan")
        schedule = self._read_record("schedule")
        if not self.text("schedule"):
            schedule = self.reader.takeover.schedule_id.id
            if not schedule:
                self.wrong("schedule", self.env._("is missing"))
        vals["billing_schedule_id"] = schedule
        activated = self._read_date("activation_date")
        if not self.text("activation_date"):
            activated = self.reader.today
            self.remarks.append(self.env._("Without an activation date: from today."))
        vals["activation_date"] = activated
        if activated and activated > self.reader.today:
            self.wrong("activation_date", self.env._("lies in the future"))
        vals["own_price"] = self._read_amount("own_price") or 0.0
        if self.text("own_price") and vals["own_price"] <= 0:
            self.wrong(
                "own_price",
                self.env._(
                    "must be above zero; leave it empty for the plan's price, and "
                    "choose a free plan for who pays nothing"
                ),
            )
        return vals

    def _read_record(self, name):
        text = self.text(name)
        ids = self.reader.find(name, text) if text else []
        if text and not ids:
            self.wrong(name, self.env._("“%s” is not known here", text))
        if len(ids) > 1:
            self.wrong(
                name,
                self.env._(
                    "%(n)s records are called “%(text)s”", n=len(ids), text=text
                ),
            )
        return ids[0] if len(ids) == 1 else False

    def _read_date(self, name):
        text = self.text(name)
        if not text:
            return False
        try:
            return parse_date(text)
        except ValueError:
            self.wrong(
                name,
                self.env._("“%s” is no date such as 2026-05-31 or 31/05/2026", text),
            )
            return False

    def _read_amount(self, name):
        if not self.text(name):
            return 0.0
        try:
            return parse_amount(self.values[name])
        except ValueError:
            self.wrong(name, self.env._("“%s” is no amount", self.text(name)))
            return 0.0

    def _sign_balance(self, balance):
        """Return the balance with the sign that it has here, and say which way it is
        booked: systems do not agree on what a plus means."""
        sign = self.reader.takeover.balance_sign
        amount = self.reader.format_amount(abs(balance))
        if not sign:
            self.wrong(
                "balance",
                self.env._(
                    "%s: is it what he owes us, or his credit? Say above what a plus "
                    "means.",
                    amount,
                ),
            )
        elif sign == "credit":
            balance = -balance
        if sign and balance > 0:
            self.remarks.append(self.env._("He owes us %s.", amount))
        elif sign:
            self.remarks.append(self.env._("We owe him %s: a credit.", amount))
        return balance

    def _read_billed(self, activated):
        until, today = self._read_date("billed_until"), self.reader.today
        if until and activated and until < activated - timedelta(days=1):
            self.wrong("billed_until", self.env._("lies before the activation date"))
        elif until and until > today + FAR_AHEAD:
            self.remarks.append(
                self.env._("Billed more than a year ahead, until %s.", until)
            )
        elif until and until < today - timedelta(days=1):
            self.remarks.append(
                self.env._(
                    "The days since %s are billed with the next billing run.",
                    until + timedelta(days=1),
                )
            )
        return {"billed_until": until}

    def _read_balance(self):
        balance, due = self._read_amount("balance"), self._read_date("balance_due")
        if balance:
            balance = self._sign_balance(balance)
        if balance > 0 and due and due < self.reader.today:
            self.remarks.append(
                self.env._(
                    "The open balance is overdue since %s: the service may be "
                    "isolated at once.",
                    due,
                )
            )
        return {"balance": balance, "balance_due": due}
