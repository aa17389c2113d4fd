"""A command at a real terminal: for the tests of `palomma`, and for pictures of it."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
from contextlib import suppress
from typing import Any

INTERRUPT = b"\x03"


def at_a_terminal(command: list[str], answer: bytes, settings: dict[str, str]) -> tuple[int, str]:
    """Run a command at a real terminal of 100 columns; give its answer once it asks. Return code and screen."""
    primary, secondary = pty.openpty()
    streams: Any = {"stdin": secondary, "stdout": secondary, "stderr": secondary}
    settings = {**settings, "COLUMNS": "100", "TERM": "xterm"}
    shown = b""
    with subprocess.Popen(command, env=settings, start_new_session=True, **streams) as run:
        os.close(secondary)
        with suppress(OSError):  # the terminal's end
            while select.select([primary], [], [], 60.0)[0] and (part := os.read(primary, 4096)):
                shown += part
                if b"/N]" in shown and answer:
                    if answer == INTERRUPT:
                        run.send_signal(signal.SIGINT)
                    else:
                        os.write(primary, answer)
                    answer = b""
        os.close(primary)
        run.kill()  # if it said nothing for a minute; else it has ended
    return run.returncode, shown.decode(errors="replace")
