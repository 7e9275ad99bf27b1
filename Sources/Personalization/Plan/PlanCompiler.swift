import CardProfiles
import ISO7816

/// Turns an image into steps.
///
/// A directory gets its keys, files and content while it is the current one, and CREATE FILE leaves a new directory
/// current, so a directory is only selected to come back to it (`Docs/protocol.md §5`). Files are named by their short
/// identifiers, so none is selected.
struct PlanCompiler {
    let image: CardImage
    let profile: CardProfile
    let dialect: Dialect
    let options: PersonalizationPlan.Options
    var steps: [PlanStep] = []
    /// The directory the card is in after the steps so far; empty: not known.
    var current = ""
    /// The path of the file that is current after them, on a card without short identifiers.
    private var currentFile = ""

    init(image: CardImage, profile: CardProfile, dialect: Dialect, options: PersonalizationPlan.Options) {
        self.image = image
        self.profile = profile
        self.dialect = dialect
        self.options = options
    }

    mutating func compile() throws(PersonalizationError) {
        guard let master = profile.directories.first, let transport = profile.key(.transport) else {
            throw .profile(.noMasterOrTransportKey)
        }
        try recognize(master)
        var isMade = false
        for phase in dialect.phases {
            switch phase {
            case .open:
                try goTo(master, phase: .open)
                try authenticate(transport, phase: .open)
            // Structure, keys and content of a directory are written together, while it is current. A chip that comes
            // with its files has no phase for their structure.
            case .structure, .keys, .content:
                if !isMade { try make(master) }
                isMade = true
            case .readBack: try readBack(phase: .readBack)
            case .activate:
                try select(master, phase: .activate)
                try authenticate(transport, phase: .activate)
                try activate(transport)
            case .finish: try finish(master)
            }
        }
    }

    // MARK: Directories

    private mutating func recognize(_ master: DirectoryDefinition) throws(PersonalizationError) {
        current = master.name
        try add(
            .selectMaster, phase: .open, title: "SELECT MF with FCI", work: .recognize,
            fid(master), ne: 256, answer: recognitionAnswer)
        guard !profile.capabilities.lifeCycleInFCI else { return }
        guard let first = profile.directories.dropFirst().first else {
            throw .profile(.noDirectoryOfBlankChips)
        }
        if let keyFile = dialect.codes.keyFile {
            return try add(
                .selectFile, phase: .open, title: "SELECT the key file, which must be absent", work: .recognize,
                [.fid: .number(Int(keyFile.identifier.rawValue))])
        }
        guard dialect.isPreStructured else {
            return try add(
                .selectDirectory, phase: .open, title: "SELECT \(first.name), which must be absent", work: .recognize,
                fid(first))
        }
        // The directory is there: it is the first record of the file everyone may read that is not.
        guard let file = profile.firstFreeFile else {
            throw .profile(.noFileOfBlankChips)
        }
        try select(first, phase: .open)
        let values = CardLook(profile: profile, dialect: dialect).record(1, of: file)
        if !profile.capabilities.shortFileIdentifiers { try selectFile(file, phase: .open) }
        try add(
            values.purpose, phase: .open, title: "READ \(file.path) record 1, which must be absent",
            work: .recognize, values.holes)
    }

    /// `6F{83 FID, 8A state, A5{9F0C serial}}` (`Docs/protocol.md §5`, Tree).
    private var recognitionAnswer: Int {
        let state = profile.capabilities.lifeCycleInFCI ? 3 : 0
        return 2 + 4 + state + 2 + 3 + profile.cryptography.cardFactor.length
    }

    private mutating func make(_ directory: DirectoryDefinition) throws(PersonalizationError) {
        guard let content = image.directories.first(where: { $0.name == directory.name }) else {
            throw .profile(.notInImage(directory: directory.name))
        }
        if let keyFile = dialect.codes.keyFile, !content.keys.isEmpty {
            try add(
                .createKeyFile, phase: .structure, title: "CREATE FILE \(directory.name) keys", work: .plain,
                [
                    .fid: .number(Int(keyFile.identifier.rawValue)), .descriptor: .number(Int(keyFile.descriptor)),
                    .contentSize: .number(content.keys.count * keyFile.bytesPerKey),
                ], file: directory.name)
        }
        for key in content.keys { try write(key) }
        if !dialect.isPreStructured {
            for file in directory.files { try create(file) }
        }
        for file in directory.files {
            guard let content = content.files.first(where: { $0.path == file.path }) else {
                throw .profile(.fileNotInImage(file.path))
            }
            try write(content, of: file)
        }
        for child in profile.directories where child.parent == directory.name {
            // A new directory is made in the one above it.
            if !dialect.isPreStructured { try goTo(directory, phase: moving) }
            try enter(child)
            try make(child)
        }
    }

