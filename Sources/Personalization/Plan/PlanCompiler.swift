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
    private(set) var steps: [PlanStep] = []
    /// The directory the card is in after the steps so far; empty: not known.
    private var current = ""

    init(image: CardImage, profile: CardProfile, dialect: Dialect, options: PersonalizationPlan.Options) {
        self.image = image
        self.profile = profile
        self.dialect = dialect
        self.options = options
    }

    mutating func compile() throws(PersonalizationError) {
        guard let master = profile.directories.first, let transport = profile.key(.transport) else {
            throw .profile("the profile has no MF or no transport key")
        }
        try recognize(master)
        var isMade = false
        for phase in dialect.phases {
            switch phase {
            case .open: try authenticate(transport, phase: .open)
            // Structure, keys and content of a directory are written together, while it is current. A chip that comes
            // with its files has no phase for their structure.
            case .structure, .keys, .content:
                if !isMade { try make(master) }
                isMade = true
            case .readBack: try readBack()
            case .activate:
                try select(master, phase: .activate)
                try authenticate(transport, phase: .activate)
                try add(.activate, phase: .activate, title: "ACTIVATE FILE", work: .plain, [:])
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
            throw .profile("the profile has no directory whose absence shows a blank chip")
        }
        try add(
            .selectDirectory, phase: .open, title: "SELECT \(first.name), which must be absent", work: .recognize,
            fid(first))
    }

    /// `6F{83 FID, 8A state, A5{9F0C serial}}` (`Docs/protocol.md §5`, Tree).
    private var recognitionAnswer: Int {
        let state = profile.capabilities.lifeCycleInFCI ? 3 : 0
        return 2 + 4 + state + 2 + 3 + profile.cryptography.cardFactor.length
    }

    private mutating func make(_ directory: DirectoryDefinition) throws(PersonalizationError) {
        guard let content = image.directories.first(where: { $0.name == directory.name }) else {
            throw .profile("the image has no directory \(directory.name)")
        }
        for key in content.keys { try write(key) }
        if !dialect.isPreStructured {
            for file in directory.files { try create(file) }
        }
        for file in directory.files {
            guard let content = content.files.first(where: { $0.path == file.path }) else {
                throw .profile("the image has no file \(file.path)")
            }
            try write(content, of: file)
        }
        for child in profile.directories where child.parent == directory.name {
            try climb(to: directory)
            try enter(child)
            try make(child)
        }
    }

    private mutating func enter(_ directory: DirectoryDefinition) throws(PersonalizationError) {
        guard !dialect.isPreStructured else { return try select(directory, phase: .structure) }
        var values = fid(directory)
        if let descriptor = dialect.codes.descriptors[.directory] { values[.descriptor] = .number(Int(descriptor)) }
        try add(.createDirectory, phase: .structure, title: "CREATE FILE \(directory.name)", work: .plain, values)
        current = directory.name
    }

    /// Goes up to a directory above the current one; each is reached from the one below it.
    private mutating func climb(to ancestor: DirectoryDefinition) throws(PersonalizationError) {
        while current != ancestor.name {
            guard let parent = profile.directory(current)?.parent.flatMap({ profile.directory($0) }) else {
                throw .profile("\(ancestor.name) is not above \(current)")
            }
            try select(parent, phase: .structure)
        }
    }

    private mutating func select(
        _ directory: DirectoryDefinition, phase: PersonalizationPhase
    ) throws(PersonalizationError) {
        let purpose: CommandPurpose = directory.parent == nil ? .selectMaster : .selectDirectory
        current = directory.name
        try add(purpose, phase: phase, title: "SELECT \(directory.name)", work: .plain, fid(directory))
    }

    private func fid(_ directory: DirectoryDefinition) -> [CommandHole: HoleValue] {
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
        else { throw .profile("the dialect \(dialect.name) has no code for the kind or a right of \(file.path)") }
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
            values)
    }

    private mutating func write(_ content: CardImage.File, of file: FileDefinition) throws(PersonalizationError) {
        let writing = dialect.initialWriting(of: file)
        switch (writing, file.structure) {
        case (.none, _):
            guard content.bytes.allSatisfy({ $0 == content.fill }) else {
                throw .profile("the dialect \(dialect.name) does not write \(file.path), which is not empty")
            }
        case (.afterActivation, _):
            throw .profile("\(file.path) is written after activation, which this engine does not do")
        case (.with(let protection), .linearVariableTLV):
            for (index, record) in content.records.enumerated() {
                try write(record, number: index + 1, of: file, protection, isCyclic: false)
            }
        case (.with(let protection), .cyclic):
            // The newest record is number 1: the last goes first. Empty ones at the end are there from creation.
            let used = content.records.lastIndex { $0.contains { $0 != content.fill } }.map { $0 + 1 } ?? 0
            for index in (0..<used).reversed() {
                try write(content.records[index], number: index + 1, of: file, protection, isCyclic: true)
            }
        case (.with(.plain), .transparent): try writeBinary(content, of: file)
        case (.with, _):
            throw .profile("the dialect \(dialect.name) has no way to write \(file.path)")
        }
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

    private mutating func writeBinary(
        _ content: CardImage.File, of file: FileDefinition
    ) throws(PersonalizationError) {
        guard case .binary(let bytes) = content.content,
            let end = bytes.lastIndex(where: { $0 != content.fill }).map({ $0 + 1 })
        else { return }
        let capabilities = profile.capabilities
        let isExtended = capabilities.extendedLength && options.usesExtendedLength
        let short = min(capabilities.maximumCommandData, capabilities.maximumBinaryData)
        let block = max(1, isExtended ? capabilities.maximumExtendedData : short)
        if !capabilities.shortFileIdentifiers { try selectFile(file) }
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
                isFirst ? .updateBinaryShort : .writeBinary, kind: file.structure.kind, phase: .content,
                title: "WRITE \(part)", work: .plain, values, content: part)
            offset += data.count
        }
    }

    /// What a record command names the file by: 0 is the current one.
    private mutating func sfi(of file: FileDefinition) throws(PersonalizationError) -> HoleValue {
        guard !profile.capabilities.shortFileIdentifiers else { return .number(Int(file.sfi.rawValue)) }
        try selectFile(file)
        return .number(0)
    }

    private mutating func selectFile(_ file: FileDefinition) throws(PersonalizationError) {
        let values: [CommandHole: HoleValue] = [
            .fid: .number(Int(file.fileIdentifier.rawValue)), .sfi: .number(Int(file.sfi.rawValue)),
        ]
        guard steps.last?.title != "SELECT \(file.path)" else { return }
        try add(.selectFile, phase: .content, title: "SELECT \(file.path)", work: .plain, values)
    }
}

