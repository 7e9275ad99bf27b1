import ISO7816
import PCSC

/// Where the SAM is looked for when nobody has named its reader: the slots of the card's own reader first, then readers
/// that are called after a SAM, then all others. The first of these groups in which there is one decides.
enum SAMReaders {
    /// - Parameter card: the reader of the card, in no group.
    static func groups(_ readers: [ReaderName], card: ReaderName?) -> [[ReaderName]] {
        let others = readers.filter { $0 != card }
        let device = card?.parts.device
        let slots = others.filter { device != nil && $0.parts.device == device }
        let named = others.filter { !slots.contains($0) && $0.rawValue.lowercased().contains("sam") }
        return [slots, named, others.filter { !slots.contains($0) && !named.contains($0) }]
    }
}
