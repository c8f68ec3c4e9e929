"""The local Image Builder as a process: HTTP, signatures, API operations, and the place where all parts are joined."""
