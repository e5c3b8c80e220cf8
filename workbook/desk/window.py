"""The window of the launcher: a list of workbooks, six buttons, and what came of the last one."""

from __future__ import annotations

import queue
import threading
import tkinter as tk
import webbrowser
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tkinter import filedialog, font, simpledialog, ttk
from typing import Any

from workbook import __version__
from workbook.actions import Action
from workbook.check import Shelf
from workbook.desk.work import Report, Target, file_target, seal_all, send_back_all, several, targets
from workbook.engines.desktops import in_thread

_INK, _QUIET, _LINE, _PAPER, _HEAD = "#1F2937", "#6B7280", "#CBD5E1", "#FFFFFF", "#1F3864"
_FACE, _SOFT = "#F5F7FA", "#DCE6F1"
# A line is coloured by the sign it begins with; the sign says the same in grey.
_SIGNS = {"✓": "#166534", "✗": "#9B1C1C", "△": "#92400E", "○": "#4B5563", "◇": "#1D4ED8", "ⓘ": "#1D4ED8", "■": _HEAD}
# The result is a table: each Chinese character is as wide as two letters.
_EVEN = ("Noto Sans Mono CJK SC", "Sarasa Mono SC", "NSimSun", "WenQuanYi Micro Hei Mono", "PingFang SC")
_FONTS = ("Microsoft YaHei UI", "PingFang SC", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "SimSun")
_POLL = 80
_TITLE = "集群初审工具"