    private mutating func enter(_ directory: DirectoryDefinition) throws(PersonalizationError) {
        guard !dialect.isPreStructured else { return try goTo(directory, phase: moving) }
        var values = fid(directory)
        if let descriptor = dialect.codes.descriptors[.directory] { values[.descriptor] = .number(Int(descriptor)) }
        values[.contentSize] = .number(size(of: directory))
        try add(
            .createDirectory, phase: .structure, title: "CREATE FILE \(directory.name)", work: .plain, values,
            file: directory.name)
        enterSilently(directory)
    }

    /// Selections on the way belong to the structure, or to the keys where there is none to be made.
    private var moving: PersonalizationPhase { dialect.isPreStructured ? .keys : .structure }

    /// Bytes of all that is to lie in a directory, as makers count them who want to know.
    private func size(of directory: DirectoryDefinition) -> Int {
        let perFile = dialect.codes.keyFile?.bytesPerFile ?? 0
        let keys = image.directories.first { $0.name == directory.name }?.keys.count ?? 0
        let own = directory.files.reduce(0) { $0 + $1.size + perFile }
        let below = profile.directories.filter { $0.parent == directory.name }
        return below.reduce(own + perFile + keys * (dialect.codes.keyFile?.bytesPerKey ?? 0)) {
            $0 + perFile + size(of: $1)
        }
    }

    /// Goes to a directory in the fewest selections that this maker's card understands.
    mutating func goTo(_ target: DirectoryDefinition, phase: PersonalizationPhase) throws(PersonalizationError) {
        guard current != target.name else { return }
        let isRoundabout = profile.capabilities.directoriesThroughMaster || dialect.directoriesThroughMaster
        let here = profile.directory(current)
        let isNear = target.parent == current || !isRoundabout && here?.parent == target.parent
        if target.parent == nil || isNear { return try select(target, phase: phase) }
        let above = profile.path(to: current).dropLast().reversed()
        if !isRoundabout, let end = above.firstIndex(where: { $0.name == target.name }) {
            // Each is reached from the one below it.
            for directory in above[...end] { try select(directory, phase: phase) }
            return
        }
        let path = profile.path(to: target.name)
        let start = path.firstIndex { $0.name == current }.map { $0 + 1 } ?? 0
        for directory in path[start...] { try select(directory, phase: phase) }
    }

    mutating func select(
        _ directory: DirectoryDefinition, phase: PersonalizationPhase
    ) throws(PersonalizationError) {
        let purpose: CommandPurpose = directory.parent == nil ? .selectMaster : .selectDirectory
        enterSilently(directory)
        try add(purpose, phase: phase, title: "SELECT \(directory.name)", work: .plain, fid(directory))
    }

    private mutating func enterSilently(_ directory: DirectoryDefinition) {
        current = directory.name
        currentFile = ""
    }

    func fid(_ directory: DirectoryDefinition) -> [CommandHole: HoleValue] {
        var values: [CommandHole: HoleValue] = [.fid: .number(Int(directory.fileIdentifier.rawValue))]
        if let name = directory.dfName { values[.name] = .bytes(name) }
        return values
    }

    // MARK: Files

    private mutating func create(_ file: FileDefinition) throws(PersonalizationError) {
        let codes = dialect.codes
        guard let descriptor = codes.descriptors[file.structure.kind],
            let protection = codes.protections[file.protection],
            let read = dialect.code(of: file.read, in: profile),
            let update = dialect.code(of: file.update, in: profile),
            let erase = dialect.code(of: file.erase, in: profile)
        else { throw .profile(.noCode(file: file.path, dialect: dialect.name)) }
        var values: [CommandHole: HoleValue] = [
            .fid: .number(Int(file.fileIdentifier.rawValue)), .sfi: .number(Int(file.sfi.rawValue)),
            .descriptor: .number(Int(descriptor)), .recordSize: .number(file.structure.recordSize),
            .recordCount: .number(file.structure.recordCount), .contentSize: .number(file.size),
            .protection: .number(Int(protection)),
            .read: .number(Int(read)), .update: .number(Int(update)), .erase: .number(Int(erase)),
        ]
        if case .linearVariableTLV = file.structure {
            // Sizes and counts of 0 where they mean nothing: records are counted as they are first written.
            values[.recordCount] = .number(0)
        }
        if case .transparent(let size) = file.structure { values[.size] = .number(size) }
        try add(
            .createFile, kind: file.structure.kind, phase: .structure, title: "CREATE FILE \(file.path)", work: .plain,
            values, file: file.path)
    }

