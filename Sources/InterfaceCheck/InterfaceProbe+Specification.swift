import CardProfiles
import HealthCard

extension InterfaceProbe {
    func specification(_ pin: String) throws {
        for name in Self.functions where !library.has(name) {
            deviates(.missing, name, "the library has no function of this name", "动态库中没有此函数")
        }
        let device = Argument.number(open("OpenDevice", [.number(0)]))
        let atr = Argument.text(try room(41))
        _ = done("PowerOn", [device, .number(0x01), atr])
        _ = done("PowerOn", [device, .number(0x11), atr])
        _ = done("iVerifyPIN", [device, try text(pin)])
        for file in profile.files where library.has("iR_\(Self.name(file))Info") {
            try reading(file, device)
        }
        for (name, count) in [("Public", 14), ("Terminal", 6), ("PublicApp", 25)] {
            _ = done("iReader_SAM_" + name, [device, .text(try room(2 * count + 1))])
        }
        let hash = try room(32)
        let length = try room(1)
        if done("SM3Digest", [device, try text("abc"), .number(3), .output(hash), .output(length)]) {
            // GB/T 32905-2016, example 1.
            if hash.bytes.prefix(4) != [0x66, 0xC7, 0xF0, 0xF4] || length.bytes != [32] {
                deviates(.content, "SM3Digest", "the digest of \"abc\" is another one", "“abc” 的 SM3 摘要不正确")
            }
            _ = done("SM2SignHash", [device, .output(hash), .number(32), .output(try room(64)), .output(length)])
        }
        let answer = try room(258)
        let count = try room(4)
        _ = done(
            "SendAPDU",
            [device, .number(1), try bytes([0, 0x84, 0, 0, 8]), .number(5), .output(answer), .output(count)])
        try refusals(device)
        call("CloseDevice", [device], [0])
    }

    /// `DDF1EF05` of DDF1/EF05.
    private static func name(_ file: FileDefinition) -> String { file.path.split(separator: "/").joined() }

    private func reading(_ file: FileDefinition, _ device: Argument) throws {
        let name = "iR_\(Self.name(file))Info"
        switch file.shape {
        case .photo: _ = done(name, [device, .output(try room(3074))])
        case .list:
            for record in 1...max(1, file.structure.recordCount) {
                _ = done(name, [device, .number(record)] + outputs(file.path))
            }
        case .index:
            guard let flag = file.items.first else { return }
            let flags = try (0..<file.structure.recordCount).map { _ in Argument.value(try room(3), flag) }
            _ = done(name, [device] + flags)
        case .object:
            // Each by itself, between NULLs, gives what all together give.
            let all = outputs(file.path)
            guard done(name, [device] + all) else { return }
            for (place, argument) in outputs(file.path).enumerated() {
                var alone = [Argument](repeating: .null, count: all.count)
                alone[place] = argument
                guard done(name, [device] + alone) else { continue }
                if argument.buffer?.text != all[place].buffer?.text {
                    deviates(
                        .content, name, "argument \(place + 2) is another one when the others are NULL",
                        "其他参数为 NULL 时，第 \(place + 2) 个参数的内容不同")
                }
            }
        case .visits: break
        }
    }

    /// Arguments that are none: a code, and nothing is done.
    private func refusals(_ device: Argument) throws {
        call("PowerOn", [device, .number(0x77), .text(try room(41))], [101])
        call("iR_DF02EF07Info", [device, .number(99)] + outputs("DF02/EF07"), [101])
        for kind in ["EE", "ED"] {
            call(
                "iR_DF03\(kind)Info", [device, .number(9), .output(try room(8)), .number(0), .number(8), .number(0)],
                [101])
            call(
                "iR_DF03\(kind)Info", [device, .number(1), .output(try room(8)), .number(-1), .number(8), .number(0)],
                [101, 112])
            call(
                "iR_DF03\(kind)Info",
                [device, .number(1), .output(try room(8)), .number(0), .number(0x7FFF_FFFF), .number(0)], [101, 112])
            call(
                "iR_DF03\(kind)Info", [device, .number(1), .output(try room(8)), .number(0), .number(8), .number(2)],
                [101, 112])
        }
        call("wsc_GetCardInfo", [device, .null, .number(1)], [101])
    }

