"""What the shell completes: files, and names of the shipped library.

Click's scripts ask the command itself: `eval "$(_PARLEY_COMPLETE=bash_source parley)"`, or `zsh_source`, `fish_source`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem
    from parley.listing import Kind

VARIABLE = "_PARLEY_COMPLETE"
"""The environment variable by which the shell's script asks."""


def files(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """FILE or NAME: a path, or a file of the library."""
    from parley.spec.load import library_names

    return _beginning(dict.fromkeys(library_names(), ""), incomplete)


def paths(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """FILE: a path."""
    return _beginning({}, incomplete)


def declared(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The same, or what the library declares."""
    return _declared(incomplete)


def policies(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """FILE, NAME, or a policy of the library."""
    return _declared(incomplete, "policy")


def answering(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """FILE, NAME, or a policy or session of the library."""
    return _declared(incomplete, "policy", "session")


def hosts(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """FILE, NAME, or a host of the library."""
    return _declared(incomplete, "host")


def mutants(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The mutants of the POLICY that stands before."""
    from click.shell_completion import CompletionItem
    from parley.naming import find_policy
    from parley.serving import mutants_of
    from parley.spec.diagnostics import Rejected

    # Behind an option that lacks its value, click has taken nothing apart.
    policy = context.params.get("policy") or next(iter(context.args), "")
    try:
        known = mutants_of(find_policy(policy)[1])
    except Rejected:
        return []
    return [CompletionItem(one.name, help=one.what) for one in known if one.name.startswith(incomplete)]


def recipes(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """FILE, or a recipe that comes with Parley."""
    from parley.harnesses import recipes as shipped

    return _beginning(dict.fromkeys(shipped(), ""), incomplete)


def codes(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The CODE of a diagnostic."""
    from click.shell_completion import CompletionItem
    from parley.spec.diagnostics import all_codes

    return [CompletionItem(code) for code in all_codes() if code.startswith(incomplete.upper())]


def _declared(incomplete: str, *kinds: Kind) -> list[CompletionItem]:
    from parley.listing import declarations

    found = declarations(kinds=kinds).files
    names = {one.name: one.about or one.role for file in found for one in file.declarations}
    # A name that a file has as well means the file.
    return _beginning({**names, **{file.name: "" for file in found}}, incomplete)


def _beginning(names: Mapping[str, str], incomplete: str) -> list[CompletionItem]:
    """The names that begin so, each with a few words for it, beside the files that do."""
    from click.shell_completion import CompletionItem

    # Bash's script takes back what came before this one.
    paths = CompletionItem(incomplete, type="file")
    fitting = [CompletionItem(name, help=about or None) for name, about in names.items() if name.startswith(incomplete)]
    return [paths, *fitting]
