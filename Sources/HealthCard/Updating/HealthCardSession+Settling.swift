import CardProfiles
import ISO7816

extension HealthCardSession {
    /// Tells which content a record holds whose update nobody confirmed. For a new session, once the card is back or has
    /// been reset; changes nothing.
    ///
    /// - Throws: ``HealthCardError``: `otherCard` when another card is in the reader; else as ``read(_:)``.
    public func settle(_ doubt: UpdateDoubt) throws(HealthCardError) -> UpdateSettlement {
        guard try identify().factors.card == doubt.cardFactor else {
            throw HealthCardError(.otherCard, .otherCard)
        }
        try requireGenuine()
        guard let file = profile.file(doubt.file), let directory = profile.directory(file.directory) else {
            throw HealthCardError(.profile, at: doubt.file, .profile(.file))
        }
        return try step(at: file.path) { () throws(ReadFailure) in
            try enter(directory)
            try prove(file.read)
            return try answer(to: doubt, file)
        }
    }

    /// As ``settle(_:)``, with the read right won.
    func answer(to doubt: UpdateDoubt, _ file: FileDefinition) throws(ReadFailure) -> UpdateSettlement {
        switch doubt.question {
        case .records(let numbers, let old, let new):
            let found = try reader.records(numbers, of: file)
            return found == new ? .new : found == old ? .old : .other
        case .photo(let new, let oldStart):
            let found = try oldPicture(of: file, comparedWith: new, isExpected: true)
            if found.bytes == new { return .new }
            if found.start.starts(with: oldStart) { return .old }
            return found.length == 0 ? .noPhoto : .other
        }
    }
}
