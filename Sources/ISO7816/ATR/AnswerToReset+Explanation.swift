import Messages

extension AnswerToReset {
    /// One part of the answer to reset and what it says.
    public struct Explanation: Message, Hashable {
        /// `TS`, `TA1`, `historical bytes` …
        public let name: AnyMessage
        public let bytes: [UInt8]
        public let meaning: AnyMessage

        init(_ name: String, _ bytes: [UInt8], _ english: English, _ chinese: Chinese) {
            self.init(AnyMessage(VerbatimText(name)), bytes, AnyMessage(english, chinese))
        }

        init(_ name: AnyMessage, _ bytes: [UInt8], _ meaning: AnyMessage) {
            self.name = name
            self.bytes = bytes
            self.meaning = meaning
        }

        /// `TA1  96  F 512, D 32: …`
        public var english: English { "\(name)  \(Hex.encode(bytes, separator: " "))  \(meaning)" }
        public var chinese: Chinese { "\(name)  \(Hex.encode(bytes, separator: " "))  \(meaning)" }
    }

    /// What each part says, in order, every byte once.
    public func explain() -> [Explanation] {
        var lines = [
            convention == .direct
                ? Explanation("TS", [bytes[0]], "direct convention", "正向约定")
                : Explanation("TS", [bytes[0]], "inverse convention", "反向约定"),
            Explanation(
                "T0", [bytes[1]], "\(historicalBytes.count) historical bytes", "历史字节 \(historicalBytes.count) 个"),
        ]
        for group in interface {
            func add(_ name: String, _ byte: UInt8?, _ meaning: (UInt8) -> AnyMessage) {
                guard let byte else { return }
                lines.append(Explanation(AnyMessage(VerbatimText("\(name)\(group.index)")), [byte], meaning(byte)))
            }
            add("TA", group.ta) { meaningOfTA($0, group) }
            add("TB", group.tb) { meaningOfTB($0, group) }
            add("TC", group.tc) { meaningOfTC($0, group) }
            add("TD", group.td) {
                $0 & 0x0F == 15
                    ? AnyMessage("global interface bytes follow", "其后为全局接口字节")
                    : AnyMessage("T=\($0 & 0x0F) offered", "支持 T=\($0 & 0x0F)")
            }
        }
        if !historicalBytes.isEmpty {
            lines.append(
                Explanation(AnyMessage("historical bytes", "历史字节"), historicalBytes, meaningOfHistoricalBytes))
        }
        if let checkByte {
            if case .checkByte(_, let right)? = flaw {
                lines.append(
                    Explanation(
                        "TCK", [checkByte], "check byte, wrong: \(Hex.encode([right])) is right",
                        "校验字节，错误，应为 \(Hex.encode([right]))"))
            } else {
                lines.append(Explanation("TCK", [checkByte], "check byte, right", "校验字节，正确"))
            }
        } else if flaw == .checkByteMissing {
            lines.append(Explanation("TCK", [], "check byte, missing", "校验字节，缺失"))
        }
        let rest = Array(bytes[(historicalRange.upperBound + (checkByte == nil ? 0 : 1))...])
        if !rest.isEmpty {
            lines.append(
                Explanation(AnyMessage("more", "多余"), rest, AnyMessage("does not belong there", "不应有的字节")))
        }
        return lines
    }

