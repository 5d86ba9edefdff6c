"""The headings of a list of windows: which column holds what, as offices name it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from kiosk.domain.free_text import clean_text
from kiosk.domain.sheets import Line

TITLE_ROWS_MOST = 10
REQUIRED = {"unit": "unit 单位", "number": "window 窗口编号", "name": "name 窗口名称"}
"""Columns that every list has, by field, in the words of the manual."""

# By field, the clearest heading first: beside 窗口编号, a column 编号 is a running
# number. `number` comes before `name`, so that 窗口 is the name only beside 编号.
_HEADINGS: Mapping[str, Sequence[str]] = {
    "unit": (
        *("单位名称", "单位", "部门名称", "部门", "所属单位", "所属部门"),
        *("进驻单位", "进驻部门", "委办局", "unit", "unitname", "department"),
    ),
    "number": (
        *("窗口编号", "窗口号", "窗口号码", "window", "windownumber", "windowno"),
        *("编号", "窗口", "number", "no"),
    ),
    "name": ("窗口名称", "窗口名", "名称", "窗口", "name", "windowname"),
    "service_type": (
        *("业务类型", "业务类别", "服务类型", "服务类别", "业务种类", "类型", "类别"),
        *("servicetype", "service", "type"),
    ),
    "location": (
        *("位置", "窗口位置", "所在位置", "地点", "办公地点", "location", "place"),
    ),
    "phone": (
        *("电话", "联系电话", "窗口电话", "咨询电话", "办公电话", "电话号码"),
        *("联系方式", "phone", "telephone", "tel", "phonenumber"),
    ),
    "handles": ("办理事项", "受理事项", "服务事项", "事项", "handles", "services"),
    "takes": ("办理时限", "办结时限", "承诺时限", "时限", "takes", "timelimit"),
    "documents": (
        *("所需材料", "申请材料", "申报材料", "办理材料", "材料", "documents"),
        "requireddocuments",
    ),
    "promises": ("服务承诺", "承诺", "promises", "promise"),
    "code_only": ("只显示二维码", "仅显示二维码", "只用二维码", "codeonly"),
}
_FIELDS_LEAST = 2
_NOT_HEADING = re.compile(r"\(.*?\)|[\s_*:.#-]")
_EITHER = re.compile("[/、或]")


@dataclass(frozen=True, slots=True)
class Headings:
    """The row of headings: which cell holds which field.

    at: position among the filled lines. columns: cell by field. names: by field,
    the heading as the file has it. twice: headings that two columns bear.
    """

    at: int
    line: int
    columns: Mapping[str, int]
    names: Mapping[str, str]
    twice: tuple[str, ...]

    def missing(self) -> list[str]:
        """Return the required columns without a heading, in the words of the manual."""
        return [name for field, name in REQUIRED.items() if field not in self.columns]


def find_headings(
    lines: Iterable[Line], fields: Mapping[str, Sequence[str]] = _HEADINGS
) -> Headings | None:
    """Return the likeliest row of headings, or None.

    It is the first of those that name most fields, at least two, among the first
    eleven filled lines: a title row "单位: … 电话: …" also names two. fields: what
    columns of each field may be called, the clearest heading first.
    """
    top = islice(filled(lines), TITLE_ROWS_MOST + 1)
    found = [_headings(at, line, cells, fields) for at, (line, cells) in enumerate(top)]
    best = max(found, key=lambda headings: len(headings.columns), default=None)
    if best is None or len(best.columns) < _FIELDS_LEAST:
        return None
    return best


def filled(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines that hold something, cleaned, without trailing blanks.

    Lines within a cell stay: a service guide is written in lines.
    """
    for line, cells in lines:
        cleaned = [clean_text(cell, lines=True) for cell in cells]
        while cleaned and not cleaned[-1]:
            cleaned.pop()
        if cleaned:
            yield line, cleaned


def _headings(
    at: int, line: int, cells: Sequence[str], fields: Mapping[str, Sequence[str]]
) -> Headings:
    keys = [_key(cell) for cell in cells]
    columns: dict[str, int] = {}
    twice = []
    for field, known in fields.items():
        ranks = {
            place: _rank(key, known)
            for place, key in enumerate(keys)
            if place not in columns.values()
        }
        clearest = min(ranks.values(), default=len(known))
        best = [place for place in ranks if ranks[place] == clearest < len(known)]
        if best:
            columns[field] = best[0]
        if len(best) > 1:
            twice.append(clean_text(cells[best[0]]))
    names = {field: clean_text(cells[place]) for field, place in columns.items()}
    return Headings(at, line, columns, names, tuple(twice))


def _key(cell: str) -> str:
    """Return a heading without case, width, blanks, remarks in brackets and stars."""
    return _NOT_HEADING.sub("", unicodedata.normalize("NFKC", cell).casefold())


def _rank(key: str, known: Sequence[str]) -> int:
    """Return how clearly a heading names a field: 0 clearest, len(known) not at all.

    单位/部门 counts when each of its parts names the field.
    """
    parts = _EITHER.split(key)
    if not all(part in known for part in parts):
        return len(known)
    return min(known.index(part) for part in parts)
