/* What the file includes, while `const` means something; it includes none of it again. */
@HEADERS@

/* -DIMPLEMENTATION='"other.c"' takes another file of the same shape. */
#ifndef IMPLEMENTATION
#define IMPLEMENTATION "@FILE@"
#endif

@SIZE@

#ifndef AS_BUILT
/*
 * In the table, `@MACRO@` makes room for ENTRIES revisions; anywhere else it does not compile.
 * With -DOTHER_USES only its first use is that one, and the others mean what they do in the file.
 */
#define PARLEY_LAST \
	(__builtin_types_compatible_p(__typeof__(@TABLE@), __typeof__(@TABLE@[0])[ENTRIES + 1]) ? ENTRIES - 1 : -1)
#ifdef OTHER_USES
#pragma push_macro("@MACRO@")
#undef @MACRO@
#define @MACRO@(...) _Pragma("pop_macro(\"@MACRO@\")") [PARLEY_LAST] = 0, [0] = 0
#else
#undef @MACRO@
#define @MACRO@(...) [PARLEY_LAST] = 0 /* is it used outside of the table? compile with -DOTHER_USES */
#endif
/* The table is written to. */
#define const
#endif

#include IMPLEMENTATION

#undef const

#define ROOM ((unsigned int)(sizeof(@TABLE@) / sizeof(@TABLE@[0])))

#ifndef AS_BUILT
/* It fails where `@TABLE@` is of another size: `@MACRO@` does not make its revisions, or too many. */
typedef char @TABLE@_has_ENTRIES_revisions[ROOM == ENTRIES ? 1 : -1];
#endif
