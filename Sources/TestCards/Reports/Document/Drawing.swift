/// A picture of rectangles, lines and words, that HTML shows as SVG and PDF as it is. Lengths in points, from the top
/// left.
struct Drawing: Sendable, Hashable {
    /// Colours by what they mean; each form of the report has its own ink.
    enum Ink: Sendable, Hashable {
        case text, faint, line, passed, failed, notApplicable, notRun, bar, limit
    }

    enum Alignment: Sendable, Hashable {
        case left, middle, right
    }

    enum Mark: Sendable, Hashable {
        case rectangle(x: Double, y: Double, width: Double, height: Double, Ink)
        case line(x1: Double, y1: Double, x2: Double, y2: Double, Ink, width: Double)
        /// `y` is the baseline.
        case text(String, x: Double, y: Double, size: Double, Ink, Alignment)
    }

    let width: Double
    let height: Double
    /// What it shows, for those who do not see it.
    let title: String
    var marks: [Mark] = []

    init(width: Double, height: Double, title: String) {
        self.width = width
        self.height = height
        self.title = title
    }

    mutating func add(_ mark: Mark) { marks.append(mark) }
}

extension Drawing.Ink {
    init(_ verdict: CheckVerdict) {
        self =
            switch verdict {
            case .passed: .passed
            case .failed: .failed
            case .notApplicable: .notApplicable
            case .notRun: .notRun
            }
    }

    /// Red, green, blue. Dark enough to tell apart in a black and white copy.
    var colour: (red: UInt8, green: UInt8, blue: UInt8) {
        switch self {
        case .text: (0x1A, 0x1A, 0x1A)
        case .faint: (0x66, 0x66, 0x66)
        case .line: (0xC8, 0xC8, 0xC8)
        case .passed: (0x2F, 0x7D, 0x4F)
        case .failed: (0xB3, 0x1B, 0x1B)
        case .notApplicable: (0xD5, 0xD9, 0xDC)
        case .notRun: (0xE0, 0xA0, 0x30)
        case .bar: (0x4A, 0x6A, 0x8A)
        case .limit: (0xB3, 0x1B, 0x1B)
        }
    }
}
