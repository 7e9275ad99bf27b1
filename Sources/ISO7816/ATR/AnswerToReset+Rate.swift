extension AnswerToReset {
    /// 3,571,200 Hz: the clock at which F = 372, D = 1 is exactly 9,600 bit/s.
    public static let nominalClock = 3_571_200.0
    /// 4,000,000 Hz: what most USB readers drive a card with.
    public static let commonReaderClock = 4_000_000.0

    /// TA1: how fast a card may be driven, an elementary time unit being F / D clock cycles (ISO/IEC 7816-3:2006 §8.3,
    /// tables 7 and 8).
    public struct RateParameters: Sendable, Hashable {
        /// Clock rate conversion integer Fi, 372-2048.
        public let clockRateConversion: Int
        /// Baud rate adjustment integer Di, 1-64.
        public let baudRateAdjustment: Int
        /// Fastest clock in Hz.
        public let maximumClock: Double

        /// F = 372, D = 1, 5 MHz: in force without TA1, and after every reset until PPS.
        public static let standard = RateParameters(
            clockRateConversion: 372, baudRateAdjustment: 1, maximumClock: 5_000_000)

        /// nil for a value that is reserved.
        public init?(_ ta1: UInt8) {
            guard let (f, megahertz) = Self.conversions[Int(ta1 >> 4)], let d = Self.adjustments[Int(ta1 & 0x0F)]
            else { return nil }
            self.init(clockRateConversion: f, baudRateAdjustment: d, maximumClock: megahertz * 1_000_000)
        }

        init(clockRateConversion: Int, baudRateAdjustment: Int, maximumClock: Double) {
            self.clockRateConversion = clockRateConversion
            self.baudRateAdjustment = baudRateAdjustment
            self.maximumClock = maximumClock
        }

        private static let conversions: [(Int, Double)?] = [
            (372, 4), (372, 5), (558, 6), (744, 8), (1116, 12), (1488, 16), (1860, 20), nil,
            nil, (512, 5), (768, 7.5), (1024, 10), (1536, 15), (2048, 20), nil, nil,
        ]
        private static let adjustments: [Int?] = [
            nil, 1, 2, 4, 8, 16, 32, 64, 12, 20, nil, nil, nil, nil, nil, nil,
        ]

        /// Bits a second at `clock` Hz: `clock × D / F`.
        public func bitsPerSecond(clock: Double) -> Double {
            clock * Double(baudRateAdjustment) / Double(clockRateConversion)
        }
    }

    /// The rate of TA1, the standard one when it is missing; nil when it is reserved.
    public var rateParameters: RateParameters? {
        guard let ta1 = interface[0].ta else { return .standard }
        return RateParameters(ta1)
    }

    /// The fastest bit rate that the card offers at `clock` Hz, which PPS or specific mode brings about; the standard one
    /// when TA1 is reserved.
    public func bitsPerSecond(clock: Double = nominalClock) -> Double {
        (rateParameters ?? .standard).bitsPerSecond(clock: clock)
    }

    /// Bytes a second each way at that rate: a byte is a character of 12 + N elementary time units (start bit, eight bits,
    /// parity, guard time of two and N extra), 11 with T=1 when N is 255.
    ///
    /// At the nominal clock no TA1 gives 800 with T=0 and TA1 = 18 gives 9,600; TA1 = 96 at 4 MHz gives 20,833.
    public func bytesPerSecond(clock: Double = nominalClock, protocolType: UInt8? = nil) -> Double {
        bitsPerSecond(clock: clock) / Double(characterUnits(protocolType: protocolType ?? defaultProtocol))
    }

    /// Elementary time units from the start of one character to the start of the next.
    func characterUnits(protocolType: UInt8) -> Int {
        guard extraGuardTime == 255 else { return 12 + Int(extraGuardTime) }
        return protocolType == 1 ? 11 : 12
    }
}
