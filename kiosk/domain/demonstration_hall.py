"""The invented hall of the demonstration: who serves what where, and what is said.

No such office exists; telephone numbers begin with 0000 and ring nowhere.
"""

from dataclasses import dataclass

ORGANISATION = "示范市政务服务管理局（演示）"
CENTRE = "示范市政务服务中心（演示）"

_SOCIAL = "社会保障"
_MEDICAL = "医疗保障"
_RESIDENTS = "户籍与证件"
_BUSINESS = "企业登记"
_TAX = "税费办理"
_HOUSING = "不动产与住房"
_PEOPLE = "民生服务"
_WORKS = "工程与交通"

DIFFICULTY = {
    _SOCIAL: -0.05,
    _MEDICAL: -0.15,
    _RESIDENTS: 0.25,
    _BUSINESS: 0.1,
    _TAX: -0.25,
    _HOUSING: -0.4,
    _PEOPLE: 0.3,
    _WORKS: -0.1,
}
"""By service type, in logits; below 0 its visitors are harder to content."""

_UNITS = (
    ("市人力资源和社会保障局", "一楼A区", "A", (
        ("社保综合", _SOCIAL, 5), ("就业创业", _PEOPLE, 2))),
    ("市医疗保障局", "一楼B区", "B", (("医保经办", _MEDICAL, 5),)),
    ("市公安局", "一楼C区", "C", (
        ("户籍业务", _RESIDENTS, 4), ("出入境业务", _RESIDENTS, 2))),
    ("市市场监督管理局", "二楼D区", "D", (
        ("企业登记", _BUSINESS, 5), ("食品经营许可", _BUSINESS, 1))),
    ("市税务局", "二楼E区", "E", (("综合办税", _TAX, 6),)),
    ("市不动产登记中心", "二楼F区", "F", (("不动产登记", _HOUSING, 5),)),
    ("市住房公积金管理中心", "二楼G区", "G", (("公积金业务", _HOUSING, 5),)),
    ("市住房和城乡建设局", "三楼H区", "H", (
        ("住房保障", _HOUSING, 3), ("施工许可", _WORKS, 1))),
    ("市民政局", "三楼J区", "J", (("婚姻登记", _PEOPLE, 2), ("社会救助", _PEOPLE, 2))),
    ("市卫生健康委员会", "三楼K区", "K", (
        ("卫生许可", _BUSINESS, 2), ("生育服务", _PEOPLE, 2))),
    ("市交通运输局", "三楼L区", "L", (("道路运输", _WORKS, 4),)),
    ("市政务服务管理局", "一楼大厅", "M", (
        ("帮办代办", _PEOPLE, 2), ("跨省通办", _PEOPLE, 2))),
)  # fmt: skip

LOW_WINDOW = "H03"
"""Its visitors are often not content: it stays below the board's gate."""
IDLE_WINDOW = "K02"
"""Hardly anybody comes: too few ratings to be listed."""
NEW_WINDOW = "M04"
"""Opened three days ago: too few days to be listed."""

GOOD_WORDS = (
    "工作人员很耐心，讲解清楚。",
    "办得快，十分钟就好了。",
    "态度很好，谢谢！",
    "一次就办完了，没有多跑。",
    "材料缺一份，当场帮我打印了，很贴心。",
    "大厅有老花镜和饮水机，想得周到。",
    "Clear help in English, thank you.",
    "帮老人填了表，点赞。",
)
MIDDLE_WORDS = (
    "等的时间有点长，办理还算顺利。",
    "叫号屏不太明显，差点过号。",
    "流程能再简单一点就好了。",
    "指示牌可以再清楚一些。",
)
BAD_WORDS = (
    "排队一个多小时，希望多开窗口。",
    "材料要求前后说得不一样，跑了两趟。",
    "系统卡了很久，没有人解释。",
    "讲得太快，没有听明白。",
    "中午没有人值守，白等了。",
    "复印要到楼下，不方便。",
)


@dataclass(frozen=True)
class HallWindow:
    """A window of the demonstration as a list of windows would name it."""

    number: str
    name: str
    unit: str
    service_type: str
    location: str
    phone: str


def hall_windows() -> tuple[HallWindow, ...]:
    """Return the windows by number: 60 in 12 units with 8 service types."""
    windows: list[HallWindow] = []
    for unit, location, letter, kinds in _UNITS:
        names = [(name, kind) for name, kind, count in kinds for _ in range(count)]
        for place, (name, kind) in enumerate(names, start=1):
            windows.append(
                HallWindow(
                    number=f"{letter}{place:02}",
                    name=f"{name}{place}号窗口",
                    unit=unit,
                    service_type=kind,
                    location=location,
                    phone=f"0000-555{1001 + len(windows)}",
                )
            )
    return tuple(windows)