    private func meaningOfTA(_ byte: UInt8, _ group: InterfaceBytes) -> AnyMessage {
        switch (group.index, group.type) {
        case (1, _):
            guard let rate = RateParameters(byte) else { return AnyMessage("reserved rate", "保留的速率") }
            let nominal = Int(rate.bitsPerSecond(clock: Self.nominalClock))
            let common = Int(rate.bitsPerSecond(clock: Self.commonReaderClock))
            let limit = Int(rate.maximumClock / 1000)
            let factors = "F \(rate.clockRateConversion), D \(rate.baudRateAdjustment)"
            return AnyMessage(
                "\(factors): \(nominal) bit/s at 3571 kHz, \(common) bit/s at 4000 kHz, clock up to \(limit) kHz",
                "\(factors)：3571 kHz 时 \(nominal) bit/s，4000 kHz 时 \(common) bit/s，时钟最高 \(limit) kHz")
        case (2, _):
            guard let mode = specificMode else { return AnyMessage(VerbatimText("")) }
            let rate =
                mode.usesImplicitParameters
                ? AnyMessage("rate implied by the card", "速率由卡隐含规定") : AnyMessage("rate of TA1", "速率按 TA1")
            let change = mode.canChange ? AnyMessage("can change", "可改变") : AnyMessage("cannot change", "不可改变")
            return AnyMessage(
                "specific mode, T=\(mode.protocolType), \(rate), \(change)",
                "专用模式，T=\(mode.protocolType)，\(rate)，\(change)")
        case (_, 1):
            return AnyMessage("T=1: information field up to \(byte) bytes", "T=1：信息域最长 \(byte) 字节")
        case (_, 15):
            let classes = [(1, "A (5 V)"), (2, "B (3 V)"), (4, "C (1.8 V)")].filter { byte & $0.0 != 0 }.map(\.1)
            let said =
                classes.isEmpty
                ? AnyMessage("not said", "未说明") : AnyMessage(VerbatimText(classes.joined(separator: ", ")))
            let stops = [
                AnyMessage("no clock stop", "时钟不可停止"), AnyMessage("clock stops low", "时钟停于低电平"),
                AnyMessage("clock stops high", "时钟停于高电平"), AnyMessage("clock stops either way", "时钟停于任一电平"),
            ]
            return AnyMessage("\(stops[Int(byte >> 6)]), class \(said)", "\(stops[Int(byte >> 6)])，电压类别 \(said)")
        default: return purpose(group)
        }
    }

    private func meaningOfTB(_ byte: UInt8, _ group: InterfaceBytes) -> AnyMessage {
        switch (group.index, group.type) {
        case (1, _), (2, _): AnyMessage("programming voltage, no longer used", "编程电压，已不使用")
        case (_, 1): AnyMessage(VerbatimText("T=1: BWI \(byte >> 4), CWI \(byte & 0x0F)"))
        case (_, 15):
            byte == 0 ? AnyMessage("contact C6 not used", "不使用触点 C6") : AnyMessage("use of contact C6", "触点 C6 的用途")
        default: purpose(group)
        }
    }

    private func meaningOfTC(_ byte: UInt8, _ group: InterfaceBytes) -> AnyMessage {
        switch (group.index, group.type) {
        case (1, _):
            byte == 255
                ? AnyMessage("shortest guard time", "最短的保护时间")
                : AnyMessage("\(byte) units of extra guard time", "额外保护时间 \(byte) 个单位")
        case (2, _): AnyMessage("T=0: waiting time integer \(byte)", "T=0：等待时间整数 \(byte)")
        case (_, 1):
            byte & 1 != 0
                ? AnyMessage("T=1: blocks end with CRC", "T=1：块尾为 CRC")
                : AnyMessage("T=1: blocks end with LRC", "T=1：块尾为 LRC")
        default: purpose(group)
        }
    }

    private func purpose(_ group: InterfaceBytes) -> AnyMessage {
        AnyMessage("for T=\(group.type ?? 0)", "用于 T=\(group.type ?? 0)")
    }

    private var meaningOfHistoricalBytes: AnyMessage {
        switch historicalBytes[0] {
        case 0x00: AnyMessage("compact TLV, then a status of three bytes", "紧凑 TLV，后接三字节的状态")
        case 0x10: AnyMessage("data reference", "数据引用")
        case 0x80: AnyMessage("compact TLV", "紧凑 TLV")
        default:
            AnyMessage(
                "the maker's own; a health card has its chip serial in the first 8",
                "由芯片厂商自定；居民健康卡的前 8 个字节为芯片序列号")
        }
    }
}
