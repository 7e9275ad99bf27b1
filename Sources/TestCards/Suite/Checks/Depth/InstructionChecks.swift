import CardProfiles
import ISO7816
import Messages

/// All 256 instructions in the classes that makers use, with Le and with data, and GET DATA of every object of the
/// production ranges: whatever answers and is not on the page is a finding (`Docs/protocol.md §5` Order of checks, §11 GET
/// DATA).
enum InstructionChecks: CheckSource {
    /// Plain, protected, proprietary, with the chaining bit; makers' own; the logical channels of ISO/IEC 7816-4:2013 §5.4.1.
    private static let classes: [UInt8] = [
        0x00, 0x04, 0x80, 0x84, 0x90, 0x94, 0xA0, 0xB0, 0xC0, 0xE0, 0xF0, 0xFF, 0x01, 0x02, 0x03, 0x40, 0x60,
    ]
    /// Those under which something may take data and answer.
    private static let makers: Set<UInt8> = [0x00, 0x80, 0x84, 0x90, 0xB0, 0xF0]
    private static let objects: [UInt8] = [0x00, 0x01, 0x02, 0x5F, 0x7F, 0x9F, 0xBF, 0xDF, 0xFE, 0xFF]

    static func checks(_ plan: SuitePlan) -> [Check] {
        let known = HeaderChecks.KnownCommands(plan.dialect)
        return classes.flatMap { cla in
            Form.allCases.filter { $0 != .both || makers.contains(cla) }.map { check(cla, $0, known, plan.profile) }
        }
            + objects.map { getData($0) }
    }

    private enum Form: String, CaseIterable, Sendable {
        case le = "with-le"
        case data = "with-data"
        case bare
        case both = "with-both"

        var name: CheckText {
            switch self {
            case .le: CheckText("with Le", "带 Le")
            case .data: CheckText("with data", "带数据")
            case .bare: CheckText("alone", "不带参数")
            case .both: CheckText("with data and Le", "带数据与 Le")
            }
        }

        func command(_ cla: UInt8, _ ins: UInt8, _ parameters: UInt8) -> CommandAPDU {
            CommandAPDU(
                cla: cla, ins: ins, p1: parameters, p2: parameters,
                data: self == .data || self == .both ? [0x3F, 0x00, 0x00, 0x00] : [],
                ne: self == .le || self == .both ? 256 : nil)
        }
    }

    private static func hex(_ byte: UInt8) -> String { Hex.encode([byte]) }

    /// What the page has an instruction answer in a class; nil: it is its own, and other checks ask for it.
    private static func expected(
        _ cla: UInt8, _ ins: UInt8, _ known: HeaderChecks.KnownCommands, _ profile: CardProfile
    ) -> StatusWord? {
        let kind = cla & ~HeaderChecks.KnownCommands.chainingBit
        guard HeaderChecks.KnownCommands.all.contains(kind) else { return .classNotSupported }
        let isLink = cla != kind
        guard known.isKnown(ins) else {
            return isLink && !profile.capabilities.commandChaining
                ? .commandChainingNotSupported : .instructionNotSupported
        }
        return known.classes[ins]?.contains(kind) ?? false ? nil : .classNotSupported
    }

    private static func check(
        _ cla: UInt8, _ form: Form, _ known: HeaderChecks.KnownCommands, _ profile: CardProfile
    ) -> Check {
        HeaderChecks.robustness(
            "instructions.\(hex(cla))-\(form.rawValue)",
            CheckText(
                "every instruction under class \(hex(cla)) \(form.name.en)", "类别 \(hex(cla)) 下\(form.name.zh)的全部指令"),
            CheckText("what is not on the page is refused: 6D00, 6E00", "规范以外的指令均拒绝：6D00、6E00"),
            clause: "Docs/protocol.md §5 Order of checks"
        ) { bench throws(CheckStop) in
            let isT0 = bench.link.transmissionProtocol == .t0
            guard !isT0 || cla != 0xFF else {
                throw .notApplicable(CheckText("a T=0 link has no class FF", "T=0 链路没有类别 FF"))
            }
            // Parameters matter to what is hidden: the classes the card knows are asked three times.
            let isKnown = HeaderChecks.KnownCommands.all.contains(cla)
            for parameters: UInt8 in isKnown && form != .both ? [0x00, 0x01, 0xFF] : [0x00] {
                for ins in UInt8.min...UInt8.max {
                    // Over T=0 these would be taken for procedure bytes (ISO/IEC 7816-3:2006 §10.3.3).
                    if isT0, [0x60, 0x90].contains(ins & 0xF0) { continue }
                    guard let wanted = expected(cla, ins, known, profile) else { continue }
                    let command = form.command(cla, ins, parameters)
                    let answer = try bench.send(command)
                    // FF is the reader's own class (PC/SC part 3): whoever answers, it must be a refusal.
                    if cla == 0xFF, answer.data.isEmpty, (0x64...0x6F).contains(answer.status.sw1),
                        answer.status.sw1 != 0x6C
                    {
                        continue
                    }
                    guard answer.status != wanted || !answer.data.isEmpty else { continue }
                    let bytes = Hex.encode(answer.data.prefix(32))
                    let header = "\(hex(cla)) \(hex(ins)) \(hex(parameters)) \(hex(parameters))"
                    throw bench.fail(
                        "\(header) answered \(bytes)\(bytes.isEmpty ? "" : " ")\(answer.status), expected \(wanted)",
                        "\(header) 应答 \(bytes)\(bytes.isEmpty ? "" : " ")\(answer.status)，应为 \(wanted)")
                }
            }
        }
    }

    private static func getData(_ p1: UInt8) -> Check {
        HeaderChecks.robustness(
            "get-data.\(hex(p1))",
            CheckText("GET DATA of every object \(hex(p1))00 to \(hex(p1))FF", "GET DATA \(hex(p1))00 至 \(hex(p1))FF"),
            CheckText("6A88, but for the chip production data", "除芯片生产数据外均应答 6A88"),
            clause: "Docs/protocol.md §11 GET DATA"
        ) { bench throws(CheckStop) in
            let right = try bench.command(.getProductionData, [.length: .number(256)])
            for p2 in UInt8.min...UInt8.max where (p1, p2) != (right.p1, right.p2) {
                var command = right
                (command.p1, command.p2, command.ne) = (p1, p2, 256)
                let answer = try bench.send(command)
                guard answer.status != .referencedDataNotFound || !answer.data.isEmpty else { continue }
                let bytes = Hex.encode(answer.data.prefix(32))
                throw bench.fail(
                    "object \(hex(p1))\(hex(p2)) answered \(bytes)\(bytes.isEmpty ? "" : " ")\(answer.status), expected 6A88",
                    "对象 \(hex(p1))\(hex(p2)) 应答 \(bytes)\(bytes.isEmpty ? "" : " ")\(answer.status)，应为 6A88")
            }
        }
    }
}