    private mutating func write(_ content: CardImage.File, of file: FileDefinition) throws(PersonalizationError) {
        let writing = dialect.initialWriting(of: file)
        switch (writing, file.structure) {
        case (.none, _):
            guard content.bytes.allSatisfy({ $0 == content.fill }) else {
                throw .profile(.fileNotEmpty(file.path, dialect: dialect.name))
            }
        case (.afterActivation, _): break
        case (.with(let protection), .linearVariableTLV):
            for (index, record) in content.records.enumerated() {
                try write(record, number: index + 1, of: file, protection, isCyclic: false)
            }
        case (.with(let protection), .cyclic):
            for index in cyclicRecords(of: content) {
                try write(content.records[index], number: index + 1, of: file, protection, isCyclic: true)
            }
        case (.with(.plain), .transparent): try writeBinary(content, of: file)
        case (.with, _):
            throw .profile(.noWayToWrite(file.path, dialect: dialect.name))
        }
    }

    /// The newest record is number 1: the last goes first. Empty ones at the end are there from creation, unless
    /// nobody knows what is.
    func cyclicRecords(of content: CardImage.File) -> [Int] {
        let used = content.records.lastIndex { $0.contains { $0 != content.fill } }.map { $0 + 1 } ?? 0
        return (0..<(options.rewritesCyclicFiles ? content.records.count : used)).reversed()
    }

    private mutating func write(
        _ record: [UInt8], number: Int, of file: FileDefinition, _ protection: Protection, isCyclic: Bool
    ) throws(PersonalizationError) {
        let purpose: CommandPurpose =
            switch (protection == .plain, isCyclic) {
            case (false, false): .writeRecord
            case (false, true): .writeCyclicRecord
            case (true, false): .writeRecordPlain
            case (true, true): .writeCyclicRecordPlain
            }
        var values: [CommandHole: HoleValue] = [.data: .bytes(record), .sfi: try sfi(of: file)]
        if !isCyclic { values[.record] = .number(number) }
        let content = PlanStep.Content(path: file.path, place: .record(number), count: record.count)
        try addProtected(
            purpose, kind: file.structure.kind, phase: .content, title: "WRITE \(content)", values, content: content)
    }

    mutating func writeBinary(
        _ content: CardImage.File, of file: FileDefinition, phase: PersonalizationPhase = .content
    ) throws(PersonalizationError) {
        guard case .binary(let bytes) = content.content,
            let end = bytes.lastIndex(where: { $0 != content.fill }).map({ $0 + 1 })
        else { return }
        let capabilities = profile.capabilities
        let isExtended = capabilities.extendedLength && options.usesExtendedLength
        let short = min(capabilities.maximumCommandData, capabilities.maximumBinaryData)
        let block = max(1, isExtended ? capabilities.maximumExtendedData : short)
        if !capabilities.shortFileIdentifiers { try selectFile(file, phase: phase) }
        var offset = 0
        while offset < end {
            let data = Array(bytes[offset..<min(offset + block, end)])
            // The first block names the file by its short identifier, which makes it the current one.
            let isFirst = offset == 0 && capabilities.shortFileIdentifiers
            let part = PlanStep.Content(path: file.path, place: .offset(offset), count: data.count)
            let values: [CommandHole: HoleValue] = [
                .offset: .number(offset), .data: .bytes(data), .sfi: .number(Int(file.sfi.rawValue)),
            ]
            try add(
                isFirst ? .updateBinaryShort : .writeBinary, kind: file.structure.kind, phase: phase,
                title: "WRITE \(part)", work: .plain, values, content: part)
            offset += data.count
        }
    }

    /// What a record command names the file by: 0 is the current one.
    mutating func sfi(
        of file: FileDefinition, phase: PersonalizationPhase = .content
    ) throws(PersonalizationError) -> HoleValue {
        guard !profile.capabilities.shortFileIdentifiers else { return .number(Int(file.sfi.rawValue)) }
        try selectFile(file, phase: phase)
        return .number(0)
    }

    private mutating func selectFile(
        _ file: FileDefinition, phase: PersonalizationPhase
    ) throws(PersonalizationError) {
        let values: [CommandHole: HoleValue] = [
            .fid: .number(Int(file.fileIdentifier.rawValue)), .sfi: .number(Int(file.sfi.rawValue)),
        ]
        guard currentFile != file.path else { return }
        currentFile = file.path
        try add(.selectFile, phase: phase, title: "SELECT \(file.path)", work: .plain, values)
    }
}
