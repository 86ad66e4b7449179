"""Technicians where there is no signal: what they write stays on the phone, also when
its browser is killed, and arrives once."""

import pytest
from conftest import FAILED

from harness.field import FieldPhone, large_photo
from harness.onboarding import Registration


@pytest.fixture
def phone(chromium, server, request):
    """`phone(login, language)`: the phone of a technician."""
    phones = []

    def get(login="technician1", language="en_US"):
        phones.append(FieldPhone(chromium, server, login, language))
        return phones[-1]

    yield get
    for each in phones:
        each.remove(request.node.stash.get(FAILED, False) and request.node.name)
        assert not each.errors


def to_survey(server):
    """A prospect whose survey is planned today; the number of the visit."""
    prospect = Registration(server)
    prospect.office("action_registration_done")
    prospect.plan_visit()
    return prospect, prospect.read("visit_id")["visit_id"][0]


def to_installation(server):
    """A subscriber whose installation is planned today; the number of the visit."""
    subscriber = Registration(server)
    subscriber.to_installation()
    subscriber.plan_visit()
    return subscriber, subscriber.read("visit_id")["visit_id"][0]


def write_survey(device, visit):
    device.visit(visit)
    device.press("start")
    device.page.locator("input[value=feasible]").check()
    device.write(topology="ODP 12, port 4", report="Clear path along the poles")


def add_photo(device):
    photo = {"name": "roof.png", "mimeType": "image/png", "buffer": large_photo()}
    device.page.locator("input[name=photo_ids]").set_input_files(photo)
    device.page.wait_for_selector(".photo img")


def test_a_photo_that_no_phone_here_reads_is_told_at_once(server, phone):
    """P29: an Android phone was sent the photo of an iPhone."""
    _prospect, survey = to_survey(server)
    device = phone()
    device.kept()
    device.visit(survey)
    device.press("start")
    device.wait_for_count(0)
    device.page.wait_for_load_state("networkidle")  # what it was answered is shown
    content = b"\0\0\0\x18ftypheic" + bytes(2_000_000)
    photo = {"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": content}
    device.page.locator("input[name=photo_ids]").set_input_files(photo)
    device.page.get_by_text("This photo is HEIC").wait_for()
    broken = {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"%PDF-1.7"}
    device.page.locator("input[name=photo_ids]").set_input_files(broken)
    device.page.get_by_text("This is no photo.").wait_for()
    assert not device.page.locator(".photo").count()
    device.wait_for_count(0)


def test_that_he_comes_is_told_when_there_is_signal(server, phone):
    prospect, survey = to_survey(server)
    device = phone(language="id_ID")
    device.kept()
    device.off()
    device.visit(survey)
    device.press("on_way")
    assert device.waiting() == 1
    device.page.get_by_text("Tidak ada sinyal").wait_for()
    bar = device.page.locator(".status").bounding_box()
    assert bar["height"] < 72  # two lines, in the longer language too
    device.on()
    device.wait_for_count(0)
    (visit,) = prospect.administrator.read("isp.work.order", [survey], "date_on_way")
    assert visit["date_on_way"]
    device.visit(survey)
    device.page.locator(".past", has_text="Menuju lokasi").wait_for()
    assert device.page.locator("button[data-act=on_way]").count() == 0
    assert device.page.locator("button[data-act=start]").count() == 1


@pytest.mark.parametrize("language", ["en_US", "id_ID"])
def test_survey_and_installation_without_signal(server, phone, language):
    prospect, survey = to_survey(server)
    subscriber, installation = to_installation(server)
    device = phone(language=language)
    device.kept()
    device.off()

    write_survey(device, survey)
    add_photo(device)
    device.press("report")
    assert device.waiting() == 3

    device.visit(installation)
    device.press("start")
    device.write(optical_power="-19,5", port="ODP-12/4", speed_test_download="19.8")
    device.wait_for_draft("speed_test_download", "19.8")
    device.kill()
    device.start()
    device.open()
    assert device.waiting() == 4
    device.visit(installation)
    assert device.page.locator("[name=optical_power]").input_value() == "-19,5"
    device.page.locator("button[data-act=report]").click()
    assert device.page.locator(".problem >> visible=true").inner_text()
    device.write(speed_test_upload="9.9", report="Router in the living room")
    device.press("report")
    device.write(customer_signed_by="Bapak Gilang")
    device.draw("customer_signature")
    device.draw("technician_signature")
    device.press("sign")
    device.press("activate")
    assert device.waiting() == 7
    assert prospect.read("state")["state"] == "survey"

    device.kill()
    device.mend()
    device.start()
    device.open()
    device.arrive()
    assert prospect.read("state")["state"] == "account"
    assert subscriber.read("state")["state"] == "active"
    fields = "optical_power", "report", "customer_signed_by", "photo_ids"
    done, handed = subscriber.administrator.read(
        "isp.work.order", [survey, installation], *fields
    )
    assert len(done["photo_ids"]) == 1
    assert handed["optical_power"] == -19.5
    assert handed["customer_signed_by"] == "Bapak Gilang"
    sealed = (
        f"SELECT count(*) FROM isp_handover_seal WHERE work_order_id={installation}"
    )
    assert server.query(sealed) == ["1"]
    device.page.wait_for_selector(f"[data-visit='{survey}']", state="detached")


