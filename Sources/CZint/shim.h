#include <string.h>
#include <zint.h>

// The names of files and errors are arrays of characters within the symbol, which Swift sees as tuples.

// Returns 0 where the name is too long.
static inline int healthcard_zint_set_file(struct zint_symbol *symbol, const char *path) {
    if (strlen(path) >= sizeof symbol->outfile) return 0;
    strcpy(symbol->outfile, path);
    return 1;
}

static inline const char *healthcard_zint_error(const struct zint_symbol *symbol) { return symbol->errtxt; }
