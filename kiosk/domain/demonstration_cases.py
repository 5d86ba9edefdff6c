"""What is said in the demonstration's cases: invented words, plain and polite."""

from dataclasses import dataclass

from kiosk.domain.cases import Source
from kiosk.domain.reasons import Aspect

CAUSES = {
    "排队一个多小时，希望多开窗口。": Aspect.EFFICIENCY,
    "系统卡了很久，没有人解释。": Aspect.EFFICIENCY,
    "中午没有人值守，白等了。": Aspect.EFFICIENCY,
    "讲得太快，没有听明白。": Aspect.COMPETENCE,
    "材料要求前后说得不一样，跑了两趟。": Aspect.COMPETENCE,
    "复印要到楼下，不方便。": Aspect.ENVIRONMENT,
}
"""What the bad comments of the demonstration are about."""
EXPLAINED = {
    Aspect.EFFICIENCY: "您好，让您久等了，十分抱歉。当天系统升级，办理比平时慢，"
    "我们没有及时告知，这是我们做得不好的地方。",
    Aspect.COMPETENCE: "您好，感谢您告诉我们。材料清单今年有调整，我们没有向您讲清楚，"
    "请您谅解。现在窗口备有一页纸的说明，您可以带走。",
    Aspect.ENVIRONMENT: "您好，谢谢您的提醒。二楼正在施工，复印机暂时移到一楼，"
    "我们已在大厅入口写明。",
}
PROMISED = {
    Aspect.EFFICIENCY: (
        "您好，您反映的情况属实，我们会改进。",
        "高峰时段加开一个窗口。",
    ),
    Aspect.COMPETENCE: ("您好，您说得对，我们会改进。", "统一材料清单，一次讲清。"),
    Aspect.ENVIRONMENT: ("您好，您说得对，我们会改进。", "在二楼加一台复印机。"),
}
"""Reply and measure."""
PAUSED = "需要等上级部门答复系统升级的时间，收到后马上告诉您。"
DOUBT = "当天该窗口没有这项业务的办理记录，请大厅核实。"
UNFOUNDED = "您好，我们查了当天的记录，没有找到您说的情况。如您有票号，请告诉我们再查。"
RECTIFIED = "已经做到，并检查了一周。"
HELD_UP = "复查：同类评价明显减少。"
APPEAL = "当天确实去过，票已经丢了，请再查一查。"
THANKS = "谢谢您的好主意，我们已经采用，并列入本季度金点子。"


@dataclass(frozen=True)
class Told:
    """Something told at the help desk or on the telephone."""

    source: Source
    words: str
    hours: int
    """Before the demonstration ends."""
    window: int
    """Place among the windows."""
    cause: int
    name: str


TOLD = (
    Told(Source.SUGGESTION, "建议在取号机旁放一副老花镜。", 700, 4, 4, ""),
    Told(Source.COMPLAINT, "我不会用手机，扫码取号没有人帮忙。", 330, 7, 3, "王女士"),
    Told(Source.COMPLAINT, "叫号声音太小，过号两次。", 2, 11, 4, "陈先生"),
)
PHONE = "0000-5550123"
"""Nobody's number."""
