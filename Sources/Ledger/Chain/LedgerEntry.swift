import ShangMi

/// One line of the ledger. Entries are added, in a chain of hashes, and never changed (`Docs/ledger.md`).
public struct LedgerEntry: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// A station writes for the first time; its public key.
        case station
        /// A batch and the digests of its orders and of its rows set aside.
        case enrol
        /// A release was verified here: from now on its cards are counted, and no older revocation list will do.
        case release
        /// A revocation list was seen, whether or not anything was made then: no older one will do.
        case revocationList
        case run
        /// A chip is begun for an order.
        case begin
        /// An attempt that was left open goes on.
        case resume
        /// The attempt ended with a card.
        case made
        /// The attempt ended without one.
        case failed
        /// A chip nobody began is set apart.
        case reject
        /// A chip that is known already was seen again and sent away.
        case mention
        /// A card was replaced, or declared lost, destroyed or never issued.
        case void
        case endRun
        /// A station signs the chain.
        case seal
        /// Who may release, and whose signatures stand for the factory (`AuthorityEnrolment`).
        case authority
        /// A station without memory of this ledger takes it up again.
        case adopt
        /// Chips that count against a release were destroyed, by the word of two people.
        case destroy
        /// A second person signs the chain.
        case countersign
        /// A run draws places of its release's limit.
        case draw
        /// Places that a run drew and did not use go back to the limit.
        case giveBack
        /// How far a station has seen the others.
        case heads
    }

    /// From 1; greater than those of all entries it rests on. A server that several stations use leaves gaps.
    public let sequence: Int64
    /// UTC, `2026-01-31T23:59:59.999Z`.
    public let time: String
    public let station: String
    /// The entry that began the run; 0 outside of one.
    public let run: Int64
    /// A ``Kind``, unless the ledger was changed or is newer.
    public let kind: String
    /// Empty where the entry is not about a batch, as the following three.
    public let batch: String
    public let idNumber: String
    public let chip: String
    public let lane: String
    /// A JSON object: members by name, nothing between them, no personal data.
    public let detail: String
    /// What the caller asked for, so that asking again writes nothing; unique.
    public let request: String
    /// The hash of the same station's entry before, 64 lowercase hexadecimal digits. Of its first one, that of the root;
    /// zeros for the first of all.
    public let previousHash: String
    /// ``computedHash`` when it was written.
    public let hash: String

    static let noHash = String(repeating: "0", count: SM3.byteCount * 2)

    /// SM3 over the previous hash (32 bytes) and all other columns in the order they have here, sequence and run as
    /// decimal digits: each as UTF-8 behind its length in four bytes, most significant first.
    public var computedHash: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512 + detail.utf8.count)
        appendHashed(to: &bytes)
        return LowercaseHex.encode(SM3.hash(bytes))
    }

    /// Appends what ``computedHash`` is of.
    func appendHashed(to bytes: inout [UInt8]) {
        bytes += LowercaseHex.decode(previousHash) ?? Array(previousHash.utf8)
        for field in [
            String(sequence), time, station, String(run), kind, batch, idNumber, chip, lane, detail, request,
        ] {
            SM3.Hasher.append(field, to: &bytes)
        }
    }
}

extension LedgerEntry {
    static let columns =
        "seq, time, station, run, kind, batch, id_number, chip, lane, detail, request, previous, hash"

    init(_ row: LedgerRow) {
        self.init(
            sequence: row.integer(0), time: row.text(1), station: row.text(2), run: row.integer(3), kind: row.text(4),
            batch: row.text(5), idNumber: row.text(6), chip: row.text(7), lane: row.text(8), detail: row.text(9),
            request: row.text(10), previousHash: row.text(11), hash: row.text(12))
    }

    var values: [LedgerValue] {
        [
            .integer(sequence), .text(time), .text(station), .integer(run), .text(kind), .text(batch), .text(idNumber),
            .text(chip), .text(lane), .text(detail), .text(request), .text(previousHash), .text(hash),
        ]
    }
}

extension SM3.Hasher {
    /// Each field as UTF-8 behind its length in four bytes, most significant first.
    mutating func update(fields: [String]) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(fields.reduce(0) { $0 + 4 + $1.utf8.count })
        for field in fields { Self.append(field, to: &bytes) }
        update(bytes)
    }

    /// A field as it is hashed.
    static func append(_ field: String, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: field.utf8.count).bigEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: field.utf8)
    }
}

/// Hashes, keys and signatures as the ledger spells them: one spelling for each, or a changed letter would go unseen.
enum LowercaseHex {
    private static let digits = Array("0123456789abcdef".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        String(unsafeUninitializedCapacity: bytes.count * 2) { text in
            for (index, byte) in bytes.enumerated() {
                text[index * 2] = digits[Int(byte >> 4)]
                text[index * 2 + 1] = digits[Int(byte & 0x0F)]
            }
            return bytes.count * 2
        }
    }

    /// Nil for anything but pairs of lowercase digits.
    static func decode(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count / 2)
        var high: UInt8?
        for digit in text.utf8 {
            let value: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
            default: return nil
            }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return high == nil ? bytes : nil
    }
}
