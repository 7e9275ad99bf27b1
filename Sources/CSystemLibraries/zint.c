#include <zint.h>

#include "late.h"
#include <CSystemLibraries.h>

#define FUNCTIONS(X)                                                                                                   \
    X(struct zint_symbol *, ZBarcode_Create, (void), ())                                                               \
    X(void, ZBarcode_Delete, (struct zint_symbol * a), (a))                                                            \
    X(int, ZBarcode_Encode_and_Print, (struct zint_symbol * a, const unsigned char *b, int c, int d), (a, b, c, d))

HEALTHCARD_LATE_LIBRARY(FUNCTIONS, healthcard_missing_zint, "libzint.so.2.11")
