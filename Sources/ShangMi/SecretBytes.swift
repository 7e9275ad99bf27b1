import COpenSSL

/// Bytes that are overwritten before their memory is given back: keys, PINs and what is derived from them. They live in
/// ``SecretMemory``.
///
/// Immutable, so one value may be shared between threads. There is no description, no `Codable` and no subscript:
/// the content leaves only through ``withUnsafeBytes(_:)``, where a reviewer can find it. `==` takes the same time
/// wherever two values of one length differ.
public final class SecretBytes: Sendable {
    /// How many bytes; not a secret.
    public let count: Int

    // Written only during initialization and in deinit, so sharing it between threads is sound.
    private let block: SecretMemory.Block
    private var base: UnsafeMutableRawPointer { block.start }
    private let afterCleansing: (@Sendable (UnsafeRawBufferPointer) -> Void)?

    /// Copies the bytes. The caller's own copy is the caller's to forget.
    @inlinable
    public convenience init(copying bytes: some Collection<UInt8>) {
        self.init(count: bytes.count) { $0.copyBytes(from: bytes) }
    }

    /// Decodes hexadecimal digits of either case, without separators.
    ///
    /// - Throws: ``ShangMiError/malformedHex``.
    public convenience init(hex: String) throws(ShangMiError) {
        let digits = hex.utf8
        guard digits.count.isMultiple(of: 2) else { throw .malformedHex }
        try self.init(count: digits.count / 2) { bytes throws(ShangMiError) in
            var index = digits.startIndex
            for position in bytes.indices {
                let high = digits[index]
                let low = digits[digits.index(after: index)]
                index = digits.index(index, offsetBy: 2)
                guard let high = SecretBytes.value(ofDigit: high), let low = SecretBytes.value(ofDigit: low) else {
                    throw .malformedHex
                }
                bytes[position] = high << 4 | low
            }
        }
    }

    /// All parts, one after the other.
    public convenience init(concatenating parts: SecretBytes...) {
        self.init(count: parts.reduce(0) { $0 + $1.count }) { bytes in
            var offset = 0
            for part in parts {
                part.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: bytes[offset...]).copyMemory(from: $0) }
                offset += part.count
            }
        }
    }

    /// Lets `body` write the content where it will stay, which starts as zeros; nothing else ever holds it.
    ///
    /// - Parameter count: 0 or more; a negative count is taken as 0.
    public convenience init<Failure>(
        count: Int, initializingWith body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        try self.init(count: count, afterCleansing: nil, initializingWith: body)
    }

    /// The test hook: `afterCleansing` sees the memory as it is given back.
    init<Failure>(
        count: Int, afterCleansing: (@Sendable (UnsafeRawBufferPointer) -> Void)?,
        initializingWith body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        self.count = max(0, count)
        self.afterCleansing = afterCleansing
        block = SecretMemory.allocate(self.count)
        base.initializeMemory(as: UInt8.self, repeating: 0, count: self.count)
        try body(UnsafeMutableRawBufferPointer(start: base, count: self.count))
    }

    deinit {
        OPENSSL_cleanse(base, count)
        afterCleansing?(UnsafeRawBufferPointer(start: base, count: count))
        SecretMemory.release(block, count: count)
    }

    /// Calls `body` with the content; the pointer must not outlive the call.
    public func withUnsafeBytes<Result, Failure>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withExtendedLifetime(self) { () throws(Failure) in
            try body(UnsafeRawBufferPointer(start: base, count: count))
        }
    }

    private static func value(ofDigit digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension SecretBytes: Equatable {
    public static func == (left: SecretBytes, right: SecretBytes) -> Bool {
        guard left.count == right.count else { return false }
        return CRYPTO_memcmp(left.base, right.base, left.count) == 0
    }
}

extension SecretBytes: CustomReflectable {
    /// Nothing but the length, so that `dump` and a debugger's printout give nothing away.
    public var customMirror: Mirror { Mirror(self, children: ["count": count]) }
}
