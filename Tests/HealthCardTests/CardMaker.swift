import CardProfiles
import HealthCard
import ISO7816
import Testing
import VirtualCard

/// Makes a virtual card in the reference dialect (`Docs/protocol.md §5`) with the content of a scripted one: just
/// enough to have a card to read; the personalization proper is tested elsewhere.
struct CardMaker {
    let profile: CardProfile
    private let module: SoftwareSecurityModule
    private let factors: CardFactors
    private let channel: VirtualCardChannel

    static func card(
        _ content: ScriptedCard, options: VirtualCardOptions? = nil, upTo: Stage = .activated
    ) throws -> VirtualCardChannel {
        // Made in a chip that does everything: a maker's own commands for that are not what is tested here.
        let making = upTo == .blank ? options : VirtualCardOptions()
        let card = try VirtualHealthCard.blank(
            serial: Array(1...8), profile: content.profile, options: making, dialect: "iso7816-9")
        let channel = VirtualCardChannel(card: card)
        let maker = CardMaker(
            profile: content.profile, module: try SoftwareSecurityModule.testKeys(content.profile),
            factors: CardFactors(card: Array(1...8), province: Array("99000000".utf8)), channel: channel)
        if upTo >= .structured { try maker.make(content.files, upTo) }
        guard upTo != .blank else {
            _ = try channel.reset()
            return channel
        }
        return VirtualCardChannel(
            card: try VirtualHealthCard(
                state: card.state, profile: content.profile,
                options: options ?? VirtualCardOptions(profile: content.profile)))
    }

    enum Stage: Int, Comparable {
        case blank, structured, written, activated
        static func < (one: Stage, other: Stage) -> Bool { one.rawValue < other.rawValue }
    }

    private func key(_ name: String) throws -> KeyDefinition { try #require(profile.key(name)) }

    private func send(_ header: [UInt8], _ data: [UInt8]) throws {
        let command = CommandAPDU(cla: header[0], ins: header[1], p1: header[2], p2: header[3], data: data)
        var options = TransmitOptions.default
        options.chains = true
        let answer = try channel.send(command, options: options)
        try #require(answer.status == .ok, "\(Hex.encode(header)) \(answer.status)")
    }

    private func challenge() throws -> [UInt8] {
        try channel.execute(CommandAPDU(cla: 0, ins: 0x84, p1: 0, p2: 0, ne: 8)).data
    }

    private func make(_ files: [String: FileContent], _ stage: Stage) throws {
        let transport = try key("TK")
        let original = [UInt8](repeating: 5, count: 8)
        let cryptogram = try module.cryptogram(
            key: transport, card: factors, seed: challenge(), original: original)
        try send([0x00, 0x82, 0x00, transport.reference], cryptogram + original + [module.keyVersion])
        for directory in profile.directories {
            try select(directory)
            if let name = directory.dfName {
                try send(
                    [0x00, 0xE0, 0, 0],
                    Self.object(
                        0x62,
                        Self.object(0x82, [0x38]) + Self.object(0x83, directory.fileIdentifier.bytes)
                            + Self.object(0x84, name)))
            }
            for file in directory.files { try create(file) }
            for key in profile.keys(in: directory.name) where key.role != .transport { try write(key, transport) }
            guard stage >= .written, let maintenance = profile.key(.maintenance, in: directory.name) else { continue }
            for file in directory.files { try write(files[file.path], of: file, maintenance) }
        }
        guard stage >= .activated else { return }
        try send([0x00, 0xA4, 0, 0], [0x3F, 0x00])
        try send([0x00, 0x44, 0, 0], [])
    }

    private func select(_ directory: DirectoryDefinition) throws {
        for step in profile.path(to: directory.parent ?? "MF") {
            try send([0x00, 0xA4, 0, 0], step.fileIdentifier.bytes)
        }
    }

    private static func object(_ tag: UInt8, _ value: [UInt8]) -> [UInt8] { [tag, UInt8(value.count)] + value }

    private func create(_ file: FileDefinition) throws {
        let descriptor: UInt8 =
            switch file.structure.kind {
            case .transparent: 1
            case .linearFixed: 2
            case .linearVariableTLV: 5
            case .cyclic, .directory: 6
            }
        func right(_ condition: AccessCondition) throws -> UInt8 {
            switch condition {
            case .always: 0
            case .never: 0xFF
            case .key(let name): try key(name).reference
            }
        }
        let protection: UInt8 =
            switch file.protection {
            case .plain: 0
            case .mac: 1
            case .encryptedMAC: 2
            }
        let isTLV = file.structure.kind == .linearVariableTLV
        var template = Self.object(
            0x82,
            [descriptor, 1, 0, UInt8(file.structure.recordSize), isTLV ? 0 : UInt8(file.structure.recordCount)])
        template += Self.object(0x83, file.fileIdentifier.bytes)
        if case .transparent(let size) = file.structure {
            template += Self.object(0x80, [UInt8(size >> 8), UInt8(size & 0xFF)])
        }
        template += Self.object(0x88, [file.sfi.rawValue << 3])
        template += Self.object(
            0x86, [try right(file.read), try right(file.update), try right(file.erase), protection])
        try send([0x00, 0xE0, 0, 0], Self.object(0x62, template))
    }

    private func write(_ key: KeyDefinition, _ transport: KeyDefinition) throws {
        let usage: UInt8 =
            switch key.usage {
            case .externalAuthentication: 1
            case .internalAuthentication: 2
            case .maintenance, .host: 3
            }
        let prefix = [usage, key.reference, module.keyVersion, 4, key.tries, 0, 0, 0, 0]
        let header: [UInt8] = [0x84, 0xD4, 0x01, key.reference]
        try send(
            header,
            module.wrapKey(
                key, prefix: prefix, header: header, under: transport, card: factors, seed: challenge()))
    }

    private func write(_ content: FileContent?, of file: FileDefinition, _ maintenance: KeyDefinition) throws {
        switch (content, file.structure) {
        case (.records(let records), .linearVariableTLV):
            for (index, record) in records.enumerated() {
                try secured([0x04, 0xDC, UInt8(index + 1), file.sfi.rawValue << 3 | 4], record, maintenance)
            }
        case (.records(let records), .cyclic):
            for record in records.reversed() where record.contains(where: { $0 != 0 }) {
                try secured([0x04, 0xDC, 0, file.sfi.rawValue << 3 | 3], record, maintenance)
            }
        case (.records(let records), .linearFixed):
            for (index, record) in records.enumerated() where record == [0] {
                let header: [UInt8] = [0x84, 0xD2, UInt8(index + 1), file.sfi.rawValue << 3 | 4]
                let body = try module.protect(
                    header: header, data: [], protection: .mac, key: maintenance, card: factors, seed: challenge())
                try send(header, body)
            }
        case (.bytes(let bytes), .transparent):
            try send([0x00, 0xA4, 0, 0], file.fileIdentifier.bytes)
            for offset in stride(from: 0, to: bytes.count, by: 240) {
                let block = Array(bytes[offset...].prefix(240))
                guard block.contains(where: { $0 != 0 }) else { continue }
                try send([0x00, 0xD6, UInt8(offset >> 8), UInt8(offset & 0xFF)], block)
            }
        default: Issue.record("\(file.path) has content of another kind")
        }
    }

    private func secured(_ header: [UInt8], _ data: [UInt8], _ maintenance: KeyDefinition) throws {
        let body = try module.protect(
            header: header, data: data, protection: .encryptedMAC, key: maintenance, card: factors, seed: challenge())
        try send(header, body)
    }
}