def test_what_is_taken_back_takes_back_what_was_signed_after_it(server, phone):
    subscriber, installation = to_installation(server)
    device = phone(language="id_ID")
    device.kept()
    device.off()
    device.visit(installation)
    device.press("start")
    readings = {"speed_test_download": "19,8", "speed_test_upload": "9,9"}
    device.write(**readings, report="Router di ruang tamu")
    add_photo(device)
    device.press("report")
    assert "19,8" in device.page.inner_text(".shown")

    def sign():
        device.draw("customer_signature")
        device.draw("technician_signature")
        device.press("sign")
        device.press("activate")
        assert device.waiting() == 5

    def take_back(act):
        entry = device.page.locator(f"[data-entry={act}]")
        entry.get_by_role("button", name="Ubah").click()
        entry.wait_for(state="detached")

    device.write(customer_signed_by="Bapak Gilang")
    sign()
    take_back("sign")
    assert device.waiting() == 3
    sign()
    take_back("report")
    assert device.waiting() == 1
    assert device.page.locator(".photo img").count() == 1
    assert device.page.locator("[name=speed_test_upload]").input_value() == "9,9"
    device.write(speed_test_download="21,5")
    device.press("report")
    device.page.locator("button[data-act=sign]").click()
    assert "Gilang" in device.page.locator("[name=customer_signed_by]").input_value()
    assert "TTD" in device.page.locator(".problem >> visible=true").inner_text()
    sign()
    device.on()
    device.wait_for_count(0)
    assert subscriber.read("state")["state"] == "active"
    fields = "speed_test_download", "photo_ids"
    (done,) = subscriber.administrator.read("isp.work.order", [installation], *fields)
    assert (done["speed_test_download"], len(done["photo_ids"])) == (21.5, 1)


def test_material_that_is_refused_is_changed_and_sent_again(server, phone):
    _subscriber, installation = to_installation(server)
    device = phone()
    device.kept()
    device.visit(installation)
    device.page.locator("button[data-add=lines]").first.click()
    line = device.page.locator(".line").first
    line.locator("select").select_option(index=1)
    line.locator("input[data-column=quantity]").fill("999999")
    device.page.locator("button[data-act=material]").click()
    refused = device.page.locator(".entry.refused[data-entry=material]")
    refused.wait_for()
    refused.get_by_role("button", name="Change").click()
    line.locator("input[data-column=quantity]").fill("3")
    device.page.locator("button[data-act=material]").click()
    asked = (
        "SELECT product_uom_qty::int FROM stock_move m JOIN stock_picking p "
        f"ON p.id = m.picking_id WHERE p.isp_work_order_id = {installation}"
    )
    device.wait_until(lambda: server.query(asked) == ["3"], "it is asked for")
    device.wait_for_count(0)


def test_a_phone_that_is_full_says_so_and_loses_nothing(server, phone):
    _prospect, survey = to_survey(server)
    device = phone()
    device.kept()
    device.off()
    write_survey(device, survey)
    device.page.evaluate(
        """() => {
            const {add} = IDBObjectStore.prototype;
            IDBObjectStore.prototype.add = function () {
                IDBObjectStore.prototype.add = add;
                throw new DOMException("No room", "QuotaExceededError");
            };
        }"""
    )
    device.page.locator("button[data-act=report]").click()
    device.page.get_by_text("its memory is full").wait_for()
    assert device.waiting() == 1
    device.press("report")
    assert device.waiting() == 2


