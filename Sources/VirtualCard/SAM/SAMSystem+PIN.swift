import ISO7816
import ShangMi

extension SAMSystem {
    /// VERIFY `00 20 00 00 Lc PIN`; without a PIN it tells the tries left, and 9000 once it was verified.
    func verify(_ command: ReceivedCommand) throws(SAMStop) -> Answer {
        try require(command.p1 == 0 && command.p2 == 0, .incorrectP1P2)
        // On a T=0 link P3 00 says that there is no PIN.
        let hasNoLe = command.ne == nil || command.wantsAll
        try require(hasNoLe && command.data.count <= PackedPIN.lengths.upperBound, .wrongLength)
        try require(memory.triesLeft > 0, .authenticationMethodBlocked)
        if command.data.isEmpty { return Answer(status: session.isVerified ? .ok : .triesLeft(memory.triesLeft)) }
        guard memory.pin == SecretBytes(copying: command.data) else { return try wrongPIN() }
        if memory.triesLeft != pinTries { memory.stage(triesLeft: pinTries) }
        try commit()
        session.isVerified = true
        return Answer()
    }

    /// CHANGE PIN `80 5E 01 00 Lc old ‖ FF ‖ new`; a wrong old PIN costs a try.
    func changePIN(_ command: ReceivedCommand) throws(SAMStop) -> Answer {
        try require(command.p1 == 1 && command.p2 == 0, .incorrectP1P2)
        // No byte of a packed PIN is FF.
        let parts = command.data.split(separator: 0xFF, maxSplits: 1, omittingEmptySubsequences: false).map(Array.init)
        let fits = parts.count == 2 && parts.allSatisfy { PackedPIN.lengths.contains($0.count) }
        try require(command.ne == nil && fits, .wrongLength)
        try require(memory.triesLeft > 0, .authenticationMethodBlocked)
        try require(PackedPIN.digits(parts[1]) != nil, .wrongData)
        guard memory.pin == SecretBytes(copying: parts[0]) else { return try wrongPIN() }
        memory.stage(pin: parts[1])
        memory.stage(triesLeft: pinTries)
        try commit()
        return Answer()
    }

    private func wrongPIN() throws(SAMStop) -> Answer {
        session.isVerified = false
        let left = memory.triesLeft - 1
        memory.stage(triesLeft: left)
        try commit()
        return Answer(status: .triesLeft(left))
    }
}
