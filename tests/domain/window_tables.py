"""Tables of windows as a spreadsheet would give them."""

from kiosk.domain.window_list import WindowRow

TITLE = ["某市政务服务中心窗口一览表"]
CHINESE = ["单位", "窗口编号", "窗口名称", "业务类型", "位置", "电话"]
ENGLISH = ["unit", "window", "name", "service_type", "location", "phone"]
CELLS = ["市人社局", "A001", "社保综合1", "社会保险", "一楼A区", "0000-5550101"]
ROW = WindowRow(
    unit="市人社局",
    number="A001",
    name="社保综合1",
    service_type="社会保险",
    location="一楼A区",
    phone="0000-5550101",
)
FIELDS = ["unit", "number", "name", "service_type", "location", "phone"]


def table(*rows):
    return [(line, list(cells)) for line, cells in enumerate(rows, start=1)]


def window(number="A001", **changes):
    """A right row of cells with this number and these changes by field."""
    values = dict(zip(FIELDS, CELLS, strict=True)) | {"number": number} | changes
    return list(values.values())
