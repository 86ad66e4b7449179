"""Part C: routers that keep their subscribers themselves, from a network engineer's
desk and with Odoo killed in the middle.

The routers are simulated (../simulator), in a process of their own.
"""

import socket
from contextlib import suppress

import pytest

from harness.billing import make_subscribers, run_cron
from harness.browser import wait_until_quiet
from simulator.control import Process

SECRETS = 200
ROUTERS = "/odoo/action-isp_network.isp_router_action"
LOOK = "isp_network.isp_router_health_cron"


@pytest.fixture(scope="module")
def routers():
    with Process("--routers=2", f"--secrets={SECRETS},0", "--online=50") as process:
        yield process


@pytest.fixture(scope="module")
def keeping(server, routers):
    """(id of a POP, id of its router): the second of the simulated ones."""
    admin = server.client("admin")
    pop = admin.create("isp.pop", name="Killed", code="KIL")
    router = admin.create(
        "isp.router",
        name="NEW-RB5009",
        pop_id=pop,
        address="127.0.1.10",
        use_radius=False,
        use_api=True,
        api_tls="plain",
        api_host="127.0.0.1",
        api_port=routers.routers[1]["plain"],
        api_user="admin",
        api_password="admin",
    )
    return pop, router


def secrets(routers, number=0):
    """{name: row} of a router, without what it remembers of the last session."""
    rows = routers.control.rows(router=number, path="/ppp/secret")
    return {
        row["name"]: {n: v for n, v in row.items() if not n.startswith("last-")}
        for row in rows
    }


def press(page, text):
    page.get_by_role("button", name=text, exact=True).first.click()
    wait_until_quiet(page)


def fill(page, field, text):
    page.locator(f".o_field_widget[name={field}] input").first.fill(str(text))


def choose(page, field, text):
    box = page.locator(f".o_field_widget[name={field}] input").first
    box.fill(text)
    page.locator(".o-autocomplete--dropdown-item", has_text=text).first.click()


def test_a_router_is_added_taken_over_and_put_right(
    server, browser, routers, wait_until, tmp_path
):
    page = browser.desktop("network")
    page.goto(ROUTERS)
    press(page, "New")
    fill(page, "name", "OLD-RB750")
    choose(page, "pop_id", "Palmerah")
    fill(page, "address", "127.0.1.9")
    page.locator(".o_field_widget[name=use_radius] input").uncheck()
    page.locator(".o_field_widget[name=use_api] input").check()
    page.get_by_role("tab", name="RouterOS API").click()
    fill(page, "api_host", "127.0.0.1")
    fill(page, "api_port", routers.routers[0]["tls"])
    fill(page, "api_user", "admin")
    fill(page, "api_password", "admin")
    press(page, "Pin its certificate")
    press(page, "It is this one")
    press(page, "Test connection")
    page.locator(".o_field_widget[name=api_identity]", has_text="SIM-1").wait_for()

    press(page, "Take over its subscribers")
    page.locator(".o_field_widget[name=ok_count]", has_text="Can").first.wait_for()
    make_plans(server)
    press(page, "Check again")
    page.reload()
    wait_until_quiet(page)
    page.locator(".o_field_widget[name=ok_count]", has_text=str(SECRETS)).wait_for()
    press(page, "Take over")
    press(page, "Ok")
    taken = "SELECT count(*) FROM isp_router_takeover_line WHERE state = 'done'"
    wait_until(lambda: server.query(taken) == [str(SECRETS)], "the takeover", 120)
    waiting = """SELECT count(*) FROM isp_router_service l
        JOIN isp_router r ON r.id = l.router_id
        WHERE r.name = 'OLD-RB750' AND l.state != 'applied'"""
    wait_until(lambda: server.query(waiting) == ["0"], "the router", 120)
    rows = secrets(routers)
    assert all(row["comment"].startswith("isp:") for row in rows.values())

    edit_by_hand(routers, rows)
    page.goto(ROUTERS)
    row = page.locator(".o_data_cell", has_text="OLD-RB750")
    row.wait_for()
    wait_until_quiet(page)
    row.click()
    wait_until_quiet(page)
    press(page, "Compare now")
    page.locator(".o_data_row").nth(2).wait_for()
    assert page.locator(".o_data_row").count() == 3
    page.locator("thead .o_list_record_selector input").check()
    press(page, "Apply…")
    dialog = page.locator(".o_dialog")
    assert dialog.locator(".o_data_row").count() == 3, "what would be done"
    dialog.get_by_role("button", name="Apply", exact=True).click()
    page.locator(".o_view_nocontent_smiling_face").wait_for()
    assert secrets(routers) == {
        name: {**row, ".id": secrets(routers)[name][".id"]}
        for name, row in rows.items()
    }


def make_plans(server):
    """The manager makes the plans that the router's profiles are."""
    manager = server.client("admin")
    (takeover,) = manager.call("isp.router.takeover", "search", [], limit=1)
    manager.call("isp.router.takeover", "action_make_plans", [takeover])


def edit_by_hand(routers, rows):
    """Somebody at the router: one disabled, one removed, one with another password."""
    import librouteros

    disabled, removed, changed = sorted(
        name for name, row in rows.items() if row["profile"] != "isp-isolated"
    )[:3]
    port = routers.routers[0]["plain"]
    api = librouteros.connect("127.0.0.1", "admin", "admin", port=port)
    path = api.path("ppp/secret")
    path.update(**{".id": rows[disabled][".id"], "disabled": True})
    path.remove(rows[removed][".id"])
    path.update(**{".id": rows[changed][".id"], "password": "by-hand"})
    api.close()


