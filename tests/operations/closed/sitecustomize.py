"""Where nobody may mount a file system: Python itself opens nothing for writing outside the folder that is named."""

import errno
import os
import sys

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_OPEN = (os.environ["ONLY_WRITABLE"], "/dev/", "/proc/")


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open":
        path, _, flags = arguments
        writes = isinstance(flags, int) and flags & _WRITING
    else:
        path, writes = (arguments[0] if arguments else ""), event in {"os.mkdir", "os.rename", "os.remove"}
    if writes and isinstance(path, str | bytes) and not os.path.abspath(os.fsdecode(path)).startswith(_OPEN):  # noqa: PTH100 - a Path would look at the disk
        raise OSError(errno.EROFS, "Read-only file system", path)


sys.addaudithook(_watch)
