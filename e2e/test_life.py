"""What changes in the life of a service, in the browser: the subscriber follows his
registration on a phone; a service moves, changes hands, pauses, changes its plan, and
ends without giving its ONU back."""

from calendar import monthrange
from datetime import date, timedelta

import pytest

from harness.billing import run_script
from harness.browser import draw_signature, wait_until_quiet
from harness.onboarding import Registration, in_utc
from harness.screen import Screen

DAY = timedelta(days=1)

# A portal user for each, whose running service is billed for a month from five days
# ago on; the invoice is open, and not due yet.
LIVES = """
from freezegun import freeze_time
from datetime import timedelta
company = env.ref("base.main_company")
begin = company._get_isp_today() - timedelta(days=5)
schedule = env["isp.billing.schedule"].create({
    "name": "Bulan berjalan", "anniversary": True, "days_until_due": 7})
for number, name in enumerate("%(names)s".split()):
    login = f"{name.lower()}-hidup"
    partner = env["res.partner"].create({
        "name": f"{name} Hidup", "phone": f"+62 812 7100 {number:04}",
        "email": f"{login}@pelanggan.example", "tz": "Asia/Jakarta",
        "lang": "id_ID", "company_id": company.id})
    env["res.users"].with_context(no_reset_password=True).create({
        "login": login, "password": login, "partner_id": partner.id,
        "group_ids": [(6, 0, env.ref("base.group_portal").ids)]})
    if name.startswith("Calon"):
        continue
    service = env["isp.service"].create({
        "contact_name": partner.name, "phone": partner.phone, "email": partner.email,
        "partner_id": partner.id, "street": "Jalan Lama 1",
        "username": login, "password": "kata-sandi-7",
        "plan_id": env.ref("isp_base.isp_plan_home_20").id,
        "pop_id": env.ref("isp_base.isp_pop_palmerah").id,
        "area_id": env.ref("isp_base.isp_area_palmerah").id,
        "billing_schedule_id": schedule.id, "activation_date": begin,
        "tax_ids": [(5,)]})
    service.write({"state": "active"})
    with freeze_time(f"{begin} 03:00:00"):
        service._begin_billing()
    service._refresh_access()
    if name.startswith("Bongkar"):
        lot = env["stock.lot"].create({
            "name": f"ONU-HILANG-{number}",
            "product_id": env.ref("isp_base.product_onu").id, "company_id": company.id})
        place = partner.with_company(company).property_stock_customer
        env["stock.quant"]._update_available_quantity(
            lot.product_id, place, 1, lot_id=lot)
        lot.isp_service_id = service
"""
# What he reads on the page of his service, and the office in its dialogs.
WORDS = {
    "en_US": {
        "registered": "Your registration",
        "planned": "We come to you",
        "suits": "You have confirmed this time.",
        "on_way": "Our technicians are on the way to you",
        "there": "Our technicians are with you",
        "prepared": "Your line is prepared",
        "owes": "He owes",
        "missing": "Missing: charge it",
    },
    "id_ID": {
        "registered": "Pendaftaran Anda",
        "planned": "Kami datang ke tempat Anda",
        "suits": "Anda telah menyetujui waktu ini.",
        "on_way": "Teknisi kami sedang menuju lokasi Anda",
        "there": "Teknisi kami sedang di tempat Anda",
        "prepared": "Jaringan Anda disiapkan",
        "owes": "Pelanggan berutang",
        "missing": "Hilang: tagihkan",
    },
}
BOTH_NAMES = [
    f"{name}-{language}"
    for name in ("Pindah", "Serah", "Cuti", "Bongkar", "Ganti", "Calon")
    for language in WORDS
]
NAMES = " ".join([*BOTH_NAMES, "Calon-pemilik"])

# What the hourly actions do on each day from then on.
DAYS = """
from datetime import date, timedelta
from freezegun import freeze_time
service = env["isp.service"].browse(%(service)s)
day = date.fromisoformat("%(first)s")
while day <= date.fromisoformat("%(last)s"):
    with freeze_time(f"{day - timedelta(days=1)} 17:00:00"):
        service._filter_pause_due()._begin_late()
        service._apply_dates()
        if service.next_invoice_date and service.next_invoice_date <= day:
            env["isp.biller"]._bill(service)
    day += timedelta(days=1)
"""


