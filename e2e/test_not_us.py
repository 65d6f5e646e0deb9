"""Whatever stands between the phone and the server, its answers are not the server's."""

import pytest
from e2e import tablet as shared
from e2e.conftest import Devices
from e2e.office import Office
from e2e.phone import EAST
from e2e.server import Server
from playwright.sync_api import Route, expect

STRANGERS = {
    "a portal's page": {"status": 200, "content_type": "text/html", "body": "<h1>Sign in to the Wi-Fi</h1>"},
    "a portal's JSON": {"status": 200, "content_type": "application/json", "body": '{"ack": 9, "results": []}'},
    "a proxy's 401": {"status": 401, "content_type": "text/html", "body": "Proxy authentication"},
    "a JSON 401": {"status": 401, "content_type": "application/json", "body": '{"code": "who_are_you"}'},
    "a gateway's 502": {"status": 502, "content_type": "text/html", "body": "Bad gateway"},
    "a redirect": {"status": 302, "headers": {"location": "http://portal.invalid/"}},
}


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.trap("T10")
def test_a_strangers_answer_refuses_nothing(phone: Devices, server: Server, stranger: str) -> None:
    east = phone("east")
    east.sign_in("3001", EAST)
    east.expect_delivered()
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(**STRANGERS[stranger])  # type: ignore[arg-type]  # one table for all of fulfill's arguments

    east.context.route("**/api/**", answer)
    east.log("快递", name="门户之后")
    east.sync_now()
    east.page.wait_for_timeout(500)
    assert any(url.endswith("/api/sync/push") for url in asked)
    east.expect_waiting(1)
    east.visit("门户之后")
    expect(east.page.get_by_text("待传", exact=True).first).to_be_visible()
    assert server.rows("SELECT 1 FROM op WHERE private LIKE '%门户之后%'") == []
    east.context.unroute("**/api/**")
    east.sync_now()
    east.expect_delivered()
    assert server.rows("SELECT d FROM op WHERE private LIKE '%门户之后%'") == [("applied",)]
    expect(east.page.get_by_text("已送达").first).to_be_visible()


def test_behind_a_portal_the_shared_tablet_works_on(tablet: Devices, server: Server) -> None:
    (name,) = Office(server).crew(EAST, 1)
    gate = tablet("gate")
    shared.set_up(gate, EAST)
    expect(shared.key(gate, name[0])).to_be_visible()
    gate.expect_delivered()
    portal = STRANGERS["a portal's page"]
    gate.context.route("**/api/**", lambda route: route.fulfill(**portal))
    shared.punch(gate, name)
    gate.page.wait_for_timeout(500)
    gate.expect_waiting(1)
    gate.context.unroute("**/api/**")
    gate.page.reload()
    gate.expect_delivered()
    assert server.rows("SELECT d FROM op WHERE kind = 'punch.record' AND head LIKE '%\"auth\":\"none\"%'") == [
        ("applied",)
    ]
