import CardProfiles
import Files
import Foundation
import HealthCard

/// Programs that change what a clinic may change, and the SAM's keeper.
extension InterfaceProbe {
    /// Two values for each argument of a writing function, of which one is not what the card says; none where a value
    /// would have to fit others of the card.
    private static let values: [String: [[String]]] = [
        "DDF1EF08": [
            ["20401231", "20391231"], ["13800000001", "13800000002"], ["13900000001", "13900000002"], ["1", "2"],
            ["1", "2"], ["1", "2"],
        ],
        "DF01EF05": [["1", "2"], ["Check Road 1", "Check Road 2"], ["1", "2"], ["Check Road 3", "Check Road 4"]],
        "DF01EF06": [
            ["Check A", "Check B"], ["1", "2"], ["13700000001", "13700000002"], ["Check C", "Check D"], ["1", "2"],
            ["13700000003", "13700000004"], ["Check E", "Check F"], ["1", "2"], ["13700000005", "13700000006"],
        ],
        "DF01EF07": [["1", "2"], ["10", "20"], ["1", "3"]],
        "DF01EF08": [[], [], [], ["9000000001", "9000000002"]],
        "DF02EF05": [["01", "02"], ["1", "2"]] + [[String]](repeating: ["00", "01"], count: 12) + [
            ["Check 1", "Check 2"]
        ],
        "DF02EF06": [["00", "01"]],
    ]

    /// A new entry of each list.
    private static let entries: [String: [String]] = [
        "DF02EF07": ["Check substance", "Check reaction"], "DF02EF08": ["Check vaccine", "20260102"],
    ]

    /// What a clinic's program may be told when it writes: done, or that its SAM does not hold the key.
    private static let writing: Set<Int32> = [0, 105]

    func desk() throws {
        let device = Argument.number(open("OpenDevice", [.number(0)]))
        for path in ["DDF1/EF05", "DDF1/EF06"] {
            guard let file = profile.file(path), let before = texts(file, device) else { continue }
            // Of a card that was made nobody changes who issued it and whose it is.
            call("iW_\(Self.name(file))Info", [device] + (try before.map(input)))
            expect(file, device, before, "iW_\(Self.name(file))Info", isDone: false)
        }
        for file in profile.files {
            if let values = Self.values[Self.name(file)] { try change(file, values, device) }
            if let entry = Self.entries[Self.name(file)] { try add(entry, to: file, device) }
        }
        try changeByNumber(device)
        if let before = photo(device, try room(3074)), before.count > 2 {
            let code = call("iW_DDF1EF07Info", [device, try bytes(before)], Self.writing)
            let after = photo(device, try room(3074))
            if after != before {
                deviates(
                    .content, "iW_DDF1EF07Info",
                    "a photo that was read and written back is another one (\(code ?? -1))",
                    "读出的照片写回后，内容不同（\(code ?? -1)）")
            }
        }
        call("CloseDevice", [device], [0])
    }

    /// Writes other values, reads them back by their file and by number, and puts the old ones back.
    private func change(_ file: FileDefinition, _ values: [[String]], _ device: Argument) throws {
        guard let before = texts(file, device) else { return }
        let name = "iW_\(Self.name(file))Info"
        // What is empty cannot be emptied again by this interface, and stays.
        var given = zip(before, values).map { old, two -> [UInt8]? in
            old.isEmpty ? nil : two.map { Array($0.utf8) }.first { !Self.agree($0, old) }
        }
        if given.allSatisfy({ $0 == nil }) { given = before.map { $0.isEmpty ? nil : $0 } }
        let code = call(name, [device] + (try given.map(input)), Self.writing)
        let isDone = code == 0
        let wanted = zip(before, given).map { old, new in isDone ? new ?? old : old }
        expect(file, device, wanted, name, isDone: isDone)
        for (item, text) in zip(file.items, wanted) { try compare(item, record: 0, with: text, of: name, device) }
        guard isDone else { return }
        let old = zip(before, given).map { old, new in new == nil ? nil : old }
        _ = done(name, [device] + (try old.map(input)))
        expect(file, device, before, name, isDone: true)
    }

    /// Adds an entry, which is the newest then, with the former newest behind it.
    private func add(_ entry: [String], to file: FileDefinition, _ device: Argument) throws {
        guard let before = texts(file, device, record: 1) else { return }
        let name = "iW_\(Self.name(file))Info"
        let given = entry.map { Array($0.utf8) }
        let code = call(name, [device] + (try given.map(input)), Self.writing)
        expect(file, device, code == 0 ? given : before, name, isDone: code == 0, record: 1)
        // The same entry twice may be one.
        if code == 0, before != given { expect(file, device, before, name, isDone: true, record: 2) }
        for (item, text) in zip(file.items, code == 0 ? given : before) {
            try compare(item, record: 1, with: text, of: name, device)
        }
    }

