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
        try samFiles(device)
        let hash = try room(32)
        let length = try room(1)
        if done("SM3Digest", [device, try text("abc"), .number(3), .output(hash), .output(length)]) {
            // GB/T 32905-2016, example 1.
            if hash.bytes.prefix(4) != [0x66, 0xC7, 0xF0, 0xF4] || length.bytes != [32] {
                deviates(.content, "SM3Digest", "the digest of \"abc\" is another one", "“abc” 的 SM3 摘要不正确")
            }
            _ = done("SM2SignHash", [device, .input(hash), .number(32), .output(try room(64)), .output(length)])
        }
        let answer = try room(258)
        let count = try room(4)
        _ = done(
            "SendAPDU",
            [device, .number(1), try bytes([0, 0x84, 0, 0, 8]), .number(5), .output(answer), .output(count)])
        try refusals(device)
        call("CloseDevice", [device], [0])
    }

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
}
