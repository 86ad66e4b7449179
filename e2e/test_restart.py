"""What was committed is there after the server process was killed."""


def test_committed_record_survives_a_kill(server):
    admin = server.client("admin")
    partner = admin.create("res.partner", name="Written before the kill")

    server.kill()
    assert not server.answers()
    assert server.query(f"SELECT name FROM res_partner WHERE id = {partner}") == [
        "Written before the kill"
    ]
    server.start()

    (again,) = server.client("admin").read("res.partner", [partner], "name")
    assert again["name"] == "Written before the kill"


def test_session_survives_a_kill(server):
    sales = server.client("sales")
    server.kill()
    server.start()
    assert sales.call("res.users", "read", [sales.uid], ["login"]) == [
        {"id": sales.uid, "login": "sales"}
    ]
