"""The command line `picturebook`: one module per command, and beside them what the commands share.

Nothing heavy is imported before a command runs, so that `--help` answers at once.
"""


def main() -> None:
    """Run the command line; the entry point of the package."""
    from local.cli.app import app  # noqa: PLC0415  the package stays importable without typer

    app()
