"""What is said of the master people work in, when it is brought up to date."""

from __future__ import annotations

from toolkit.messages.explanation import ERROR, NOTE, WARNING, Stage, say, staged

MESSAGES = staged(
    Stage.OPENING,
    {
        "W35": say(
            ERROR,
            "原总表无法读取",
            "能打开的总表，其中填写的内容才能带入新的总表",
            "“{name}”：{reason}",
            "未作任何改动。请用 Excel 或 WPS 打开并修复，或者用同一文件夹中最近的备份（名称带“-备份”）恢复后再汇总；"
            "它不是总表的，请换一个文件名",
        ),
        "W36": say(
            ERROR,
            "总表属于其他规则或年度",
            "同一规则、同一年度的总表",
            "“{name}”是 {found} 的总表",
            "未作任何改动。请换一个文件名，或者用 --policy、--season 指定该总表的规则和年度",
        ),
        "W37": say(
            NOTE,
            "有内容移入“未归位”",
            "每处填写都有所在的行和列",
            "{count} 处填写的内容没有了原来的位置",
            "请在“未归位”表查看；集群的文件再次收到后，内容自动回到原处",
        ),
        "W38": say(
            NOTE,
            "有数据在填写意见后变动",
            "填写意见之后不再变动的数据",
            "{count} 行的数据有变动，该行已有填写的内容",
            "请在“待复核”表核对新旧数值，并填写复核结果",
        ),
        "W39": say(
            WARNING,
            "公式指向总表之外",
            "只引用本工作簿的公式",
            "{count} 处公式引用其他文件、网络或者程序，已停用：{cells}",
            "单元格保留原来显示的结果，公式原文写在批注中；需要的，请改为直接填写数值",
        ),
        "W52": say(
            WARNING,
            "有图形未带入",
            "图片、图表等放在自建的工作表中",
            "系统的工作表上有自加的图形：{things}",
            "新的总表不保留这些图形，其中输入的文字已移入“未归位”；需要的，请从原总表或其备份中取回，放到自建的工作表中",
        ),
    },
)
