@echo off
rem Starts vmdisk from a release: bin\vmdisk.cmd beside lib\. Needs Java 17 or newer in JAVA_HOME or PATH.
setlocal
set "VMDISK_JAVA=java"
if defined JAVA_HOME set "VMDISK_JAVA=%JAVA_HOME%\bin\java"
if not defined VMDISK_HEAP set "VMDISK_HEAP=256m"
"%VMDISK_JAVA%" -XX:+IgnoreUnrecognizedVMOptions --enable-native-access=ALL-UNNAMED -Xmx%VMDISK_HEAP% %VMDISK_JAVA_OPTS% -cp "%~dp0..\lib\*" io.vmdisk.cli.Main %*
exit /b %ERRORLEVEL%
