#include <setjmp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <jpeglib.h>
#include <turbojpeg.h>

// TurboJPEG's own interface has no way to ask for optimised Huffman tables in a baseline picture, and libjpeg's reports
// errors by a jump that Swift cannot take: this much is C.

struct baseline_error {
    struct jpeg_error_mgr manager;
    jmp_buf escape;
};

static inline void baseline_failed(j_common_ptr common) {
    longjmp(((struct baseline_error *)common->err)->escape, 1);
}

static inline void baseline_silent(j_common_ptr common) { (void)common; }

// Encodes RGB as a baseline JPEG with Huffman tables of its own and no metadata. Returns its bytes written to `target`,
// 0 when they are more than `capacity` or memory has run out.
static inline size_t encode_baseline_jpeg(
    const unsigned char *rgb, int width, int height, int quality, int halves_colour, unsigned char *target,
    size_t capacity) {
    struct jpeg_compress_struct encoder;
    struct baseline_error error;
    unsigned char *volatile buffer = target;
    volatile unsigned long length = (unsigned long)capacity;
    unsigned char *grown = target;
    unsigned long size = (unsigned long)capacity;
    encoder.err = jpeg_std_error(&error.manager);
    error.manager.error_exit = baseline_failed;
    error.manager.output_message = baseline_silent;
    if (setjmp(error.escape)) {
        jpeg_destroy_compress(&encoder);
        return 0;
    }
    jpeg_create_compress(&encoder);
    jpeg_mem_dest(&encoder, &grown, &size);
    encoder.image_width = (JDIMENSION)width;
    encoder.image_height = (JDIMENSION)height;
    encoder.input_components = 3;
    encoder.in_color_space = JCS_RGB;
    jpeg_set_defaults(&encoder);
    jpeg_set_quality(&encoder, quality, TRUE);
    encoder.optimize_coding = TRUE;
    encoder.dct_method = JDCT_ISLOW;
    encoder.comp_info[0].h_samp_factor = encoder.comp_info[0].v_samp_factor = halves_colour ? 2 : 1;
    jpeg_start_compress(&encoder, TRUE);
    while (encoder.next_scanline < encoder.image_height) {
        JSAMPROW row = (JSAMPROW)(rgb + (size_t)encoder.next_scanline * (size_t)width * 3);
        jpeg_write_scanlines(&encoder, &row, 1);
    }
    jpeg_finish_compress(&encoder);
    jpeg_destroy_compress(&encoder);
    buffer = grown;
    length = size;
    // libjpeg moves to memory of its own when the target is too small.
    if (buffer != target) {
        free(buffer);
        return 0;
    }
    return length <= capacity ? (size_t)length : 0;
}
