import ISO7816

/// The issuer's keys in an application HSM of the SJJ1310 class (`Docs/electronic-card.md §7`, *assumed*): the device
/// diversifies and encrypts, and no key leaves it.
public final class HSMKeyHolder: ElectronicCardKeyHolder {
    /// Which keys of the device, and how they are meant.
    public struct Layout: Sendable, Hashable {
        /// Type of the keys, `00A`.
        public var keyType: Int
        /// Number of the root; 102 + 2 · version.
        public var rootKey: Int
        /// Number of the protection key; nil where the device has none.
        public var protectionKey: Int?

        public init(keyType: Int = 10, rootKey: Int = 102, protectionKey: Int? = 103) {
            self.keyType = keyType
            self.rootKey = rootKey
            self.protectionKey = protectionKey
        }
    }

    private let connection: HSMConnection
    private let layout: Layout

    public var hasRootKey: Bool { true }
    public var hasProtectionKey: Bool { layout.protectionKey != nil }
    public var isPublished: Bool { false }

    /// Connects at the first command.
    public init(host: String, port: UInt16, layout: Layout = Layout(), seconds: Int = 5) {
        connection = HSMConnection(host: host, port: port, seconds: seconds)
        self.layout = layout
    }

    public func encrypt(_ blocks: [UInt8], factor: [UInt8]) throws(ElectronicCardError) -> [UInt8] {
        try cipher("S3", "S4", key: layout.rootKey, levels: [factor], blocks)
    }

    public func encryptValidity(_ block: [UInt8]) throws(ElectronicCardError) -> [UInt8] {
        guard let key = layout.protectionKey else { throw .keyNotHeld(.protection) }
        return try cipher("S3", "S4", key: key, levels: [], block)
    }

    public func decryptValidity(_ block: [UInt8]) throws(ElectronicCardError) -> [UInt8] {
        guard let key = layout.protectionKey else { throw .keyNotHeld(.protection) }
        return try cipher("S4", "S5", key: key, levels: [], block)
    }

    /// SM3 by the device: to see whether it answers.
    public func hash(_ data: [UInt8]) throws(ElectronicCardError) -> [UInt8] {
        let digest = try answer(Array("3C\(Self.hex(data.count, 4))".utf8) + data, "3D")
        guard digest.count == 32 else { throw .device(.malformed) }
        return digest
    }

    private func cipher(
        _ command: String, _ reply: String, key: Int, levels: [[UInt8]], _ data: [UInt8]
    ) throws(ElectronicCardError) -> [UInt8] {
        var text = "\(command)00\(Self.hex(layout.keyType, 3))K\(Self.decimal(key))\(Self.hex(levels.count, 2))"
        for factor in levels { text += Hex.encode(factor + factor.map { ~$0 }) }
        // No session key, no padding.
        text += "0000\(Self.hex(data.count, 4))"
        let output = try answer(Array(text.utf8) + data, reply)
        guard output.count == data.count else { throw .device(.malformed) }
        return output
    }

    /// The data of an answer: its code `00`, four digits of length, raw bytes.
    private func answer(_ command: [UInt8], _ reply: String) throws(ElectronicCardError) -> [UInt8] {
        let answer: [UInt8]
        do throws(HSMError) {
            answer = try connection.exchange(command)
        } catch {
            throw .device(error)
        }
        guard answer.count >= 4, answer.starts(with: reply.utf8) else { throw .device(.malformed) }
        let code = String(decoding: answer[2..<4], as: UTF8.self)
        guard code == "00" else {
            let isCode = code.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
            throw .device(isCode ? .refused(code: code) : .malformed)
        }
        guard answer.count >= 8, let length = Int(String(decoding: answer[4..<8], as: UTF8.self), radix: 16),
            answer.count == 8 + length
        else { throw .device(.malformed) }
        return Array(answer[8...])
    }

    private static func hex(_ number: Int, _ width: Int) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func decimal(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
