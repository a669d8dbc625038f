"""Policies whose names and texts would break out of a generated file, or whose forms are hard to say there."""

from __future__ import annotations

TRICKY = r"""
/// A doc comment with */ and /* and ??/ and " and ' and \ in it, ends with \
/// and QUOTES and ''' and # and // and {braces} %s %d, § ü and a mark MARK .
interface I from "*/ #error \" {
    revision { reserved[63:48] zero int[47:32] minor[31:16] reply[15:0] }

    config supported : set of revision
    config match     : set of revision
    config lenient   : bool
    config own       : revision
    assume some_ : supported is not empty

    input  for_      : revision in x1
    output status    : { OK = 0, BAD = 1, lambda = 7, RMM_LARGE = 0xffffffff } in x0
    output struct    : revision in x1
    output fn        : revision in x2
    output accepted  : bool in x3
    define pick = if lenient then match else supported
}

policy p for I from "*/ ??/ ' {} <!-- é MARK \" {
    config union : bool

    case return_ when for_.reserved != 0 {
        status   = any
        struct   = any
        fn       = struct
        accepted = some r in supported: r < for_ and (every i in match: i != r)
        ensure struct in {max supported, min match, 1.0.0} and (status == OK or status == lambda)
        ensure (max i in {own, for_ with { reserved = 0, int = 3 }} where i > 0.0.1) >= struct implies accepted
    }
    case otherwise_ when (no r in {max match, own}: r == for_) and if lenient then match == {} else for_ in supported {
        status   = lambda
        struct   = own with { reply = for_.reply, [47:47] = 1 }
        fn       = max pick
        accepted = (lenient or union) iff for_ in 0.0.0..1.0.0 or supported == match
    }
    case class otherwise {
        status   = if lenient then RMM_LARGE else BAD
        struct   = max r in supported where ((max supported) with { int = for_.int }) >= r
        fn       = if lenient then own else min supported
        accepted = any
        ensure (accepted iff lenient) or fn == struct or (max r in match where r < own).int == 3
    }
}
""".replace("MARK", "\u202e").replace("QUOTES", '"""')
"""Escapes, keywords, several sets, terms without a value, open enumerations and truth values."""

OPEN_RANGE = """
interface I {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }
    config supported : set of revision
    assume configured: supported is not empty
    input  requested : revision in x1
    output status    : { OK = 0 } in x0
    output lower     : revision in x1
}

policy p for I {
    case always otherwise {
        status = OK
        lower  = any
        ensure lower in {1.0, 2.0} and some r in 1.0..lower: r not in supported
    }
}
"""
"""What is open is said of a range of revisions: no loop over a table decides it."""

_EXTREMA = """
interface I {
    revision { LAYOUT }
    config supported : range of revision
    config known     : set of revision
    config own       : revision
    config lenient   : bool

    input  requested : revision in x1
    output lower     : revision in x1
    output higher    : revision in x2
    output odd       : bool in x3
    define between = max r in supported where own < r and r <= requested
}

policy p for I {
    case older when (max r in supported where r < requested) > own {
        lower  = max r in supported where r < requested
        higher = min r in supported where r > own
        odd    = some r in known: (min x in supported where x >= r and x > own) > requested
    }
    case exact when (min r in supported where r >= requested) <= own {
        lower  = max r in (if lenient then supported else known) where r <= own
        higher = any
        odd    = every r in known: r < (max x in supported where x < r) or r < between
        ensure higher in supported and between <= higher
    }
    case rest when some r in requested..own: r > max supported {
        lower  = min r in supported where lenient and requested <= r and r < max known
        higher = max r in supported where r != requested
        odd    = between == requested
    }
    case none otherwise {
        lower  = any
        higher = own
        odd    = some r in requested..lower: r > own and r < max supported
    }
}
"""

LAYOUTS = {
    "zeros in the middle": "a[4:4] z[3:3] zero b[2:2] y[1:1] zero c[0:0]",
    "zeros at both ends": "z[11:9] zero a[8:6] y[5:4] zero b[3:2] x[1:0] zero",
    "as RMM": "z[63:31] zero major[30:16] minor[15:0]",
    "no zeros": "major[63:32] minor[31:0]",
    "one bit": "only[0:0]",
}
"""Where fields that are zero lie."""

EXTREMA = {name: _EXTREMA.replace("LAYOUT", layout) for name, layout in LAYOUTS.items()}
"""Of a range, the greatest and the least revision within bounds: of any layout, where bounds have no value, nested."""
