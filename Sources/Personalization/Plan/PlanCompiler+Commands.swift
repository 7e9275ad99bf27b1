import CardProfiles
import ISO7816
import Messages

// MARK: Keys and protection

extension PlanCompiler {
    mutating func authenticate(
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

    mutating func write(_ key: CardImage.Key) throws(PersonalizationError) {
        // A dialect without a byte for the usage leaves the key to the chip's maker.
        guard let usage = dialect.codes.usages[key.usage] else { return }
        guard let algorithm = profile.cryptography.algorithm else { throw .profile(.noAlgorithm) }
        try addProtected(
            .writeKey, phase: .keys, title: "WRITE KEY \(key.name)",
            [
                .reference: .number(Int(key.reference)), .usage: .number(Int(usage)),
                .version: .number(Int(image.keyVersion)), .algorithm: .number(Int(algorithm)),
                .tries: .number(Int(key.tries)), .right: .number(Int(right(wonBy: key))),
                .key: .live(count: profile.cryptography.keyLength),
            ], wrapping: key.name)
    }

    /// Only an external authentication wins anything.
    private func right(wonBy key: CardImage.Key) -> UInt8 {
        guard key.usage == .externalAuthentication else { return dialect.codes.never }
        return dialect.code(of: .key(key.name), in: profile) ?? key.reference
    }

    mutating func challenge(phase: PersonalizationPhase) throws(PersonalizationError) {
        let length = profile.cryptography.challengeLength
        try add(
            .getChallenge, phase: phase, title: "GET CHALLENGE", work: .challenge, [.length: .number(length)],
            answer: length)
    }

    /// Commands of which each whose template asks for protection takes a challenge first; the others are sent as they
    /// are.
    mutating func addProtected(
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
            guard let protector else { throw .profile(.noKeyOfRole(protection.key.rawValue, directory: current)) }
            let work: PlanStep.Work = key.map { .wrap(key: $0, under: protector.name) } ?? .protect(key: protector.name)
            try challenge(phase: phase)
            try add(template, purpose, phase: phase, title: title, work: work, values, content: content)
        }
    }

    /// A reset, and the commands a reader with the card's own keys needs for every byte of all files or of some.
    mutating func readBack(phase: PersonalizationPhase, only paths: Set<String>? = nil) throws(PersonalizationError) {
        let directory = profile.directories.first?.name ?? current
        let reading: PlanCost
        do {
            reading = try ImageChannel.costOfReading(
                image, only: paths, profile: profile, dialect: dialect.name,
                transmissionProtocol: options.transmissionProtocol)
        } catch {
            throw .profile(.notReadBack(AnyMessage(of: error)))
        }
        for (title, work, cost) in [("RESET", .reset, PlanCost()), ("READ BACK", .readBack, reading)]
            as [(String, PlanStep.Work, PlanCost)]
        {
            steps.append(
                PlanStep(
                    index: steps.count, phase: phase, directory: directory, title: title, work: work, purpose: nil,
                    command: nil, ne: nil, content: nil, file: nil, cost: cost))
        }
        current = directory
    }

    func templates(
        for purpose: CommandPurpose, _ kind: FileKind?
    ) throws(PersonalizationError) -> [CommandTemplate] {
        let templates = dialect.commands(for: purpose, kind: kind)
        guard !templates.isEmpty else {
            throw .profile(
                .noCommand(purpose.rawValue, dialect: dialect.name, structure: kind?.rawValue))
        }
        return templates
    }

    /// - Parameters:
    ///   - kind: the structure of the file, where a dialect may have a command for each.
    ///   - answer: bytes of answer data that are expected.
    mutating func add(
        _ purpose: CommandPurpose, kind: FileKind? = nil, phase: PersonalizationPhase, title: String,
        work: PlanStep.Work, _ values: [CommandHole: HoleValue], ne: Int? = nil, answer: Int = 0,
        content: PlanStep.Content? = nil, file: String? = nil
    ) throws(PersonalizationError) {
        for template in try templates(for: purpose, kind) {
            try add(
                template, purpose, phase: phase, title: title, work: work, values, ne: ne, answer: answer,
                content: content, file: file)
        }
    }

    mutating func add(
        _ template: CommandTemplate, _ purpose: CommandPurpose, phase: PersonalizationPhase, title: String,
        work: PlanStep.Work, _ values: [CommandHole: HoleValue], ne: Int? = nil, answer: Int = 0,
        content: PlanStep.Content? = nil, file: String? = nil
    ) throws(PersonalizationError) {
        let command: RenderedCommand
        do {
            command = try template.render(values)
        } catch {
            throw .profile(.unusableCommand(purpose.rawValue, dialect: dialect.name, AnyMessage(of: error)))
        }
        let ne = ne ?? command.ne
        let isSecret = if case .authenticate = work { false } else { command.data == nil }
        guard !isSecret || command.protection != nil else {
            throw .profile(.keyInClear(command: purpose.rawValue))
        }
        steps.append(
            PlanStep(
                index: steps.count, phase: phase, directory: current, title: title, work: work, purpose: purpose,
                command: command, ne: ne, content: content, file: content?.path ?? file,
                cost: try cost(of: command, ne: ne, answer: answer)))
    }

    func cost(of command: RenderedCommand, ne: Int?, answer: Int) throws(PersonalizationError) -> PlanCost {
        let length = profile.cryptography.bodyLength(
            of: command.plainLength, under: command.protection?.protection ?? .plain)
        let isT0 = options.transmissionProtocol == .t0
        guard let apdu = command.apdu(data: [UInt8](repeating: 0, count: length), ne: ne),
            let bytes = try? isT0 ? apdu.encodedForT0() : apdu.encoded()
        else { throw .profile(.tooLong(bytes: length)) }
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
