import CHealthCardHeader
import CardProfiles
import HealthCard

/// A `char *` of a caller, which may be NULL.
public typealias CText = UnsafeMutablePointer<CChar>

extension UnsafeMutablePointer<CChar> {
    /// Writes bytes and the 00 that ends them.
    func put(_ bytes: some Collection<UInt8>) { CallerMemory.put(Array(bytes) + [0], at: self) }
}

extension Optional where Wrapped == UnsafeMutablePointer<CChar> {
    /// The bytes before the 00; nil for NULL and for an empty text, which leave an item alone.
    ///
    /// - Parameter limit: the most there may be.
    /// - Throws: `argument` for a longer text.
    func text(atMost limit: Int) throws(ReturnCode) -> [UInt8]? {
        guard let pointer = self else { return nil }
        let bytes = try CallerMemory.text(pointer, atMost: limit)
        return bytes.isEmpty ? nil : bytes
    }
}

extension Item {
    /// How programs write and are given the item.
    var style: FieldStyle {
        switch coding {
        case .ans: .text
        case .cn: .digits
        case .b: .hexadecimal
        }
    }

    /// The longest text of the item, without the 00 that ends it.
    var longestText: Int { coding == .ans ? length : 2 * length }

    /// How much a value may fill of a caller's buffer that is said to have a length. The interface's own item table gives
    /// the bytes of cn and b items as they are on the card, of which a text has two digits each.
    ///
    /// - Parameter length: 0 for as much as the item needs.
    func room(_ length: WORD) -> Int {
        if length == 0 { return Int(WORD.max) }
        return coding != .ans && Int(length) == self.length ? longestText : Int(length)
    }

    /// The bytes of the item in a file's record, or in its only one.
    func field(in content: FileContent, record number: Int) -> ArraySlice<UInt8>? {
        switch (content, place) {
        case (.bytes(let bytes), .offset(let offset)):
            return bytes.count >= offset + length ? bytes[offset..<offset + length] : nil
        case (.records(let records), .record(let own)):
            // Tag and length stand before the value.
            guard records.indices.contains(own - 1), records[own - 1].count == length + 2 else { return nil }
            return records[own - 1].dropFirst(2)
        case (.records(let records), .offset(let offset)):
            guard records.indices.contains(number - 1), records[number - 1].count >= offset + length else { return nil }
            return records[number - 1][offset..<offset + length]
        case (.bytes, .record): return nil
        }
    }

    /// The bytes on the card that a program's text stands for.
    ///
    /// - Throws: `argument` for a text of another form, or longer than the item.
    func field(of text: [UInt8]) throws(ReturnCode) -> [UInt8] {
        // Of raw bytes none may be missing: which ones would be a guess.
        guard let field = style.field(of: text, length: length), coding != .b || text.count == longestText else {
            throw .argument
        }
        return field
    }

    /// Whether the bytes are a text of blanks only. An empty text is not.
    func isBlank(_ field: [UInt8]) -> Bool {
        let text = field.prefix { $0 != 0 }
        guard coding == .ans, !text.isEmpty, let decoded = try? GBK.decode(Array(text)) else { return false }
        return EnteredText.isBlank(decoded)
    }

    /// - Throws: `argument` for bytes that are neither empty nor a value that may be written: a thirteenth month, a code that
    ///   its table lacks, a control character, a text of blanks only.
    func check(_ field: [UInt8], _ profile: CardProfile) throws(ReturnCode) {
        do {
            guard let value = try ItemCodec.decode(field, as: self, profile: profile) else { return }
            _ = try ItemCodec.encode(value, as: self, profile: profile)
            if isBlank(field) { throw ReturnCode.argument }
        } catch {
            throw .argument.because("item \(number) is given a value that it cannot have")
        }
    }
}

extension FileDefinition {
    /// What a program is given for an item; nil where the content is too short for it, or no value of it.
    ///
    /// - Parameter number: which record of a list or an index; not looked at elsewhere.
    func text(of item: Item, in content: FileContent, record number: Int) -> [UInt8]? {
        guard let field = item.field(in: content, record: number) else { return nil }
        // An entry that was never written is no entry with a date of zeros (Docs/protocol.md §11).
        if shape == .list, case .records(let records) = content, records[number - 1].allSatisfy({ $0 == initialByte }) {
            return []
        }
        return item.style.isWhole(field) ? item.style.text(of: field) : nil
    }
}