// MARK: Keys and protection

extension PlanCompiler {
    fileprivate mutating func authenticate(
        _ key: KeyDefinition, phase: PersonalizationPhase
    ) throws(PersonalizationError) {
        let rule = profile.cryptography.cryptogram
        try challenge(phase: phase)
        try add(
            .externalAuthenticate, phase: phase, title: "EXTERNAL AUTHENTICATE \(key.name)",
            work: .authenticate(key: key.name),
            [
                .reference: .number(Int(key.reference)), .version: .number(Int(image.keyVersion)),
                .cryptogram: .live(count: rule.length), .original: .live(count: rule.originalLength),
            ])
    }

    fileprivate mutating func write(_ key: CardImage.Key) throws(PersonalizationError) {
        // A dialect without a byte for the usage leaves the key to the chip's maker.
        guard let usage = dialect.codes.usages[key.usage] else { return }
        guard let algorithm = profile.cryptography.algorithm else { throw .profile("the cipher has no algorithm byte") }
        try addProtected(
            .writeKey, phase: .keys, title: "WRITE KEY \(key.name)",
            [
                .reference: .number(Int(key.reference)), .usage: .number(Int(usage)),
                .version: .number(Int(image.keyVersion)), .algorithm: .number(Int(algorithm)),
                .tries: .number(Int(key.tries)), .key: .live(count: profile.cryptography.keyLength),
            ], wrapping: key.name)
    }

    fileprivate mutating func challenge(phase: PersonalizationPhase) throws(PersonalizationError) {
        let length = profile.cryptography.challengeLength
        try add(
            .getChallenge, phase: phase, title: "GET CHALLENGE", work: .challenge, [.length: .number(length)],
            answer: length)
    }

    /// Commands of which each whose template asks for protection takes a challenge first; the others are sent as they
    /// are.
    private mutating func addProtected(
        _ purpose: CommandPurpose, kind: FileKind? = nil, phase: PersonalizationPhase, title: String,
        _ values: [CommandHole: HoleValue], content: PlanStep.Content? = nil, wrapping key: String? = nil
    ) throws(PersonalizationError) {
        for template in try templates(for: purpose, kind) {
            guard let protection = template.protection else {
                try add(template, purpose, phase: phase, title: title, work: .plain, values, content: content)
                continue
            }
            let protector =
                protection.key == .transport ? profile.key(.transport) : profile.key(protection.key, in: current)
            guard let protector else { throw .profile("\(current) has no key of the role \(protection.key.rawValue)") }
            let work: PlanStep.Work = key.map { .wrap(key: $0, under: protector.name) } ?? .protect(key: protector.name)
            try challenge(phase: phase)
            try add(template, purpose, phase: phase, title: title, work: work, values, content: content)
        }
    }

