import CardProfiles
import HealthCard

/// Programs that write visits.
extension InterfaceProbe {
    /// What may be told who makes a record valid or empty: done, or that the SAM does not hold the key.
    private static let marking: Set<Int32> = [0, 105]

    private func openWithPIN(_ pin: String) throws {
        call("iDOpenPort", [], [0])
        let atr = Argument.text(try room(41))
        _ = done("PowerOn", [.null, Self.slotCard, atr])
        _ = done("PowerOn", [.null, Self.slotSAM, atr])
        _ = done("iVerifyPIN", [.null, try text(pin)])
    }

    /// Writes a visit into the last record of each kind and reads it back in every way.
    func visits(_ pin: String) throws {
        try openWithPIN(pin)
        for names in VisitNames.all {
            let layout = try VisitLayout(names.kind, of: profile)
            let number = layout.files.count
            guard try mark(names, layout, number) else { continue }
            let record = Argument.number(number)
            let (read, write) = ("iR_DF03\(names.name)Info", "iW_DF03\(names.name)Info")
            let sample = try Self.sample(layout)
            var content = sample.bytes
            let whole = [Argument.number(0), .number(layout.dataLength)]
            for (style, words) in [(0x00, "NO_style"), (0x01, "AN_style")] {
                content[5] = UInt8(0x61 + style)
                // A library may refuse bytes as text; it may not answer 0 and write something else.
                let codes: Set<Int32> = style == 0 ? [0] : [0, 101]
                let code = call(write, [.null, record, try bytes(content)] + whole + [.number(style)], codes)
                guard code == 0 else { continue }
                let back = try room(layout.dataLength)
                guard done(read, [.null, record, .output(back)] + whole + [.number(0)]) else { continue }
                if back.bytes != content {
                    deviates(
                        .content, write, "what was written in \(words) and answered 0 is not on the card",
                        "以 \(words) 写入并返回 0，卡上的内容却不同")
                }
                let text = try room(layout.dataLength)
                let code2 = call(read, [.null, record, .output(text)] + whole + [.number(0x01)], [0, 101])
                if code2 == 0, text.bytes != content {
                    deviates(
                        .content, read, "AN_style gives less than was asked for, and answers 0",
                        "AN_style 返回 0，但没有给出要求的全部字节")
                }
            }
            try joined(names, sample, record)
        }
        call("iDClosePort", [], [0])
    }

    /// A visit with what every visit needs: a library may refuse others.
    static func sample(_ layout: VisitLayout) throws -> VisitContent {
        var content = VisitContent(layout)
        for (place, item) in layout.items.enumerated() where item.isRequired {
            try content.set(value(of: item, isFirst: place == 0, layout.profile), for: item)
        }
        try content.checkForWriting(today: nil)
        return content
    }

    private static func value(of item: Item, isFirst: Bool, _ profile: CardProfile) -> ItemValue? {
        switch item.format {
        case .text: .text(isFirst ? "Clinic" : String((item.form == nil ? "Check" : "12345678-9").prefix(item.length)))
        case .digits: .digits(String(repeating: "1", count: item.digits.lowerBound))
        case .number: .number(1)
        case .amount: .amount("1.00")
        case .code(let name): profile.codeTable(name)?.entries.first.map { .code($0.code) }
        case .date: CalendarDate("2026-11-01").map { .date($0) }
        case .dateTime: CalendarDateTime("2026-11-01T08:30:00").map { .dateTime($0) }
        case .flag: .flag(true)
        case .idNumber, .binary, .photo: nil
        }
    }

    /// Makes a record empty, which nobody can read then, and valid.
    private func mark(_ names: VisitNames, _ layout: VisitLayout, _ record: Int) throws -> Bool {
        let index = "DF03\(names.index)Info"
        func isMarked(_ flag: String, by function: String) throws {
            guard let flags = try flags(layout.index, .null) else { return }
            if flags[record - 1] != Array(flag.utf8) {
                deviates(.content, function, "answered 0, and the index does not say so", "返回 0，索引却没有相应改变")
            }
            if let item = layout.index.items.first {
                try compare(item, record: record, with: flags[record - 1], of: "iR_" + index, .null)
            }
        }
        if call("iErase_" + index, [.null, .number(record)], Self.marking) == 0 {
            try isMarked("FF", by: "iErase_" + index)
            call(
                "iR_DF03\(names.name)Info",
                [.null, .number(record), .output(try room(8)), .number(0), .number(8), .number(0)], [112])
        }
        guard done("iW_" + index, [.null, .number(record)]) else { return false }
        try isMarked("00", by: "iW_" + index)
        return true
    }

