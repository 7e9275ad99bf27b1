/// What the answer to SELECT tells about a file (ISO/IEC 7816-4:2013 §7.4): an FCI or FCP template.
struct FileInformation {
    /// The objects of the template by tag, in order; templates inside it stay whole.
    let objects: [(tag: UInt8, value: [UInt8])]

    /// Nil for anything but one template 6F or 62 that is whole.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 2, bytes[0] == 0x6F || bytes[0] == 0x62, bytes[1] < 0x80,
            bytes.count >= 2 + Int(bytes[1])
        else { return nil }
        var objects: [(tag: UInt8, value: [UInt8])] = []
        var rest = bytes[2..<2 + Int(bytes[1])]
        while let tag = rest.first {
            let length = rest.dropFirst().first
            guard let length, length < 0x80, rest.count >= 2 + Int(length) else { return nil }
            objects.append((tag, Array(rest.dropFirst(2).prefix(Int(length)))))
            rest = rest.dropFirst(2 + Int(length))
        }
        self.objects = objects
    }

    func first(_ tag: UInt8) -> [UInt8]? { objects.first { $0.tag == tag }?.value }

    /// The life cycle status byte, 8A.
    var lifeCycle: UInt8? { first(0x8A).flatMap { $0.count == 1 ? $0[0] : nil } }
}
