"""What a browser calls itself, in two names that a person knows it by."""

_BROWSERS = (
    # The first that is found counts: nearly all claim to be Chrome and Safari too.
    ("MicroMessenger", "微信 WeChat"),
    ("QQBrowser", "QQ Browser"),
    ("QQ/", "QQ"),
    ("DingTalk", "钉钉 DingTalk"),
    ("HuaweiBrowser", "Huawei Browser"),
    ("MiuiBrowser", "Mi Browser"),
    ("HeyTapBrowser", "HeyTap Browser"),
    ("VivoBrowser", "vivo Browser"),
    ("UCBrowser", "UC Browser"),
    ("QihooBrowser", "360 Browser"),
    ("360SE", "360 Browser"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("HeadlessChrome", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),  # codespell:ignore
    ("Linux", "Linux"),
)


def agent_words(agent: str) -> str:
    """Return such as `Chrome · Windows` for a User-Agent header; "" for neither.

    Only names of these lists come out, whatever the header says: at most 60
    characters, safe to show.
    """
    found = [_first(agent, names) for names in (_BROWSERS, _SYSTEMS)]
    return " · ".join(name for name in found if name)


def _first(agent: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in names if mark in agent), "")
