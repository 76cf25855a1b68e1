"""The command line `picturebook`: one module per command, and beside them what the commands share.

Nothing heavy is imported before a command runs, so that `--help` answers at once.
"""


def main() -> None:
    """Run the command line; the entry point of the package."""
    import signal  # noqa: PLC0415  the package stays importable without typer

    from local.cli.app import app  # noqa: PLC0415  as above

    try:
        app()
    finally:
        # Nothing is left to be ended: a second Ctrl-C would only print a traceback over what was said last.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
