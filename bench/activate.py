"""How long it takes from the press of *Activate* until FreeRADIUS lets the line in.

The handover is printed and sealed, the first invoice made and the row of FreeRADIUS
written in it. The yardstick is a contact that is written and committed, and the same
log-in of somebody who is active already.
"""

import base64
import io
import statistics
import tempfile
import time
from pathlib import Path

from PIL import Image, ImageDraw

from tools import freeradius, postgres
from tools.measure import get_size, report

from .billing_run import make_services
from .radius import SECRET, get_archive, send

FEWEST = 10
PASSWORD = "kata-sandi-7"
NAS = "127.0.3.8"
LOGIN = """Packet-Src-IP-Address = {nas}
User-Name = "{name}"
User-Password = "{password}"
"""


def run(env):
    """Report seconds, median and 95th percentile; `env` is that of an Odoo shell."""
    postgres.environment()
    count = max(FEWEST, get_size(100))
    services = _make_complete(env, count)
    active = make_services(env, 1)
    active._change_credentials("bench-active", PASSWORD)
    routers = env["isp.router"]
    routers.create({"name": "Bench", "address": NAS, "radius_secret": SECRET})
    env.cr.commit()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        server = freeradius.Server(folder / "radius", folder / "radius.log")
        server.configure(get_archive(env), env.cr.dbname)
        server.start()
        try:
            times = _measure(env, folder, services, active)
        finally:
            server.stop()
    ours, bare = zip(*times, strict=True)
    for name, share in (("median", 50), ("95th percentile", 95)):
        mine, yours = (
            statistics.quantiles(each, n=100, method="inclusive")[share - 1]
            for each in (ours, bare)
        )
        title = f"activate, {name}"
        report(title, count, "s", mine, "a contact written, a log-in", yours)


def _make_complete(env, count):
    """Return so many services whose installation is reported and signed."""
    plan = env.ref("isp_base.isp_plan_home_20")
    pop = env["isp.pop"].search([("company_id", "=", env.company.id)], limit=1)
    services = env["isp.service"].create(
        [
            {
                "contact_name": f"Bench {n:05d}",
                "phone": f"+62 813 {88_000_000 + n}",
                "street": f"Jalan Anggrek {n}",
                "plan_id": plan.id,
                "pop_id": pop.id,
                "billing_schedule_id": env["isp.billing.schedule"]
                .search([], limit=1)
                .id,
                "activation_date": env.company._get_isp_today(),
                "username": f"bench-{n:05d}",
                "password": PASSWORD,
            }
            for n in range(count)
        ]
    )
    signature = _draw()
    visits = env["isp.work.order"].create(
        [
            {
                "service_id": service.id,
                "kind": "installation",
                "pic_id": env.uid,
                "customer_signed_by": service.contact_name,
                "customer_signature": signature,
                "technician_signature": signature,
            }
            for service in services
        ]
    )
    for visit in visits:
        visit.service_id.visit_id = visit
    services.write({"state": "finalisation"})
    env.cr.commit()
    return services


def _draw():
    image = Image.new("RGBA", (120, 60), (255, 255, 255, 0))
    ImageDraw.Draw(image).line((5, 50, 60, 10, 115, 45), fill="black", width=3)
    content = io.BytesIO()
    image.save(content, "PNG")
    return base64.b64encode(content.getvalue())


def _measure(env, folder, services, active):
    """Return [(seconds of an activation, of the yardstick), …], in turns."""
    times = []
    for service in services:
        env.invalidate_all()
        begin = time.perf_counter()
        active.partner_id.comment = f"<p>{service.id}</p>"
        env.cr.commit()
        _log_in(folder, active)
        middle = time.perf_counter()
        service.action_activate()
        env.cr.commit()
        _log_in(folder, service)
        times.append((time.perf_counter() - middle, middle - begin))
    return times


def _log_in(folder, service):
    """:raises Failure: when it is refused"""
    file = folder / "login.txt"
    file.write_text(LOGIN.format(nas=NAS, name=service.username, password=PASSWORD))
    send(file, "auth")
