import CardProfiles

/// Commands that look at what is on a card, in the way this maker's card wants to be asked.
struct CardLook {
    let profile: CardProfile
    let dialect: Dialect

    struct Values {
        let purpose: CommandPurpose
        let holes: [CommandHole: HoleValue]
    }

    /// READ RECORD; on a card without short identifiers the file must be current.
    func record(_ number: Int, of file: FileDefinition) -> Values {
        let item = file.structure.kind == .linearVariableTLV ? file.item(record: number) : nil
        let length = item.map { $0.length + 2 } ?? file.structure.recordSize
        var holes: [CommandHole: HoleValue] = [
            .record: .number(number), .sfi: .number(shortIdentifier(of: file)), .length: .number(expected(length)),
        ]
        guard let item, !profile.capabilities.readByNumber else { return Values(purpose: .readRecord, holes: holes) }
        holes[.record] = nil
        holes[.tag] = .number(Int(item.tag))
        return Values(purpose: .readRecordByTag, holes: holes)
    }

    /// READ BINARY of what a block of a plan writes; the first one makes the file current where that can be.
    func block(_ offset: Int, count: Int, of file: FileDefinition) -> Values {
        let isFirst = offset == 0 && profile.capabilities.shortFileIdentifiers
        return Values(
            purpose: isFirst ? .readBinaryShort : .readBinary,
            holes: [
                .offset: .number(offset), .sfi: .number(Int(file.sfi.rawValue)), .length: .number(expected(count)),
            ])
    }

    private func shortIdentifier(of file: FileDefinition) -> Int {
        profile.capabilities.shortFileIdentifiers ? Int(file.sfi.rawValue) : 0
    }

    /// What Le says: 256 is 00.
    private func expected(_ length: Int) -> Int { profile.capabilities.expectedLength == .zero ? 256 : length }
}

extension CardProfile {
    /// The first file that everyone may read and that has records: what it holds tells how far a card has come.
    var firstFreeFile: FileDefinition? {
        directories.dropFirst().first?.files.first {
            $0.read == .always && $0.structure.kind == .linearVariableTLV && $0.structure.recordCount > 0
        }
    }
}
