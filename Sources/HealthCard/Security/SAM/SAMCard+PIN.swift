import ISO7816
import ShangMi

extension SAMCard {
    /// No second sending after 6Cxx: a PIN travels once.
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
        try submit(pin) { () throws(SAMError) in
            let packed = try Self.packed(pin)
            try link.enter(nil)
            return .verify(pin: packed)
        }
    }

    /// CHANGE PIN in the master file, sent once (`Docs/card.md §3.3`).
    ///
    /// - Throws: as ``verifyPIN(_:)``; a wrong old PIN costs a try.
    public func changePIN(old: SecretBytes, new: SecretBytes) throws(SAMError) {
        try submit(old) { () throws(SAMError) in
            let packed = (old: try Self.packed(old), new: try Self.packed(new))
            try link.enter(nil)
            return .changePIN(old: packed.old, new: packed.new)
        }
    }

    /// VERIFY without a PIN: what is left before the PIN is blocked, 0 when it is; nil if the SAM does not tell, as one
    /// that has seen its PIN.
    ///
    /// A SAM that was found to count this as an attempt, and one with one attempt left, is not asked: what it said last is
    /// given then.
    public func pinTriesLeft() throws(SAMError) -> Int? {
        if let known = triesToTakeForGranted { return known.left }
        try link.enter(nil)
        let status = try link.send(.verify(pin: []), options: Self.once).status
        let left = status == .authenticationMethodBlocked ? 0 : status.triesLeft
        note(askingGave: left)
        return left
    }

    /// Sends a command with a PIN once, unless the SAM has refused this PIN.
    private func submit(_ pin: SecretBytes, _ make: () throws(SAMError) -> CommandAPDU) throws(SAMError) {
        guard !refusedPINs.contains(pin) else { throw .refusedBefore }
        let command = try make()
        let status = try link.send(command, options: Self.once).status
        if status.isSuccess {
            refusedPINs = []
            note(sendingLeft: nil)
            return
        }
        if status == .authenticationMethodBlocked { note(sendingLeft: 0) }
        // 6300 is a PIN that was compared and found wrong, by a SAM that does not count aloud.
        guard status.triesLeft != nil || status.rawValue == 0x6300 else { throw SAMError(status, command.header) }
        refusedPINs.append(pin)
        note(sendingLeft: status.triesLeft)
        throw .wrongPIN(triesLeft: status.triesLeft)
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
            let pin: SecretBytes
            do throws(SAMError) {
                let tries = try pinTriesLeft()
                guard tries != 0 else { throw SAMError.pinBlocked }
                guard let given = try source(tries) else { throw SAMError.pinNeeded(header) }
                try verifyPIN(given)
                pin = given
            } catch {
                throw .sam(error)
            }
            return try afterPIN(pin, work)
        }
    }

    /// The work again. A SAM may take the right of its PIN back at the next SELECT; then the PIN it has just called right
    /// is given once more, in the directory where it is wanted (`Docs/protocol.md §6` "at MF or DF01").
    private func afterPIN<Result>(
        _ pin: SecretBytes, _ work: () throws(SecurityModuleError) -> Result
    ) throws(SecurityModuleError) -> Result {
        do {
            return try work()
        } catch {
            guard case .sam(.pinNeeded) = error, link.isBelowMaster else { throw error }
            do throws(SAMError) {
                try submit(pin) { () throws(SAMError) in .verify(pin: try Self.packed(pin)) }
            } catch {
                throw .sam(error)
            }
            return try work()
        }
    }
}
