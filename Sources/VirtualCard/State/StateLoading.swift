import CardProfiles
import ISO7816

/// Lays a state out in a fresh memory, block by block in the order of the state: the same state gives the same memory,
/// which is what the journal beside a state file counts on.
struct StateLoader {
    let state: CardState
    let rules: CardRules

    /// - Throws: `state` with the place and the problem.
    func store() throws(VirtualCardError) -> CardStore {
        try check(state.format == CardState.currentFormat, "format", .mustBe("\(CardState.currentFormat)"))
        try check(
            state.profile == rules.profileName, "profile", .otherProfile(String(state.profile.prefix(80)))
        )
        try check((256...1 << 20).contains(state.memorySize), "memorySize", .range(256, 1 << 20))
        try check(state.sequence >= 0, "sequence", .negative)
        // A faulty chip has it longer.
        try check(state.transportKey != nil || state.isActivated, "transportKey", .neededUntilActivation)
        let serial = try bytes(state.serial, count: rules.answerToReset.serialLength, at: "serial")
        try check(serial.count == 8, "serial", .length(bytes: serial.count, expected: 8))
        let key = try state.transportKey.map { (key: CardState.TransportKey) throws(VirtualCardError) in
            try check(key.triesLeft <= key.tries && key.tries <= 15, "transportKey.triesLeft", .tooManyAttempts)
            return (
                try bytes(key.value, count: 16, at: "transportKey.value"),
                try byte(key.version, at: "transportKey.version"), key.tries, key.triesLeft
            )
        }
        let store = CardStore(
            size: state.memorySize, serial: serial, transportKey: key?.0 ?? [], version: key?.1 ?? 0,
            tries: key?.2 ?? 0)
        if let key, let slot = store.transportKey(reference: rules.transportKey.reference) {
            store.stage(triesLeft: key.3, of: slot)
        }
        if state.isActivated { store.stageActivated(keepingTransportKey: key != nil) }
        if state.isBlocked { store.stageBlocked() }
        try commit(store, nil)
        for index in state.directories.indices { try load(index, into: store) }
        return store
    }

    private func load(_ index: Int, into store: CardStore) throws(VirtualCardError) {
        let directory = state.directories[index]
        let place = "directories[\(index)]"
        let identifier = try word(directory.identifier, at: place + ".identifier")
        if index == 0 {
            try check(identifier == 0x3F00 && directory.parent == nil, place, .firstIsMaster)
        } else {
            guard let parent = directory.parent, (0..<index).contains(parent) else {
                throw .state(place: place + ".parent", problem: .notEarlierDirectory)
            }
            let name =
                try directory.name.map { (name: String) throws(VirtualCardError) in
                    try bytes(name, at: place + ".name")
                } ?? []
            try check(name.count <= 16, place + ".name", .longName(limit: 16))
            try stage(store.stageDirectory(identifier, name: name, in: parent), store, place)
        }
        guard let blocking = Self.blocking[directory.blocking] else {
            throw .state(place: place + ".blocking", problem: .mustBe("none, temporary, permanent"))
        }
        store.stage(blocking: blocking, of: index)
        store.stage(wrongMACs: directory.wrongMACs, in: index)
        if directory.isActivated ?? false { store.stageActivated(index) }
        try commit(store, place)
        for (number, key) in directory.keys.enumerated() {
            try load(key, into: store, directory: index, at: "\(place).keys[\(number)]")
        }
        for (number, file) in directory.files.enumerated() {
            try load(file, number, into: store, directory: index, at: "\(place).files[\(number)]")
        }
    }

    private static let blocking: [String: DirectoryBlocking] = [
        "none": .none, "temporary": .temporary, "permanent": .permanent,
    ]

    private func load(
        _ key: CardState.Key, into store: CardStore, directory: Int, at place: String
    ) throws(VirtualCardError) {
        let reference = try byte(key.reference, at: place + ".reference")
        try check(store.key(reference, in: directory) == nil, place + ".reference", .keyTwice)
        try check(key.triesLeft <= key.tries && key.tries <= 15, place + ".triesLeft", .tooManyAttempts)
        let isStaged = store.stageKey(
            reference: reference, usage: try byte(key.usage, at: place + ".usage"),
            version: try byte(key.version, at: place + ".version"),
            algorithm: try byte(key.algorithm, at: place + ".algorithm"), tries: key.tries, triesLeft: key.triesLeft,
            right: try key.right.map { (text: String) throws(VirtualCardError) in try byte(text, at: place + ".right")
            },
            value: try bytes(key.value, count: 16, at: place + ".value"), in: directory)
        try stage(isStaged, store, place)
    }