def test_odoo_killed_in_the_middle_of_a_batch(server, routers, keeping, wait_until):
    """Killed while the router is being told, started again: all of it is true once."""
    admin = server.client("admin")
    pop, _router = keeping
    make_subscribers(server, "Moved", 60)
    moved = [("contact_name", "=like", "Moved %")]
    services = admin.call("isp.service", "search", moved)
    routers.control.fault(
        router=1, kind="late", path="/ppp/secret/add", after=20, count=1, seconds=5
    )
    admin.call("isp.service", "write", services, {"pop_id": pop})
    wait_until(lambda: len(secrets(routers, 1)) > 20, "the job is at it", 60)
    server.kill()
    routers.control.heal(router=1)
    server.start()
    link = f"""SELECT count(*) FILTER (WHERE l.state = 'applied'), count(*)
        FROM isp_router_service l JOIN isp_router r ON r.id = l.router_id
        WHERE r.name = 'NEW-RB5009' AND service_id IN {tuple(services)}"""
    count = len(services)
    done = f"{count}|{count}"
    wait_until(lambda: server.query(link) == [done], "all of it is applied", 150)
    names = server.query(
        f"SELECT username FROM isp_service WHERE id IN {tuple(services)}"
    )
    assert sorted(secrets(routers, 1)) == sorted(names)


def test_a_comparison_sees_what_the_job_before_it_did(
    server, routers, keeping, while_held, wait_until
):
    """It began before that job was through: neither is the secret that is there now
    left over, nor is the session closed that was made anew."""
    pop, router = keeping
    admin = server.client("admin")
    domain = [("access", "=", "open"), ("static_address", "=", False)]
    service = admin.find("isp.service", domain, "username", limit=1, order="id desc")[0]
    one = f"service_id = {service['id']} AND router_id = {router}"
    name = service["username"]
    admin.call("isp.service", "write", [service["id"]], {"pop_id": pop})
    state = f"SELECT state, session_hash FROM isp_router_service WHERE {one}"
    wait_until(
        lambda: "".join(server.query(state)).startswith("applied|"), "it is there", 60
    )
    made_with = server.query(state)[0].split("|")[1]
    routers.control.switch_on(router=1, names=[name])
    lock = "LOCK TABLE isp_router_service IN ACCESS EXCLUSIVE MODE"
    link = "UPDATE isp_router_service SET session_hash = '{}' WHERE " + one
    access = f"UPDATE isp_service SET access = '{{}}' WHERE id = {service['id']}"
    removed = f"DELETE FROM isp_router_service WHERE {one}"
    added = f"""INSERT INTO isp_router_service (router_id, service_id, company_id,
        state) SELECT {router}, id, company_id, 'pending' FROM isp_service
        WHERE id = {service["id"]}"""
    rounds = (
        ([link.format("before")], [link.format(made_with)]),
        ([access.format("none"), removed], [access.format("open"), added]),
    )
    for before, meanwhile in rounds:
        for statement in before:
            server.query(statement)
        while_held(
            "; ".join([lock, *meanwhile]),
            lambda: server.client("network").call(
                "isp.router", "action_compare", [router]
            ),
        )
        rows = server.query(
            f"SELECT menu, kind FROM isp_router_drift WHERE router_id = {router} "
            f"AND label = '{name}'"
        )
        assert not rows, meanwhile


def test_one_restored_from_yesterday_is_found_within_the_looks(
    server, routers, keeping, wait_until
):
    """Somebody loads the backup of yesterday: who was isolated since is open, who came
    since has gone. The look that sees that it began anew compares, and mends it."""
    pop, router = keeping
    make_subscribers(server, "Restored", 3)
    admin = server.client("admin")
    domain = [("contact_name", "=like", "Restored %")]
    first, second, late = admin.find("isp.service", domain, "username", order="id")
    names = [service["username"] for service in (first, second, late)]

    def move(*services):
        ids = [service["id"] for service in services]
        admin.call("isp.service", "write", ids, {"pop_id": pop})
        wait_until(
            lambda: {s["username"] for s in services} <= secrets(routers, 1).keys(),
            "they are on the router",
            60,
        )

    move(first, second)
    yesterday = secrets(routers, 1)
    move(late)
    suspend(server, first["id"])
    wait_until(
        lambda: secrets(routers, 1)[names[0]]["profile"] == "isp-isolated", "isolation"
    )
    today = secrets(routers, 1)
    run_cron(server, LOOK)

    given = {"name", "password", "profile", "service", "comment", "caller-id"}
    rows = [{n: row[n] for n in given & row.keys()} for row in yesterday.values()]
    routers.control.reset(router=1, path="/ppp/secret")
    routers.control.write(router=1, path="/ppp/secret", rows=rows)
    routers.control.reboot(router=1)
    wait_until(lambda: is_listening(routers), "it is up again", 30)
    assert secrets(routers, 1)[names[0]]["profile"] != "isp-isolated"

    run_cron(server, LOOK)
    wait_until(
        lambda: (
            secrets(routers, 1).keys() == today.keys()
            and secrets(routers, 1)[names[0]]["profile"] == "isp-isolated"
        ),
        "it is as it was",
        60,
    )


def suspend(server, service):
    office = server.client("administrator")
    context = {"active_model": "isp.service", "active_ids": [service]}
    (wizard,) = office.call(
        "isp.service.suspend", "create", [{"reason": "manual"}], context=context
    )
    office.call("isp.service.suspend", "action_apply", [wizard])


def is_listening(routers):
    with suppress(OSError):
        port = routers.routers[1]["plain"]
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    return False
