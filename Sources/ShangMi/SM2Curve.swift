import COpenSSL

extension SM2 {
    /// The recommended curve of GB/T 32918.5 as libcrypto knows it, and its numbers as bytes.
    enum Curve {
        /// Read only after it is made; libcrypto lets threads share a group that none of them changes.
        nonisolated(unsafe) static let group: OpaquePointer? =
            EC_GROUP_new_by_curve_name_ex(LibCrypto.context, nil, NID_sm2)

        /// n, the order of the base point.
        static let order: [UInt8] = hex("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123")

        /// a ‖ b ‖ xG ‖ yG, the part of Z that is the same for everyone.
        static let zPrefix: [UInt8] =
            hex("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC")
            + hex("28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93")
            + hex("32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7")
            + hex("BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0")

        private static func hex(_ digits: String) -> [UInt8] {
            var bytes: [UInt8] = []
            var high: UInt8?
            for digit in digits.utf8 {
                let value = digit <= UInt8(ascii: "9") ? digit & 0x0F : digit &- UInt8(ascii: "A") &+ 10
                if let first = high {
                    bytes.append(first << 4 | value)
                    high = nil
                } else {
                    high = value
                }
            }
            return bytes
        }
    }

    /// Numbers that live for one calculation; all of them are wiped when it ends.
    final class Numbers {
        let context: OpaquePointer
        private var numbers: [OpaquePointer] = []

        init() throws(ShangMiError) {
            guard let context = BN_CTX_secure_new_ex(LibCrypto.context) else {
                throw LibCrypto.failure("BN_CTX_secure_new_ex")
            }
            self.context = context
        }

        deinit {
            for number in numbers { BN_clear_free(number) }
            BN_CTX_free(context)
        }

        /// A new number, zero, on which libcrypto works without branches that depend on its value.
        func new() throws(ShangMiError) -> OpaquePointer {
            guard let number = BN_new() else { throw LibCrypto.failure("BN_new") }
            BN_set_flags(number, BN_FLG_CONSTTIME)
            numbers.append(number)
            return number
        }

        /// A number from bytes, most significant first.
        func number(_ bytes: UnsafeRawBufferPointer) throws(ShangMiError) -> OpaquePointer {
            let number = try new()
            let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            guard BN_bin2bn(start, CInt(clamping: bytes.count), number) != nil else {
                throw LibCrypto.failure("BN_bin2bn")
            }
            return number
        }

        /// A number from bytes, most significant first.
        func number(_ bytes: [UInt8]) throws(ShangMiError) -> OpaquePointer {
            let number = try new()
            guard BN_bin2bn(bytes, CInt(clamping: bytes.count), number) != nil else {
                throw LibCrypto.failure("BN_bin2bn")
            }
            return number
        }

        /// 32 bytes of a number, most significant first.
        func bytes(_ number: OpaquePointer) throws(ShangMiError) -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: SM2.scalarByteCount)
            guard BN_bn2binpad(number, &bytes, CInt(SM2.scalarByteCount)) == CInt(SM2.scalarByteCount) else {
                throw LibCrypto.failure("BN_bn2binpad")
            }
            return bytes
        }

        /// The same of a number that is secret, written nowhere else.
        func secret(_ number: OpaquePointer) throws(ShangMiError) -> SecretBytes {
            try SecretBytes(count: SM2.scalarByteCount) { bytes throws(ShangMiError) in
                let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
                guard BN_bn2binpad(number, start, CInt(clamping: bytes.count)) == CInt(clamping: bytes.count) else {
                    throw LibCrypto.failure("BN_bn2binpad")
                }
            }
        }

        func check(_ done: CInt, _ call: String) throws(ShangMiError) {
            guard done == 1 else { throw LibCrypto.failure(call) }
        }
    }
}
