"""The desktop app. Its folders have the names of `core`'s; imports go one way, as import-linter checks.

By itself PySide6 makes a class of Qt's when it is first asked for, and while it does, a class that another thread asks
for comes out half made: the app crashes. Its modules are imported beside the GUI thread, so all classes are made at
once, before there are threads.
"""

import os

os.environ["PYSIDE6_OPTION_LAZY"] = "0"