    /// All items joined, written and read, and the first of them by number and as bytes.
    private func joined(_ names: VisitNames, _ sample: VisitContent, _ record: Argument) throws {
        let layout = sample.layout
        let (read, write) = ("iR_DF03\(names.name)_ALLInfo", "iW_DF03\(names.name)_ALLInfo")
        let date = names.kind == .inpatient ? "20261101" : "20261101083000"
        let items = "Clinic|12345678-9|\(date)"
        guard let text = GuardedBuffer(text: try sample.joined()) else { throw InterfaceCheckError.noMemory }
        guard done(write, [.null, record, .input(text)]) else { return }
        let all = try room(layout.longestJoined)
        guard done(read, [.null, record, .text(all)]) else { return }
        let bars = all.text.map { $0.count { $0 == 0x7C } }
        if all.text?.starts(with: Array((items + "|").utf8)) != true || bars != layout.items.count - 1 {
            deviates(
                .content, write, "what was written joined and answered 0 is not what \(read) gives",
                "写入并返回 0，\(read) 给出的内容却不同")
        }
        let first = try room(6)
        if done("iR_DF03\(names.name)Info", [.null, record, .output(first), .number(0), .number(6), .number(0)]),
            first.bytes != Array("Clinic".utf8)
        {
            deviates(
                .content, write, "the bytes on the card are not those of the first item", "卡上的字节与第一个数据项不符")
        }
        if let item = layout.items.first, case .number(let number) = record {
            try compare(item, record: number, with: Array("Clinic".utf8), of: read, .null)
        }
    }

    // MARK: In parts

    /// Writes a visit item by item into the record before the last, has its digest signed, and writes signature and
    /// certificate behind it.
    func visitParts(_ pin: String) throws {
        try openWithPIN(pin)
        let certificate = try room(381)
        guard done("iReader_SAM_Certificate", [.null, .text(certificate)]), let digits = certificate.text else {
            return
        }
        for names in VisitNames.all {
            let layout = try VisitLayout(names.kind, of: profile)
            let record = layout.files.count - 1
            guard done("iW_DF03\(names.index)Info", [.null, .number(record)]) else { continue }
            func part(_ text: [UInt8], _ position: Int, _ length: Int, _ style: Int) throws -> Bool {
                guard let data = GuardedBuffer(text: text) else { throw InterfaceCheckError.noMemory }
                return done(
                    "iW_DF03\(names.name)Info",
                    [.null, .number(record), .input(data), .number(position), .number(length), .number(style)])
            }
            func read(_ position: Int, _ length: Int, _ style: Int, room size: Int) throws -> GuardedBuffer? {
                let data = try room(size)
                let arguments: [Argument] = [.null, .number(record), .output(data), .number(position), .number(length)]
                return done("iR_DF03\(names.name)Info", arguments + [.number(style)]) ? data : nil
            }
            let items = layout.items.prefix(3)
            let date = Array((names.kind == .inpatient ? "20261102" : "20261102091500").utf8)
            let values = [Array("Clinic of parts".utf8), Array("87654321-0".utf8), date]
            // What another visit left in the record is no part of this one.
            let empty = VisitContent(layout).bytes
            let isEmpty = try [0..<1000, 1000..<layout.dataLength].allSatisfy { part in
                done(
                    "iW_DF03\(names.name)Info",
                    [.null, .number(record), try bytes(Array(empty[part])), .number(part.lowerBound)]
                        + [.number(part.count), .number(0)])
            }
            guard isEmpty else { continue }
            for (item, value) in zip(items, values) {
                guard let offset = item.offset else { continue }
                let style = item.coding == .ans ? 0x01 : 0x0F
                guard try part(value, offset, item.length, style) else { continue }
                let size = item.coding == .ans ? item.length : 2 * item.length + 1
                guard let back = try read(offset, item.length, style, room: size) else { continue }
                let text = back.text ?? back.bytes
                if text != value {
                    deviates(
                        .content, "iW_DF03\(names.name)Info",
                        "item \(item.number), written by itself and answered 0, is not on the card",
                        "数据项 \(item.number) 单独写入并返回 0，卡上的内容却不同")
                }
                try compare(item, record: record, with: value, of: "iR_DF03\(names.name)Info", .null)
            }
            guard let data = try read(0, layout.dataLength, 0, room: layout.dataLength) else { continue }
            let hash = try room(32)
            let length = try room(1)
            let signature = try room(64)
            guard
                done(
                    "SM3Digest",
                    [.null, try bytes(data.bytes), .number(layout.dataLength), .output(hash), .output(length)]),
                done("SM2SignHash", [.null, .input(hash), .number(32), .output(signature), .output(length)])
            else { continue }
            let seal = signature.bytes.flatMap { Self.digits($0) }
            guard try part(seal, layout.dataLength, 64, 0xFF), try part(digits, layout.dataLength + 64, 190, 0xFF),
                let back = try read(layout.dataLength, 254, 0xFF, room: 509)
            else { continue }
            if back.text != seal + digits {
                deviates(
                    .content, "iW_DF03\(names.name)Info", "signature and certificate are not on the card as written",
                    "卡上的签名和证书与写入的不同")
            }
        }
        call("iDClosePort", [], [0])
    }

    private static func digits(_ byte: UInt8) -> [UInt8] {
        [byte >> 4, byte & 0x0F].map { $0 < 10 ? 0x30 + $0 : 0x37 + $0 }
    }
}
