import ISO7816

/// Builds what a profile says around the card: code tables, SAM, certificates, modes, applicants, text, links.
struct IssuingRulesBuilder {
    let report: ProfileReport

    func codeTables(_ root: MappingReader) -> [String: CodeTable] {
        var tables: [String: CodeTable] = [:]
        for (name, reader) in root.entries("codeTables") {
            let title = reader.text("title")
            let standard = reader.text("standard", default: "")
            let isOpen = reader.flag("open", default: false)
            let codes = reader.mapping("codes")
            let entries = codes.names.sorted().compactMap { entry($0, codes) }
            reader.finish()
            tables[name] = CodeTable(name: name, title: title, standard: standard, isOpen: isOpen, entries: entries)
        }
        return tables
    }

    private func entry(_ code: String, _ codes: MappingReader) -> CodeEntry? {
        let isCode = !code.isEmpty && code.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
        guard isCode, code.utf8.count <= 20 else {
            codes.fail(
                code,
                "is not a code: expected digits and capital letters",
                "不是编码，应由数字和大写字母组成")
            return nil
        }
        guard codes.isMapping(code) else {
            let label = codes.text(code)
            return CodeEntry(code: code, label: label, english: nil)
        }
        let reader = codes.mapping(code)
        defer { reader.finish() }
        return CodeEntry(code: code, label: reader.text("label"), english: reader.optionalText("english"))
    }

    func sam(_ root: MappingReader, keys: [KeyDefinition]) -> SAMRules? {
        let reader = root.mapping("sam")
        defer { reader.finish() }
        let available = keys.filter { $0.sam != nil }.map(\.name)
        let types = reader.entries("types").map { name, type in
            defer { type.finish() }
            let number = MappingReader.decimal(name) ?? 0
            if !(1...255).contains(number) {
                type.fail(
                    "keys",
                    "belong to type '\(name)', expected a number",
                    "属于类型“\(name)”，类型应为数字")
            }
            return SAMType(number: number, title: type.text("title"), keys: samKeys(type, available: available))
        }
        let files = reader.entries("files").compactMap { name, file in
            defer { file.finish() }
            return samFile(name, file)
        }
        let provinceFile = reader.text("provinceFile")
        let provinceField = reader.text("provinceField")
        let field = files.first { $0.name == provinceFile }?.fields.first { $0.name == provinceField }
        if field == nil {
            reader.fail(
                "provinceField",
                "is not a field of the file '\(provinceFile)'",
                "不是文件“\(provinceFile)”的字段")
        }
        let pinTries = reader.integer("pinTries", in: 1...15)
        let rules = RulesBuilder(report: report)
        let answer = rules.answerToReset(reader)
        guard let thirdFactor = rules.itemFactor("thirdFactor", reader) else { return nil }
        return SAMRules(
            types: types.sorted { $0.number < $1.number }, files: files, answerToReset: answer, pinTries: pinTries,
            provinceFile: provinceFile, provinceField: provinceField, thirdFactor: thirdFactor)
    }

    private func samKeys(_ reader: MappingReader, available: [String]) -> [String] {
        if case .scalar? = reader.node("keys")?.content {
            if reader.text("keys") != "all" {
                reader.fail(
                    "keys",
                    "expected a list of keys or all",
                    "应为密钥列表或 all")
            }
            return available
        }
        let keys = reader.list("keys")
        for key in keys where !available.contains(key) {
            reader.fail(
                "keys",
                "has '\(key)', which is not a key with an address in the SAM",
                "中的“\(key)”不是有 SAM 卡地址的密钥")
        }
        return keys
    }

    private func samFile(_ name: String, _ reader: MappingReader) -> SAMFile? {
        let fields = RulesBuilder(report: report).fields(reader)
        let size = reader.integer("size", in: 1...255)
        let sum = fields.reduce(0) { $0 + $1.length }
        if sum != size {
            reader.fail(
                "size",
                "is \(size), the fields are \(sum) bytes",
                "为 \(size)，各字段共 \(sum) 字节")
        }
        let title = reader.text("title")
        let directory = reader.has("directory") ? FileIdentifier(rawValue: reader.word("directory")) : nil
        let identifier = FileIdentifier(rawValue: reader.word("fid"))
        guard let sfi = ShortFileIdentifier(rawValue: reader.byte("sfi")) else {
            reader.fail(
                "sfi",
                "is out of range, expected 01 to 1E",
                "超出范围，应为 01 至 1E")
            return nil
        }
        return SAMFile(
            name: name, title: title, directory: directory, fileIdentifier: identifier, sfi: sfi, fields: fields,
            size: size)
    }

