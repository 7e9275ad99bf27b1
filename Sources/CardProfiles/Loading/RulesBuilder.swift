import ISO7816

/// Builds what a profile says about cryptography, abilities and life cycle.
struct RulesBuilder {
    let report: ProfileReport

    func cryptography(_ root: MappingReader) -> CardCryptography? {
        let reader = root.mapping("cryptography")
        let algorithmReader = reader.mapping("algorithms")
        var algorithms: [CardCipher: UInt8] = [:]
        for cipher in CardCipher.allCases where algorithmReader.has(cipher.rawValue) {
            algorithms[cipher] = algorithmReader.byte(cipher.rawValue)
        }
        algorithmReader.finish()
        let versions = reader.mapping("keyVersions")
        let (formal, test) = (versions.byte("formal"), versions.byte("test"))
        if formal == test {
            versions.fail(
                "test",
                "equals the formal version: test cards could not be told apart",
                "与正式密钥版本相同，无法区分测试卡")
        }
        versions.finish()
        let cardFactor = CardFactorBuilder().rule(reader)
        let provinceFactor = itemFactor("provinceFactor", reader)
        let cipher = reader.choice("cipher", CardCipher.self)
        if let cipher, algorithms[cipher] == nil {
            reader.fail(
                "cipher",
                "has no byte in 'algorithms'",
                "在“algorithms”中没有字节")
        }
        let keyLength = reader.integer("keyLength", in: 16...16)
        let blockLength = reader.integer("blockLength", in: 16...16)
        let diversification = reader.choice("diversification", FactorExpansion.self)
        let sessionKey = reader.choice("sessionKey", FactorExpansion.self)
        let challenge = reader.integer("challengeLength", in: 8...8)
        let cryptogram = cryptogram(reader)
        let encryption = encryption(reader)
        let mac = mac(reader)
        reader.finish()
        guard let cipher, let diversification, let sessionKey, let provinceFactor, let cryptogram, let encryption,
            let mac
        else { return nil }
        return CardCryptography(
            cipher: cipher, algorithms: algorithms, keyLength: keyLength, blockLength: blockLength,
            diversification: diversification, sessionKey: sessionKey, formalKeyVersion: formal, testKeyVersion: test,
            challengeLength: challenge, cardFactor: cardFactor, provinceFactor: provinceFactor,
            cryptogram: cryptogram, encryption: encryption, mac: mac)
    }

    /// A factor made of digits of an item.
    func itemFactor(_ name: String, _ parent: MappingReader) -> ItemFactorRule? {
        let reader = parent.mapping(name)
        defer { reader.finish() }
        let digits = reader.integer("digits", in: 1...8)
        let suffix = reader.text("suffix")
        guard let item = reader.reference("item") else { return nil }
        return ItemFactorRule(item: item, digits: digits, suffix: suffix)
    }

    private func cryptogram(_ parent: MappingReader) -> CryptogramRule? {
        let reader = parent.mapping("cryptogram")
        defer { reader.finish() }
        let original = reader.integer("originalLength", in: 1...16)
        let length = reader.integer("length", in: 1...16)
        guard let folding = reader.choice("folding", CryptogramFolding.self) else { return nil }
        return CryptogramRule(originalLength: original, length: length, folding: folding)
    }

    private func encryption(_ parent: MappingReader) -> EncryptionRule? {
        let reader = parent.mapping("encryption")
        defer { reader.finish() }
        let length = reader.integer("lengthBytes", in: 1...2)
        guard let padding = reader.choice("padding", PaddingRule.self) else { return nil }
        return EncryptionRule(lengthBytes: length, padding: padding)
    }

    private func mac(_ parent: MappingReader) -> MACRule? {
        let reader = parent.mapping("mac")
        defer { reader.finish() }
        let length = reader.integer("length", in: 4...16)
        let truncation = reader.choice("truncation", Truncation.self)
        let padding = reader.choice("padding", PaddingRule.self)
        guard let truncation, let padding else { return nil }
        return MACRule(length: length, truncation: truncation, padding: padding)
    }

    func capabilities(_ root: MappingReader) -> CardCapabilities {
        let reader = root.mapping("capabilities")
        defer { reader.finish() }
        let byTag = reader.flag("readByTag")
        let byNumber = reader.flag("readByNumber")
        if !byTag, !byNumber {
            reader.fail(
                "readByNumber",
                "and 'readByTag' are false: one of them has to be true",
                "和“readByTag”不能都为 false")
        }
        let identifiers = reader.flag("directoryIdentifiers")
        let names = reader.flag("directoryNames")
        if !identifiers, !names {
            reader.fail(
                "directoryNames",
                "and 'directoryIdentifiers' are false: one of them has to be true",
                "和“directoryIdentifiers”不能都为 false")
        }
        return CardCapabilities(
            multiRecordRead: reader.flag("multiRecordRead"), readByTag: byTag, readByNumber: byNumber,
            extendedLength: reader.flag("extendedLength"), commandChaining: reader.flag("commandChaining"),
            shortFileIdentifiers: reader.flag("shortFileIdentifiers"),
            keepsRightsOnReselect: reader.flag("keepsRightsOnReselect"),
            lifeCycleInFCI: reader.flag("lifeCycleInFCI"),
            directoriesThroughMaster: reader.flag("directoriesThroughMaster"),
            directoryIdentifiers: identifiers, directoryNames: names,
            expectedLength: reader.choice("expectedLength", ExpectedLengthRule.self) ?? .any,
            correctsLength: reader.flag("correctsLength"),
            maximumBinaryData: reader.integer("maximumBinaryData", in: 16...256),
            maximumCommandData: reader.integer("maximumCommandData", in: 32...255),
            maximumResponseData: reader.integer("maximumResponseData", in: 32...256),
            maximumExtendedData: reader.integer("maximumExtendedData", in: 256...65535))
    }