class Life:
    """One of the running services, as others see it."""

    def __init__(self, server, name):
        self.server, self.login = server, f"{name.lower()}-hidup"
        self.name = f"{name} Hidup"
        self.office = server.client("administrator")
        (row,) = self.find()
        self.id = row["id"]

    def find(self, *names):
        domain = [("username", "=", self.login)]
        return self.office.find("isp.service", domain, "name", *names)

    def read(self, *names):
        return self.find(*names)[0]

    def get_invoices(self):
        """Return its documents as the accountant sees them, the first one first."""
        domain = [("line_ids.isp_service_id", "=", self.id), ("state", "=", "posted")]
        moves = self.server.client("accountant").find(
            "account.move",
            domain,
            *("name", "partner_id", "move_type", "amount_untaxed", "amount_residual"),
        )
        return sorted(moves, key=lambda move: move["id"])


@pytest.fixture(scope="module")
def lives(server):
    run_script(server, LIVES % {"names": NAMES}, "lives")
    return server


class Office(Screen):
    """The administrator, with a subscriber's form before him."""

    def __init__(self, page, language):
        super().__init__(page)
        self.format = {"en_US": "%m/%d/%Y", "id_ID": "%d/%m/%Y"}[language]

    def open_service(self, service):
        self.page.goto(f"/odoo/isp.service/{service.id}")
        self.page.wait_for_selector(".o_form_view")
        wait_until_quiet(self.page)

    def field(self, name, tag="input"):
        dialog = self.page.locator(".modal")
        place = dialog if dialog.count() else self.page
        return place.locator(f"div[name={name}] {tag} >> visible=true").first

    def press_of_form(self, name):
        """Press what opens a dialog."""
        self.page.locator(f".o_form_view button[name={name}] >> visible=true").click()
        self.page.wait_for_selector(".modal .o_form_view")
        wait_until_quiet(self.page)

    def press_in_dialog(self, name):
        self.page.locator(f".modal button[name={name}] >> visible=true").click()
        wait_until_quiet(self.page)

    def apply(self):
        self.press_in_dialog("action_apply")
        self.page.wait_for_selector(".modal", state="detached")

    def read_preview(self):
        preview = self.page.locator(".modal div[name=preview]")
        preview.wait_for()
        return preview.inner_text().replace("\N{NO-BREAK SPACE}", " ")

    def choose_outcome(self, row, label):
        row.locator("td[name=outcome] input").click()
        self.page.locator(".o_select_menu_item", has_text=label).click()

    def write_day(self, name, day):
        shown = self.page.locator(f".modal div[name={name}] button >> visible=true")
        if shown.count():
            shown.first.click()
        self.fill(**{name: day.strftime(self.format)})


@pytest.fixture(params=WORDS)
def language(request):
    return request.param


@pytest.fixture
def office(browser, lives, language):
    return Office(browser.desktop("administrator", language), language)


def show(amount, language):
    """Return an amount as people read it."""
    return f"{amount:,}".replace(",", "," if language == "en_US" else ".")


def test_he_follows_his_registration_to_active(lives, browser, language):
    login = f"calon-{language.lower()}-hidup"
    (partner,) = lives.query(
        f"SELECT partner_id FROM res_users WHERE login = '{login}'"
    )
    coming = Registration(lives, partner_id=int(partner))
    phone = browser.phone(login, language=language)

    def look(text):
        phone.goto(f"/my/services/{coming.id}")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        assert text in phone.inner_text("main").replace("\N{NO-BREAK SPACE}", " ")

    words = WORDS[language]
    look(words["registered"])
    coming.office("action_registration_done")
    coming.plan_visit()
    look(words["planned"])
    assert "Budi" in phone.inner_text(".isp_visit")
    phone.click(".isp_visit summary")
    phone.fill(".isp_visit input[name=wish]", "Sabtu pagi")
    with phone.expect_navigation():
        phone.click(".isp_visit button[value=other]")
    look("Sabtu pagi")
    visit = coming.read("visit_id")["visit_id"][0]
    (asked,) = coming.administrator.read("isp.work.order", [visit], "customer_wish")
    assert asked["customer_wish"] == "Sabtu pagi"
    coming.plan_visit(days=3)
    phone.goto(f"/my/services/{coming.id}")
    with phone.expect_navigation():
        phone.click(".isp_visit button[value=suits]")
    look(words["suits"])
    technician = Screen(browser.phone("technician1", language=language))
    technician.page.goto(f"/odoo/isp.work.order/{visit}")
    technician.page.wait_for_selector(".o_form_view")
    technician.page.click(".o_statusbar_buttons button:has(.oi-ellipsis-v)")
    technician.page.locator("button[name=action_on_my_way] >> visible=true").click()
    wait_until_quiet(technician.page)
    look(words["on_way"])
    coming.visit("action_start")
    look(words["there"])
    coming.visit(
        "action_finish", verdict="feasible", topology="ODP 12", report="Clear path"
    )
    coming.account_and_product()
    coming.plan_visit()
    coming.install()
    look(words["prepared"])
    coming.sign()
    coming.office("action_activate")
    phone.goto(f"/my/services/{coming.id}")
    assert phone.locator(".isp_visit, #isp_registration").count() == 0
    assert phone.locator("a[href$='/handover']").count() == 1


