"""The table of demo accounts that is printed when the demo starts."""

from __future__ import annotations

import unicodedata

from gatehouse.demo.jobs import SUPERVISORS, TAKES
from gatehouse.demo.people import ADMIN, CONFLICTED, DAY, PASSWORD, REFUSED, STAFF

_ROLES = {
    "admin": "管理员",
    "manager": "项目经理",
    "supervisor": "主管",
    "clerk": "考勤员",
    "agent": "前台",
    "guard": "门岗",
}
_SHOWN = ("3001", TAKES, CONFLICTED, REFUSED, "2001", "1201", "1103", "1101")
_REMARKS = {
    CONFLICTED: "收件箱有一条冲突待选",
    REFUSED: "收件箱有一条未被接受",
    TAKES: "有同事请你换班",
    SUPERVISORS[DAY]: "有换班等待审批",
}


def sign_ins() -> str:
    """Role, name, staff number, password; and that all of it is public."""
    by_number = {one.staff_no: one for one in (*STAFF, ADMIN)}
    rows = [("角色", "姓名", "工号", "密码", "")]
    for staff_no in (*_SHOWN, ADMIN.staff_no):
        one = by_number[staff_no]
        rows.append((_ROLES[one.role], one.name, staff_no, PASSWORD, _REMARKS.get(staff_no, "")))
    widths = [max(_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    head = "演示数据已就绪。以下账号和密码是公开的，任何人都知道，切勿用于真实数据："
    return "\n".join([head, "", *(f"  {line}" for line in lines), "", f"其余员工的密码也是 {PASSWORD}。"])


def _width(text: str) -> int:
    """Columns in a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
