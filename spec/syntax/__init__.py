"""The syntax tree: frozen values, spans left out of comparison, nothing resolved yet.

Two trees are equal where the texts differ in layout and comments only. Who needs several classes imports them all, as
`from .. import syntax`.
"""

from .declarations import *  # noqa: F403
from .expressions import *  # noqa: F403