    /// What the specification has, and what programs bind beyond it.
    static let functions: [String] = {
        let files = [
            "DDF1EF05", "DDF1EF06", "DDF1EF07", "DDF1EF08", "DF01EF05", "DF01EF06", "DF01EF07", "DF01EF08", "DF02EF05",
            "DF02EF06", "DF02EF07", "DF02EF08", "DF03EF05", "DF03EF06", "DF03EE", "DF03ED",
        ]
        return [
            "iDOpenPort", "iDClosePort", "OpenDevice", "CloseDevice", "PowerOn", "SendAPDU", "iVerifyPIN", "VerifyPin",
            "iChange_Pin", "iReader_SAM_Public", "iReader_SAM_Terminal", "iReader_SAM_PublicApp",
            "iReader_SAM_OrgCertificate", "iReader_SAM_Certificate", "SM3Digest", "SM2SignHash", "wsc_GetCardInfo",
            "wsc_PutCardInfo", "iErase_DF03EF05Info", "iErase_DF03EF06Info", "iR_DF03EE_ALLInfo", "iW_DF03EE_ALLInfo",
            "iR_DF03ED_ALLInfo", "iW_DF03ED_ALLInfo", "IReader_GetDeviceCSN", "LockPersonalInfo",
            "iReader_GetLastEEIndex", "iReader_GetLastEDIndex",
        ] + files.flatMap { ["iR_\($0)Info", "iW_\($0)Info"] }
    }()

    // MARK: Visits

    /// Writes a visit into the last record of each kind and reads it back in every way.
    func visits(_ pin: String) throws {
        call("iDOpenPort", [], [0])
        let atr = Argument.text(try room(41))
        _ = done("PowerOn", [.null, .number(0x01), atr])
        _ = done("PowerOn", [.null, .number(0x11), atr])
        _ = done("iVerifyPIN", [.null, try text(pin)])
        for (kind, name, index) in [(VisitKind.inpatient, "EE", "EF05"), (.outpatient, "ED", "EF06")] {
            let layout = try VisitLayout(kind, of: profile)
            let record = Argument.number(layout.files.count)
            guard done("iW_DF03\(index)Info", [.null, record]) else { continue }
            var content = VisitContent(layout).bytes
            content.replaceSubrange(0..<6, with: Array("Clinic".utf8))
            let whole = [Argument.number(0), .number(layout.dataLength)]
            for (style, words) in [(0x00, "NO_style"), (0x01, "AN_style")] {
                content[5] = UInt8(0x61 + style)
                // A library may refuse bytes as text; it may not answer 0 and write something else.
                let codes: Set<Int32> = style == 0 ? [0] : [0, 101]
                let code = call(
                    "iW_DF03\(name)Info", [.null, record, try bytes(content)] + whole + [.number(style)], codes)
                guard code == 0 else { continue }
                let back = try room(layout.dataLength)
                guard done("iR_DF03\(name)Info", [.null, record, .output(back)] + whole + [.number(0)]) else {
                    continue
                }
                if back.bytes != content {
                    deviates(
                        .content, "iW_DF03\(name)Info",
                        "what was written in \(words) and answered 0 is not on the card",
                        "以 \(words) 写入并返回 0，卡上的内容却不同")
                }
                let text = try room(layout.dataLength)
                let read = call(
                    "iR_DF03\(name)Info", [.null, record, .output(text)] + whole + [.number(0x01)], [0, 101])
                if read == 0, text.bytes != content {
                    deviates(
                        .content, "iR_DF03\(name)Info", "AN_style gives less than was asked for, and answers 0",
                        "AN_style 返回 0，但没有给出要求的全部字节")
                }
            }
            // All items joined: every item at its longest, a bar after each.
            let longest = layout.items.reduce(0) { $0 + ($1.coding == .ans ? $1.length : 2 * $1.length) + 1 }
            let joined = try room(longest)
            guard done("iR_DF03\(name)_ALLInfo", [.null, record, .text(joined)]) else { continue }
            if joined.text?.starts(with: content.prefix(6)) != true {
                deviates(
                    .content, "iR_DF03\(name)_ALLInfo", "its first item is not the one that was written",
                    "第一个数据项与写入的不同")
            }
        }
        call("iDClosePort", [], [0])
    }
}
