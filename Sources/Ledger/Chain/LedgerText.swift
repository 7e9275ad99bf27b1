import Foundation
import Messages

/// What every text is held to before it becomes part of a ledger, whoever calls: lists, terminals and other programs
/// show it later, and an entry is never changed.
enum LedgerText {
    /// Members of a detail that are texts of several lines, to the byte as people signed them.
    private static let documents: Set<String> = ["act", "document"]

    /// Every text that an entry is about to bring into the ledger.
    ///
    /// - Throws: `.misconfigured` naming the field and the character, never the text.
    static func check(_ entry: LedgerEntry) throws(StoreError) {
        try check(entry.station, "station")
        try check(entry.batch, "batch")
        try check(entry.idNumber, "ID number")
        try check(entry.chip, "chip")
        try check(entry.lane, "lane")
        // Without an escape and beyond ASCII there is nothing that steers.
        guard entry.detail.utf8.contains(where: { $0 < 0x20 || $0 >= 0x7F || $0 == UInt8(ascii: "\\") }) else { return }
        guard let detail = try? JSONSerialization.jsonObject(with: Data(entry.detail.utf8)) else {
            throw .ledger(
                .misconfigured(
                    "an entry's detail is not JSON",
                    "条目的 detail 不是 JSON"))
        }
        try check(json: detail, "detail")
    }

    /// An order comes in beside its batch's entry, which has only a digest of it.
    static func check(_ order: Order) throws(StoreError) {
        try check(order.batch, "batch")
        try check(order.idNumber, "ID number")
        try check(order.collectionPoint, "collection point")
        try check(order.replacementReason ?? "", "reason")
        try check(order.contentDigest ?? "", "digest")
    }

    static func check(_ row: SetAsideRow) throws(StoreError) {
        try check(row.idNumber ?? "", "ID number")
        try check(row.reason.code, "code")
        try check(row.reason.text, "reason")
    }

    private static func check(json value: Any, _ name: String) throws(StoreError) {
        switch value {
        case let text as String: try check(text, name, isDocument: documents.contains(name))
        case let members as [String: Any]: for (name, value) in members { try check(json: value, name) }
        case let values as [Any]: for value in values { try check(json: value, name) }
        default: break
        }
    }

    private static func check(_ text: String, _ name: String, isDocument: Bool = false) throws(StoreError) {
        // Most bytes tell at once.
        guard text.utf8.contains(where: { $0 < 0x20 || $0 >= 0x7F }) else { return }
        for scalar in text.unicodeScalars where steers(scalar) && !(isDocument && scalar == "\n") {
            let code = String(scalar.value, radix: 16, uppercase: true)
            let digits = String(repeating: "0", count: max(0, 4 - code.count)) + code
            throw .ledger(
                .misconfigured(
                    "\(name) has the control character U+\(digits), which no text in a ledger may have; remove it",
                    "\(name) 含有控制字符 U+\(digits)，台账中的文本不得含有控制字符，请去掉"))
        }
    }

    /// Controls, ends of lines, and what turns the direction of writing.
    private static func steers(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