    /// A reset, and the commands a reader with the card's own keys needs for every byte.
    fileprivate mutating func readBack() throws(PersonalizationError) {
        let directory = profile.directories.first?.name ?? current
        let reading: PlanCost
        do {
            reading = try ImageChannel.costOfReading(
                image, profile: profile, dialect: dialect.name, transmissionProtocol: options.transmissionProtocol)
        } catch {
            throw .profile("the image cannot be read back: \(error)")
        }
        for (title, work, cost) in [("RESET", .reset, PlanCost()), ("READ BACK", .readBack, reading)]
            as [(String, PlanStep.Work, PlanCost)]
        {
            steps.append(
                PlanStep(
                    index: steps.count, phase: .readBack, directory: directory, title: title, work: work, purpose: nil,
                    command: nil, ne: nil, content: nil, cost: cost))
        }
        current = directory
    }

    private func templates(
        for purpose: CommandPurpose, _ kind: FileKind?
    ) throws(PersonalizationError) -> [CommandTemplate] {
        let templates = dialect.commands(for: purpose, kind: kind)
        guard !templates.isEmpty else {
            let what = kind.map { " for files of the structure \($0.rawValue)" } ?? ""
            throw .profile("the dialect \(dialect.name) has no command '\(purpose.rawValue)'\(what)")
        }
        return templates
    }

    /// - Parameters:
    ///   - kind: the structure of the file, where a dialect may have a command for each.
    ///   - answer: bytes of answer data that are expected.
    private mutating func add(
        _ purpose: CommandPurpose, kind: FileKind? = nil, phase: PersonalizationPhase, title: String,
        work: PlanStep.Work, _ values: [CommandHole: HoleValue], ne: Int? = nil, answer: Int = 0,
        content: PlanStep.Content? = nil
    ) throws(PersonalizationError) {
        for template in try templates(for: purpose, kind) {
            try add(
                template, purpose, phase: phase, title: title, work: work, values, ne: ne, answer: answer,
                content: content)
        }
    }

    private mutating func add(
        _ template: CommandTemplate, _ purpose: CommandPurpose, phase: PersonalizationPhase, title: String,
        work: PlanStep.Work, _ values: [CommandHole: HoleValue], ne: Int? = nil, answer: Int = 0,
        content: PlanStep.Content? = nil
    ) throws(PersonalizationError) {
        let command: RenderedCommand
        do {
            command = try template.render(values)
        } catch {
            throw .profile("command '\(purpose.rawValue)' of the dialect \(dialect.name): \(error)")
        }
        let ne = ne ?? command.ne
        let isSecret = if case .authenticate = work { false } else { command.data == nil }
        guard !isSecret || command.protection != nil else {
            throw .profile("command '\(purpose.rawValue)' would send a key in clear")
        }
        steps.append(
            PlanStep(
                index: steps.count, phase: phase, directory: current, title: title, work: work, purpose: purpose,
                command: command, ne: ne, content: content, cost: try cost(of: command, ne: ne, answer: answer)))
    }

    private func cost(of command: RenderedCommand, ne: Int?, answer: Int) throws(PersonalizationError) -> PlanCost {
        let length = profile.cryptography.bodyLength(
            of: command.plainLength, under: command.protection?.protection ?? .plain)
        let isT0 = options.transmissionProtocol == .t0
        guard let apdu = command.apdu(data: [UInt8](repeating: 0, count: length), ne: ne),
            let bytes = try? isT0 ? apdu.encodedForT0() : apdu.encoded()
        else { throw .profile("a command of \(length) bytes does not fit an APDU") }
        let cost = PlanCost(commands: 1, bytesOut: bytes.count, bytesIn: answer + 2)
        // T=0 has no Le beside data: the answer waits for GET RESPONSE (ISO/IEC 7816-3:2006 §12.2).
        guard isT0, length > 0, answer > 0 else { return cost }
        return cost + PlanCost(commands: 1, bytesOut: 5, bytesIn: 2)
    }
}

extension RenderedCommand {
    /// The command with this body in place of its data; `nil` for a header that is not four bytes.
    func apdu(data: [UInt8], ne: Int?) -> CommandAPDU? {
        guard header.count == 4 else { return nil }
        return CommandAPDU(cla: header[0], ins: header[1], p1: header[2], p2: header[3], data: data, ne: ne)
    }
}
