"""A subscriber sees his own connection and traffic, and nobody else's."""

import pytest

pytestmark = pytest.mark.usefixtures("nobody_online")

MAC, ADDRESS = "AA:BB:CC:77:00:01", "10.10.0.77"
SEVEN_GIGABYTES = {
    "Acct_Output_Gigawords": 1,
    "Acct_Output_Octets": 7 * 10**9 - 2**32,
}


def _service(radius, login):
    """The running service of the subscriber who logs in as `login`."""
    return radius.server.client("administrator").find(
        "isp.service",
        [["partner_id.user_ids.login", "=", login], ["access", "=", "open"]],
        "username",
        "password",
        limit=1,
    )[0]


def _page(radius, login, service):
    """The page of a service as `login` gets it: its text without line breaks, and
    the path where it was found."""
    answer = radius.server.client(login).get(f"/my/services/{service['id']}")
    assert answer.status_code == 200
    return " ".join(answer.text.split()), answer.url.removeprefix(radius.server.url)


def test_own_connection_and_traffic_from_the_accounting(radius):
    nas, service = radius.nas(), _service(radius, "subscriber2")
    text, _path = _page(radius, "subscriber2", service)
    assert "text-success" not in text[text.index('id="isp_connection"') :][:200]
    _kind, given = nas.log_in(service["username"], service["password"], mac=MAC)
    line = {
        "Class": given["Class"],
        "Calling_Station_Id": MAC,
        "Framed_IP_Address": ADDRESS,
    }
    session = ("8300001", service["username"])
    assert nas.account("Start", *session, **line)
    assert nas.account("Interim-Update", *session, **line, **SEVEN_GIGABYTES)
    text, _path = _page(radius, "subscriber2", service)
    assert "text-success" in text[text.index('id="isp_connection"') :][:200]
    assert "7.0 GB" in text[text.index('id="isp_traffic"') :]
    for secret in (MAC, ADDRESS, nas.address, nas.secret):
        assert secret not in text
    assert nas.account("Stop", *session, **line, **SEVEN_GIGABYTES)


def test_the_page_of_another_leads_back_to_the_list(radius):
    service = _service(radius, "subscriber2")
    text, path = _page(radius, "subscriber1", service)
    assert path.endswith("/my/services")
    assert service["username"] not in text