    func certificates(_ root: MappingReader) -> [CertificateLayout] {
        root.entries("certificates").map { name, reader in
            defer { reader.finish() }
            var offset = 0
            var fields: [CertificateField] = []
            for (fieldName, field) in reader.entries("fields", ordered: true) {
                let length = field.integer("length", in: 1...255)
                if let content = content(field, length: length) {
                    fields.append(CertificateField(name: fieldName, offset: offset, length: length, content: content))
                }
                offset += length
                field.finish()
            }
            let size = reader.integer("size", in: 1...255)
            if offset != size {
                reader.fail(
                    "size",
                    "is \(size), the fields are \(offset) bytes",
                    "为 \(size)，各字段共 \(offset) 字节")
            }
            if fields.last?.content != .signature {
                reader.fail(
                    "fields",
                    "do not end with the signature, which covers all that precedes",
                    "末项不是签名，签名须覆盖它之前的全部内容")
            }
            return CertificateLayout(
                name: name, size: size, signer: reader.text("signer"), subject: reader.text("subject"),
                fields: fields, userID: reader.text("userID"))
        }
    }

    private func content(_ reader: MappingReader, length: Int) -> CertificateContent? {
        let text = reader.scalar("content") ?? ""
        guard let content = content(notation: text, length: length) else {
            reader.fail(
                "content",
                "is '\(text)' in \(length) byte(s), expected zeros, constant(\(length) BYTES), digits(NAME), bytes(NAME), publicKey or signature (64 bytes)",
                "的值“\(text)”（\(length) 字节）不对，应为 zeros、constant(\(length) BYTES)、digits(NAME)、bytes(NAME)、publicKey 或 signature（64 字节）"
            )
            return nil
        }
        if case .constant(let bytes) = content {
            reader.record("content", "constant(\(MappingReader.spelling(bytes)))")
        } else {
            reader.record("content", text)
        }
        return content
    }

    private func content(notation text: String, length: Int) -> CertificateContent? {
        guard let notation = Notation(text) else { return nil }
        switch (notation.name, notation.argument) {
        case ("zeros", nil): return .zeros
        case ("publicKey", nil) where length == 64: return .publicKey
        case ("signature", nil) where length == 64: return .signature
        case ("digits", let name?) where MappingReader.isName(name): return .digits(name)
        case ("bytes", let name?) where MappingReader.isName(name): return .bytes(name)
        case ("constant", let hex?):
            return MappingReader.hexadecimal(hex).flatMap { $0.count == length ? .constant($0) : nil }
        default: return nil
        }
    }

    func securityCode(_ root: MappingReader) -> SecurityCodeRule? {
        let reader = root.mapping("securityCode")
        defer { reader.finish() }
        let parts = reader.list("input").compactMap { text -> SecurityCodePart? in
            let words = text.split(separator: " ").map(String.init)
            guard words.count == 2, words.joined(separator: " ") == text, let item = ItemReference(notation: words[0]),
                let length = MappingReader.decimal(words[1]), (1...100).contains(length)
            else {
                reader.fail(
                    "input",
                    "has '\(text)', expected SECTION.ITEM LENGTH",
                    "的值“\(text)”不对，应为 SECTION.ITEM LENGTH")
                return nil
            }
            return SecurityCodePart(item: item, length: length)
        }
        let key = reader.text("key")
        let digits = reader.integer("digits", in: 1...16)
        guard let decimalization = reader.choice("decimalization", Decimalization.self) else { return nil }
        return SecurityCodeRule(key: key, digits: digits, input: parts, decimalization: decimalization)
    }

    func modes(_ root: MappingReader) -> ModeRules {
        let reader = root.mapping("modes")
        defer { reader.finish() }
        let region = reader.text("testRegion")
        if MappingReader.decimal(region) == nil, !region.isEmpty {
            reader.fail(
                "testRegion",
                "is '\(region)', expected the first digits of an identity number",
                "的值“\(region)”不对，应为身份证号的前几位数字")
        }
        return ModeRules(
            testRegion: region, formalApprovals: reader.list("formalApprovals"),
            testFaceText: reader.list("testFaceText"))
    }

