"""What the kernel knows about processes, for tests that must not rely on our own bookkeeping."""

import time
from collections.abc import Callable
from pathlib import Path


def process_group(leader: int) -> set[int]:
    """Return the living processes of a group; a zombie does not live."""
    members = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[2]) == leader and fields[0] != "Z":
            members.add(int(stat.parent.name))
    return members


def children(parent: int) -> set[int]:
    """Return the processes that this one started itself."""
    return {int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()}


def listening_addresses(processes: set[int]) -> set[str]:
    """Return the addresses, in the kernel's hexadecimal form with the port, on which these processes listen."""
    sockets = set()
    for process in processes:
        for descriptor in Path(f"/proc/{process}/fd").iterdir():
            if (target := str(descriptor.readlink())).startswith("socket:["):
                sockets.add(target[len("socket:[") : -1])
    listening = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in sockets:
                listening.add(fields[1])
    return listening


def eventually(holds: Callable[[], bool], *, within_s: float = 300.0) -> bool:
    """Wait for an effect of another process; return False after within_s seconds, which only a hang takes."""
    deadline = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
