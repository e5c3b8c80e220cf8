"""What is said of a file as a whole: it cannot be opened safely, or is not one of ours."""

from __future__ import annotations

from toolkit.messages.explanation import ERROR, Stage, say, staged

MESSAGES = {
    **staged(
        Stage.OPENING,
        {
            "W01": say(ERROR, "无法读取文件", "可以读取的文件", "{reason}", "请检查文件路径和访问权限后重试"),
            "W02": say(
                ERROR,
                "不是 .xlsx 工作簿",
                "Excel 工作簿（.xlsx）",
                "文件内容是{kind}",
                "请在 Excel 或 WPS 中打开，另存为“Excel 工作簿（*.xlsx）”后重新提交；只改扩展名无效",
            ),
            "W03": say(ERROR, "文件已加密", "未加密的工作簿", "文件设有打开密码", "请去除打开密码后重新保存"),
            "W04": say(
                ERROR,
                "文件超出安全限度",
                "{measure}不超过 {limit}",
                "{measure}为 {actual}",
                "请用空白申报工作簿重新填报，勿嵌入图片、附件等大容量内容",
            ),
            "W05": say(
                ERROR,
                "文件已损坏",
                "完整的工作簿",
                "{reason}",
                "请用 Excel 或 WPS 打开并修复，另存后重新提交；打不开的，请从备份恢复",
            ),
            "W06": say(
                ERROR,
                "文件含不允许的内容",
                "只含数据的工作簿",
                "文件含{content}",
                "请另存为不含该内容的“Excel 工作簿（*.xlsx）”后重新提交",
            ),
            "W09": say(
                ERROR,
                "无法写入文件",
                "可以写入的位置",
                "“{name}”{reason}",
                "文件可能正在 Excel 或 WPS 中打开，请关闭后重试；仍不行的，请检查文件夹权限和磁盘空间，或换一个位置保存",
            ),
            "W10": say(
                ERROR,
                "目标文件已存在",
                "尚不存在的文件名",
                "“{name}”已存在",
                "为免覆盖已填的内容，请换一个文件名，或先移走原文件",
            ),
            "W11": say(
                ERROR,
                "目标文件不是总表",
                "新文件名，或本工具生成的总表",
                "“{name}”已存在，但不是总表",
                "请换一个文件名，以免覆盖",
            ),
            "W13": say(
                ERROR,
                "密钥文件有误",
                "由 jiqun key 生成的密钥文件",
                "“{name}”不存在，或内容不是密钥",
                "请检查路径；密钥文件丢失的，请与市级联系人重新约定密钥",
            ),
            "W14": say(
                ERROR,
                "无法加封",
                "留有封签位置的工作簿",
                "该版本的工作簿没有封签位置",
                "请先用 jiqun migrate 转换为最新版本，再加封",
            ),
            "W15": say(
                ERROR,
                "无法退回",
                "能留存初审记录的工作簿",
                "{reason}",
                "旧版的请先用 jiqun migrate 转换为最新版本；记录已损坏或已满的，请以纸质意见退回并保存原件",
            ),
            "W16": say(
                ERROR,
                "没有找到打开的申报工作簿",
                "在 Excel 或 LibreOffice 中打开的申报工作簿",
                "{reason}",
                "请先打开申报工作簿（在“受保护的视图”中的，请先点“启用编辑”），再重试；也可以用 jiqun desk 直接处理文件",
            ),
            "W17": say(
                ERROR,
                "打开了多份申报工作簿",
                "指明其中一份",
                "现打开 {names}",
                "请切换到要处理的工作簿后从功能区点击，或在“区初审工作台”的“目标工作簿”中填写文件名，或只留一份",
            ),
            "W18": say(
                ERROR,
                "不能在此程序的窗口中直接写入",
                "Windows 版 Excel 或 LibreOffice",
                "当前程序是 {program}",
                "请先保存工作簿，再用 jiqun desk 处理文件，结果写入副本",
            ),
            "W19": say(
                ERROR,
                "表格程序暂时不能操作",
                "没有在编辑的窗口",
                "表格程序{reason}",
                "请按 Enter 或 Esc 结束单元格编辑，关闭对话框后重试；仍不行的，请保存后用 jiqun desk 处理文件",
            ),
            "W20": say(
                ERROR,
                "工作表设有保护密码",
                "未设密码的工作表保护",
                "工作表“{sheet}”设有保护密码",
                "请在“审阅”中撤销工作表保护后重试；密码不明的，请保存后用 jiqun desk 处理文件，结果写入副本",
            ),
            "W21": say(
                ERROR,
                "未能连接 LibreOffice",
                "可以连接的 LibreOffice",
                "{reason}",
                "请确认 LibreOffice 已打开；仍不行的，请保存后用 jiqun desk 处理文件，结果写入副本",
            ),
        },
    ),
    **staged(
        Stage.IDENTITY,
        {
            "W07": say(
                ERROR,
                "不是本申报工作簿",
                "由本工具生成的申报工作簿",
                "{reason}",
                "请从区主管部门领取本年度空白申报工作簿，将内容填入后提交",
            ),
            "W08": say(
                ERROR,
                "规则或申报年度无法识别",
                "已发布的规则版本和申报年度",
                "{reason}",
                "请确认工作簿版本；确属新版的，请更新本工具",
            ),
            "W12": say(ERROR, "这是总表", "申报工作簿", "总表或其备份", "总表不参加校验和汇总"),
        },
    ),
}
