import ISO7816
import ShangMi

extension SAMSystem {
    /// DATA COMPRESS `80 CC {00 more, 01 last} 00 Lc data`: SM3.
    func dataCompress(_ command: ReceivedCommand) throws(SAMStop) -> Answer {
        try require(session.isVerified, .securityStatusNotSatisfied)
        try require(command.p1 <= 1 && command.p2 == 0, .incorrectP1P2)
        let isLast = command.p1 == 1
        try require(!command.data.isEmpty && command.ne == nil, .wrongLength)
        try require(session.directory == content.signatureDirectory, .conditionsNotSatisfied)
        var digest = session.digest ?? SM3.Hasher()
        digest.update(command.data)
        session.digest = isLast ? nil : digest
        return isLast ? later(digest.finalize()) : Answer()
    }

    /// DIGITAL SIGNATURE `80 CE 00 00 20 digest`: SM2 over the digest as it is, r ‖ s.
    func digitalSignature(_ command: ReceivedCommand) throws(SAMStop) -> Answer {
        try require(session.isVerified, .securityStatusNotSatisfied)
        try require(command.p1 == 0 && command.p2 == 0, .incorrectP1P2)
        try require(command.data.count == SM3.byteCount && command.ne == nil, .wrongLength)
        try require(session.directory == content.signatureDirectory, .referencedDataNotFound)
        guard let signature = try? content.signatureKey.sign(digest: command.data) else {
            throw .refused(.noPreciseDiagnosis)
        }
        return later(signature)
    }
}
