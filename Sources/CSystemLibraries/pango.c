#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "late.h"
#include <CSystemLibraries.h>

#define FUNCTIONS(X)                                                                                                   \
    X(cairo_surface_t *, cairo_pdf_surface_create_for_stream, (cairo_write_func_t a, void *b, double c, double d),     \
      (a, b, c, d))                                                                                                    \
    X(void, cairo_pdf_surface_restrict_to_version, (cairo_surface_t * a, cairo_pdf_version_t b), (a, b))               \
    X(void, cairo_pdf_surface_set_metadata, (cairo_surface_t * a, cairo_pdf_metadata_t b, const char *c), (a, b, c))   \
    X(cairo_status_t, cairo_surface_status, (cairo_surface_t * a), (a))                                                \
    X(void, cairo_surface_finish, (cairo_surface_t * a), (a))                                                          \
    X(void, cairo_surface_destroy, (cairo_surface_t * a), (a))                                                         \
    X(cairo_t *, cairo_create, (cairo_surface_t * a), (a))                                                             \
    X(void, cairo_destroy, (cairo_t * a), (a))                                                                         \
    X(cairo_status_t, cairo_status, (cairo_t * a), (a))                                                                \
    X(const char *, cairo_status_to_string, (cairo_status_t a), (a))                                                   \
    X(void, cairo_save, (cairo_t * a), (a))                                                                            \
    X(void, cairo_restore, (cairo_t * a), (a))                                                                         \
    X(void, cairo_translate, (cairo_t * a, double b, double c), (a, b, c))                                             \
    X(void, cairo_scale, (cairo_t * a, double b, double c), (a, b, c))                                                 \
    X(void, cairo_move_to, (cairo_t * a, double b, double c), (a, b, c))                                               \
    X(void, cairo_line_to, (cairo_t * a, double b, double c), (a, b, c))                                               \
    X(void, cairo_rectangle, (cairo_t * a, double b, double c, double d, double e), (a, b, c, d, e))                   \
    X(void, cairo_fill, (cairo_t * a), (a))                                                                            \
    X(void, cairo_stroke, (cairo_t * a), (a))                                                                          \
    X(void, cairo_set_line_width, (cairo_t * a, double b), (a, b))                                                     \
    X(void, cairo_set_source_rgb, (cairo_t * a, double b, double c, double d), (a, b, c, d))                           \
    X(void, cairo_show_page, (cairo_t * a), (a))                                                                       \
    X(cairo_font_options_t *, cairo_font_options_create, (void), ())                                                   \
    X(void, cairo_font_options_destroy, (cairo_font_options_t * a), (a))                                               \
    X(void, cairo_font_options_set_hint_style, (cairo_font_options_t * a, cairo_hint_style_t b), (a, b))               \
    X(void, cairo_font_options_set_hint_metrics, (cairo_font_options_t * a, cairo_hint_metrics_t b), (a, b))           \
    X(void, cairo_font_options_set_antialias, (cairo_font_options_t * a, cairo_antialias_t b), (a, b))                 \
    X(PangoLayout *, pango_cairo_create_layout, (cairo_t * a), (a))                                                    \
    X(void, pango_cairo_show_layout, (cairo_t * a, PangoLayout *b), (a, b))                                            \
    X(void, pango_cairo_context_set_font_options, (PangoContext * a, const cairo_font_options_t *b), (a, b))           \
    X(void, pango_cairo_context_set_resolution, (PangoContext * a, double b), (a, b))                                  \
    X(PangoContext *, pango_layout_get_context, (PangoLayout * a), (a))                                                \
    X(void, pango_layout_set_wrap, (PangoLayout * a, PangoWrapMode b), (a, b))                                         \
    X(void, pango_layout_set_width, (PangoLayout * a, int b), (a, b))                                                  \
    X(void, pango_layout_set_alignment, (PangoLayout * a, PangoAlignment b), (a, b))                                   \
    X(void, pango_layout_set_text, (PangoLayout * a, const char *b, int c), (a, b, c))                                 \
    X(void, pango_layout_set_font_description, (PangoLayout * a, const PangoFontDescription *b), (a, b))               \
    X(void, pango_layout_get_size, (PangoLayout * a, int *b, int *c), (a, b, c))                                       \
    X(int, pango_layout_get_baseline, (PangoLayout * a), (a))                                                          \
    X(PangoFontDescription *, pango_font_description_from_string, (const char *a), (a))                                \
    X(void, pango_font_description_set_absolute_size, (PangoFontDescription * a, double b), (a, b))                    \
    X(void, pango_font_description_set_weight, (PangoFontDescription * a, PangoWeight b), (a, b))                      \
    X(void, pango_font_description_free, (PangoFontDescription * a), (a))                                              \
    X(void, g_object_unref, (gpointer a), (a))

/* What pangocairo needs, pango, cairo and gobject, comes with it. */
HEALTHCARD_LATE_LIBRARY(FUNCTIONS, healthcard_missing_pango, "libpangocairo-1.0.so.0")
