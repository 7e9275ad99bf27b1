/// Whose functions a library has.
public enum ReaderFamily: String, Sendable, Hashable, CaseIterable {
    /// 德卡 Decard, `libdcrf32.so`: `dc_init`, `dc_cpureset_hex`, `dc_cpuapduInt` …
    case decard
    /// 华大 Huada and other makers with the functions of social-security readers, `libSSSE32.so`: `ICC_Reader_Open` …
    case huada

    /// The slot of the card of a person.
    var usualSlot: UInt8 {
        switch self {
        case .decard: 0x0C
        case .huada: 0x01
        }
    }

    var usualPort: String {
        switch self {
        case .decard: "100"
        case .huada: "AUTO"
        }
    }

    /// Without these nothing works.
    var neededFunctions: [String] {
        switch self {
        case .decard: ["dc_init", "dc_exit", "dc_setcpu", "dc_cpureset_hex", "dc_cpuapduInt"]
        case .huada: ["ICC_Reader_Open", "ICC_Reader_PowerOn", "ICC_Reader_Application"]
        }
    }
}

/// A reader that is reached by a library of its maker's.
public struct ConfiguredReader: Sendable, Hashable {
    /// As people choose it.
    public var name: String
    public var family: ReaderFamily
    /// The path of the library, from the root.
    public var library: String
    /// What the opening function takes: a number for Decard (100: the first at USB), `AUTO`, `USB1`, `COM1` … for Huada.
    public var port: String
    /// Bit/s of a serial port; of no meaning at USB.
    public var baud: Int32
    /// The slot of the reader, as its maker counts.
    public var slot: UInt8

    public init(
        name: String, family: ReaderFamily, library: String, port: String? = nil, baud: Int32 = 115_200,
        slot: UInt8? = nil
    ) {
        self.name = name
        self.family = family
        self.library = library
        self.port = port ?? family.usualPort
        self.baud = baud
        self.slot = slot ?? family.usualSlot
    }
}
