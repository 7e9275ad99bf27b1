import CardProfiles
import ISO7816

/// Instructions and classes the card does not know (`Docs/protocol.md §5` Order of checks).
enum HeaderChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        let known = KnownCommands(plan.dialect)
        return (UInt8(0)...15).compactMap { unknownInstructions($0 << 4, known) }
            + (UInt8(0)...15).compactMap { unknownClasses($0 << 4, known) }
            + known.classes.keys.sorted().map { wrongClasses($0, known) }
            + [
                robustness(
                    "class-before-instruction",
                    CheckText("an unknown instruction under an unknown class", "未知类别与未知指令"),
                    CheckText("6E00: class comes first", "6E00：先查类别")
                ) { bench throws(CheckStop) in
                    try bench.expect(.classNotSupported, for: CommandAPDU(cla: 0x20, ins: 0x77, p1: 0, p2: 0))
                }
            ]
    }

    static func robustness(
        _ what: String, _ title: CheckText, _ expected: CheckText,
        clause: String = "Docs/protocol.md §5 Order of checks", _ body: @escaping Check.Body
    ) -> Check {
        Check(.robustness, what, title, clause: clause, expected: expected, body: body)
    }

    /// The instructions of a dialect, each with its classes.
    struct KnownCommands: Sendable {
        private(set) var classes: [UInt8: Set<UInt8>] = [InstructionByte.getResponse: [0x00]]

        init(_ dialect: Dialect) {
            for commands in dialect.templates.values {
                for template in commands.any + commands.byKind.values.flatMap({ $0 }) {
                    let header = template.fixedHeader
                    guard let cla = header.cla, let ins = header.ins else { continue }
                    classes[ins, default: []].insert(cla)
                    // What travels protected under 04 is known in plain too, and refused by the file's protection.
                    if cla == 0x04 { classes[ins, default: []].insert(0x00) }
                }
            }
        }

        func isKnown(_ ins: UInt8) -> Bool { classes[ins] != nil }
        static let all: [UInt8] = [0x00, 0x04, 0x80, 0x84]
        static let chainingBit: UInt8 = 0x10
    }

    private static func hex(_ byte: UInt8) -> String { Hex.encode([byte]) }

    private static func unknownInstructions(_ first: UInt8, _ known: KnownCommands) -> Check? {
        let unknown = (first...(first | 0x0F)).filter { !known.isKnown($0) }
        guard !unknown.isEmpty else { return nil }
        return robustness(
            "instructions-\(hex(first))-\(hex(first | 0x0F))",
            CheckText(
                "unknown instructions \(hex(first)) to \(hex(first | 0x0F))",
                "未知指令 \(hex(first)) 至 \(hex(first | 0x0F))"),
            CheckText("6D00 under every class the card knows", "各已知类别下均应答 6D00")
        ) { bench throws(CheckStop) in
            // Over T=0 these would be taken for procedure bytes (ISO/IEC 7816-3:2006 §10.3.3).
            if bench.link.transmissionProtocol == .t0, [0x60, 0x90].contains(first) {
                throw .notApplicable(CheckText("a T=0 link has no such instructions", "T=0 链路没有此类指令"))
            }
            for cla in KnownCommands.all {
                for ins in unknown {
                    try bench.expect(.instructionNotSupported, for: CommandAPDU(cla: cla, ins: ins, p1: 0, p2: 0))
                }
            }
        }
    }

    private static func unknownClasses(_ first: UInt8, _ known: KnownCommands) -> Check? {
        // FF is no class but the reader's (ISO/IEC 7816-3:2006, and PC/SC part 3).
        let unknown = (first...(first | 0x0F)).filter {
            !KnownCommands.all.contains($0 & ~KnownCommands.chainingBit) && $0 != 0xFF
        }
        guard !unknown.isEmpty else { return nil }
        return robustness(
            "classes-\(hex(first))-\(hex(first | 0x0F))",
            CheckText(
                "unknown classes \(hex(first)) to \(hex(first | 0x0F))", "未知类别 \(hex(first)) 至 \(hex(first | 0x0F))"),
            CheckText("6E00 for known and unknown instructions", "已知与未知指令均应答 6E00")
        ) { bench throws(CheckStop) in
            for cla in unknown {
                for ins in [InstructionByte.select, InstructionByte.readBinary, 0x77] {
                    try bench.expect(.classNotSupported, for: CommandAPDU(cla: cla, ins: ins, p1: 0, p2: 0))
                }
            }
        }
    }

    private static func wrongClasses(_ ins: UInt8, _ known: KnownCommands) -> Check {
        let own = known.classes[ins] ?? []
        let wrong = KnownCommands.all.filter { !own.contains($0) }
        let name = InstructionByte.name(of: ins) ?? "INS \(hex(ins))"
        return robustness(
            "class-of-\(hex(ins))", CheckText("\(name) under a class that is not its own", "以其他类别发送 \(name)"),
            CheckText("6E00", "6E00")
        ) { bench throws(CheckStop) in
            for cla in wrong {
                try bench.expect(.classNotSupported, for: CommandAPDU(cla: cla, ins: ins, p1: 0, p2: 0))
            }
        }
    }
}

extension CommandTemplate {
    /// Class and instruction, where the template says them as bytes.
    fileprivate var fixedHeader: (cla: UInt8?, ins: UInt8?) {
        let words = description.split(separator: " ").prefix(2).compactMap { Hex.decode(String($0)) }
        guard words.count == 2, words.allSatisfy({ $0.count == 1 }) else {
            let joined = words.flatMap { $0 }
            return joined.count >= 2 ? (joined[0], joined[1]) : (nil, nil)
        }
        return (words[0][0], words[1][0])
    }
}
