import ISO7816
import ShangMi

extension SAMCard {
    /// Neither GET RESPONSE nor a second sending after 6Cxx: a PIN travels once.
    private static let once: TransmitOptions = {
        var options = TransmitOptions()
        options.correctsLength = false
        return options
    }()

    /// VERIFY in the master file, sent once. A PIN this SAM refused before is not sent again.
    ///
    /// - Parameter pin: 4-16 decimal digits in ASCII.
    /// - Throws: ``SAMError``: `wrongPIN`, `refusedBefore`, `pinBlocked`, `notAPIN`, `refused`, `channel`.
    public func verifyPIN(_ pin: SecretBytes) throws(SAMError) {
        guard refusedPIN != pin else { throw .refusedBefore }
        let packed = try Self.packed(pin)
        try link.enter(nil)
        let command = CommandAPDU.verify(pin: packed)
        try judge(try link.send(command, options: Self.once).status, command.header, of: pin)
        refusedPIN = nil
    }

    /// CHANGE PIN in the master file, sent once (`Docs/card.md §3.3`).
    ///
    /// - Throws: as ``verifyPIN(_:)``; a wrong old PIN costs a try.
    public func changePIN(old: SecretBytes, new: SecretBytes) throws(SAMError) {
        guard refusedPIN != old else { throw .refusedBefore }
        let packed = (old: try Self.packed(old), new: try Self.packed(new))
        try link.enter(nil)
        let command = CommandAPDU.changePIN(old: packed.old, new: packed.new)
        try judge(try link.send(command, options: Self.once).status, command.header, of: old)
        refusedPIN = nil
    }

    /// VERIFY without a PIN: what is left before the PIN is blocked, 0 when it is; nil if the SAM does not tell, as one
    /// that has seen its PIN.
    public func pinTriesLeft() throws(SAMError) -> Int? {
        try link.enter(nil)
        let status = try link.send(.verify(pin: []), options: Self.once).status
        return status == .authenticationMethodBlocked ? 0 : status.triesLeft
    }

    private func judge(_ status: StatusWord, _ header: CommandHeader, of pin: SecretBytes) throws(SAMError) {
        if status.isSuccess { return }
        if let tries = status.triesLeft {
            refusedPIN = pin
            throw .wrongPIN(triesLeft: tries)
        }
        // 6300 is a PIN that was compared and found wrong, by a SAM that does not count aloud.
        if status.rawValue == 0x6300 {
            refusedPIN = pin
            throw .wrongPIN(triesLeft: nil)
        }
        throw SAMError(status, header)
    }

    /// Digits two a byte, an odd one out padded with F (`Docs/protocol.md §6`, §11).
    private static func packed(_ pin: SecretBytes) throws(SAMError) -> [UInt8] {
        let digits = pin.withUnsafeBytes { Array($0) }
        guard (4...16).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw .notAPIN
        }
        return stride(from: 0, to: digits.count, by: 2).map { index in
            let low = index + 1 < digits.count ? digits[index + 1] & 0x0F : 0x0F
            return digits[index] << 4 | low
        }
    }

    /// Does it, and where the SAM wants its PIN first, gets that once and does it once more.
    func withPIN<Result>(
        _ work: () throws(SecurityModuleError) -> Result
    ) throws(SecurityModuleError) -> Result {
        do {
            return try work()
        } catch {
            guard case .sam(.pinNeeded(let header)) = error, let source = pinSource else { throw error }
            pinSource = nil
            do throws(SAMError) {
                let tries = try pinTriesLeft()
                guard tries != 0 else { throw SAMError.pinBlocked }
                guard let pin = try source(tries) else { throw SAMError.pinNeeded(header) }
                try verifyPIN(pin)
            } catch {
                throw .sam(error)
            }
            return try work()
        }
    }
}
