import PCSC

/// Where the SAM is looked for when nobody has named its reader: the slots of the card's own reader first, then readers
/// that are called after a SAM, then all others. The first of these groups in which there is one decides.
enum SAMReaders {
    /// - Parameter card: the reader of the card, in no group.
    static func groups(_ readers: [ReaderName], card: ReaderName?) -> [[ReaderName]] {
        let others = readers.filter { $0 != card }
        let device = card.flatMap(device(of:))
        let slots = others.filter { device != nil && Self.device(of: $0) == device }
        let named = others.filter { !slots.contains($0) && $0.rawValue.lowercased().contains("sam") }
        return [slots, named, others.filter { !slots.contains($0) && !named.contains($0) }]
    }

    /// A reader's name without its slot: the service ends each with the numbers of the reader and of its slot.
    private static func device(of reader: ReaderName) -> Substring? {
        let words = reader.rawValue.split(separator: " ")
        guard words.count > 2, words.suffix(2).allSatisfy({ $0.count == 2 && Int($0, radix: 16) != nil }) else {
            return nil
        }
        return reader.rawValue.dropLast(3)
    }
}
