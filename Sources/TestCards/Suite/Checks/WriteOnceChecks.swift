import CardProfiles
import ISO7816

/// What is written once stays: no key and no form of an update changes it after activation (`Docs/card.md §1.1`, §3.5;
/// `Docs/protocol.md §5` ACTIVATE FILE).
enum WriteOnceChecks: CheckSource {
    private static let clause = "Docs/card.md §1.1, §3.5; Docs/protocol.md §5"

    static func checks(_ plan: SuitePlan) -> [Check] {
        plan.profile.files.filter { $0.update == .never }.flatMap { file in
            file.items.flatMap { item in
                [Form.plain, .mac, .encrypted].map { form in refused(item, file, form) }
            } + [unchanged(file), withoutKeys(file)]
        }
    }

    private enum Form: String, CaseIterable {
        case plain, mac, encrypted

        var text: CheckText {
            switch self {
            case .plain: .init("in plain", "明文")
            case .mac: .init("with a right MAC", "带正确 MAC")
            case .encrypted: .init("with ciphertext and a right MAC", "密文加正确 MAC")
            }
        }

        var protection: Protection {
            switch self {
            case .plain: .plain
            case .mac: .mac
            case .encrypted: .encryptedMAC
            }
        }
    }

    /// Every key of the directory is proven first, and still the record stays as it is.
    private static func refused(_ item: Item, _ file: FileDefinition, _ form: Form) -> Check {
        Check(
            .writeOnce, "\(file.path).\(item.number).\(form.rawValue)",
            .init(
                "\(file.path) item \(item.number) \(item.name): rewriting \(form.text.en)",
                "\(file.path) 第 \(item.number) 项 \(item.label)：\(form.text.zh)改写"),
            clause: clause,
            expected: .init(
                "6982 with every key of the directory proven, and the old content",
                "已通过该目录全部密钥认证仍应答 6982，内容不变")
        ) { bench throws(CheckStop) in
            guard let number = item.record else { return }
            let before = try bench.record(number, of: file)
            try proveAll(of: file, bench)
            try bench.selectFile(file)
            // The bytes that are there: a card that takes them is found out, and nothing is lost.
            let command = try update(number, of: file, before, form, bench)
            let answer = try bench.send(command)
            try bench.require([.securityStatusNotSatisfied], answer.status, for: command.header)
        }
    }

    private static func update(
        _ number: Int, of file: FileDefinition, _ data: [UInt8], _ form: Form, _ bench: CheckBench
    ) throws(CheckStop) -> CommandAPDU {
        var plain = try bench.command(
            .updateRecord, [.record: .number(number), .sfi: .number(0), .data: .bytes(data)])
        guard form != .plain else {
            plain.cla = 0x00
            return plain
        }
        let key = try bench.key(.maintenance, in: file.directory)
        return try bench.secured(plain, form.protection, key)
    }

    private static func proveAll(of file: FileDefinition, _ bench: CheckBench) throws(CheckStop) {
        let keys = bench.profile.keys(in: file.directory).filter {
            $0.usage == .externalAuthentication && $0.role != .transport
        }
        try bench.enter(file.directory, with: keys.map { .key($0.name) })
    }

    private static func withoutKeys(_ file: FileDefinition) -> Check {
        Check(
            .writeOnce, "\(file.path).without-keys",
            .init("\(file.path): rewriting without any key", "\(file.path)：未认证改写"), clause: clause,
            expected: .init("6982", "6982")
        ) { bench throws(CheckStop) in
            let before = try bench.record(1, of: file)
            try bench.enter(file.directory)
            try bench.selectFile(file)
            for form in Form.allCases {
                let command = try update(1, of: file, before, form, bench)
                try bench.expect(.securityStatusNotSatisfied, for: command)
            }
        }
    }

    /// Other content than before, in every form, changes nothing.
    private static func unchanged(_ file: FileDefinition) -> Check {
        Check(
            .writeOnce, "\(file.path).unchanged",
            .init("\(file.path): nothing changes", "\(file.path)：内容始终不变"), clause: clause,
            expected: .init(
                "after attempts to write other values in every form, every byte as before",
                "以各种形式写入其他内容后，所有字节不变")
        ) { bench throws(CheckStop) in
            let before = try bench.wholeContent(of: file)
            var accepted: [StatusWord] = []
            var altered: [UInt8] = before.last ?? []
            if let last = altered.indices.last { altered[last] ^= 0x01 }
            for form in Form.allCases {
                try proveAll(of: file, bench)
                try bench.selectFile(file)
                let command = try update(before.count, of: file, altered, form, bench)
                let status = try bench.send(command).status
                if status.isSuccess { accepted.append(status) }
            }
            try bench.reset()
            let after = try bench.wholeContent(of: file)
            if after != before {
                // A card that lets itself be rewritten gets its content back, in the form it takes.
                for form in Form.allCases {
                    try proveAll(of: file, bench)
                    try bench.selectFile(file)
                    let command = try update(before.count, of: file, before.last ?? [], form, bench)
                    if try bench.send(command).status.isSuccess { break }
                }
                throw bench.fail("record \(before.count) was rewritten", "第 \(before.count) 条记录被改写")
            }
            try bench.expect(
                accepted.isEmpty, "nothing changed, but the card said 9000", "内容未变，但卡片应答 9000")
        }
    }
}
