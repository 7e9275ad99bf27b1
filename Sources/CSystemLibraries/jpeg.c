#include <stddef.h>
#include <stdio.h>

#include <jpeglib.h>
#include <turbojpeg.h>

#include "late.h"
#include <CSystemLibraries.h>

#define FUNCTIONS(X)                                                                                                   \
    X(tjhandle, tjInitDecompress, (void), ())                                                                          \
    X(int, tjDestroy, (tjhandle a), (a))                                                                               \
    X(int, tjDecompressHeader3,                                                                                        \
      (tjhandle a, const unsigned char *b, unsigned long c, int *d, int *e, int *f, int *g), (a, b, c, d, e, f, g))    \
    X(int, tjDecompress2,                                                                                              \
      (tjhandle a, const unsigned char *b, unsigned long c, unsigned char *d, int e, int f, int g, int h, int i),      \
      (a, b, c, d, e, f, g, h, i))                                                                                     \
    X(struct jpeg_error_mgr *, jpeg_std_error, (struct jpeg_error_mgr * a), (a))                                       \
    X(void, jpeg_CreateCompress, (j_compress_ptr a, int b, size_t c), (a, b, c))                                       \
    X(void, jpeg_destroy_compress, (j_compress_ptr a), (a))                                                            \
    X(void, jpeg_mem_dest, (j_compress_ptr a, unsigned char **b, unsigned long *c), (a, b, c))                         \
    X(void, jpeg_set_defaults, (j_compress_ptr a), (a))                                                                \
    X(void, jpeg_set_quality, (j_compress_ptr a, int b, boolean c), (a, b, c))                                         \
    X(void, jpeg_start_compress, (j_compress_ptr a, boolean b), (a, b))                                                \
    X(JDIMENSION, jpeg_write_scanlines, (j_compress_ptr a, JSAMPARRAY b, JDIMENSION c), (a, b, c))                     \
    X(void, jpeg_finish_compress, (j_compress_ptr a), (a))

HEALTHCARD_LATE_LIBRARY(FUNCTIONS, healthcard_missing_jpeg, "libturbojpeg.so.0", "libjpeg.so.62")
