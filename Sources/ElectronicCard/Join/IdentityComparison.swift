import CardProfiles
import Foundation
import Messages

/// Why two records are not known to be of one person: their main indexes differ, and this is where that comes from.
public enum IdentityDifference: Message, Hashable {
    case documentType
    case number
    case name(NameDifference)
    /// Nothing is known of one of them but its main index.
    case mainIndex
}

/// What is different about two spellings of a name. Never has a character of it.
public enum NameDifference: Message, Hashable {
    /// Only the dot between the parts is another character.
    case separator
    /// Only blanks or the width of characters.
    case spelling
    /// Characters at these places, from 1, one of which systems write in several ways: it is in the private use area, in
    /// an extension of Unicode or a compatibility form, or stands for one that was lost.
    case rareCharacters([Int])
    /// Characters at these places, from 1; empty where the lengths differ.
    case characters([Int])
}

extension HolderIdentity {
    /// What is different about another record of the same person; empty when their main indexes are the same.
    public func differences(from other: HolderIdentity) -> [IdentityDifference] {
        guard mainIndex != other.mainIndex else { return [] }
        var differences: [IdentityDifference] = []
        if documentType != other.documentType { differences.append(.documentType) }
        if !EnteredText.isSame(number, other.number) { differences.append(.number) }
        if let difference = NameDifference(name, other.name) { differences.append(.name(difference)) }
        return differences
    }
}

extension NameDifference {
    /// Nil for one name.
    init?(_ one: String, _ other: String) {
        guard !EnteredText.isSame(one, other) else { return nil }
        if EnteredText.isSame(Self.dotted(one), Self.dotted(other)) {
            self = .separator
        } else if EnteredText.isSame(Self.plain(one), Self.plain(other)) {
            self = .spelling
        } else {
            let (first, second) = (Array(one.unicodeScalars), Array(other.unicodeScalars))
            let places = first.count == second.count ? first.indices.filter { first[$0] != second[$0] } : []
            let isRare = !places.isEmpty && places.allSatisfy { Self.isRare(first[$0]) || Self.isRare(second[$0]) }
            self = isRare ? .rareCharacters(places.map { $0 + 1 }) : .characters(places.map { $0 + 1 })
        }
    }

    private static let dots = Set("·•・‧∙⋅．.。●▪᛫".unicodeScalars)

    private static func dotted(_ name: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in name.unicodeScalars { scalars.append(dots.contains(scalar) ? "·" : scalar) }
        return String(scalars)
    }

    private static func plain(_ name: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in dotted(name).unicodeScalars where !scalar.properties.isWhitespace {
            // The width of letters and digits; other forms of a character are other characters.
            let isWide = (0xFF01...0xFF5E).contains(scalar.value)
            scalars.append(isWide ? Unicode.Scalar(UInt8(scalar.value - 0xFEE0)) : scalar)
        }
        return String(scalars)
    }

    private static func isRare(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Private use, compatibility ideographs, planes 2, 3, 15 and 16, and what stands for a lost character.
        case 0xE000...0xFAFF, 0x20000...0x3FFFF, 0xF0000...0x10FFFF, 0xFFFD, 0x3F, 0xFF1F, 0x25A1, 0x3013, 0x258C: true
        // Extension A, and what came after GB 2312 and GBK.
        case 0x3400...0x4DBF, 0x9FA6...0x9FFF, 0x2E80...0x2FDF: true
        default: false
        }
    }
}