class Desk:
    """The launcher."""

    def __init__(self, root: tk.Tk, known: Shelf, files: Sequence[Path]) -> None:
        """Build the window.

        Args:
            root: The window of the toolkit.
            known: Policies, seasons and versions.
            files: Workbooks to begin with, as dropped onto the launcher.
        """
        self._root, self._known = root, known
        self._files = [file_target(path) for path in files]
        self._shown: list[Target] = []
        self._told: queue.Queue[Callable[[], None]] = queue.Queue()
        self._product: Path | None = None
        self._busy = False
        _style(root)
        self._build()
        self.refresh()
        root.after(_POLL, self._poll)

    # The window ------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._root.title(f"{_TITLE} {__version__}")
        self._root.minsize(860, 600)
        self._root.configure(background=_FACE)
        self._root.columnconfigure(0, weight=1)
        self._root.rowconfigure(3, weight=1)
        self._heading().grid(row=0, sticky="ew")
        self._chooser().grid(row=1, sticky="ew", padx=20, pady=(16, 8))
        self._bar().grid(row=2, sticky="ew", padx=20, pady=4)
        self._outcome().grid(row=3, sticky="nsew", padx=20, pady=8)
        self._foot().grid(row=4, sticky="ew", padx=20, pady=(0, 12))
        self._root.bind("<F5>", lambda _: self.refresh())

    def _heading(self) -> ttk.Frame:
        frame = ttk.Frame(self._root, style="Head.TFrame", padding=(20, 14))
        ttk.Label(frame, text=_TITLE, style="Title.TLabel").grid(row=0, column=0, sticky="w")
        told = "校验、评价和初审申报工作簿。不需要宏，不需要联网；原件和填报内容不会被改动。"
        ttk.Label(frame, text=told, style="Under.TLabel").grid(row=1, column=0, sticky="w", pady=(4, 0))
        return frame

    def _chooser(self) -> ttk.Frame:
        frame = ttk.Frame(self._root)
        frame.columnconfigure(0, weight=1)
        ttk.Label(frame, text="选择要处理的工作簿（可多选）", style="Step.TLabel").grid(row=0, column=0, sticky="w")
        side = ttk.Frame(frame)
        side.grid(row=0, column=1, sticky="e")
        ttk.Button(side, text="刷新 F5", command=self.refresh).grid(row=0, column=0, padx=4)
        ttk.Button(side, text="添加文件……", command=self._add).grid(row=0, column=1)
        columns = {"name": ("工作簿", 300), "program": ("打开于", 110), "path": ("位置", 380)}
        self._list = ttk.Treeview(frame, columns=list(columns), show="headings", height=5, selectmode="extended")
        for key, (title, width) in columns.items():
            self._list.heading(key, text=title, anchor="w")
            self._list.column(key, width=width, anchor="w", stretch=key == "path")
        self._list.grid(row=1, column=0, columnspan=2, sticky="ew", pady=(8, 0))
        return frame

    def _bar(self) -> ttk.Frame:
        frame = ttk.Frame(self._root)
        self._buttons = []
        for i, action in enumerate(Action):
            style = "Main.TButton" if action is Action.CHECK else "TButton"
            button = ttk.Button(frame, text=action.label, style=style, command=partial(self.press, action))
            button.grid(row=0, column=i, padx=(0, 8), sticky="ew")
            frame.columnconfigure(i, weight=1, uniform="buttons")
            self._buttons.append(button)
        ttk.Button(frame, text="退回补正", command=self._send_back).grid(
            row=1, column=3, sticky="ew", pady=(8, 0), padx=(0, 8)
        )
        ttk.Button(frame, text="加封报送……", command=self._seal).grid(
            row=1, column=4, sticky="ew", pady=(8, 0), padx=(0, 8)
        )
        told = "初审完成并保存后："
        ttk.Label(frame, text=told, style="Quiet.TLabel").grid(row=1, column=2, sticky="e", padx=(0, 8), pady=(8, 0))
        return frame

    def _outcome(self) -> ttk.Frame:
        frame = ttk.Frame(self._root, style="Paper.TFrame")
        frame.columnconfigure(0, weight=1)
        frame.rowconfigure(0, weight=1)
        family = _first_of(_EVEN, self._root)
        self._text = tk.Text(
            frame, wrap="word", height=10, relief="flat", padx=14, pady=10, spacing1=2, spacing3=2, foreground=_INK,
            background=_PAPER, font=(family, 10), highlightthickness=1, highlightbackground=_LINE, state="disabled",
        )  # fmt: skip
        for sign, colour in _SIGNS.items():
            self._text.tag_configure(sign, foreground=colour)
        self._text.tag_configure("■", font=(family, 12, "bold"))
        bar = ttk.Scrollbar(frame, command=self._text.yview)
        self._text.configure(yscrollcommand=bar.set)
        self._text.grid(row=0, column=0, sticky="nsew")
        bar.grid(row=0, column=1, sticky="ns")
        self._tell(["选中工作簿，点击“校验”。没有列出的，请先在 Excel 或 LibreOffice 中打开再按 F5，或点“添加文件”。"])
        return frame

    def _foot(self) -> ttk.Frame:
        frame = ttk.Frame(self._root)
        frame.columnconfigure(0, weight=1)
        self._status = ttk.Label(frame, text="", style="Quiet.TLabel")
        self._status.grid(row=0, column=0, sticky="w")
        self._moving = ttk.Progressbar(frame, mode="indeterminate", length=140)
        self._open = ttk.Button(frame, text="打开结果", command=lambda: _open(self._product), state="disabled")
        self._open.grid(row=0, column=2, padx=8)
        self._folder = ttk.Button(frame, text="打开所在文件夹", command=self._open_folder, state="disabled")
        self._folder.grid(row=0, column=3)
        return frame

    # What people do --------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Look again at what is open."""
        self._start("正在查找打开的工作簿……", targets, self._list_them)

    def _list_them(self, found: list[Target]) -> None:
        chosen = {self._shown[int(item)].name for item in self._list.selection()}
        self._shown = [*found, *self._files]
        self._list.delete(*self._list.get_children())
        for i, target in enumerate(self._shown):
            where = str(target.path.absolute().parent) if target.path else "尚未保存"
            self._list.insert("", "end", iid=str(i), values=(target.name, target.program or "未打开（文件）", where))
        again = [str(i) for i, target in enumerate(self._shown) if target.name in chosen]
        self._list.selection_set(again or [str(i) for i in range(len(self._shown))][:1])
        self._status.configure(text=f"找到 {len(found)} 份打开的申报工作簿，{len(self._files)} 份文件")

    def _add(self) -> None:
        chosen = filedialog.askopenfilenames(
            title="选择申报工作簿", filetypes=[("Excel 工作簿", "*.xlsx"), ("全部文件", "*")]
        )
        self.add([Path(path) for path in chosen])

    def add(self, paths: Sequence[Path]) -> None:
        """Take files into the list."""
        known = {target.path for target in self._files}
        self._files += [file_target(path) for path in paths if path not in known]
        self.refresh()

    def press(self, action: Action) -> None:
        """Do what a button says to all that is chosen."""
        chosen = [Target("", "", None)] if action is Action.HELP else self._chosen()
        if not chosen:
            return
        self._tell([f"正在{action.label}……"])
        self._start(f"正在{action.label}……", lambda: list(several(action, chosen, self._known)), self._show)

    def _send_back(self) -> None:
        if chosen := self._chosen():
            self._start("正在退回……", lambda: send_back_all(chosen, self._known), self._show)

    def _seal(self) -> None:
        chosen = self._chosen()
        if not chosen:
            return
        key = filedialog.askopenfilename(title="选择本区密钥文件", filetypes=[("密钥", "*.key"), ("全部文件", "*")])
        signer = simpledialog.askstring("加封报送", "加封单位（如 某区科经委）：", parent=self._root) if key else None
        if key and signer:
            self._start("正在加封……", lambda: seal_all(chosen, self._known, Path(key), signer), self._show)

    def _chosen(self) -> list[Target]:
        chosen = [self._shown[int(item)] for item in self._list.selection()]
        if not chosen:
            self._tell(["✗ 请先在上面的列表中选中工作簿"])
        return chosen

    def _show(self, reports: list[Report]) -> None:
        self._tell([line for report in reports for line in (*report.lines, "")])
        products = [report.product for report in reports if report.product]
        self._product = products[-1] if products else None
        for button in (self._open, self._folder):
            button.configure(state="normal" if self._product else "disabled")
        failed = sum(not report.done for report in reports)
        self._status.configure(text=f"处理 {len(reports)} 份" + (f"，{failed} 份未完成" if failed else "，全部完成"))

    def _open_folder(self) -> None:
        _open(self._product.parent if self._product else None)

    # Work behind the window ------------------------------------------------------------------------------------

    def _start(self, told: str, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Let a thread do it, so that the window stays alive."""
        if self._busy:
            return
        self._busy = True
        self._status.configure(text=told)
        self._moving.grid(row=0, column=1, padx=8)
        self._moving.start(12)
        for button in self._buttons:
            button.configure(state="disabled")

        def run() -> None:
            try:
                with in_thread():
                    done = work()
            except Exception as error:  # noqa: BLE001 - a thread that dies silently would leave the window waiting
                told = f"{type(error).__name__}：{error}"
                failed = f"✗ 程序出错（{told}），原件未动。请重试；仍出错的，请将本窗口内容交技术人员"
                self._told.put(lambda: self._tell([failed]))
                self._told.put(self._rest)
                return
            self._told.put(self._rest)
            self._told.put(lambda: then(done))

        threading.Thread(target=run, daemon=True).start()

    def _rest(self) -> None:
        self._busy = False
        self._moving.stop()
        self._moving.grid_remove()
        for button in self._buttons:
            button.configure(state="normal")

    def _poll(self) -> None:
        while not self._told.empty():
            self._told.get()()
        self._root.after(_POLL, self._poll)

    def _tell(self, lines: Sequence[str]) -> None:
        self._text.configure(state="normal")
        self._text.delete("1.0", "end")
        for line in lines:
            sign = line.lstrip()[:1]
            self._text.insert("end", line + "\n", sign if sign in _SIGNS else ())
        self._text.configure(state="disabled")


def open_desk(known: Shelf, files: Sequence[Path]) -> int:
    """Show the window until it is closed.

    Returns:
        0.

    Raises:
        tk.TclError: There is no screen.
    """
    root = tk.Tk(className="jiqun")
    Desk(root, known, files)
    root.mainloop()
    return 0


def _first_of(names: Sequence[str], root: tk.Tk) -> str:
    """The first of some fonts that is there."""
    families = set(font.families(root))
    usual: str = font.nametofont("TkDefaultFont").actual("family")
    return next((name for name in names if name in families), usual)


def _style(root: tk.Tk) -> None:
    """One face for all systems: quiet, with one button that stands out."""
    family = _first_of(_FONTS, root)
    for name in ("TkDefaultFont", "TkTextFont", "TkMenuFont", "TkHeadingFont"):
        font.nametofont(name).configure(family=family, size=10)
    style = ttk.Style(root)
    style.theme_use("clam")
    style.configure(".", background=_FACE, foreground=_INK, bordercolor=_LINE, lightcolor=_FACE, darkcolor=_FACE)
    style.configure("Head.TFrame", background=_HEAD)
    style.configure("Title.TLabel", background=_HEAD, foreground="#FFFFFF", font=(family, 17, "bold"))
    style.configure("Under.TLabel", background=_HEAD, foreground=_SOFT)
    style.configure("Step.TLabel", font=(family, 11, "bold"), foreground=_HEAD)
    style.configure("Quiet.TLabel", foreground=_QUIET)
    style.configure("Paper.TFrame", background=_PAPER)
    style.configure("TButton", padding=(10, 7), background=_PAPER, bordercolor=_LINE, relief="solid")
    style.map("TButton", background=[("disabled", _FACE), ("active", _SOFT)], foreground=[("disabled", _QUIET)])
    style.configure("Main.TButton", background=_HEAD, foreground="#FFFFFF", font=(family, 10, "bold"))
    style.map("Main.TButton", background=[("disabled", "#8FA3BF"), ("active", "#2F5597")])
    style.configure("Treeview", rowheight=26, fieldbackground=_PAPER, background=_PAPER)
    style.configure("Treeview.Heading", background=_SOFT, foreground=_HEAD, relief="flat", padding=(6, 4))
    style.map("Treeview", background=[("selected", "#2F5597")], foreground=[("selected", "#FFFFFF")])


def _open(path: Path | None) -> None:
    """Open a file or folder with whatever the system has for it."""
    if path is not None:
        webbrowser.open(path.absolute().as_uri())