    /// A phone by number, read back by its file.
    private func changeByNumber(_ device: Argument) throws {
        guard let file = profile.file("DDF1/EF08"), let before = texts(file, device),
            let place = file.items.firstIndex(where: { $0.name == "phone1" }), !before[place].isEmpty
        else { return }
        let phone = Array((before[place] == Array("13600000001".utf8) ? "13600000002" : "13600000001").utf8)
        let code = try putByNumber(file.items[place], record: 0, phone, device, Self.writing)
        var wanted = before
        if code == 0 { wanted[place] = phone }
        expect(file, device, wanted, "wsc_PutCardInfo", isDone: code == 0)
        guard code == 0 else { return }
        try putByNumber(file.items[place], record: 0, before[place], device, [0])
        expect(file, device, before, "wsc_PutCardInfo", isDone: true)
    }

    /// Whether a file's own function gives these texts.
    private func expect(
        _ file: FileDefinition, _ device: Argument, _ wanted: [[UInt8]], _ function: String, isDone: Bool,
        record: Int? = nil
    ) {
        guard let after = texts(file, device, record: record) else { return }
        for (item, (one, other)) in zip(file.items, zip(after, wanted)) where !Self.agree(one, other) {
            if isDone {
                deviates(
                    .content, function, "answered 0, and item \(item.number) on the card is not what was written",
                    "返回 0，卡上的数据项 \(item.number) 却不是写入的内容")
            } else {
                deviates(
                    .content, function, "failed, and item \(item.number) on the card has changed all the same",
                    "调用失败，卡上的数据项 \(item.number) 却已改变")
            }
        }
    }

    private func input(_ text: [UInt8]?) throws -> Argument {
        guard let text else { return .null }
        guard let buffer = GuardedBuffer(text: text) else { throw InterfaceCheckError.noMemory }
        return .input(buffer)
    }

    // MARK: Photos by path

    func photoPath(mayWrite: Bool) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("photo-path-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
        func picture(_ name: String) -> [UInt8]? {
            guard done("iR_DDF1EF07Info", [.null, (try? text(path(name))) ?? .null]) else { return nil }
            let bytes = try? InputFile.contents(of: path(name), atMost: 1 << 16)
            if bytes?.starts(with: [0xFF, 0xD8]) != true {
                deviates(.content, "iR_DDF1EF07Info", "no JPEG is at the path", "指定路径处没有 JPEG 文件")
            }
            return bytes
        }
        call("iDOpenPort", [], [0])
        let before = picture("one.jpg")
        if mayWrite, before != nil {
            call("iW_DDF1EF07Info", [.null, try text(path("one.jpg"))], Self.writing)
            if picture("two.jpg") != before {
                deviates(
                    .content, "iW_DDF1EF07Info", "a photo that was read and written back is another one",
                    "读出的照片写回后，内容不同")
            }
        }
        call("iDClosePort", [], [0])
    }

    // MARK: The SAM

    func samKeeper(_ pin: String) throws {
        let device = Argument.number(open("OpenDevice", [.number(0)]))
        _ = done("PowerOn", [device, Self.slotSAM, .text(try room(41))])
        let retries = try room(1)
        // A PIN that is not the SAM's is not sent again.
        guard done("VerifyPin", [device, try text(pin), .output(retries)]) else {
            call("CloseDevice", [device], [0])
            return
        }
        if retries.bytes == [GuardedBuffer.pattern] {
            deviates(.content, "VerifyPin", "does not say how many tries are left", "没有给出剩余次数")
        }
        try samFiles(device)
        // The same PIN: whatever becomes of the call, it is the SAM's. A SAM may refuse that.
        if call("iChange_Pin", [device, try text(pin), try text(pin)], [0, 101, 105]) == 0 {
            _ = done("iVerifyPIN", [device, try text(pin)])
        }
        call("CloseDevice", [device], [0])
    }

    /// The SAM's five files: digits of just so many bytes, or for the certificates the bytes.
    func samFiles(_ device: Argument) throws {
        for (name, count) in [
            ("Public", 14), ("Terminal", 6), ("PublicApp", 25), ("OrgCertificate", 180), ("Certificate", 190),
        ] {
            let buffer = try room(2 * count + 1)
            let function = "iReader_SAM_" + name
            guard done(function, [device, .output(buffer)]) else { continue }
            let isDigits = buffer.text.map { $0.count == 2 * count && $0.allSatisfy(Self.isHexadecimal) } ?? false
            // A certificate begins with its record's tag.
            let isBytes =
                count >= 180 && buffer.bytes.first.map { $0 & 0xF0 == 0xA0 } ?? false
                && buffer.bytes[count...].allSatisfy { $0 == GuardedBuffer.pattern }
            if !isDigits, !isBytes {
                deviates(
                    .text, function, "gives neither \(2 * count) hexadecimal digits nor a certificate's bytes",
                    "既不是 \(2 * count) 位十六进制数字，也不是证书的字节")
            }
        }
    }

    static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }
}
