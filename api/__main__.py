"""`python -m parley`: the command. The one place where this package knows it."""

from parley.cli.entry import main

if __name__ == "__main__":
    main()
