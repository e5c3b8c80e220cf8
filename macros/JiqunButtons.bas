Attribute VB_Name = "JiqunButtons"
Option Explicit

' What the buttons of the workbench and of the add-in do: start one Python program and tell how it ended.
' The work itself is done by Python (workbook/buttons.py), never here.
'
' ASCII only: the texts a user reads are named cells (jiqun_text_*) of the hidden sheet _texts.
' No Declare, no #If, nothing that runs by itself: the same file serves Excel on 32 and 64 bits and LibreOffice.

Public Sub JiqunCheck()
    RunAction "check"
End Sub

Public Sub JiqunEvaluate()
    RunAction "evaluate"
End Sub

Public Sub JiqunClear()
    RunAction "clear"
End Sub

Public Sub JiqunReview()
    RunAction "review"
End Sub

Public Sub JiqunExport()
    RunAction "export"
End Sub

Public Sub JiqunHelp()
    RunAction "help"
End Sub

Private Sub RunAction(ByVal action As String)
    Dim task As String
    Dim python As String
    Dim running As String
    Dim trouble As String
    task = Told("action_" & action, "", "", "")
    If OnMac() Then
        Alert Told("mac", task, "", "")
    ElseIf ActsOnActive() And ActiveWorkbook Is Nothing Then
        Alert Told("no_workbook", task, "", "")
    Else
        python = Interpreter()
        If python = "" Then
            Alert NotFound(task)
        Else
            running = Told("running", task, "", "")
            SetStatus running
            trouble = Launched(CommandLine(python, action), task)
            If trouble <> "" Then
                Alert trouble
            ElseIf Status() = running And Not InLibreOffice() Then
                ' Python had nothing to say, and it has ended.
                SetStatus Told("done", task, "", "")
            End If
        End If
    End If
End Sub

' The only place that starts a program. What went wrong, empty when nothing did.
Private Function Launched(ByVal command As String, ByVal task As String) As String
    Dim host As Object
    Dim waits As Boolean
    Dim code As Long
    Dim problem As Long
    Dim reason As String
    waits = Not InLibreOffice()
    On Error Resume Next
    If waits Then Set host = CreateObject("WScript.Shell")
    Err.Clear
    If host Is Nothing Then
        ' LibreOffice would deadlock with a program it waits for, since that program talks to LibreOffice.
        Shell command, 0
    Else
        code = host.Run(command, 0, True)
    End If
    problem = Err.Number
    reason = Err.Description
    On Error GoTo 0
    If problem <> 0 Then
        Launched = NotStarted(task, problem, reason)
    ElseIf code = 9009 Then
        ' What the placeholder of the Microsoft Store says where no Python is installed.
        Launched = NotFound(task)
    ElseIf code <> 0 Then
        Launched = Told("failed", task, CStr(code), LogFile())
    End If
End Function

Private Function NotStarted(ByVal task As String, ByVal problem As Long, ByVal reason As String) As String
    Select Case problem
        ' Access denied, permission denied, and the same as HRESULT; the last one: blocked by group policy.
        Case 5, 70, -2147024891, -2147023636
            NotStarted = Told("forbidden", task, CStr(problem), "")
        Case Else
            NotStarted = Told("not_started", task, CStr(problem), reason)
    End Select
End Function

Private Function CommandLine(ByVal python As String, ByVal action As String) As String
    Dim command As String
    ' -P: a file called workbook.py in whatever folder is the current one must not be run in place of ours.
    command = Quoted(python) & " -P -m workbook.buttons " & action
    command = command & " " & Quoted("--wb=" & Target()) & " --from_xl=1 --hwnd=" & WindowHandle()
    command = command & " " & Quoted("--workbench=" & ThisWorkbook.FullName)
    If InLibreOffice() Then command = command & " --app=libreoffice"
    CommandLine = command
End Function

