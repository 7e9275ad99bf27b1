import CardProfiles
import ISO7816
import Messages
import ShangMi

/// An update that is under way, for a file: what is asked for, and each record whose command may have gone out, as
/// digests. A program that finds it after a crash asks the card with ``HealthCardSession/settleUpdate(_:)`` what became of
/// the update.
///
/// Holds no content. The digests are made with a key of their own, so that a short value cannot be looked up in a
/// table. Whoever has the note can still try values one by one: it is kept like a secret, and removed once it is settled.
public struct UpdateNote: Sendable, Hashable, Codable {
    /// What a place of the card, or the card as a whole, holds.
    public enum Outcome: String, Message, Hashable, Codable, CaseIterable {
        /// What it held before: nothing of the update was written.
        case old
        /// All that was asked for.
        case new
        /// Some of what was asked for, each record whole.
        case partly
        /// The old picture is gone and the new one is not there (``UpdateSettlement/noPhoto``).
        case noPhoto
        /// Neither: somebody has written in between.
        case other
    }

    public struct Finding: Sendable, Hashable {
        public struct Place: Sendable, Hashable {
            /// `DF02/EF06`.
            public let file: String
            /// From 1; nil for a list as a whole, and for a photo.
            public let record: Int?
            public let outcome: Outcome
        }

        public let outcome: Outcome
        /// Everything that was asked for, in the order of the profile.
        public let places: [Place]
    }

    struct Place: Sendable, Hashable, Codable {
        enum Shape: Sendable, Hashable, Codable {
            case record(Int)
            /// The newest so many entries.
            case list(Int)
            /// Bytes of the picture.
            case photo(Int)
        }

        let file: String
        let shape: Shape
        let new: [UInt8]
    }

    /// A command that may have gone out.
    struct Step: Sendable, Hashable, Codable {
        let file: String
        /// Nil for lists and photos.
        let record: Int?
        let old: [UInt8]
        /// Of a photo's old file, the bytes that ``old`` is of.
        let oldCount: Int?
        let new: [UInt8]
    }

    private let key: [UInt8]
    let asked: [Place]
    private(set) var begun: [Step] = []
    /// Which card: the start of its chip serial. Nil as long as nothing has begun.
    private(set) var card: [UInt8]?

    static let keyLength = 32

    /// - Throws: ``ShangMi/ShangMiError`` where there are no random numbers for the key.
    public init(_ changes: CardChanges) throws(ShangMiError) {
        let key = try SystemRandom.bytes(Self.keyLength)
        self.key = key
        asked = changes.profile.files.flatMap { file -> [Place] in
            switch changes.files[file.path] {
            case .records(let records)?:
                records.sorted { $0.key < $1.key }.map {
                    Place(file: file.path, shape: .record($0.key), new: Self.digest([$0.value], key))
                }
            case .entries(let entries)?:
                [Place(file: file.path, shape: .list(entries.count), new: Self.digest(entries, key))]
            case .picture(let picture)?:
                [Place(file: file.path, shape: .photo(picture.count), new: Self.digest([picture], key))]
            case nil: []
            }
        }
    }

    /// Takes in a record whose command is about to go out.
    public mutating func add(_ doubt: UpdateDoubt) {
        card = doubt.cardFactor
        let isList = asked.contains { if case .list = $0.shape { $0.file == doubt.file } else { false } }
        switch doubt.question {
        case .records(_, let old, let new):
            begun.append(
                Step(
                    file: doubt.file, record: isList ? nil : doubt.record, old: digest(old), oldCount: nil,
                    new: digest(new)))
        case .photo(let new, let oldStart):
            begun.append(
                Step(
                    file: doubt.file, record: nil, old: digest([oldStart]), oldCount: oldStart.count,
                    new: digest([new])))
        }
    }

    func digest(_ records: [[UInt8]]) -> [UInt8] { Self.digest(records, key) }

