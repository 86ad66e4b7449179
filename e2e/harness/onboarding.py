"""Subscribers brought to a step of their registration, each step by its own person."""

import base64
import io
from datetime import datetime, timedelta, timezone
from itertools import count

from PIL import Image, ImageDraw

_numbers = count(1)


def signature():
    """A drawn line as PNG in base64, as the signature box sends it."""
    image = Image.new("RGBA", (300, 100))
    ImageDraw.Draw(image).line([(10, 50), (90, 20), (170, 80), (290, 40)], "navy", 4)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def in_utc(days=0, hours=0):
    """A moment from now on, in UTC as Odoo's RPC takes it."""
    moment = datetime.now(timezone.utc) + timedelta(days=days, hours=hours)
    return f"{moment:%Y-%m-%d %H:%M:%S}"


class Registration:
    """One new subscriber and the clients of those who take him through the steps."""

    def __init__(self, server, **vals):
        self.sales = server.client("sales")
        self.administrator = server.client("administrator")
        self.technician = server.client("technician1")
        number = next(_numbers)
        usual = {
            "contact_name": f"Story {number}",
            "phone": f"0812 7000 {number:04}",
            "email": f"story{number}@pelanggan.example",
            "street": f"Jalan Cerita {number}",
        }
        self.id = self.sales.create("isp.service", **{**usual, **vals})

    def read(self, *fields):
        """The service as the administrator sees it, a dictionary."""
        (values,) = self.administrator.read("isp.service", [self.id], *fields)
        return values

    def office(self, method, **values):
        """Write values, then press a button, as the administrator."""
        if values:
            self.administrator.call("isp.service", "write", [self.id], values)
        return self.administrator.call("isp.service", method, [self.id])

    def visit(self, method, **values):
        """Write into the current visit and press a button, as the technician."""
        visit = self.read("visit_id")["visit_id"][0]
        if values:
            self.technician.call("isp.work.order", "write", [visit], values)
        return method and self.technician.call("isp.work.order", method, [visit])

    def plan_visit(self, days=0):
        self.office(
            "action_schedule_visit",
            visit_planned_start=in_utc(days, hours=1),
            visit_planned_end=in_utc(days, hours=3),
            visit_technician_ids=[[6, 0, [self.technician.uid]]],
        )

    def to_account(self):
        self.office("action_registration_done")
        self.plan_visit()
        self.visit("action_start")
        self.visit(
            "action_finish",
            verdict="feasible",
            topology="ODP 12, port 4",
            report="Clear path",
        )

    def to_installation(self):
        self.to_account()
        self.account_and_product()

    def account_and_product(self):
        (category,) = self._first("isp.subscriber.category")
        (area,) = self._first("isp.area")
        self.office("action_account_done", category_id=category, area_id=area)
        (plan,) = self._first("product.template", [("is_internet_plan", "=", True)])
        (pop,) = self._first("isp.pop")
        self.office("action_product_done", plan_id=plan, pop_id=pop)

    def to_finalisation(self):
        self.to_installation()
        self.plan_visit()
        self.install()

    def install(self):
        self.visit("action_start")
        self.visit(
            "action_finish",
            speed_test_download=19.8,
            speed_test_upload=9.9,
            report="Router in the living room",
        )

    def sign(self):
        self.visit(
            None,
            customer_signature=signature(),
            customer_signed_by="Story",
            technician_signature=signature(),
        )

    def to_active(self):
        self.to_finalisation()
        self.sign()
        self.office("action_activate")

    def _first(self, model, domain=()):
        return self.administrator.call(model, "search", list(domain), limit=1)
