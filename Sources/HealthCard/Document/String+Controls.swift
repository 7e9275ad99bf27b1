extension String {
    /// Control characters shown by their pictures (U+2400 and following): a card or a file must not steer a terminal, and
    /// FHIR has none.
    public var withoutControls: String {
        guard unicodeScalars.contains(where: Self.isControl) else { return self }
        var scalars = UnicodeScalarView()
        for scalar in unicodeScalars {
            let picture: UInt32 =
                switch scalar.value {
                case 0x00..<0x20: 0x2400 + scalar.value
                case 0x7F: 0x2421
                default: 0xFFFD
                }
            scalars.append(Self.isControl(scalar) ? Unicode.Scalar(picture) ?? "\u{FFFD}" : scalar)
        }
        return String(scalars)
    }

    /// C0, DEL and C1: terminals obey those of eight bits too.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    }
}
