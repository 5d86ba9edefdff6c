"""Personal numbers in a citizen's words, hidden before anybody else reads them.

What is looked for has a form of its own: telephone, identity card, bank card, plate,
mail address, passport, and names of accounts behind their label. A name or a story
cannot be found this way; the page asks not to write any. Digits count in whichever
way they are written: full width, circled, styled, Chinese.
"""

import re
import unicodedata

MARK = "［已隐去］"
"""Stands for what is hidden, the same for all kinds; no shorter than any of them."""
_CHINESE = "〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖"
_DIGITS = "001234567891123456789"
_SIGNS = (
    {ord(sign): digit for sign, digit in zip(_CHINESE, _DIGITS, strict=True)}
    | {ord("＠"): "@", ord("．"): ".", ord("－"): "-", ord("＋"): "+"}
    | {0xFF21 + n: chr(ord("A") + n) for n in range(26)}
    | {0xFF41 + n: chr(ord("A") + n) for n in range(26)}
    | {ord("a") + n: chr(ord("A") + n) for n in range(26)}
)


class _Shadow(dict[int, str]):
    """Each character for one, so that what is found stands at the same place."""

    def __missing__(self, code: int) -> str:
        # Nothing is kept: a hostile text would fill it with all there are.
        digit = unicodedata.digit(chr(code), None)
        return chr(code) if digit is None else str(digit)


_SHADOW = _Shadow(_SIGNS)
_GAP = r"[ .·\-_—–/\u00a0\u2000-\u200d\u202f\u2060\u3000\ufeff]{0,3}"
_BEFORE, _AFTER = r"(?<![0-9A-Z])", r"(?![0-9A-Z])"
_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"
_JOINT = r"[^0-9A-Z\n]{0,6}"
_FORMS = (
    # Mobile telephone, in whatever groups, with or without the country's code.
    rf"(?<![0-9])(?:(?:\+|00)?86{_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?![0-9])",
    # Telephone with its area, and an extension.
    (
        r"(?<![0-9])[(（]?0\d{2,3}[)）]?[ .\-—–]{0,2}[2-9]\d{6,7}"
        r"(?:[转\-]\d{1,5})?(?![0-9])"
    ),
    # Identity card: eighteen digits, or fifteen with a birthday in them.
    (
        rf"(?<![0-9])[1-9]\d{{5}}{_GAP}(?:18|19|20)\d\d{_GAP}{_MONTH}{_GAP}{_DAY}"
        rf"{_GAP}\d{{3}}{_GAP}[\dX]{_AFTER}"
    ),
    rf"(?<![0-9])[1-9]\d{{5}}\d\d{_MONTH}{_DAY}\d{{3}}(?![0-9])",
    # Bank card in groups of four; any other run as long is no number of a window.
    r"(?<![0-9])\d{4}(?:[ \-]\d{4}){3}(?:[ \-]?\d{1,3})?(?![0-9])",
    r"(?<![0-9])\d{16,}X?(?![0-9])",
    # Number plate, the armed police's included.
    rf"{_BEFORE}WJ[{_PROVINCES}]?[·• \-]?\d{{4}}[0-9A-Z]{_AFTER}",
    (
        rf"[{_PROVINCES}][A-Z][·• \-]?[A-HJ-NP-Z0-9]{{4,5}}"
        rf"[A-HJ-NP-Z0-9挂学警港澳]{_AFTER}"
    ),
    (
        r"[A-Z0-9._%+\-]{1,64}(?:@|\(AT\)|\[AT\]|（AT）)"
        r"[A-Z0-9\-]{1,63}(?:\.[A-Z0-9\-]{1,63}){1,4}"
    ),
    # Passport, and the permits for Hong Kong, Macau and Taiwan.
    rf"{_BEFORE}[DEGHMPS][A-Z]?\d{{8,9}}{_AFTER}",
    rf"(?:护照|通行证|回乡证|台胞证|军官证){_JOINT}([A-Z0-9]{{5,20}}){_AFTER}",
    # Behind its label a shorter number is a person's too.
    (
        rf"(?:身份证|证件|驾驶证|社保卡|银行卡|卡号|账号|帐号)"
        rf"{_JOINT}(\d[\dX \-]{{4,22}}[\dX]){_AFTER}"
    ),
    (
        rf"(?:电话|座机|手机|联系方式|联系我|TEL|PHONE|MOBILE)"
        rf"{_JOINT}(\d[\d \-]{{5,18}}\d)(?![0-9])"
    ),
    (
        rf"(?:微信|WECHAT|VX|WX|V信|加V|薇信|威信|QQ|扣扣|支付宝|抖音)"
        rf"{_JOINT}([A-Z0-9][A-Z0-9_\-]{{4,40}}){_AFTER}"
    ),
)
_FOUND = re.compile("|".join(f"(?:{form})" for form in _FORMS))


def mask(text: str) -> str:
    """Return the words with each personal number replaced by MARK.

    Masked words stay as they are, and no text becomes longer than it was.
    """
    # What stood beside a hidden number may now be seen to be one itself; each round
    # leaves fewer letters and digits than before, so there is a last one.
    while (masked := _masked(text)) != text:
        text = masked
    return text


def _masked(text: str) -> str:
    shadow = text.translate(_SHADOW)
    parts, end = [], 0
    for found in _FOUND.finditer(shadow):
        # A group is the number behind its label; the label may stay.
        start = found.start(found.lastindex or 0)
        parts += [text[end:start], MARK]
        end = found.end()
    return "".join([*parts, text[end:]])
