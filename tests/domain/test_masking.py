"""Personal numbers are hidden in a citizen's words, and nothing else is."""

from itertools import islice, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.masking import MARK, mask

CARD = "11010119000101001"
PERSONAL = [
    "13800000001", "138 0000 0001", "138-0000-0001", "138.0000.0001",
    "1 3 8 0 0 0 0 0 0 0 1", "+86 13800000001", "+8613800000001", "0086-13800000001",
    "8613900000002", "１３８０００００００１", "一三八零零零零零零零一",
    "幺三八零零零零零零零幺", "壹叁捌零零零零零零零壹", "①③⑧⓪⓪⓪⓪⓪⓪⓪①",
    "199—0000—0003", "(+86)15000000004", "13八〇〇〇〇〇〇〇1", "138_0000_0001",
    "010-88880000", "0532.88880000",
    "(0532)88880000", "0532 88880000转801", "021-66660000-12",
    "（010）88880000", "０１０－８８８８００００", "电话88880000", "座机：8888-0000",
    "tel: 88880000", "我的手机是 138 0000 0001", f"{CARD}2", f"{CARD}X", f"{CARD}x",
    "110101 19000101 001X", "110101-19000101-0012", "身份证110101190001010012",
    "110101900101001", "身份证号：1101019001010", "证件号 1234567X",
    "6222 0000 0000 0000", "6222-0000-0000-0000-000", "6222000000000000000",
    "银行卡号 62220000", "京A12345", "京AD12345", "京A·12345", "鲁B-0001A",
    "粤Z0000港", "京A1234学", "苏E•00001", "川Q 12345", "a@b.cn",
    "who.is.it+x@mail.example.com", "who＠example.com", "who(at)example.cn",
    "E12345678", "护照：EA1234567", "通行证H00000001", "台胞证 00000001",
    "微信：wxid_abc123", "加我VX abcdef1", "微信号weixin-000", "qq 12345678",
    "QQ号：100000", "支付宝13800000001", "138 - 0000 - 0001", "138/0000/0001",
    "138\u200b0000\u200b0001", "❶❸❽⓿⓿⓿⓿⓿⓿⓿❶", "𝟏𝟑𝟖𝟎𝟎𝟎𝟎𝟎𝟎𝟎𝟏",
    "110101 1900 0101 001X", "WJ京0001A", "加v：abc00001", "威信abc00001",
]  # fmt: skip


def leaks(text: str) -> bool:
    """Whether anything of a number can still be read."""
    left = mask(text).replace(MARK, "")
    return sum(sign.isalnum() and sign.isascii() for sign in left) > len("QQ") + 6 or (
        MARK not in mask(text)
    )


def test_nearly_all_personal_numbers_are_hidden():
    assert len(PERSONAL) >= 50
    said = [
        f"请{before}{number}，谢谢"
        for number in PERSONAL
        for before in ("联系", "找我 ")
    ]
    left = [text for text in said if leaks(text)]
    assert len(left) <= 0.05 * len(said), left


@pytest.mark.parametrize("number", ["13800000001", f"{CARD}X", "京A12345", "a@b.cn"])
def test_the_words_around_stay(number):
    assert mask(f"等了两小时，{number}，请回电") == f"等了两小时，{MARK}，请回电"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("微信：wxid_abc123 加我", f"微信：{MARK} 加我"),
        ("手机13800000001和13900000002", f"手机{MARK}和{MARK}"),
        ("1380000000", "1380000000"),
        ("138000000012", "138000000012"),
        ("12800000001", "12800000001"),
        ("110101900199001", "110101900199001"),
        ("123456789012345", "123456789012345"),
        ("1234567890123456", MARK),
    ],
)
def test_a_number_is_told_by_its_form(text, masked):
    assert mask(text) == masked


CLEAN = [
    "12345热线说可以办", "打了110和120", "咨询12315后来的", "国办发〔2019〕51号",
    "2026-11-23 10:30到的", "2026年11月23日上午", "排队号B0123", "编号GJ20261123001",
    "花了1380元", "A012窗口", "3号楼2层205室", "窗口电话12345", "二〇二六年十一月",
    "一二三四五", "等了1小时30分", "第1、2、3号窗口", "GB/T 39734-2020",
]  # fmt: skip


def clean_comments() -> list[str]:
    """Return a thousand comments without a personal number."""
    who = [
        "工作人员", "A012窗口的小姑娘", "3号窗口", "取号机", "大厅引导员",
        "医保窗口", "二楼税务", "B07",
    ]  # fmt: skip
    what = [
        "很耐心", "办得很快", "让我跑了3趟", "说材料不全", "等了90分钟",
        "11:30就下班", "只收现金120元", "2026年11月2日来过一次", "叫号叫到C0456",
        "打印了15张", "把1999年的证明退了回来",
    ]  # fmt: skip
    end = [
        "，谢谢", "。希望改进", "！", "，下次9点前来", "，建议多开2个窗口",
        "，共用时45分钟", "，比2025年好多了", "，路上花了2小时10分",
        "，按12345说的做了", "，100分", "，给5星", "，补交的是第1-3页",
    ]  # fmt: skip
    return list(islice(("".join(parts) for parts in product(who, what, end)), 1000))


def test_clean_words_are_left_alone():
    comments = clean_comments()
    assert len(set(comments)) == 1000
    touched = [text for text in comments if mask(text) != text]
    assert len(touched) <= 10, touched


@pytest.mark.parametrize("text", CLEAN)
def test_public_numbers_dates_and_amounts_stay(text):
    assert mask(text) == text


@given(st.text(alphabet=st.characters(), max_size=300))
def test_any_text_is_masked_once_and_never_grows(text):
    masked = mask(text)
    assert mask(masked) == masked
    assert len(masked) <= len(text)


@given(st.lists(st.sampled_from([*PERSONAL, *CLEAN, "和", " ", "-", "1"]), max_size=6))
def test_numbers_beside_each_other_are_masked_once(parts):
    masked = mask("".join(parts))
    assert mask(masked) == masked
    assert len(masked) <= len("".join(parts))


def test_what_lies_beside_a_hidden_number_is_looked_at_again():
    """Of two numbers in one, the second is found when the first is gone."""
    assert "0000" not in mask("QQ13800000001 微信abcdef0000")


@pytest.mark.parametrize(
    "text",
    ["1" * 50_000, "1 " * 25_000, "a." * 25_000, "A@" * 25_000, "微信" * 25_000,
     "0-" * 25_000, "\u0301" * 10_000, "\ud800" * 10, "\x00" * 500, "京A" * 25_000],
)  # fmt: skip
def test_hostile_words_come_to_an_end(text):
    """Each form is bounded; a text a hundred times too long is still read at once."""
    masked = mask(text)
    assert mask(masked) == masked
