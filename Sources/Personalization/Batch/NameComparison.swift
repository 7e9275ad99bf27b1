import CardProfiles
import Foundation

/// Compares an applicant's name with the name in a reply, character by character.
enum NameComparison {
    case same
    /// Only the dot between the parts of the name is another character.
    case separator
    /// Only blanks, the width of characters, or characters that Unicode calls equivalent are different.
    case spelling
    case different

    /// A verifier may write `▌` for a character its own set lacks: it stands for any one character that the card's set
    /// lacks too, never for one it has.
    ///
    /// - Parameter separators: of the form of names, the right one first.
    init(reply: String, name: String, separators: String) {
        guard !Self.isSame(reply, name) else {
            self = .same
            return
        }
        let dots = separators.unicodeScalars
        func dotted(_ text: String) -> String {
            guard let right = dots.first else { return text }
            var scalars = String.UnicodeScalarView()
            for scalar in text.unicodeScalars { scalars.append(dots.contains(scalar) ? right : scalar) }
            return String(scalars)
        }
        func plain(_ text: String) -> String {
            var scalars = String.UnicodeScalarView()
            for scalar in dotted(text).precomposedStringWithCompatibilityMapping.unicodeScalars
            where !scalar.properties.isWhitespace { scalars.append(scalar) }
            return String(scalars)
        }
        if Self.isSame(dotted(reply), dotted(name)) {
            self = .separator
        } else {
            self = Self.isSame(plain(reply), plain(name)) ? .spelling : .different
        }
    }

    private static func isSame(_ reply: String, _ name: String) -> Bool {
        guard !EnteredText.isSame(reply, name) else { return true }
        let (one, other) = (Array(reply.unicodeScalars), Array(name.unicodeScalars))
        guard one.count == other.count else { return false }
        return zip(one, other).allSatisfy { replied, own in
            replied == own || replied == "▌" && (try? GBK.encode(String(own))) == nil
        }
    }
}
