"""What was committed is there after the server process was killed."""


def test_a_committed_record_and_a_session_survive_a_kill(server):
    admin = server.client("admin")
    partner = admin.create("res.partner", name="Written before the kill")

    server.kill()
    assert not server.answers()
    assert server.query(f"SELECT name FROM res_partner WHERE id = {partner}") == [
        "Written before the kill"
    ]
    server.start()

    (again,) = admin.read("res.partner", [partner], "name")
    assert again["name"] == "Written before the kill"