    private func load(
        _ file: CardState.File, _ number: Int, into store: CardStore, directory: Int, at place: String
    ) throws(VirtualCardError) {
        let descriptor = try byte(file.descriptor, at: place + ".descriptor")
        let isKeyFile = descriptor == rules.codes.keyFile?.descriptor
        let kind = rules.kind(of: descriptor)
        guard isKeyFile || kind != nil && kind != .directory else {
            throw .state(place: place + ".descriptor", problem: .noSuchKind)
        }
        let access = [
            try byte(file.access.read, at: place + ".access.read"),
            try byte(file.access.update, at: place + ".access.update"),
            try byte(file.access.erase, at: place + ".access.erase"),
            try byte(file.access.protection, at: place + ".access.protection"),
        ]
        try check(file.shortIdentifier.map { (1...30).contains($0) } ?? true, place + ".shortIdentifier", .range(1, 30))
        var new = CardStore.NewFile(
            identifier: try word(file.identifier, at: place + ".identifier"), descriptor: descriptor,
            sfi: file.shortIdentifier ?? 0, access: access)
        if isKeyFile {
            new.recordSize = file.recordSize ?? 0
            try check((1...65_000).contains(new.recordSize), place + ".recordSize", .range(1, 65_000))
            return try stage(store.stageFile(new, in: directory), store, place)
        }
        var content: [UInt8] = []
        var records: [[UInt8]] = []
        if kind == .transparent {
            content = try bytes(file.content ?? "", at: place + ".content")
            try check((1...65_000).contains(content.count), place + ".content", .bytesRange(1, 65_000))
        } else {
            for (number, record) in (file.records ?? []).enumerated() {
                records.append(try bytes(record, at: "\(place).records[\(number)]"))
            }
        }
        new.recordCount = Int(file.recordCount ?? 0)
        switch kind {
        case .linearVariableTLV:
            for (number, record) in records.enumerated() {
                let isWhole = record.count >= 2 && Int(record[1]) == record.count - 2
                try check(isWhole, "\(place).records[\(number)]", .recordForm)
            }
            try check(records.count <= 254, place + ".records", .range(0, 254))
        case .linearFixed, .cyclic:
            let size = file.recordSize ?? 0
            try check((1...65_000).contains(size), place + ".recordSize", .range(1, 65_000))
            try check((1...254).contains(records.count), place + ".records", .range(1, 254))
            try check(records.allSatisfy { $0.count == size }, place + ".records", .recordLength)
            (new.recordSize, new.recordCount) = (size, records.count)
            if kind == .cyclic { new.newest = UInt8(records.count - 1) }
            content = (kind == .cyclic ? records.reversed() : records).flatMap { $0 }
        case .transparent, .directory, nil: break
        }
        try check(content.count <= 65_000, place + ".records", .fileTooLarge)
        new.size = content.count
        try stage(store.stageFile(new, in: directory), store, place)
        let made = store.directories[directory].files[number]
        store.memory.stage(content, at: made.content.lowerBound)
        try commit(store, place)
        guard kind == .linearVariableTLV else { return }
        for record in records { try stage(store.stageRecord(record, file: number, in: directory), store, place) }
    }

    // MARK: Checks

    private func check(_ condition: Bool, _ place: String?, _ problem: CardStateProblem) throws(VirtualCardError) {
        guard condition else { throw .state(place: place, problem: problem) }
    }

    private func stage(_ isStaged: Bool, _ store: CardStore, _ place: String) throws(VirtualCardError) {
        try check(isStaged, place, .noRoom)
        try commit(store, place)
    }

    private func commit(_ store: CardStore, _ place: String?) throws(VirtualCardError) {
        do { try store.commit() } catch { throw .state(place: place, problem: .doesNotFit) }
    }

    private func bytes(_ text: String, count: Int? = nil, at place: String) throws(VirtualCardError) -> [UInt8] {
        guard let bytes = Hex.decode(text) else { throw .state(place: place, problem: .notHexadecimal) }
        if let count { try check(bytes.count == count, place, .length(bytes: bytes.count, expected: count)) }
        return bytes
    }

    private func byte(_ text: String, at place: String) throws(VirtualCardError) -> UInt8 {
        try bytes(text, count: 1, at: place)[0]
    }

    private func word(_ text: String, at place: String) throws(VirtualCardError) -> UInt16 {
        let pair = try bytes(text, count: 2, at: place)
        return UInt16(pair[0]) << 8 | UInt16(pair[1])
    }
}