    func application(_ root: MappingReader) -> ApplicationRules? {
        let reader = root.mapping("application")
        defer { reader.finish() }
        let extra = reader.mapping("extraColumns")
        var columns: [String: [String]] = [:]
        for name in extra.names {
            columns[name] = extra.list(name)
            if !MappingReader.isName(name) {
                extra.fail(
                    name,
                    "is not the name of a column",
                    "不是列名")
            }
        }
        let (odd, even) = (reader.text("sexOfOddSequence"), reader.text("sexOfEvenSequence"))
        let noPhoto = reader.text("noPhotoReply")
        let years = reader.integer("guardianBelowYears", in: 0...200)
        let ofAge = reader.integer("guardianFromYears", in: 0...200)
        let guardian = reader.list("guardianColumns")
        if guardian.count != 3 {
            reader.fail(
                "guardianColumns",
                "has \(guardian.count) names, expected those of name, identity number, relation",
                "有 \(guardian.count) 个名称，应为姓名、身份证号、关系三个")
        }
        let portrait = portrait(reader)
        let document = identityDocument(reader)
        let notBeforeBirth = reader.list("notBeforeBirth").compactMap { text in
            let reference = ItemReference(notation: text)
            if reference == nil {
                reader.fail(
                    "notBeforeBirth",
                    "has '\(text)', expected SECTION.ITEM",
                    "的值“\(text)”不对，应为 SECTION.ITEM")
            }
            return reference
        }
        let references = ["idNumber", "name", "birthDate", "sex", "issueDate", "validUntil", "photo"].map {
            reader.reference($0)
        }
        let found = references.compactMap { $0 }
        guard found.count == references.count, let document else { return nil }
        return ApplicationRules(
            idNumber: found[0], name: found[1], birthDate: found[2], sex: found[3], sexOfOddSequence: odd,
            sexOfEvenSequence: even, issueDate: found[4], validUntil: found[5], photo: found[6],
            guardianBelowYears: years, guardianFromYears: ofAge, guardianColumns: guardian, extraColumns: columns,
            noPhotoReply: noPhoto, identityDocument: document, notBeforeBirth: notBeforeBirth, portrait: portrait)
    }

    private func identityDocument(_ application: MappingReader) -> IdentityDocumentRule? {
        let reader = application.mapping("identityDocument")
        defer { reader.finish() }
        let (type, code, number) = (reader.reference("type"), reader.text("code"), reader.reference("number"))
        guard let type, let number else { return nil }
        return IdentityDocumentRule(type: type, code: code, number: number)
    }

    private func portrait(_ application: MappingReader) -> PortraitRules {
        let reader = application.mapping("portrait")
        defer { reader.finish() }
        return PortraitRules(
            width: reader.integer("width", in: 16...1024), height: reader.integer("height", in: 16...1024),
            keptRatioTolerance: reader.integer("keptRatioTolerance", in: 0...100),
            smallestScale: reader.integer("smallestScale", in: 1...100),
            mostCropped: reader.integer("mostCropped", in: 0...99), headroom: reader.integer("headroom", in: 0...100),
            leastColour: reader.integer("leastColour", in: 0...255),
            leastContrast: reader.integer("leastContrast", in: 0...255))
    }

    func text(_ root: MappingReader) -> TextRule? {
        let reader = root.mapping("text")
        defer { reader.finish() }
        let maximum = reader.integer("maximumBytesPerCharacter", in: 1...4)
        let tolerates = reader.flag("toleratesLeadingZero")
        guard let charset = reader.choice("charset", CardCharset.self) else { return nil }
        return TextRule(charset: charset, maximumBytesPerCharacter: maximum, toleratesLeadingZero: tolerates)
    }

    func links(_ root: MappingReader) -> [LinkRate] {
        root.entries("links", ordered: true).map { name, reader in
            defer { reader.finish() }
            return LinkRate(
                name: name, title: reader.text("title"),
                bytesPerSecond: reader.integer("bytesPerSecond", in: 1...100_000_000))
        }
    }

    func testKeys(
        _ root: MappingReader, keys: [KeyDefinition], certificates: [CertificateLayout]
    ) -> TestKeyPublication? {
        guard root.has("testKeys") else { return nil }
        let reader = root.mapping("testKeys")
        defer { reader.finish() }
        let names: [String]
        if case .scalar? = reader.node("keys")?.content {
            if reader.text("keys") != "all" {
                reader.fail(
                    "keys",
                    "expected a list of keys or all",
                    "应为密钥列表或 all")
            }
            names = keys.map(\.name)
        } else {
            names = reader.list("keys")
            for name in names where !keys.contains(where: { $0.name == name }) {
                reader.fail(
                    "keys",
                    "has '\(name)', which is not in 'keys' of the profile",
                    "中的“\(name)”不在卡片描述文件的“keys”中")
            }
        }
        var values: [String: [String: String]] = [:]
        for (name, entry) in reader.entries("certificates", isOptional: true) {
            guard let layout = certificates.first(where: { $0.name == name }) else {
                reader.fail(
                    "certificates",
                    "has '\(name)', which is not in 'certificates' of the profile",
                    "中的“\(name)”不在卡片描述文件的“certificates”中")
                continue
            }
            for content in layout.fields.compactMap(\.content.valueName) where values[name]?[content] == nil {
                values[name, default: [:]][content] = entry.text(content)
            }
            entry.finish()
        }
        return TestKeyPublication(
            prefix: reader.text("prefix"), keys: names, signatureKeys: reader.list("signatureKeys"),
            samPIN: reader.text("samPIN"), certificateValues: values)
    }
}