    func answerToReset(_ root: MappingReader) -> AnswerToResetLayout {
        let reader = root.mapping("answerToReset")
        defer { reader.finish() }
        let start = reader.bytes("start", count: 2...18)
        let serialLength = reader.integer("serialLength", in: 1...15)
        let tail = reader.bytes("tail", count: 0...14, default: [])
        let historical = serialLength + tail.count
        if start.count >= 2, Int(start[1] & 0x0F) != historical {
            reader.fail(
                "start",
                "announces \(start[1] & 0x0F) historical bytes in T0, 'serialLength' and 'tail' are \(historical)",
                "的 T0 声明有 \(start[1] & 0x0F) 个历史字节，“serialLength”和“tail”共 \(historical) 个")
        }
        return AnswerToResetLayout(
            start: start, serialLength: serialLength, tail: tail, hasCheckByte: reader.flag("checkByte"))
    }

    func productionData(_ root: MappingReader) -> ProductionDataLayout {
        let reader = root.mapping("productionData")
        defer { reader.finish() }
        let length = reader.integer("length", in: 1...256)
        let fields = fields(reader)
        let end = fields.last.map { $0.offset + $0.length } ?? 0
        if end > length {
            reader.fail(
                "fields",
                "are \(end) bytes, 'length' says \(length)",
                "共 \(end) 字节，“length”写的是 \(length)")
        }
        let serial = reader.text("serialField")
        if !fields.contains(where: { $0.name == serial }) {
            reader.fail(
                "serialField",
                "names '\(serial)', which is not in 'fields'",
                "为“\(serial)”，“fields”中没有")
        }
        return ProductionDataLayout(tag: reader.word("tag"), length: length, fields: fields, serialField: serial)
    }

    /// Fields one after the other.
    func fields(_ parent: MappingReader) -> [LayoutField] {
        var offset = 0
        return parent.entries("fields", ordered: true).map { name, reader in
            defer { reader.finish() }
            let length = reader.integer("length", in: 1...255)
            defer { offset += length }
            return LayoutField(name: name, offset: offset, length: length)
        }
    }

    func lifeCycle(_ root: MappingReader) -> LifeCycleRules {
        let reader = root.mapping("lifeCycle")
        defer { reader.finish() }
        let states = reader.mapping("stateBytes")
        var bytes: [LifeCycleState: UInt8] = [:]
        for state in LifeCycleState.allCases { bytes[state] = states.byte(state.rawValue) }
        if Set(bytes.values).count < bytes.count {
            reader.fail(
                "stateBytes",
                "has one byte for two states",
                "中两种状态用了同一字节")
        }
        states.finish()
        return LifeCycleRules(
            stateBytes: bytes, activatedStatus: status("activatedStatus", reader),
            blankStatus: status("blankStatus", reader), unwrittenStatus: status("unwrittenStatus", reader))
    }

    func blocking(_ root: MappingReader) -> BlockingRules {
        let reader = root.mapping("blocking")
        defer { reader.finish() }
        let modes = reader.mapping("modes")
        let (temporary, permanent) = (modes.byte("temporary"), modes.byte("permanent"))
        modes.finish()
        return BlockingRules(
            wrongMACs: reader.integer("wrongMACs", in: 1...255), temporaryMode: temporary, permanentMode: permanent,
            temporaryStatus: status("temporaryStatus", reader), permanentStatus: status("permanentStatus", reader),
            blockedStatus: status("blockedStatus", reader), cardBlockedStatus: status("cardBlockedStatus", reader),
            noChallengeStatus: status("noChallengeStatus", reader), noKeyStatus: status("noKeyStatus", reader))
    }

    func timing(_ root: MappingReader) -> TimingRules {
        let reader = root.mapping("timing")
        defer { reader.finish() }
        func limit(_ name: String) -> Int { reader.integer(name, in: 1...600_000) }
        return TimingRules(
            reset: limit("reset"), select: limit("select"), challenge: limit("challenge"),
            authenticate: limit("authenticate"), read: limit("read"), update: limit("update"))
    }

    private func status(_ name: String, _ reader: MappingReader) -> StatusWord {
        StatusWord(rawValue: reader.word(name))
    }
}

extension MappingReader {
    /// `section.item`.
    func reference(_ name: String) -> ItemReference? {
        let text = text(name)
        if let reference = ItemReference(notation: text) { return reference }
        if !text.isEmpty {
            fail(
                name, "is '\(text)', expected SECTION.ITEM",
                "的值“\(text)”不对，应为 SECTION.ITEM")
        }
        return nil
    }
}
