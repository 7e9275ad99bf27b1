import CardProfiles
import ISO7816

/// What a bank has on the chip beside the health application (Docs/card.md §8, Docs/virtual-card.md): the environments and
/// the applications they list, as far as somebody sees of them who has no business with them.
struct PaymentSide {
    struct Application {
        let name: [UInt8]
        let isEnvironment: Bool
        /// What SELECT answers, 6F.
        let information: [UInt8]
        /// Of an environment: records of its file 1.
        let records: [[UInt8]]
    }

    let applications: [Application]
    /// Application transaction counter: what a terminal's transactions count up.
    private(set) var transactions = 7
    /// Attempts left at the bank's PIN.
    private(set) var attemptsLeft: UInt8 = 3

    init?(_ definitions: [OtherApplicationDefinition]) {
        guard !definitions.isEmpty else { return nil }
        let listed = definitions.filter { $0.kind == .application }
        applications = definitions.map { definition in
            Application(
                name: definition.dfName, isEnvironment: definition.kind == .environment,
                information: Self.information(of: definition, listing: listed),
                records: definition.kind == .environment && Self.isContact(definition)
                    ? listed.enumerated().map { Self.object([0x70], Self.entry($1, priority: $0 + 1)) } : [])
        }
    }

    func index(of name: [UInt8]) -> Int? { applications.firstIndex { $0.name == name } }

    mutating func spendAttempt() { attemptsLeft = attemptsLeft > 0 ? attemptsLeft - 1 : 0 }

    /// The answer to a command that is no SELECT. Nothing that changes anything or needs a key is played.
    func answer(_ command: ReceivedCommand, to application: Application) -> Answer {
        switch (command.kind, command.ins) {
        case (0x00, 0xB2):
            let isFirstFile = command.p2 == 1 << 3 | 4
            guard isFirstFile, application.isEnvironment else { return Answer(status: .conditionsNotSatisfied) }
            guard application.records.indices.contains(Int(command.p1) - 1) else {
                return Answer(status: .recordNotFound)
            }
            return whole(application.records[Int(command.p1) - 1], command)
        case (0x80, 0xCA) where !application.isEnvironment:
            switch (command.p1, command.p2) {
            case (0x9F, 0x36):
                return whole([0x9F, 0x36, 0x02, UInt8(transactions >> 8), UInt8(transactions & 0xFF)], command)
            case (0x9F, 0x17): return whole([0x9F, 0x17, 0x01, attemptsLeft], command)
            default: return Answer(status: .referencedDataNotFound)
            }
        case (0x00, 0x20), (0x00, 0x82), (0x00, 0x84), (0x00, 0x88), (0x80, 0xA8), (0x80, 0xAE):
            return Answer(status: .conditionsNotSatisfied)
        case (0x00, _), (0x80, _), (0x84, _), (0x04, _): return Answer(status: .instructionNotSupported)
        default: return Answer(status: .classNotSupported)
        }
    }

    private func whole(_ data: [UInt8], _ command: ReceivedCommand) -> Answer {
        guard let ne = command.ne else { return Answer(status: .wrongLength) }
        return data.count <= ne ? Answer(data: data) : Answer(status: .correctLength(data.count))
    }

    // MARK: What SELECT answers

    private static func isContact(_ definition: OtherApplicationDefinition) -> Bool {
        definition.dfName.first == UInt8(ascii: "1")
    }

    private static func information(
        of definition: OtherApplicationDefinition, listing applications: [OtherApplicationDefinition]
    ) -> [UInt8] {
        let chinese = object([0x5F, 0x2D], Array("zh".utf8))
        let proprietary: [UInt8]
        switch definition.kind {
        case .environment where isContact(definition):
            // The file with the list, the language, and that names are in ISO/IEC 8859-1.
            proprietary = object([0x88], [0x01]) + chinese + object([0x9F, 0x11], [0x01])
        case .environment:
            proprietary = object(
                [0xBF, 0x0C], applications.enumerated().flatMap { entry($1, priority: $0 + 1) })
        case .application:
            let label = definition.label.map { object([0x50], Array($0.utf8)) } ?? []
            let version = definition.version.map { object([0xBF, 0x0C], object([0x9F, 0x08], $0)) } ?? []
            proprietary = label + object([0x87], [0x01]) + chinese + version
        }
        return object([0x6F], object([0x84], definition.dfName) + object([0xA5], proprietary))
    }

    /// `61{4F AID, 50 label, 87 priority}`
    private static func entry(_ application: OtherApplicationDefinition, priority: Int) -> [UInt8] {
        let label = application.label.map { object([0x50], Array($0.utf8)) } ?? []
        return object(
            [0x61],
            object([0x4F], application.dfName) + label + object([0x87], [UInt8(truncatingIfNeeded: priority)]))
    }

    /// Nothing here is longer than 255 bytes.
    private static func object(_ tag: [UInt8], _ value: [UInt8]) -> [UInt8] {
        tag + (value.count < 0x80 ? [] : [0x81]) + [UInt8(truncatingIfNeeded: value.count)] + value
    }
}
