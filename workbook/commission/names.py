"""Cluster names that are nearly the same: whether two districts, or two operators, may have filed one and the same.

Two names are nearly the same when they come to the same by leaving out at most one character of each: a slip of the
pen, a word turned round, one character more. Ratios of similarity were weighed and left: among names that share
"上海市…区…产业集群" any ratio that finds a slip also finds "智能制造" beside "智能传感". Every name has as many such
shortened forms as it has characters, and equal forms are found by a dictionary, so that ten thousand names cost ten
thousand times as much as one, not a hundred million times.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.characters import key_of
from workbook.commission.settle import bare_name

# What any name may hold or lack and still mean the same cluster.
_COMMON = re.compile("中小企业|特色|产业|集群")
# Numbers tell clusters apart on purpose: 一期 and 二期 are two.
_NUMERALS = re.compile("[0-9一二三四五六七八九十]+")
_SHORTEST = 4
"""Below this many characters another one makes another word, not a slip."""


def core(name: str) -> str:
    """A name without what it may hold or lack.

    Examples:
        >>> core("上海市嘉定区智能传感器产业集群"), core("嘉定区 智能传感器 中小企业特色产业集群")
        ('嘉定区智能传感器', '嘉定区智能传感器')
    """
    bare = bare_name(name)
    return _COMMON.sub("", bare) or bare


def forms(name: str, district: str) -> Iterator[str]:
    """What a name has in common with every name nearly the same.

    The whole core is compared over all the city, shortened ones within a district only: other districts have clusters
    of the same industry by right, and a name that differs in a character is another one there.

    Examples:
        >>> set(forms("传感芯片集群", "嘉定区")) & set(forms("传感芯件集群", "嘉定区"))
        {'嘉定区|传感芯|'}
    """
    whole = core(name)
    if not whole:
        return
    yield f"|{whole}|"
    own = whole.replace(key_of(district), "") if district else whole
    if not district or len(own) < _SHORTEST:
        return
    numerals = "".join(_NUMERALS.findall(own))
    yield f"{district}|{own}|{numerals}"
    for short in sorted({own[:at] + own[at + 1 :] for at in range(len(own))}):
        yield f"{district}|{short}|{numerals}"
