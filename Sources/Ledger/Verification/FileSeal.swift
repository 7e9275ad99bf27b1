import Foundation
import ShangMi

/// What a station says of every page of a ledger's file: `LEDGER.seal`, beside it, written at the end of a run.
///
/// SQLite does not read every byte of its file: a change in room that is free would go unseen.
struct FileSeal: Codable, Hashable, Sendable {
    static let format = 1

    private(set) var format = FileSeal.format
    /// The hash of the first entry.
    let firstHash: String
    /// The last entry.
    let sequence: Int64
    let hash: String
    /// Bytes.
    let fileSize: Int
    let pageSize: Int
    /// SM3 of each page, 64 lowercase hexadecimal digits.
    let pages: [String]
    let station: String
    private(set) var publicKey = ""
    /// r ‖ s over SM3(Z ‖ everything else), 128 lowercase hexadecimal digits.
    private(set) var signature = ""

    init(
        firstHash: String, sequence: Int64, hash: String, fileSize: Int, pageSize: Int, pages: [String], station: String
    ) {
        self.firstHash = firstHash
        self.sequence = sequence
        self.hash = hash
        self.fileSize = fileSize
        self.pageSize = pageSize
        self.pages = pages
        self.station = station
    }

    static func path(of ledger: String) -> String { ledger + ".seal" }

    /// The bytes of the file.
    func signed(by key: SM2.PrivateKey) -> Data? {
        var seal = self
        seal.publicKey = LowercaseHex.encode(key.publicKey.bytes)
        guard let message = seal.message, let signature = try? key.deterministicSign(message: message) else {
            return nil
        }
        seal.signature = LowercaseHex.encode(signature)
        return seal.encoded
    }

    /// Reads the file; nil unless it is, to the byte, what the key in it signed.
    init?(_ data: Data) {
        guard let seal = try? JSONDecoder().decode(FileSeal.self, from: data), seal.format == Self.format,
            seal.encoded == data, let message = seal.message, let key = LowercaseHex.decode(seal.publicKey),
            let signature = LowercaseHex.decode(seal.signature),
            (try? SM2.PublicKey(key))?.isValid(signature: signature, message: message) == true
        else { return nil }
        self = seal
    }

    private var encoded: Data? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { $0 + Data("\n".utf8) }
    }

    /// The file with an empty signature.
    private var message: [UInt8]? {
        var seal = self
        seal.signature = ""
        return seal.encoded.map(Array.init)
    }
}