    /// Each record with its length before it: no two lists of records give the same bytes.
    private static func digest(_ records: [[UInt8]], _ key: [UInt8]) -> [UInt8] {
        var hasher = SM3.Hasher()
        hasher.update(key)
        for record in records {
            hasher.update((0..<4).map { UInt8(truncatingIfNeeded: record.count >> (24 - 8 * $0)) })
            hasher.update(record)
        }
        return hasher.finalize()
    }

    /// What the whole says where its places say this.
    func outcome(_ places: [(outcome: Outcome, isBegun: Bool)]) -> Outcome {
        let outcomes = Set(places.map(\.outcome))
        if outcomes.contains(.other) { return .other }
        if outcomes.isSubset(of: [.new]) { return .new }
        // What was so before, and needed no command, is nothing of this update.
        let isPartly = places.contains { $0.outcome == .partly || ($0.outcome == .new && $0.isBegun) }
        return isPartly ? .partly : outcomes.contains(.noPhoto) ? .noPhoto : .old
    }
}

extension HealthCardSession {
    /// Tells what became of an update that nobody saw the end of: another process began it, or an earlier start of this
    /// one. Changes nothing.
    ///
    /// - Throws: ``HealthCardError``: `otherCard` when another card is in the reader; else as ``read(_:)``.
    public func settleUpdate(_ note: UpdateNote) throws(HealthCardError) -> UpdateNote.Finding {
        let factor = try identify().factors.card
        guard note.card == nil || note.card == factor else { throw HealthCardError(.otherCard, .otherCard) }
        try requireGenuine()
        var places: [UpdateNote.Finding.Place] = []
        var known: [(outcome: UpdateNote.Outcome, isBegun: Bool)] = []
        for place in note.asked {
            guard let file = profile.file(place.file), let directory = profile.directory(file.directory) else {
                throw HealthCardError(.profile, at: place.file, .profile(.file))
            }
            var record: Int?
            if case .record(let number) = place.shape { record = number }
            let steps = note.begun.filter { $0.file == place.file && $0.record == record }
            let outcome = try step(at: file.path) { () throws(ReadFailure) in
                try enter(directory)
                try prove(file.read)
                return try content(of: place, steps, note, file)
            }
            places.append(.init(file: place.file, record: record, outcome: outcome))
            known.append((outcome, !steps.isEmpty))
        }
        return UpdateNote.Finding(outcome: note.outcome(known), places: places)
    }

    private func content(
        of place: UpdateNote.Place, _ steps: [UpdateNote.Step], _ note: UpdateNote, _ file: FileDefinition
    ) throws(ReadFailure) -> UpdateNote.Outcome {
        let found: [UInt8]?
        var old: [UInt8]?
        var isGone = false
        switch place.shape {
        case .record(let number): found = note.digest(try reader.records([number], of: file))
        case .list(let count): found = note.digest(try reader.records(Array(1...max(1, count)), of: file))
        case .photo(let count):
            let picture = try oldPicture(
                of: file, comparedWith: [UInt8](repeating: 0, count: count), isExpected: false)
            found = picture.bytes.map { note.digest([$0]) }
            isGone = picture.length == 0
            if let count = steps.last?.oldCount, picture.start.count >= count {
                old = note.digest([Array(picture.start.prefix(count))])
            }
        }
        if found == place.new { return .new }
        guard let last = steps.last else { return .old }
        if (old ?? found) == last.old { return steps.count > 1 ? .partly : .old }
        // An entry of several, but not the last of them.
        if found == last.new { return .partly }
        return isGone ? .noPhoto : .other
    }
}

extension UpdateNote.Finding {
    /// `{"outcome","records":[{"file","record","outcome"}]}`.
    public var json: JSONValue {
        .object([
            .init("outcome", .string(outcome.rawValue)),
            .init(
                "records",
                .array(
                    places.map { place in
                        .object(
                            [.init("file", .string(place.file))]
                                + (place.record.map { [.init("record", .number($0))] } ?? [])
                                + [.init("outcome", .string(place.outcome.rawValue))])
                    })),
        ])
    }
}
