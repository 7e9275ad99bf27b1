import CardProfiles
import HealthCard

/// Programs that only read.
extension InterfaceProbe {
    static var slotCard: Argument { .number(0x01) }
    static var slotSAM: Argument { .number(0x11) }
    /// What a variable holds that nobody ever set.
    private static var unset: Argument { .number(0xCCCC_CCCC) }

    func dialogs(_ pin: String) throws {
        let atr = Argument.text(try room(60))
        call("iDOpenPort", [], [0])
        _ = done("PowerOn", [Self.unset, Self.slotCard, atr])
        _ = done("PowerOn", [Self.unset, Self.slotSAM, atr])
        _ = done("iVerifyPIN", [Self.unset, try text(pin)])
        _ = done("iR_DDF1EF06Info", [Self.unset] + (try (0..<5).map { _ in .text(try room(50)) }))
        _ = done("iR_DDF1EF08Info", [Self.unset] + (try (0..<6).map { _ in .text(try room(21)) }))
        _ = done("iR_DF01EF05Info", [Self.unset] + (try (0..<4).map { _ in .text(try room(120)) }))
        let scratch = try room(361)
        _ = done("iR_DDF1EF05Info", [Self.unset] + [Argument](repeating: .text(scratch), count: 10))
        _ = done("iR_DF02EF05Info", [Self.unset] + [Argument](repeating: .text(scratch), count: 15))
        _ = photo(Self.unset, try room(3075))
        call("iDClosePort", [], [0])
    }

    /// What stands in the buffer that is wanted has to be what stands there when every output has its own.
    func scratchBuffer() throws {
        call("iDOpenPort", [], [0])
        for file in textFiles {
            let record = Self.records(file)?.lowerBound
            guard let all = texts(file, .null, record: record) else { continue }
            let own = outputs(file.path)
            for wanted in own.indices {
                let scratch = Argument.text(try room(361))
                var given = [Argument](repeating: scratch, count: own.count)
                given[wanted] = own[wanted]
                let name = "iR_\(Self.name(file))Info"
                let number = record.map { [Argument.number($0)] } ?? []
                guard done(name, [.null] + number + given) else { continue }
                if own[wanted].buffer?.text != all[wanted] {
                    deviates(
                        .content, name, "argument \(wanted + 2) is another one when the others share a buffer",
                        "其他参数共用一个缓冲区时，第 \(wanted + 2) 个参数的内容不同")
                }
            }
        }
        call("iDClosePort", [], [0])
    }

    func smallBuffers() throws {
        let device = Argument.number(open("OpenDevice", [.number(0)]))
        _ = done("PowerOn", [device, .number(1), .text(try room(30))])
        _ = done("PowerOn", [device, .number(3), .text(try room(30))])
        _ = done("iR_DDF1EF06Info", [device] + outputs("DDF1/EF06"))
        call("IReader_GetDeviceCSN", [device, .text(try room(100))], [0, 104])
        _ = done("iReader_SAM_Public", [device, .text(try room(100))])
        call("LockPersonalInfo", [device], [0])
        call("iReader_GetLastEEIndex", [device], [], others: [1, 2, 3])
        call("iReader_GetLastEDIndex", [device], [], others: [1, 2, 3, 4, 5])
        call("CloseDevice", [device], [0])
    }

    /// Everything, and each value once more by its number: two functions that contradict each other are found out.
    func control() throws {
        let device = Argument.number(open("OpenDevice", [.number(0)]))
        for file in textFiles {
            for record in Self.records(file).map({ Array($0).map(Optional.some) }) ?? [nil] {
                guard let texts = texts(file, device, record: record) else { continue }
                for (item, text) in zip(file.items, texts) {
                    try compare(item, record: record ?? 0, with: text, of: "iR_\(Self.name(file))Info", device)
                }
            }
        }
        let whole = photo(device, try room(3074))
        if let file = profile.files.first(where: { $0.shape == .photo }), let item = file.items.first, let whole {
            let byNumber = try byNumber(item, record: 0, device, room: 3074)
            if let byNumber, byNumber != whole, byNumber.count + whole.count > 4 {
                deviates(
                    .content, "wsc_GetCardInfo", "the photo is another one than iR_DDF1EF07Info gives",
                    "照片与 iR_DDF1EF07Info 给出的不同")
            }
        }
        for kind in VisitNames.all {
            let layout = try VisitLayout(kind.kind, of: profile)
            guard let flags = try flags(layout.index, device) else { continue }
            for (place, flag) in flags.enumerated() where place < layout.files.count {
                if let item = layout.index.items.first {
                    try compare(item, record: place + 1, with: flag, of: "iR_DF03\(kind.index)Info", device)
                }
                let codes: Set<Int32> = flag == Array("00".utf8) ? [0] : [112]
                let record = Argument.number(place + 1)
                let joined = Argument.text(try room(layout.longestJoined))
                // A value with a bar in it cannot be joined.
                call("iR_DF03\(kind.name)_ALLInfo", [device, record, joined], codes == [0] ? [0, 107] : codes)
                call(
                    "iR_DF03\(kind.name)Info",
                    [device, record, .output(try room(layout.dataLength)), .number(0), .number(layout.dataLength)]
                        + [.number(0)], codes)
            }
        }
        call("CloseDevice", [device], [0])
    }

    /// The identity functions answer the same, however often the port was opened for them.
    func forwarding() throws {
        let paths = ["DDF1/EF05", "DDF1/EF06", "DDF1/EF08", "DF01/EF05"]
        var first: [String: [[UInt8]]] = [:]
        for _ in 0..<3 {
            call("iDOpenPort", [], [0])
            _ = done("PowerOn", [.null, Self.slotCard, .text(try room(41))])
            for path in paths {
                guard let file = profile.file(path), let texts = texts(file, .null) else { continue }
                if let before = first[path], before != texts {
                    deviates(
                        .content, "iR_\(Self.name(file))Info", "the same card gives other values than a moment ago",
                        "同一张卡，读出的内容与刚才不同")
                }
                first[path] = texts
            }
            call("iDClosePort", [], [0])
        }
    }
}

/// What the functions of one kind of visit are called by.
struct VisitNames {
    let kind: VisitKind
    /// `EE`, `ED`.
    let name: String
    /// `EF05`, `EF06`.
    let index: String

    static let all = [
        VisitNames(kind: .inpatient, name: "EE", index: "EF05"),
        VisitNames(kind: .outpatient, name: "ED", index: "EF06"),
    ]
}

extension VisitLayout {
    /// All items joined: every one at its longest, a bar after each.
    var longestJoined: Int { items.reduce(0) { $0 + ($1.coding == .ans ? $1.length : 2 * $1.length) + 1 } }
}
