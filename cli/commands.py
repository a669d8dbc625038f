"""The command line: which commands there are. Each is imported when it is asked for, and what it does when it runs."""

from __future__ import annotations

from collections import UserDict
from importlib import import_module
from typing import Any

import click

COMMANDS = {
    "check": "check.command",
    "conform": "conform.command",
    "eval": "eval.command",
    "explain": "explain",
    "export": "export.command",
    "fmt": "fmt",
    "list": "list.command",
    "matrix": "matrix.command",
    "score": "score.command",
    "serve": "serve.command",
    "show": "show.command",
    "trace": "trace.command",
    "vectors": "vectors.command",
    "verify": "verify.command",
}
"""The module of each command, which calls it `command`."""


class Imported(UserDict[str, Any]):
    """The commands of some modules, by their names."""

    def __getitem__(self, key: str) -> click.Command:
        return import_module(f".{self.data[key]}", __package__).command


@click.group(
    commands=Imported(COMMANDS), context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="rmm-parley", message="parley %(version)s", help="Print the version.")
def parley() -> None:
    """Prove what an interface-revision policy promises, for every configuration, or show one that breaks it.

    FILE is a path to a .parley file, or `-` for standard input; NAME is a file of the shipped library without its
    ending, such as rmi.
    """
