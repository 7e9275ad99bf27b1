import Messages

/// Text in lines of so many columns: between words, and between Chinese characters, but no closing mark begins a line.
/// Empty lines part paragraphs; a line that begins with blanks is kept as it is.
struct WrappedText {
    private let text: String

    init(_ text: String) { self.text = text }

    func lines(_ columns: Int) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line -> [String] in
            line.hasPrefix(" ") ? [String(line)] : Self.wrapped(String(line), columns)
        }.joined(separator: "\n")
    }

    private static let closing = Set("，。；：、！？）”’》」』…".unicodeScalars)
    private static let opening = Set("（“‘《「『".unicodeScalars)

    /// What a line may not be broken in: a word, or a Chinese character with the marks that belong to it.
    private static func pieces(of line: String) -> [String] {
        var pieces: [String] = []
        var current = String.UnicodeScalarView()
        var mayBreak = false
        for scalar in line.unicodeScalars {
            let isWide = DisplayWidth.columns(of: scalar) == 2 && !closing.contains(scalar)
            let isBlank = scalar == " "
            if mayBreak && !isBlank && !closing.contains(scalar)
                || isWide && !current.isEmpty
                    && !(current.last.map(opening.contains) ?? false)
            {
                pieces.append(String(current))
                current = .init()
            }
            current.append(scalar)
            mayBreak = isBlank || (isWide && !opening.contains(scalar)) || closing.contains(scalar)
        }
        if !current.isEmpty { pieces.append(String(current)) }
        return pieces
    }

    private static func wrapped(_ line: String, _ columns: Int) -> [String] {
        var lines: [String] = []
        var current = ""
        var width = 0
        for piece in pieces(of: line) {
            let visible = piece.last == " " ? String(piece.reversed().drop { $0 == " " }.reversed()) : piece
            if width > 0, width + DisplayWidth.columns(of: visible) > columns {
                lines.append(current)
                current = ""
                width = 0
            }
            current += piece
            width += DisplayWidth.columns(of: piece)
        }
        lines.append(current)
        return lines.map { line in String(line.reversed().drop { $0 == " " }.reversed()) }
    }
}
