import Foundation
import Messages

/// What an entry says beyond its columns. Members are absent where they do not apply.
struct EntryDetail: Codable, Hashable, Sendable {
    /// `begin` of what is spoken of.
    var attempt: Int64?
    /// The order's place in its batch.
    var sequence: Int?
    /// How many chips were begun for the order.
    var number: Int?
    var card: MadeCard?
    var reason: LedgerReason?
    /// Who did it, where no run says.
    var operatorName: String?
    var chipFate: ChipFate?
    var orderFate: OrderFate?
    var batch: LedgerBatch?
    var orders: Int?
    var ordersDigest: String?
    var setAside: Int?
    var setAsideDigest: String?
    var run: RunRecord?
    /// The digest of the release the entry's run rests on.
    var release: String?
    var admission: ReleaseAdmission?
    var seenList: SeenRevocationList?
    var authority: EnrolledAuthority?
    /// What two people signed, as they signed it.
    var act: String?
    /// The entry that has the act, where it is about several chips.
    var actEntry: Int64?
    var adoption: LedgerAdoption?
    var countersignature: Countersignature?
    /// Of a station's first entry after the root: the root, from which its chain begins.
    var root: LedgerHead?
    /// How far the station has seen the others, by name.
    var heads: [StationHead]?
    /// Places of a release's limit that a run draws, or that go back.
    var places: Int?
    /// The run they go back from.
    var fromRun: Int64?
    /// Of a station that keeps a signed memory of its ledgers, the format of that.
    var memory: Int?
    /// x ‖ y, 128 lowercase hexadecimal digits.
    var publicKey: String?
    /// The hash that is signed: that of the entry before.
    var head: String?
    /// r ‖ s, 128 lowercase hexadecimal digits.
    var signature: String?

    /// The one spelling: members by name, nothing between them, no slash escaped.
    var canonical: String {
        get throws(StoreError) {
            if let text = PlainDetail.text(of: self) { return text }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            guard let data = try? encoder.encode(self) else {
                throw .ledger(
                    .misconfigured(
                        "an entry holds a number that JSON has no word for",
                        "条目中有 JSON 无法表示的数"))
            }
            return String(decoding: data, as: UTF8.self)
        }
    }

    init() {}

    /// Nil for a text that is no detail.
    init?(_ text: String) {
        if let plain = PlainDetail.read(text) {
            self = plain
            return
        }
        guard let value = try? JSONDecoder().decode(EntryDetail.self, from: Data(text.utf8)) else { return nil }
        self = value
    }
}
