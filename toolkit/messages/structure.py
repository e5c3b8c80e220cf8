"""What is said of the structure of a workbook: whether it is still the one that was given out."""

from __future__ import annotations

from toolkit.messages.explanation import ERROR, NOTE, WARNING, Stage, say, staged

_INTACT = "与发放的空白申报工作簿一致"

MESSAGES = staged(
    Stage.STRUCTURE,
    {
        "T1": say(
            ERROR,
            "缺少工作表",
            "工作表“{sheet}”",
            "没有这张工作表，涉及 {count} 项填报内容",
            "请从备份找回；找不到的，请将内容移入空白申报工作簿，勿删除工作表",
        ),
        "T2": say(
            WARNING,
            "模板与发放版本不符",
            "版本 {version} 的模板，标记 {expected}",
            "标记 {found}",
            "请向区主管部门核对工作簿来源，必要时将内容移入其发放的空白申报工作簿",
        ),
        "T3": say(
            ERROR,
            "填报区域已破坏",
            "“{label}”的填报区域（名称 {name}）",
            "{reason}",
            "请勿删除行列、改动名称；请将内容移入空白申报工作簿",
        ),
        "T4": say(
            ERROR,
            "栏目文字已改动",
            "“{expected}”",
            "{found}",
            "请恢复原文字，并核对该栏所填内容和计量单位；评价按原栏目进行",
        ),
        "T6": say(
            WARNING,
            "含外部链接",
            "不依赖其他文件的工作簿",
            "链接到{found}",
            "请断开外部链接或数据连接（“数据”选项卡），并核对有关数值；本工具不读取其内容",
        ),
        "T7": say(
            ERROR,
            "超出填报行数",
            "“{label}”最多 {limit} 行",
            "第 {row} 行仍有内容",
            "请移到填报区内；内容超过行数的，请联系区主管部门",
        ),
        "T10": say(
            WARNING,
            "自检后已修改",
            "{label}与自检时（{time}）一致",
            "{before} → {after}",
            "确为更正的，重新校验即可；并非本单位修改的，请查明原因",
        ),
        "T11": say(NOTE, "工作表已改名", "“{sheet}”", "“{found}”", "不影响评价；建议改回原名"),
        "T12": say(
            WARNING,
            "说明文字已改动",
            "“{expected}”",
            "{found}，共 {count} 处",
            "请恢复原文字；评价按发布的规则进行，不以改动后的文字为准",
        ),
        "T13": say(
            NOTE,
            "自检公式已改动",
            f"“{{sheet}}”的公式{_INTACT}",
            "{found}",
            "不影响评价；工作簿内的自检结果可能有误，以校验结果为准",
        ),
        "T14": say(
            WARNING,
            "内容填在填报格之外",
            "内容填在填报格内",
            "{found}，共 {count} 处",
            "该处内容不参与评价；属于填报内容的，请移入同行的填报格",
        ),
        "T15": say(NOTE, "填报区之外另有内容", "填报内容之外没有文字", "{found}，共 {count} 处", "该处内容不参与评价"),
        "T16": say(
            WARNING,
            "隐藏的行列中有内容",
            "填报内容全部可见",
            "{found}已隐藏",
            "隐藏的内容照常参与评价；请取消隐藏并核对",
        ),
        "T17": say(WARNING, "工作表已隐藏", "工作表“{sheet}”可见", "已隐藏", "其内容照常参与评价；请取消隐藏并核对"),
        "T18": say(
            NOTE,
            "另有隐藏的工作表",
            "没有模板之外的隐藏工作表",
            "“{found}”中有内容",
            "其内容不参与评价；不需要的请删除",
        ),
        "T19": say(NOTE, "日期从 1904 年起算", "日期从 1900 年起算", "1904 日期系统", "日期已换算；请核对各项日期"),
        "T20": say(
            WARNING,
            "公式结果不是最新",
            "保存前已重新计算",
            "{count} 项填报内容在计算之后改动过",
            "请在 Excel 或 WPS 中打开，重新计算（F9）并保存后再提交",
        ),
        "T21": say(NOTE, "工作表顺序已改动", "工作表按原顺序排列", "顺序不同", "不影响评价；建议恢复原顺序"),
        "T22": say(
            ERROR,
            "固定行已缺失",
            "“{label}”中的“{row}”一行",
            "没有这一行",
            "请勿删除固定行；请将内容移入空白申报工作簿",
        ),
        "T23": say(
            WARNING,
            "有工作表副本",
            "“{sheet}”只有一张",
            "另有“{found}”",
            "只读取“{sheet}”；副本中如有要填报的内容，请移入后删除副本",
        ),
        "T24": say(
            NOTE,
            "区域名称已丢失或改动",
            "“{label}”的名称 {name}",
            "{reason}，已按栏目文字找到填报区域",
            "不影响评价；保存时请选择“Excel 工作簿（*.xlsx）”",
        ),
        "T25": say(NOTE, "含嵌入的对象", "只含数据的工作簿", "嵌入了 {found}", "其内容不参与评价；佐证材料请另行提交"),
        "T26": say(
            NOTE,
            "模板已有新版",
            "{latest} 版",
            "{found} 版",
            "仍按 {found} 版评价；需用新版的，请用 jiqun migrate 转换",
        ),
        "T27": say(NOTE, "自检记录已损坏", "完整的自检记录", "无法识别", "不影响评价；重新校验后会重新记录"),
    },
)
