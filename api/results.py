"""What results have in common: an exit code, a table for people, and an exception where something is wrong."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct


class Table(Struct, frozen=True):
    """A result for people: rows of cells, and a last line."""

    rows: tuple[tuple[str, ...], ...]
    end: str = ""


class Result(Struct, frozen=True):
    """What a function of this package found out: a frozen value that prints as a table, in notebooks too."""

    @property
    def code(self) -> int:
        """The exit code of the command that does the same; 0 where nothing is to be seen to."""
        return 0

    def table(self) -> Table:
        """What `str` shows."""
        raise NotImplementedError

    def raise_for_refuted(self) -> None:
        """Raises `Refuted`, which carries this result, where `code` is not 0; else does nothing."""
        if self.code:
            raise Refuted(self)

    def __str__(self) -> str:
        table = self.table()
        return "\n".join(line for line in (*aligned(table.rows), table.end) if line)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} with code {self.code}>"

    def _repr_html_(self) -> str:
        from html import escape

        table = self.table()
        rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in table.rows)
        end = f"<p>{escape(table.end)}</p>" if table.end else ""
        return f"<table>{rows}</table>{end}"


class Refuted(Exception):
    """Something is not as it should be. `result` has all that was found, and `code` says how bad it is."""

    def __init__(self, result: Result) -> None:
        super().__init__(str(result))
        self.result = result
        self.code = result.code


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of text, each column as wide as its widest cell; rows may end early."""
    columns = max(map(len, rows), default=0)
    widths = [max((len(row[at]) for row in rows if at < len(row)), default=0) for at in range(columns)]
    return ["   ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)).rstrip() for row in rows]
