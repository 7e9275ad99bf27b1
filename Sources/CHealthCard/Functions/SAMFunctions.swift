public import CHealthCardHeader
import HealthCard
import ISO7816
import ShangMi

@c @implementation
public func iVerifyPIN(_ device: HANDLE?, _ PIN: CText?) -> Int32 { verify(device, PIN, nil) }

@c @implementation
public func VerifyPin(
    _ device: HANDLE?, _ PIN: UnsafePointer<CChar>?, _ retries: UnsafeMutablePointer<BYTE>?
) -> Int32 {
    verify(device, UnsafeMutablePointer(mutating: PIN), retries)
}

private func verify(
    _ device: HANDLE?, _ PIN: CText?, _ retries: UnsafeMutablePointer<BYTE>?, function: String = #function
) -> Int32 {
    // Before anything is written: a caller's buffers may overlap.
    let given = Result { () throws(ReturnCode) in try PIN.pin() }
    if let retries { CallerMemory.put([0], at: retries) }
    return CardInterface.shared.call(device, [Shape.pointer("PIN", PIN)], function: function) {
        terminal throws(ReturnCode) in
        let pin = try given.get()
        try terminal.withSAM { sam in
            do {
                try sam.verifyPIN(pin)
                if let retries { CallerMemory.put([BYTE(clamping: terminal.profile.sam.pinTries)], at: retries) }
            } catch {
                // Asking may cost a try: only who wants to know, and was not told, asks. A SAM that tells nothing leaves 0.
                guard let retries else { throw error }
                var left: Int?
                if case SAMError.wrongPIN(let told) = error { left = told }
                CallerMemory.put([BYTE(clamping: left ?? (try? sam.pinTriesLeft()) ?? 0)], at: retries)
                throw error
            }
        }
    }
}

@c @implementation
public func iChange_Pin(_ device: Int32, _ oldPin: CText?, _ newPin: CText?) -> Int32 {
    CardInterface.shared.call(
        HANDLE(number: device), [Shape.pointer("old PIN", oldPin), Shape.pointer("new PIN", newPin)]
    ) { terminal throws(ReturnCode) in
        let (old, new) = (try oldPin.pin(), try newPin.pin())
        try terminal.withSAM { try $0.changePIN(old: old, new: new) }
    }
}

extension Optional where Wrapped == CText {
    /// 4-16 decimal digits.
    fileprivate func pin() throws(ReturnCode) -> SecretBytes {
        guard var digits = try text(atMost: 16), digits.count >= 4, digits.allSatisfy({ (0x30...0x39).contains($0) })
        else { throw .argument.because("a PIN is 4 to 16 decimal digits") }
        defer { for index in digits.indices { digits[index] = 0 } }
        return SecretBytes(copying: digits)
    }
}

extension HANDLE {
    /// The handle a function of the interface takes as an `int`.
    fileprivate init?(number: Int32) { self.init(bitPattern: Int(number)) }
}

// MARK: Files

@c @implementation
public func iReader_SAM_Public(_ device: Int32, _ info: CText?) -> Int32 { samFile(device, "public", info) }

@c @implementation
public func iReader_SAM_Terminal(_ device: Int32, _ info: CText?) -> Int32 { samFile(device, "terminal", info) }

@c @implementation
public func iReader_SAM_PublicApp(_ device: Int32, _ info: CText?) -> Int32 { samFile(device, "application", info) }

@c @implementation
public func iReader_SAM_OrgCertificate(_ device: Int32, _ info: CText?) -> Int32 {
    samFile(device, "issuerCertificate", info, isCertificate: true)
}

@c @implementation
public func iReader_SAM_Certificate(_ device: Int32, _ info: CText?) -> Int32 {
    samFile(device, "samCertificate", info, isCertificate: true)
}

private func samFile(
    _ device: Int32, _ name: String, _ info: CText?, isCertificate: Bool = false, function: String = #function
) -> Int32 {
    info?.put([])
    return CardInterface.shared.call(
        HANDLE(number: device), [Shape.pointer("info", info)], function: function
    ) { terminal throws(ReturnCode) in
        guard let info else { throw .argument.because("the buffer is NULL") }
        let content = try terminal.withSAM { try $0.file(name) }
        guard isCertificate, terminal.conventions.certificates == .binary else {
            return info.put(Hex.encode(content).utf8)
        }
        CallerMemory.put(content, at: info)
    }
}

// MARK: Hash and signature

@c @implementation
public func SM3Digest(
    _ device: HANDLE?, _ data: UnsafeMutablePointer<BYTE>?, _ length: UInt32, _ hash: UnsafeMutablePointer<BYTE>?,
    _ hashLength: UnsafeMutablePointer<BYTE>?
) -> DWORD {
    compute(device, data, length, hash, hashLength) { sam, data in try sam.digest(data) }
}

@c @implementation
public func SM2SignHash(
    _ device: HANDLE?, _ hash: UnsafeMutablePointer<BYTE>?, _ length: BYTE, _ signature: UnsafeMutablePointer<BYTE>?,
    _ signatureLength: UnsafeMutablePointer<BYTE>?
) -> DWORD {
    // A hash of another length is refused before anything of it is read.
    compute(
        device, Int(length) == SM3.byteCount ? hash : nil, UInt32(length), signature, signatureLength
    ) { sam, hash in try sam.sign(digest: hash) }
}

/// A SAM takes minutes for more, and a length that is a mistake leads out of the data.
private let mostData: UInt32 = 1 << 20

/// The SAM's answer to some bytes; its length may be asked for or not.
private func compute(
    _ device: HANDLE?, _ data: UnsafeMutablePointer<BYTE>?, _ length: UInt32, _ result: UnsafeMutablePointer<BYTE>?,
    _ resultLength: UnsafeMutablePointer<BYTE>?, function: String = #function,
    _ work: (SAMCard, [UInt8]) throws -> [UInt8]
) -> DWORD {
    // Before anything is written: a caller's buffers may overlap.
    let given = Result { () throws(ReturnCode) in
        guard let data, (1...mostData).contains(length) else { throw .argument }
        return try CallerMemory.whole(data, Int(length))
    }
    if let resultLength { CallerMemory.put([0], at: resultLength) }
    let shape = ["\(length) bytes", Shape.pointer("data", data), Shape.pointer("result", result)]
    let code = CardInterface.shared.call(device, shape, function: function) { terminal throws(ReturnCode) in
        guard let result else { throw .argument }
        let bytes = try given.get()
        let answer = try terminal.withSAM { try work($0, bytes) }
        CallerMemory.put(answer, at: result)
        if let resultLength { CallerMemory.put([BYTE(clamping: answer.count)], at: resultLength) }
    }
    return DWORD(bitPattern: code)
}
