import Messages
import Releases
import ShangMi

/// A second person's signature of the chain: what was there then cannot be taken out again without that person's seeing
/// it.
public struct Countersignature: Sendable, Hashable, Codable {
    public let name: String
    /// x ‖ y, 128 lowercase hexadecimal digits.
    public let publicKey: String
    /// The station's signature that was countersigned.
    public let sequence: Int64
    public let hash: String
    /// r ‖ s over ``message(ledger:)``, 128 lowercase hexadecimal digits.
    public let signature: String

    /// What is signed: four lines of text.
    ///
    /// - Parameter ledger: the hash of its first entry.
    static func message(ledger: String, head: LedgerHead, name: String) -> [UInt8] {
        Array("resident-health-card-countersign/1\nledger: \(ledger)\nhead: \(head)\nname: \(name)\n".utf8)
    }

    /// The key, when the signature is its.
    ///
    /// - Parameter ledger: the hash of its first entry.
    func key(ledger: String) -> SM2.PublicKey? {
        let message = Self.message(ledger: ledger, head: LedgerHead(sequence: sequence, hash: hash), name: name)
        guard let bytes = LowercaseHex.decode(publicKey), let key = try? SM2.PublicKey(bytes),
            let signature = LowercaseHex.decode(signature), key.isValid(signature: signature, message: message)
        else { return nil }
        return key
    }
}

extension Ledger {
    /// Signs the last signature of a station's once more, by a person's key. What is signed already is left.
    ///
    /// - Parameter name: of one of the people who are enrolled with the authority, where one is; else any, which keeps
    ///   the key it had.
    /// - Returns: what is signed.
    /// - Throws: ``LedgerError``, `.unknown` when no run has ended yet, `.releaseRefused` for somebody who is not
    ///   enrolled; what the signer throws.
    @discardableResult
    public func countersign(by signer: some ReleaseSigner, name: String) throws -> LedgerHead {
        guard (1...240).contains(name.utf8.count), !name.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
            throw LedgerError.misconfigured(
                "a name is 1 to 240 bytes of text in one line",
                "姓名应为一行 1 至 240 字节的文本")
        }
        guard let seal = try lastSeal() else {
            throw LedgerError.unknown(
                "signature: no run has ended yet",
                "签名：尚无结束的制卡")
        }
        let key = signer.publicKey
        let message = Countersignature.message(ledger: try firstHash(), head: seal, name: name)
        let signature = try signer.signature(of: message)
        guard key.isValid(signature: signature, message: message) else {
            throw LedgerError.misconfigured(
                "the signer's signature does not fit its key",
                "签名与签署者的密钥不符")
        }
        let countersignature = Countersignature(
            name: name, publicKey: LowercaseHex.encode(key.bytes), sequence: seal.sequence, hash: seal.hash,
            signature: LowercaseHex.encode(signature))
        try write { database throws(StoreError) in
            try database.holdActs()
            try Self.requireCountersigner(name, key, database)
            let request = "countersign/\(LowercaseHex.encode(SM3.hash(key.bytes)))/\(seal.sequence)"
            if try Chain.entry(request: request, database) != nil { return }
            try self.chain.append(.countersign, request: request, to: database) { _, _ in
                var detail = EntryDetail()
                detail.countersignature = countersignature
                return detail
            }
        }
        return seal
    }

    private static func requireCountersigner(
        _ name: String, _ key: SM2.PublicKey, _ database: any LedgerDatabase
    ) throws(StoreError) {
        if let persons = try persons(database) {
            guard persons.contains(where: { $0.key == key && $0.name.utf8.elementsEqual(name.utf8) }) else {
                throw .ledger(
                    .releaseRefused(
                        "the people who are enrolled with the authority countersign: none of this name and key",
                        "会签须由该放行机构登记的人员进行，其中没有此姓名和密钥"))
            }
            return
        }
        let hex = LowercaseHex.encode(key.bytes)
        for row in try database.query("SELECT detail FROM entries WHERE kind = 'countersign' ORDER BY seq") {
            guard let former = EntryDetail(row.text(0))?.countersignature else { continue }
            guard (former.name == name) == (former.publicKey == hex) else {
                throw .ledger(
                    .releaseRefused(
                        "somebody has countersigned as \(former.name) with another key, or with this one by another name",
                        "已有人以 \(former.name) 之名用另一密钥会签，或用此密钥以另一姓名会签"))
            }
        }
    }
}
