import Messages

/// The parts of a document, in their order: what HTML and PDF both show.
struct ReportDocument: Sendable {
    struct Column: Sendable {
        let title: String
        /// Of the width of the text, in hundredths.
        let width: Int
        var isCode = false
        var isNumber = false
    }

    struct Cell: Sendable {
        let text: String
        var ink = Drawing.Ink.text

        init(_ text: String, ink: Drawing.Ink = .text) {
            self.text = text
            self.ink = ink
        }
    }

    enum Block: Sendable {
        case title(String, subtitle: String)
        case verdict(ReportVerdict, title: String, text: String)
        case heading(String)
        case subheading(String, note: String)
        case paragraph(String)
        /// Names and values, digests among them; what follows a value's first line is shown smaller.
        case facts([(name: String, value: String)])
        case table([Column], [[Cell]])
        case drawing(Drawing)
        /// Lines to sign on.
        case signatures([String])
        case pageBreak
    }

    let title: String
    let number: String
    let language: Language
    /// RFC 3339, UTC: of the evidence, never of the clock.
    let date: String
    let blocks: [Block]
    /// At the foot of every page.
    let footer: String
}
