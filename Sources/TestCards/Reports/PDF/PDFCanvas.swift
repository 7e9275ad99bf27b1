import CPango
import Foundation
import SystemLibraries

/// Pages of A4 drawn by cairo, words set by pango. One file at a time; nothing here knows what a report is.
///
/// Everything that varies from run to run is left out or given: no clock, no hinting to a screen. The same calls with
/// the same fonts give the same bytes.
final class PDFCanvas {
    struct Style: Hashable {
        enum Face: Hashable {
            case plain, bold, code
        }

        var size: Double
        var face = Face.plain
        var ink = Drawing.Ink.text
        var alignment = Drawing.Alignment.left
    }

    /// Points.
    static let pageWidth = 595.28
    static let pageHeight = 841.89

    private let sink = Sink()
    private let surface: OpaquePointer
    private let context: OpaquePointer
    private let layout: OpaquePointer
    private var fonts: [Style: OpaquePointer] = [:]

    /// - Parameter date: RFC 3339, UTC.
    /// - Throws: `.library` when cairo or pango is not there, `.drawing` when cairo has no memory.
    init(title: String, subject: String, date: String) throws(ReportError) {
        do { try SystemLibrary.pango.load() } catch { throw .library(error) }
        let write: cairo_write_func_t = { closure, bytes, count in
            guard let closure, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
            Unmanaged<Sink>.fromOpaque(closure).takeUnretainedValue().bytes
                .append(contentsOf: UnsafeBufferPointer(start: bytes, count: Int(count)))
            return CAIRO_STATUS_SUCCESS
        }
        let target = Unmanaged.passUnretained(sink).toOpaque()
        guard let surface = cairo_pdf_surface_create_for_stream(write, target, Self.pageWidth, Self.pageHeight),
            let context = cairo_create(surface), let layout = pango_cairo_create_layout(context)
        else { throw .drawing(nil) }
        self.surface = surface
        self.context = context
        self.layout = layout
        cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_5)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, subject)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "healthcard")
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, date)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, date)
        let options = cairo_font_options_create()
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
        cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
        pango_cairo_context_set_font_options(pango_layout_get_context(layout), options)
        // A point of the page is a point of type.
        pango_cairo_context_set_resolution(pango_layout_get_context(layout), 72)
        cairo_font_options_destroy(options)
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
    }

    deinit {
        for font in fonts.values { pango_font_description_free(font) }
        g_object_unref(UnsafeMutableRawPointer(layout))
        cairo_destroy(context)
        cairo_surface_destroy(surface)
    }

    private final class Sink {
        var bytes: [UInt8] = []
    }

    // MARK: Words

    private func set(_ text: String, _ style: Style, width: Double?) {
        if fonts[style] == nil {
            let family =
                style.face == .code ? "DejaVu Sans Mono, monospace" : "Noto Sans CJK SC, WenQuanYi Zen Hei, sans-serif"
            let font = pango_font_description_from_string(family)
            pango_font_description_set_absolute_size(font, style.size * Double(PANGO_SCALE))
            if style.face == .bold { pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD) }
            fonts[style] = font
        }
        pango_layout_set_font_description(layout, fonts[style])
        pango_layout_set_width(layout, width.map { Int32($0 * Double(PANGO_SCALE)) } ?? -1)
        let alignment =
            switch style.alignment {
            case .left: PANGO_ALIGN_LEFT
            case .middle: PANGO_ALIGN_CENTER
            case .right: PANGO_ALIGN_RIGHT
            }
        pango_layout_set_alignment(layout, width == nil ? PANGO_ALIGN_LEFT : alignment)
        // A NUL would end the text, and a control character draws a box of hexadecimal digits.
        let clean = String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.value < 0x20 && $0 != "\n" || $0.value == 0x7F ? "\u{FFFD}" : $0 }))
        pango_layout_set_text(layout, clean, -1)
    }

    private var size: (width: Double, height: Double) {
        var (width, height): (Int32, Int32) = (0, 0)
        pango_layout_get_size(layout, &width, &height)
        return (Double(width) / Double(PANGO_SCALE), Double(height) / Double(PANGO_SCALE))
    }

    /// How high words stand in a column.
    func height(of text: String, _ style: Style, width: Double) -> Double {
        set(text, style, width: width)
        return size.height
    }

    /// Words in a column, from the top left.
    func draw(_ text: String, _ style: Style, x: Double, y: Double, width: Double) {
        set(text, style, width: width)
        colour(style.ink)
        cairo_move_to(context, x, y)
        pango_cairo_show_layout(context, layout)
    }

    /// One line, by its baseline.
    private func drawLine(_ text: String, _ style: Style, x: Double, baseline: Double) {
        set(text, style, width: nil)
        let width = size.width
        let left =
            switch style.alignment {
            case .left: x
            case .middle: x - width / 2
            case .right: x - width
            }
        let above = Double(pango_layout_get_baseline(layout)) / Double(PANGO_SCALE)
        colour(style.ink)
        cairo_move_to(context, left, baseline - above)
        pango_cairo_show_layout(context, layout)
    }

    // MARK: Shapes

    private func colour(_ ink: Drawing.Ink) {
        let colour = ink.colour
        cairo_set_source_rgb(
            context, Double(colour.red) / 255, Double(colour.green) / 255, Double(colour.blue) / 255)
    }

    func rectangle(x: Double, y: Double, width: Double, height: Double, _ ink: Drawing.Ink) {
        colour(ink)
        cairo_rectangle(context, x, y, width, height)
        cairo_fill(context)
    }

    func frame(x: Double, y: Double, width: Double, height: Double, _ ink: Drawing.Ink, lineWidth: Double) {
        colour(ink)
        cairo_set_line_width(context, lineWidth)
        cairo_rectangle(context, x, y, width, height)
        cairo_stroke(context)
    }

    func line(x1: Double, y1: Double, x2: Double, y2: Double, _ ink: Drawing.Ink, width: Double) {
        colour(ink)
        cairo_set_line_width(context, width)
        cairo_move_to(context, x1, y1)
        cairo_line_to(context, x2, y2)
        cairo_stroke(context)
    }

    func draw(_ drawing: Drawing, x: Double, y: Double, scale: Double) {
        cairo_save(context)
        cairo_translate(context, x, y)
        cairo_scale(context, scale, scale)
        for mark in drawing.marks {
            switch mark {
            case .rectangle(let x, let y, let width, let height, let ink):
                rectangle(x: x, y: y, width: width, height: height, ink)
            case .line(let x1, let y1, let x2, let y2, let ink, let width):
                line(x1: x1, y1: y1, x2: x2, y2: y2, ink, width: width)
            case .text(let text, let x, let y, let size, let ink, let alignment):
                drawLine(text, Style(size: size, ink: ink, alignment: alignment), x: x, baseline: y)
            }
        }
        cairo_restore(context)
    }

    // MARK: Pages

    func endPage() { cairo_show_page(context) }

    /// The file.
    func finish() throws(ReportError) -> [UInt8] {
        cairo_surface_finish(surface)
        let status = cairo_surface_status(surface)
        guard status == CAIRO_STATUS_SUCCESS, cairo_status(context) == CAIRO_STATUS_SUCCESS else {
            throw .drawing(cairo_status_to_string(status).map { String(cString: $0) })
        }
        return sink.bytes
    }
}
