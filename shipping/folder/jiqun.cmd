@echo off
rem ASCII only: cmd.exe reads this file in the code page of the machine, whatever that is.
rem No blocks in brackets: an unquoted bracket in a file name would end them.
setlocal
for /f "tokens=2 delims=:." %%a in ('chcp') do set "JIQUN_CODEPAGE=%%a"
chcp 65001 >nul
set "JIQUN_STATUS=2"
if not exist "%~dp0python\python.exe" goto missing
"%~dp0python\python.exe" -X utf8 -P -m workbook %*
set "JIQUN_STATUS=%errorlevel%"
goto end
:missing
type "%~dp0python\*.txt" 2>nul
:end
if defined JIQUN_CODEPAGE chcp %JIQUN_CODEPAGE% >nul
exit /b %JIQUN_STATUS%
