"""The program's entry: as little as possible outside the reach of Ctrl-C."""

import gc
import sys

# Importing makes many objects and hardly any garbage; looking for it at the usual pace is an eighth of the start-up.
COLLECT_EVERY = 100_000


def run() -> None:
    """Run the command line and end the process with its exit code."""
    try:
        gc.set_threshold(COLLECT_EVERY)
        from cinemactl.cli.main import main  # noqa: PLC0415  (an interrupt while importing is no traceback either)

        code = main()
    except KeyboardInterrupt:
        sys.stderr.write("error: Interrupted: nothing was changed.\n")
        code = 130
    gc.freeze()  # or the end would look through everything there is once more
    sys.exit(code)


if __name__ == "__main__":
    run()