def test_what_is_typed_while_the_screen_is_built_stays(server, phone):
    _subscriber, installation = to_installation(server)
    device = phone()
    device.kept()
    device.off()
    device.visit(installation)
    device.press("start")
    device.write(report="The roof is wet")
    shown = device.write_while_shown("report", "The roof is wet, come back")
    assert shown == "The roof is wet, come back"


def test_an_answer_that_is_lost_makes_nothing_twice(server, phone):
    prospect, survey = to_survey(server)
    device = phone()
    device.kept()
    lost = []

    def lose(route):
        """The server does it, and nobody hears that it did."""
        route.fetch()
        lost.append(route.request.post_data_json["params"]["act"])
        route.abort()

    device.send_by_page_alone()  # what the service worker sends cannot be lost here
    device.off()
    write_survey(device, survey)
    add_photo(device)
    device.press("report")
    device.page.route("**/my-work/send", lose)
    device.on()
    device.page.wait_for_selector(".status.waiting")
    device.wait_until(lambda: lost, "the page sends what waits")
    device.page.unroute("**/my-work/send")
    device.page.locator(".status button").click()
    device.wait_for_count(0)
    rows = f"SELECT count(*) FROM isp_outbox_entry WHERE work_order_id = {survey}"
    assert server.query(rows) == ["3"]
    (done,) = prospect.administrator.read("isp.work.order", [survey], "photo_ids")
    assert len(done["photo_ids"]) == 1


def test_what_was_cancelled_meanwhile_keeps_what_was_typed(server, phone):
    prospect, survey = to_survey(server)
    device = phone()
    device.kept()
    device.off()
    write_survey(device, survey)
    device.press("report")
    prospect.administrator.call(
        "isp.work.order", "write", [survey], {"instruction": "Call first"}
    )
    server.query(f"UPDATE isp_work_order SET state = 'cancelled' WHERE id = {survey}")
    device.on()
    refused = device.page.locator(".entry.refused[data-entry=start]")
    refused.wait_for()
    device.open()
    assert device.waiting() == 2
    device.visit(survey)
    assert "Clear path along the poles" in device.page.inner_text("main")
    device.page.get_by_text("not among your visits any more").wait_for()
    for left in (1, 0):
        device.page.locator("button.danger").first.click()
        device.wait_for_count(left)


def test_who_is_logged_out_loses_nothing(server, phone):
    _prospect, survey = to_survey(server)
    device = phone()
    device.kept()
    device.off()
    write_survey(device, survey)
    device.press("report")
    device.context.clear_cookies()
    device.on()
    device.page.wait_for_selector("a.login")
    assert device.waiting() == 2
    device.log_in()
    device.wait_for_count(0)
    state = f"SELECT state FROM isp_work_order WHERE id = {survey}"
    assert server.query(state) == ["done"]


def test_it_is_sent_with_the_page_closed(server, phone):
    prospect, survey = to_survey(server)
    device = phone()
    device.kept()
    device.off()
    write_survey(device, survey)
    add_photo(device)
    device.press("report")
    device.close_page()
    device.on()
    state = f"SELECT state FROM isp_work_order WHERE id = {survey}"
    for _time in range(2):
        device.tell_signal()
    device.wait_until(lambda: server.query(state) == ["done"], "it is sent")
    rows = f"SELECT count(*) FROM isp_outbox_entry WHERE work_order_id = {survey}"
    assert server.query(rows) == ["3"]
    (done,) = prospect.administrator.read("isp.work.order", [survey], "photo_ids")
    assert len(done["photo_ids"]) == 1
    device.open()
    device.wait_for_count(0)


def test_who_logs_out_leaves_nothing_but_what_is_not_sent(server, phone):
    _prospect, survey = to_survey(server)
    device = phone()
    device.kept()
    device.log_out()
    device.open_kept()
    assert not device.page.locator("[data-visit]").count()
    kept = device.count_kept()
    assert not any(kept.values()), kept

    device.log_in()
    device.kept()
    device.visit(survey)
    device.press("start")
    device.wait_for_count(0)
    device.write(report="Half a word")
    device.log_out()
    device.open_kept()
    kept = device.count_kept()
    assert (kept["visits"], kept["drafts"], kept["meta"]) == (1, 1, 0)
    device.log_in()
    device.visit(survey)
    assert device.page.locator("[name=report]").input_value() == "Half a word"


def test_who_logs_out_of_odoo_takes_his_visits_off_the_phone(server, phone):
    to_survey(server)
    device = phone()
    device.kept()
    device.log_out_of_odoo()
    device.open_kept()
    kept = device.count_kept()
    assert not any(kept.values()), kept
