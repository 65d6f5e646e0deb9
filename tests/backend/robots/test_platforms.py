"""What each platform is sent and what its answers mean; addresses that are none of theirs; signatures."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from tests.estate import T0
from tests.platforms import FAILURES, KEYS, PATHS, Platform, platform

from gatehouse.robots import send
from gatehouse.robots.platforms import Answer, acceptable, message, read
from gatehouse.robots.send import MOST_SAID, Address, Sender, Sent

HOSTS = {
    "wecom": "https://qyapi.weixin.qq.com",
    "dingtalk": "https://oapi.dingtalk.com",
    "feishu": "https://open.feishu.cn",
}
SECRET = "SECd0f9b2c71e"


@pytest.fixture(params=PATHS)
def there(request: pytest.FixtureRequest) -> Iterator[Platform]:
    """A running platform of each sort that asks for a signature where it can."""
    secret = "" if request.param == "wecom" else SECRET
    with platform(request.param, secret, lambda: T0) as running:
        yield running


async def post(there: Platform, text: str = "门岗", secret: str | None = None, now: int = T0) -> Sent:
    address = Address(there.url, there.secret if secret is None else secret)
    return await Sender(frozenset({there.origin})).send(there.kind, address, text, now)


async def test_a_message_arrives_signed(there: Platform) -> None:
    sent = await post(there, "门岗：3 个换班等主管审批\n打开：https://gate.example/swaps")
    assert sent.answer.code == "sent"
    assert there.seen == ["门岗：3 个换班等主管审批\n打开：https://gate.example/swaps"]


@pytest.mark.parametrize("kind", ["dingtalk", "feishu"])
@pytest.mark.parametrize(
    ("secret", "late"), [("", 0), ("another", 0), (SECRET, 2 * 3_600_000), (SECRET, -2 * 3_600_000)]
)
async def test_a_wrong_signature_is_told(kind: str, secret: str, late: int) -> None:
    """None, one of another secret, one of another time."""
    with platform(kind, SECRET, lambda: T0) as there:
        sent = await post(there, secret=secret, now=T0 + late)
    assert (sent.answer.code, there.seen) == ("signature", [])


def test_signatures_by_another_program() -> None:
    """Vectors made with ``openssl dgst -sha256 -hmac``."""
    url, _ = message(
        "dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=x", "this is secret", "", 1577808000000
    )
    query = parse_qs(urlsplit(url).query)
    assert query["timestamp"] == ["1577808000000"]
    assert query["sign"] == ["ijHEivi6YiCNPZOq4hZstmvZ3sPfbioAiMhP30ae7W0="]
    assert "+" not in urlsplit(url).query
    url, body = message("feishu", "https://open.feishu.cn/x", "this is secret", "", 1599360473999)
    assert url == "https://open.feishu.cn/x"
    assert msgspec.json.decode(body)["timestamp"] == "1599360473"
    assert msgspec.json.decode(body)["sign"] == "/eYKrXQBzTjUZJ3s6NX16VxGbTwmK7AEs8/FnvC1CSw="


@pytest.mark.parametrize(("kind", "code"), [(kind, code) for kind, codes in FAILURES.items() for code in codes])
async def test_an_error_inside_http_200_is_an_error(kind: str, code: str) -> None:
    with platform(kind, "", lambda: T0) as there:
        there.mode = code
        sent = await post(there)
    number, said = FAILURES[kind][code]
    assert sent.answer == Answer(code, f"{number} {said}")
    assert there.seen == []


async def test_what_goes_wrong_on_the_way(there: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """A redirect is not followed, a body is read to no end, nothing lasts too long, nothing is raised."""
    for mode, code in (
        ("429", "too_fast"),
        ("502", "http_status"),
        ("redirect", "redirected"),
        ("huge", "not_understood"),
        ("nonsense", "not_understood"),
        ("silent", "not_understood"),
        ("hang_up", "unreachable"),
        ("slow", "too_slow"),
        ("drip", "too_slow"),
    ):
        there.mode = mode
        monkeypatch.setattr(send, "WHOLE_S", 0.6 if code == "too_slow" else 30.0)
        sent = await post(there)
        assert sent.answer.code == code, mode
        assert sent.wait_ms == (1_800_000 if mode == "429" else 0), mode
    assert there.elsewhere == 0
    there.server_close()
    monkeypatch.setattr(send, "WHOLE_S", 30.0)
    assert (await post(there)).answer.code == "unreachable"


async def test_no_secret_comes_back_in_a_platforms_words(there: Platform) -> None:
    there.mode = "tell"
    said = (await post(there)).answer.said
    assert said.startswith("7")
    assert KEYS[there.kind] not in said
    assert SECRET not in said
    assert said.isprintable()
    assert len(said) <= MOST_SAID


@pytest.mark.parametrize("kind", PATHS)
def test_only_addresses_of_the_platform_are_taken(kind: str) -> None:
    good = HOSTS[kind] + PATHS[kind]
    assert acceptable(kind, good, frozenset())
    other = next(one for one in PATHS if one != kind)
    for bad in (
        "",
        good.replace("https:", "http:"),
        good.replace("https:", "file:"),
        HOSTS[other] + PATHS[other],
        HOSTS[other] + PATHS[kind],
        HOSTS[kind] + "/other",
        good.replace("://", "://user@"),
        good.replace("://", "://evil.example/"),
        good.replace(HOSTS[kind], HOSTS[kind] + ".evil.example"),
        good.replace(HOSTS[kind], HOSTS[kind] + ":8443"),
        good.replace(HOSTS[kind], HOSTS[kind] + ":x"),
        good + "#x",
        good + "\n",
        good + "&next=https://evil.example",
        f"https://evil.example{PATHS[kind]}",
        f"https://127.0.0.1{PATHS[kind]}",
        f"https://[::1{PATHS[kind]}",
        good + "é",
        good.replace("/", "\\"),
    ):
        assert not acceptable(kind, bad, frozenset()), bad
    gateway = frozenset({"http://10.0.0.5:9000"})
    assert acceptable(kind, "http://10.0.0.5:9000/any?x=1", gateway)
    assert not acceptable(kind, "http://10.0.0.5:9001/any", gateway)
    assert not acceptable(kind, "http://10.0.0.5:9000@evil.example/any", gateway)


async def test_what_is_allowed_no_more_is_not_asked(there: Platform) -> None:
    """A gateway taken out of the settings."""
    sent = await Sender().send(there.kind, Address(there.url, ""), "门岗", T0)
    assert sent.answer.code == "address"
    assert there.asked == 0


@pytest.mark.parametrize("raw", [b"", b"[]", b"null", b'{"errcode":"0","code":"0"}', b"\xff", b"[" * 100_000])
@pytest.mark.parametrize("kind", PATHS)
def test_strange_bodies_are_not_understood(kind: str, raw: bytes) -> None:
    assert read(kind, raw).code == "not_understood"


def test_the_older_form_of_feishu() -> None:
    assert read("feishu", b'{"StatusCode":0,"StatusMessage":"success"}').code == "sent"
    assert read("feishu", b'{"StatusCode":19001,"StatusMessage":"x"}').code == "address"
