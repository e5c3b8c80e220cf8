"""What is said of one value: whether it can be read as what was asked."""

from __future__ import annotations

from toolkit.messages.explanation import ERROR, NOTE, WARNING, Stage, say, staged

MESSAGES = {
    **staged(
        Stage.VALUE,
        {
            "T5": say(ERROR, "单元格为错误值", "{expected}", "{found}", "请改为直接填写内容"),
            "F1": say(ERROR, "必填项未填", "{expected}", "空白", "请填写“{label}”{zero}"),
            "F2": say(ERROR, "数字格式不对", "{expected}", "{found}", "请只填数字，不带单位、逗号和空格"),
            "F3": say(ERROR, "百分比过大", "{expected}", "{found}", "请按百分比填写，例如 60%"),
            "F4": say(
                WARNING, "填报格中有公式", "直接填写的内容", "公式 {found}", "请复制后“选择性粘贴—数值”，避免引用变化"
            ),
            "F15": say(
                ERROR,
                "公式没有结果",
                "{expected}",
                "公式 {found}，没有结果",
                "请直接填写数值；确需公式的，请在 Excel 中打开并保存后再提交",
            ),
            "F5": say(ERROR, "日期格式不对", "{expected}", "{found}", "请按 2025-03-01 的样式填写日期"),
            "F6": say(ERROR, "不在选项之内", "{expected}", "{found}", "请从下拉列表中选择；粘贴的内容须与选项完全一致"),
            "F7": say(
                ERROR, "统一社会信用代码有误", "{expected}", "{found}", "请按营业执照或登记证书核对；单元格须为文本格式"
            ),
            "F8": say(ERROR, "联系方式有误", "{expected}", "{found}", "请核对后重新填写"),
            "F9": say(ERROR, "填了占位文字", "{expected}", "{found}", "请填写实际内容；没有发生的数量填 0"),
            "F10": say(WARNING, "文字长度不合适", "{expected}", "{found}", "请精简或补充"),
            "F11": say(
                WARNING,
                "填报格已合并",
                "每格单独填写",
                "{found} 已合并",
                "合并后只保留一格的内容；请取消合并，逐格填写",
            ),
            "F16": say(NOTE, "小数位过多", "{expected}", "{found}", "请按要求的小数位四舍五入；所填数值照常参与评价"),
            "F12": say(ERROR, "数值超出范围", "{expected}", "{found}", "请核对数值和单位"),
            "F13": say(ERROR, "应为整数", "{expected}", "{found}", "请填写整数"),
            "F14": say(
                ERROR,
                "行业代码有误",
                "{expected}",
                "{found}",
                "请按《国民经济行业分类》（GB/T 4754—2017）填写四位小类代码",
            ),
        },
    ),
}
