"""A digest's sentences in the robot's language. Plain text: no platform's markup, nobody mentioned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from gatehouse.robots.news import News
from gatehouse.robots.platforms import MOST_BYTES

MINUTE: Final = 60_000
_FEW: Final = 5
"""Lines of one sort; the rest is a number."""
# A post could be named like a mention, which Feishu would carry out.
_HARMLESS: Final = str.maketrans({"<": "＜", ">": "＞", "@": "＠", "\n": " ", "\r": " "})


class Words(NamedTuple):
    """The sentences of one language; instants come written out."""

    app: str
    separator: str
    decisions: Callable[[int, str, str], str]
    windows: Callable[[int], str]
    for_supervisor: Callable[[str, str], str]
    for_colleague: Callable[[str, str], str]
    silent: Callable[[int], str]
    tablet: Callable[[str, str], str]
    phone: Callable[[str, str], str]
    more: Callable[[int], str]
    open: str
    test: str


LANGUAGES: Final[dict[str, Words]] = {
    "zh-CN": Words(
        app="门岗",
        separator="、",
        decisions=lambda n, teams, by: f"{n} 个换班等主管审批（{teams}），最早的 {by} 截止",
        windows=lambda n: f"{n} 个换班快要截止：",
        for_supervisor=lambda post, at: f"· {post}，{at} 截止，等主管审批",
        for_colleague=lambda post, at: f"· {post}，{at} 截止，还没有同事接",
        silent=lambda n: f"{n} 台设备太久没有消息：",
        tablet=lambda post, at: f"· {post} 的平板，{at} 之后没有消息",
        phone=lambda post, at: f"· {post} 的一部手机还有没送达的记录，{at} 之后没有消息",
        more=lambda n: f"· 另有 {n} 个",
        open="打开：",
        test="测试消息：这个群机器人已经接好。",
    ),
    "zh-TW": Words(
        app="門崗",
        separator="、",
        decisions=lambda n, teams, by: f"{n} 筆換班等主管審核（{teams}），最早的 {by} 截止",
        windows=lambda n: f"{n} 筆換班快要截止：",
        for_supervisor=lambda post, at: f"· {post}，{at} 截止，等主管審核",
        for_colleague=lambda post, at: f"· {post}，{at} 截止，還沒有同事接",
        silent=lambda n: f"{n} 台裝置太久沒有消息：",
        tablet=lambda post, at: f"· {post} 的平板，{at} 之後沒有消息",
        phone=lambda post, at: f"· {post} 的一支手機還有沒送達的記錄，{at} 之後沒有消息",
        more=lambda n: f"· 另有 {n} 筆",
        open="開啟：",
        test="測試訊息：這個群組機器人已經接好。",
    ),
    "en": Words(
        app="Gatehouse",
        separator=", ",
        decisions=lambda n, teams, by: f"{n} swap(s) waiting for a supervisor ({teams}); the first closes at {by}",
        windows=lambda n: f"{n} swap(s) closing soon:",
        for_supervisor=lambda post, at: f"· {post}, closes at {at}, waits for a supervisor",
        for_colleague=lambda post, at: f"· {post}, closes at {at}, no colleague has taken it",
        silent=lambda n: f"{n} device(s) silent for too long:",
        tablet=lambda post, at: f"· the tablet of {post}, not heard of since {at}",
        phone=lambda post, at: f"· a phone of {post} with acts still to come, not heard of since {at}",
        more=lambda n: f"· and {n} more",
        open="Open: ",
        test="Test message: this group robot is connected.",
    ),
}


def digest(news: News, language: str, place: str, zone: str, link: str) -> str:
    """A message of all there is to tell.

    Args:
        news: what it tells.
        language: a key of ``LANGUAGES``.
        place: the org, site or team it speaks of.
        zone: the IANA zone its times are written in.
        link: the app's origin, or "".
    """
    words = LANGUAGES[language]

    def at(ms: int) -> str:
        local = datetime.fromtimestamp(ms / 1000, ZoneInfo(zone))
        return f"{local.month}-{local.day:02} {local:%H:%M}"

    lines: list[str] = []
    if news.earliest is not None:
        total = sum(count for _, count in news.decisions)
        few = [f"{_name(team)} {count}" for team, count in news.decisions[:_FEW]]
        teams = words.separator.join([*few, *(["…"] if len(news.decisions) > _FEW else [])])
        lines.append(words.decisions(total, teams, at(news.earliest)))
    closing = [
        (words.for_supervisor if one.waits_for_supervisor else words.for_colleague)(_name(one.post), at(one.deadline))
        for one in news.windows
    ]
    lines += _listed(words.windows, closing, words)
    silent = [(words.tablet if one.tablet else words.phone)(_name(one.post), at(one.since)) for one in news.silent]
    lines += _listed(words.silent, silent, words)
    return _whole(words, place, lines, link)


def trial(language: str, place: str, link: str) -> str:
    """The message of the test button."""
    words = LANGUAGES[language]
    return _whole(words, place, [words.test], link)


def _listed(title: Callable[[int], str], lines: Sequence[str], words: Words) -> list[str]:
    if not lines:
        return []
    rest = [words.more(len(lines) - _FEW)] if len(lines) > _FEW else []
    return [title(len(lines)), *lines[:_FEW], *rest]


def _whole(words: Words, place: str, lines: Sequence[str], link: str) -> str:
    text = "\n".join([f"【{words.app}】{_name(place)}", *lines, *([f"{words.open}{link}/swaps"] if link else [])])
    return text.encode()[:MOST_BYTES].decode(errors="ignore")


def _name(name: str) -> str:
    return name.translate(_HARMLESS)[:40]
