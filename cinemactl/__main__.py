"""The program's entry: as little as possible outside the reach of Ctrl-C."""

import sys


def run() -> None:
    """Run the command line and end the process with its exit code."""
    try:
        from cinemactl.cli.main import main  # noqa: PLC0415  (an interrupt while importing is no traceback either)

        code = main()
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    run()