' One argument as a whole, for blanks. Windows allows no quotation mark in a name; LibreOffice takes either kind.
Private Function Quoted(ByVal text As String) As String
    Dim mark As String
    mark = """"
    If InLibreOffice() And InStr(text, mark) > 0 Then mark = "'"
    Quoted = mark & Replace(text, mark, "") & mark
End Function

' The workbook to act on; empty leaves the choice to Python.
Private Function Target() As String
    If ActsOnActive() Then
        Target = ActiveWorkbook.FullName
    Else
        Target = Setting("jiqun_target")
    End If
End Function

' --- the interpreter --------------------------------------------------------------------------------------

' Beside this workbook, then as set, then on PATH; empty when there is none. A wrong setting is told, not passed over.
Private Function Interpreter() As String
    Dim found As String
    found = InFolder(ThisWorkbook.Path & Application.PathSeparator & "jiqun")
    If found = "" Then
        If PythonSetting() <> "" Then
            found = InFolder(PythonSetting())
            If found = "" And FileThere(PythonSetting()) Then found = PythonSetting()
        Else
            found = OnPath()
        End If
    End If
    Interpreter = found
End Function

' Portable folder, folder of an interpreter, virtual environment.
Private Function InFolder(ByVal folder As String) As String
    Dim places() As String
    Dim i As Long
    Dim candidate As String
    Dim found As String
    If OnWindows() Then
        places = Split("python\python.exe|python.exe|Scripts\python.exe", "|")
    Else
        places = Split("python/bin/python3|bin/python3", "|")
    End If
    For i = LBound(places) To UBound(places)
        candidate = folder & Application.PathSeparator & places(i)
        If found = "" And FileThere(candidate) Then found = candidate
    Next i
    InFolder = found
End Function

Private Function OnPath() As String
    Dim folders() As String
    Dim i As Long
    Dim candidate As String
    Dim program As String
    Dim found As String
    program = "python3"
    If OnWindows() Then program = "python.exe"
    folders = Split(Environ("PATH"), IIf(OnWindows(), ";", ":"))
    For i = LBound(folders) To UBound(folders)
        candidate = Replace(folders(i), """", "") & Application.PathSeparator & program
        If found = "" And folders(i) <> "" Then
            If FileThere(candidate) Then found = candidate
        End If
    Next i
    OnPath = found
End Function

' In the add-in, which has no sheet to type in, a value in the registry.
Private Function PythonSetting() As String
    If ActsOnActive() Then
        PythonSetting = Trim$(Replace(GetSetting("jiqun", "desk", "python", ""), """", ""))
    Else
        PythonSetting = Setting("jiqun_python")
    End If
End Function

Private Function FileThere(ByVal path As String) As Boolean
    Dim files As Object
    On Error Resume Next
    ' Knows every character of a name, which GetAttr in Excel does not.
    If OnWindows() Then Set files = CreateObject("Scripting.FileSystemObject")
    If files Is Nothing Then
        FileThere = (GetAttr(path) And 16) = 0
    Else
        FileThere = files.FileExists(path)
    End If
End Function

' --- where we are -----------------------------------------------------------------------------------------

Private Function OnWindows() As Boolean
    OnWindows = Application.PathSeparator = "\"
End Function

Private Function OnMac() As Boolean
    OnMac = InStr(Application.OperatingSystem, "Macintosh") > 0
End Function

' It calls itself Microsoft Excel, but knows no folder of its own.
Private Function InLibreOffice() As Boolean
    Dim folder As String
    On Error Resume Next
    folder = Application.Path
    InLibreOffice = folder = ""
End Function

' The add-in acts on the active workbook. LibreOffice does not know the question.
Private Function ActsOnActive() As Boolean
    On Error Resume Next
    ActsOnActive = ThisWorkbook.IsAddin
End Function

Private Function WindowHandle() As String
    Dim host As Object
    WindowHandle = "0"
    On Error Resume Next
    Set host = Application
    WindowHandle = CStr(host.Hwnd)
End Function

' Where workbook/buttons.py writes what happened.
Private Function LogFile() As String
    LogFile = Environ("LOCALAPPDATA") & "\jiqun\buttons.log"
End Function

' --- cells and texts --------------------------------------------------------------------------------------

Private Function Named(ByVal key As String) As Object
    Set Named = ThisWorkbook.Names(key).RefersToRange
End Function

' Windows copies a path with its quotation marks.
Private Function Setting(ByVal key As String) As String
    Setting = Trim$(Replace(CStr(Named(key).Value), """", ""))
End Function

Private Function Status() As String
    On Error Resume Next
    Status = CStr(Named("jiqun_status").Value)
End Function

Private Sub SetStatus(ByVal text As String)
    ' A workbench opened read-only must still do its work.
    On Error Resume Next
    Named("jiqun_status").Value = text
End Sub

' The text with what belongs in its places. No optional arguments: LibreOffice 7.4 does not fill them in.
Private Function Told(ByVal key As String, ByVal one As String, ByVal two As String, ByVal three As String) As String
    Dim text As String
    text = CStr(Named("jiqun_text_" & key).Value)
    text = Replace(text, "{1}", one)
    text = Replace(text, "{2}", two)
    Told = Replace(text, "{3}", three)
End Function

Private Function NotFound(ByVal task As String) As String
    Dim asked As String
    asked = PythonSetting()
    If asked = "" Then asked = Told("blank", "", "", "")
    NotFound = Told("no_python", task, ThisWorkbook.Path & Application.PathSeparator & "jiqun", asked)
End Function

' In the cell as well: LibreOffice without a screen shows no box, and a box is gone when closed.
Private Sub Alert(ByVal text As String)
    SetStatus text
    MsgBox text, 48, Told("title", "", "", "")
End Sub
