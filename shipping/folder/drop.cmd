@echo off
rem ASCII only: cmd.exe reads this file in the code page of the machine, whatever that is.
rem Explorer quotes no name without blanks, so a dropped "a&b.xlsx" would be cut at the ampersand in percent-star.
rem The raw command line is handed on whole, and the closing exit keeps cmd.exe from running what stands after it.
setlocal DisableDelayedExpansion
set "JIQUN_HOME=%~dp0"
setlocal EnableDelayedExpansion
set "JIQUN_DROPPED=!cmdcmdline!"
chcp 65001 >nul
if not exist "!JIQUN_HOME!jiqun\python\python.exe" goto missing
"!JIQUN_HOME!jiqun\python\python.exe" -X utf8 -P -m dropped @COMMAND@
@AFTER@
exit
:missing
type "!JIQUN_HOME!jiqun\python\*.txt" 2>nul
pause
exit
