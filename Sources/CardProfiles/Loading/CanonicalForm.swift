import ShangMi
import Synchronization

/// A profile's canonical form and its digest. That of a profile of the program is made when somebody asks: reading a card
/// does not, and to make it takes longer than to build the profile.
final class CanonicalForm: Sendable {
    private let make: @Sendable () -> String
    private let made = Mutex<(text: String, digest: [UInt8])?>(nil)

    init(_ make: @escaping @Sendable () -> String) { self.make = make }

    var text: String { whole.text }
    /// 32 bytes.
    var digest: [UInt8] { whole.digest }

    private var whole: (text: String, digest: [UInt8]) {
        made.withLock { made in
            if let made { return made }
            let text = make()
            let whole = (text, SM3.hash(text.utf8))
            made = whole
            return whole
        }
    }
}
