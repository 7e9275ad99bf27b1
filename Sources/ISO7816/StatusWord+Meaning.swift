extension StatusWord {
    /// What the status word says, in context of the instruction that it answers where that changes the meaning.
    public func meaning(for ins: UInt8? = nil) -> String {
        if let count = triesLeft { return "wrong; \(count) tries left" }
        if let length = correctLength { return "wrong Le, \(length) is right" }
        if let count = remaining { return "\(count) bytes wait for GET RESPONSE" }
        switch (rawValue, ins) {
        case (0x6283, 0xA4): return "selected, but blocked for the time being"
        case (0x6A88, 0x82), (0x6A88, 0x88), (0x6A88, 0xD4): return "no such key, or another version of it"
        case (0x6A82, 0xA4): return "no such file or directory here"
        default: return Self.meanings[rawValue] ?? "not in the tables"
        }
    }

    private static let meanings: [UInt16: String] = [
        0x9000: "done",
        0x6200: "warning, memory unchanged",
        0x6281: "part of the data may be corrupted",
        0x6282: "end of file before the expected length",
        0x6283: "file deactivated",
        0x6300: "warning, authentication failed",
        0x6400: "execution error, memory unchanged",
        0x6581: "writing the memory failed",
        0x6700: "wrong length",
        0x6881: "logical channel not supported",
        0x6882: "secure messaging not supported",
        0x6883: "last command of the chain expected",
        0x6884: "command chaining not supported",
        0x6900: "command not allowed",
        0x6981: "the command does not fit this kind of file",
        0x6982: "security status not satisfied: a key has to be proven first",
        0x6983: "key or PIN locked",
        0x6984: "no challenge taken, or it was used already",
        0x6985: "conditions of use not satisfied",
        0x6986: "no current file",
        0x6987: "secure messaging data missing",
        0x6988: "wrong MAC, padding or cryptogram",
        0x6A80: "wrong data",
        0x6A81: "not supported, or the card is blocked",
        0x6A82: "file not found",
        0x6A83: "record not found",
        0x6A84: "not enough room",
        0x6A86: "wrong P1-P2",
        0x6A88: "referenced data or key not found",
        0x6A89: "file exists already",
        0x6B00: "offset outside the file",
        0x6D00: "instruction not supported",
        0x6E00: "class not supported",
        0x6F00: "no precise diagnosis",
        0x9303: "application blocked for good",
    ]
}