def test_it_moves_and_the_old_line_stays_up_until_the_new_one_works(
    lives, browser, office, language
):
    life = Life(lives, f"Pindah-{language}")
    office.open_service(life)
    office.press_of_form("action_relocate")
    office.fill(street="Jalan Baru 9", city="Jakarta Barat", fee="150000")
    office.pick("pop_id", "Kebon Jeruk")
    office.press_in_dialog("action_preview")
    assert show(150000, language) in office.read_preview()
    office.apply()
    office.page.locator("div[name=relocation]", has_text="Jalan Baru 9").wait_for()
    (visit,) = life.office.find(
        "isp.work.order",
        [("service_id", "=", life.id), ("kind", "=", "installation")],
        *("state", "full_address"),
    )
    assert visit["full_address"].startswith("Jalan Baru 9")
    budi = lives.client("technician1")
    plan = {
        "planned_start": in_utc(days=1),
        "planned_end": in_utc(days=1, hours=2),
        "pic_id": budi.uid,
        "technician_ids": [(6, 0, [budi.uid])],
    }
    life.office.call("isp.work.order", "write", [visit["id"]], plan)
    life.office.call("isp.work.order", "action_schedule", [visit["id"]])
    subscriber = browser.phone(life.login, language)
    subscriber.goto(f"/my/services/{life.id}")
    assert "Budi" in subscriber.inner_text(f"#visit_{visit['id']}")
    assert "Jalan Baru 9" in subscriber.inner_text("#isp_relocation")
    budi.call("isp.work.order", "action_start", [visit["id"]])
    before = life.read("access", "street", "username")
    assert (before["access"], before["street"]) == ("open", "Jalan Lama 1")
    report = {
        "speed_test_download": 19.8,
        "speed_test_upload": 9.9,
        "report": "Moved",
    }
    budi.call("isp.work.order", "write", [visit["id"]], report)
    budi.call("isp.work.order", "action_finish", [visit["id"]])
    after = life.read("access", "street", "username", "pop_id")
    assert (after["access"], after["street"]) == ("open", "Jalan Baru 9")
    assert "Kebon Jeruk" in after["pop_id"][1]
    assert after["username"] == before["username"]
    subscriber.reload()
    assert "Jalan Baru 9" in subscriber.inner_text("#isp_service_details")
    assert subscriber.locator(".isp_visit, #isp_relocation").count() == 0


def test_it_changes_hands_and_what_is_open_stays_the_former_ones(
    lives, browser, office, language
):
    life = Life(lives, f"Serah-{language}")
    office.open_service(life)
    office.press_of_form("action_transfer")
    text = office.read_preview()
    assert WORDS[language]["owes"] in text, text
    office.pick("partner_id", "Calon-pemilik")
    office.apply()
    service = life.read("partner_id", "contact_name", "access")
    assert service["contact_name"] == "Calon-pemilik Hidup"
    assert service["access"] == "open"
    former = browser.phone(life.login, language)
    former.goto("/my/services")
    assert former.locator("main table").count() == 0
    former.goto("/my/invoices")
    first, *others = life.get_invoices()
    assert first["name"] in former.inner_text("main")
    assert {move["partner_id"][1] for move in [first, *others]} >= {life.name}
    heir = browser.phone("calon-pemilik-hidup", language)
    heir.goto(f"/my/services/{life.id}")
    assert "Calon-pemilik Hidup" in heir.inner_text("#isp_service_details")
    assert first["name"] not in heir.inner_text("main")


def test_who_takes_it_over_signs_for_it_on_his_phone(lives, browser, office, language):
    taken = Registration(lives)
    taken.to_active()
    office.open_service(taken)
    office.press_of_form("action_transfer")
    office.pick("partner_id", "Calon-pemilik")
    office.apply()
    heir = browser.phone("calon-pemilik-hidup", language)
    heir.goto(f"/my/services/{taken.id}")
    box = heir.locator("#isp_takeover")
    sign = box.locator("button[type=submit]")
    sign.and_(heir.locator(":disabled")).wait_for()
    draw_signature(heir, box.locator("canvas"))
    assert heir.evaluate("document.documentElement.scrollWidth") <= 390
    with heir.expect_navigation():
        sign.click()
    assert box.count() == 0
    seals = taken.administrator.find(
        "isp.handover.seal",
        [("work_order_id.service_id", "=", taken.id)],
        *("signed_by", "awaits_holder"),
    )
    assert [seal["signed_by"] for seal in seals] == [
        "Calon-pemilik Hidup",
        False,
        False,
    ]


