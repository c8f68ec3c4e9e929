"""The timeline of a run: its bars on lanes of time, the same as a table, and the machine's curves below.

Its modules need numpy, and pyqtgraph for curves, so whoever shows a timeline imports `view` or `table` of it when it is
first looked at, and never while the app starts.
"""
