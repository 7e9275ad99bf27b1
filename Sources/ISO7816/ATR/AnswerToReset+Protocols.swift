extension AnswerToReset {
    /// T of the protocols offered, in the order of the card, T=15 left out since it is none; `[0]` when there is no
    /// TD1 (ISO/IEC 7816-3:2006 §8.2.3).
    public var protocols: [UInt8] {
        var offered: [UInt8] = []
        for type in interface.compactMap(\.type) where type != 15 && !offered.contains(type) { offered.append(type) }
        return offered.isEmpty ? [0] : offered
    }

    /// The protocol in force unless the reader negotiates another: that of TA2 in specific mode, else the first one.
    public var defaultProtocol: UInt8 { specificMode?.protocolType ?? protocols.first ?? 0 }

    /// TA2: the card speaks one protocol at once and takes no PPS (ISO/IEC 7816-3:2006 §8.3).
    public struct SpecificMode: Sendable, Hashable {
        /// T, 0-14.
        public let protocolType: UInt8
        /// The card can change to negotiable mode after a warm reset.
        public let canChange: Bool
        /// F and D are those the card implies and not those of TA1.
        public let usesImplicitParameters: Bool
    }

    /// nil in negotiable mode, when there is no TA2.
    public var specificMode: SpecificMode? {
        guard interface.count >= 2, let ta2 = interface[1].ta else { return nil }
        return SpecificMode(
            protocolType: ta2 & 0x0F, canChange: ta2 & 0x80 == 0, usesImplicitParameters: ta2 & 0x10 != 0)
    }

    /// WI of T=0, TC2: the card answers within 960 × WI × Fi / f seconds; 10 when TC2 is missing.
    public var waitingTimeInteger: UInt8 { interface.count >= 2 ? interface[1].tc ?? 10 : 10 }

    /// What T=1 needs to know (ISO/IEC 7816-3:2006 §11.4).
    public struct BlockProtocol: Sendable, Hashable {
        /// IFSC: longest information field the card takes, 1-254; 32 when not said.
        public let informationFieldSize: UInt8
        /// CWI, 0-15; 13 when not said.
        public let characterWaiting: UInt8
        /// BWI, 0-9; 4 when not said.
        public let blockWaiting: UInt8
        /// Two bytes of CRC end a block, one of LRC otherwise.
        public let usesCRC: Bool
    }

    /// nil when T=1 is not offered.
    public var blockProtocol: BlockProtocol? {
        guard protocols.contains(1) else { return nil }
        let specific = interface.first { $0.index >= 3 && $0.type == 1 }
        let times = specific?.tb ?? 0x4D
        return BlockProtocol(
            informationFieldSize: specific?.ta ?? 32, characterWaiting: times & 0x0F, blockWaiting: times >> 4,
            usesCRC: (specific?.tc ?? 0) & 1 != 0)
    }

    /// What the card says for every protocol, the bytes that follow T=15 (ISO/IEC 7816-3:2006 §8.3).
    public struct GlobalBytes: Sendable, Hashable {
        /// TA: clock stop indicator (0 none, 1 low, 2 high, 3 either).
        public let clockStop: UInt8?
        /// TA: operating classes, bit 1 A (5 V), bit 2 B (3 V), bit 3 C (1.8 V).
        public let classes: UInt8?
        /// TB: use of the contact SPU (C6).
        public let standardOrProprietaryUse: UInt8?
    }

    /// nil when there is no T=15 group.
    public var globalBytes: GlobalBytes? {
        guard let group = interface.first(where: { $0.index >= 3 && $0.type == 15 }) else { return nil }
        return GlobalBytes(
            clockStop: group.ta.map { $0 >> 6 }, classes: group.ta.map { $0 & 0x3F },
            standardOrProprietaryUse: group.tb)
    }

    /// TC1, N: elementary time units of guard time on top of the twelve of a character, 0-254; 255 stands for the least
    /// the protocol allows, 12 with T=0 and 11 with T=1.
    public var extraGuardTime: UInt8 { interface[0].tc ?? 0 }
}