def test_the_subscriber_changes_his_plan_on_a_day_to_come(lives, browser, language):
    life = Life(lives, f"Ganti-{language}")
    phone = browser.phone(life.login, language)
    phone.goto(f"/my/services/{life.id}")
    phone.click("#isp_change_plan")
    phone.locator(".card", has_text="Home 50").locator("a").click()
    form = phone.locator("form:has(input[name=when][value=period])")
    assert show(330000, language) in form.inner_text()
    with phone.expect_navigation():
        form.locator("button[type=submit]").click()
    assert "Home 50" in phone.inner_text("#isp_next_plan")
    service = life.read("plan_id", "next_plan_id", "next_plan_date")
    assert "Home 20" in service["plan_id"][1]
    assert date.fromisoformat(service["next_plan_date"]) > date.today() + 20 * DAY
    days = {"service": life.id, "first": service["next_plan_date"]}
    run_script(lives, DAYS % {**days, "last": service["next_plan_date"]}, "plan")
    service = life.read("plan_id", "next_plan_id", "download_mbps")
    assert "Home 50" in service["plan_id"][1]
    assert (service["next_plan_id"], service["download_mbps"]) == (False, 50)
    assert [move["amount_untaxed"] for move in life.get_invoices()] == [220000, 330000]
    phone.goto(f"/my/services/{life.id}")
    assert "Home 50" in phone.inner_text("h1")


def test_it_ends_and_the_onu_that_is_missing_is_charged(
    lives, browser, office, language
):
    life = Life(lives, f"Bongkar-{language}")
    office.open_service(life)
    office.press_of_form("action_terminate")
    office.page.locator(".modal div[name=reason] input").fill("Pindah ke luar kota")
    office.apply()
    assert life.read("state")["state"] == "terminated"
    (visit,) = life.office.find(
        "isp.work.order",
        [("service_id", "=", life.id), ("kind", "=", "dismantling")],
        "state",
    )
    before = len(life.get_invoices())
    office.open_service(life)
    office.press_of_form("action_settle_equipment")
    row = office.page.locator(".modal .o_data_row", has_text="ONU-HILANG-")
    row.locator("td[name=outcome]").click()
    row.locator("td[name=outcome] input, td[name=outcome] select").first.wait_for()
    office.choose_outcome(row, WORDS[language]["missing"])
    office.apply()
    (charged,) = life.get_invoices()[before:]
    assert charged["amount_untaxed"] == 350000
    service = life.read("equipment_ids")
    assert service["equipment_ids"] == []
    (visit,) = life.office.read("isp.work.order", [visit["id"]], "state")
    assert visit["state"] == "cancelled"
    subscriber = browser.phone(life.login, language)
    subscriber.goto("/my/invoices")
    assert charged["name"] in subscriber.inner_text("main")


def test_a_pause_over_the_end_of_a_month_costs_its_days_alone(lives, office, language):
    """What is billed is what the days are worth, one by one."""
    life = Life(lives, f"Cuti-{language}")
    today = date.fromisoformat(lives.query("SELECT (now() + '7 hours')::date")[0])
    begin, first = today - 5 * DAY, today + 10 * DAY
    last = (first.replace(day=1) + 32 * DAY).replace(day=10)
    office.open_service(life)
    office.press_of_form("action_pause")
    office.write_day("date_from", first)
    office.write_day("date_until", last)
    office.fill(fee="50000")
    office.press_in_dialog("action_preview")
    assert "Rp" in office.read_preview()
    office.apply()
    office.page.locator("div[name=pause]").wait_for()
    until = last + 62 * DAY
    days = {"service": life.id, "first": today.isoformat()}
    run_script(lives, DAYS % {**days, "last": until.isoformat()}, "pause")
    service = life.read("pause_from", "next_invoice_date", "access")
    assert service["pause_from"] is False
    billed = date.fromisoformat(service["next_invoice_date"])
    moves = life.get_invoices()
    total = sum(
        move["amount_untaxed"] * (-1 if move["move_type"] == "out_refund" else 1)
        for move in moves
    )
    worth, day = 0.0, begin
    while day < billed:
        price = 50000 if first <= day <= last else 220000
        worth += price / get_length(begin, day)
        day += DAY
    assert abs(total - worth) <= 0.51 * len(moves), (total, worth, moves)


def get_length(begin, day):
    """Return how many days the month has that is billed with this day."""
    months = [begin]
    while months[-1] <= day:
        after = months[-1].replace(day=1) + 32 * DAY
        number = min(begin.day, monthrange(after.year, after.month)[1])
        months.append(after.replace(day=number))
    return (months[-1] - months[-2]).days
