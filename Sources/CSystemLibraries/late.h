#ifndef HEALTHCARD_LATE_H
#define HEALTHCARD_LATE_H

/* A function of a library that is loaded late, under its own name and with its own declaration: the compiler compares
   both. Whoever calls it does not see that it goes through a table. It is shown to nobody outside the program, so that the
   library itself, and what it needs, find the library's own. */

#include <CLinux.h>

#define HEALTHCARD_LATE_INDEX(type, name, parameters, arguments) index_##name,
#define HEALTHCARD_LATE_NAME(type, name, parameters, arguments) #name,
#define HEALTHCARD_LATE_FUNCTION(type, name, parameters, arguments)                                                    \
    __attribute__((visibility("hidden"))) type name parameters {                                                       \
        if (!__atomic_load_n(&library.is_loaded, __ATOMIC_ACQUIRE)) healthcard_require_late_library(&library);         \
        return ((type(*) parameters)functions[index_##name]) arguments;                                                \
    }

/* `list` is a macro that takes a macro and applies it to each function; the others are the library's files. */
#define HEALTHCARD_LATE_LIBRARY(list, accessor, ...)                                                                   \
    enum { list(HEALTHCARD_LATE_INDEX) function_count };                                                               \
    static const char *const names[] = {list(HEALTHCARD_LATE_NAME)};                                                   \
    static void *functions[function_count];                                                                            \
    static struct healthcard_late_library library = {                                                                  \
        .files = {__VA_ARGS__}, .names = names, .functions = functions, .count = function_count};                      \
    __attribute__((constructor(102))) static void add_library(void) { healthcard_add_late_library(&library); }         \
    const char *accessor(void) { return healthcard_load_late_library(&library); }                                      \
    list(HEALTHCARD_LATE_FUNCTION)

#endif
