import Files
import Foundation
import ShangMi

/// Requests that change something and could not be sent: a file that survives a crash, its owner's alone, every entry
/// sealed under a key made of the application's secret.
///
/// A request is taken out once it was answered. A crash in between sends it again: the platform must take it for the same,
/// as it does a registration of one person.
public struct PlatformQueue: Sendable {
    /// Most entries.
    public static let mostEntries = 1000

    public let path: String
    private let key: SecretBytes
    private let owner: [UInt8]

    private static let header = "healthcard platform queue 1"
    private static let longestFile = 8 << 20

    public init(path: String, credentials: PlatformCredentials) {
        self.path = path
        var hasher = SM3.Hasher()
        hasher.update(Array(Self.header.utf8))
        hasher.update(credentials.appSecret)
        key = SecretBytes(copying: hasher.finalize())
        owner = Array(credentials.appID.utf8)
    }

    /// What became of one request.
    public enum Outcome: Sendable, Equatable {
        case answered(PlatformAnswer)
        /// The platform will never take it; it is out of the queue.
        case refused(PlatformError)
    }

    /// How many requests wait.
    ///
    /// - Throws: ``PlatformError/queue(path:)`` for a file that is damaged or of other credentials.
    public func count() throws(PlatformError) -> Int { try entries().count }

    /// Appends a request; it is on the disk when this returns.
    ///
    /// - Throws: ``PlatformError/queue(path:)``, ``PlatformError/queueFull(path:limit:)``.
    public func append(_ request: PlatformRequest) throws(PlatformError) {
        try locked { () throws(PlatformError) in
            let waiting = try entries()
            guard waiting.count < Self.mostEntries else {
                throw .queueFull(path: path, limit: Self.mostEntries)
            }
            try write(waiting + [request])
        }
    }

    /// Sends what waits, in order, until the platform cannot be reached.
    ///
    /// - Returns: what became of those that were sent.
    /// - Throws: the error that stopped it; what was not answered stays in the queue.
    @discardableResult
    public func send(
        by platform: some ElectronicCardPlatform, _ body: (PlatformRequest, Outcome) -> Void = { _, _ in }
    ) throws(PlatformError) -> Int {
        var count = 0
        // Not locked while the platform is asked: whoever wants to append does not wait for a network.
        while let next = try entries().first {
            let outcome: Outcome
            do throws(PlatformError) {
                outcome = .answered(try platform.perform(next))
            } catch {
                guard case .refused(let refusal, _) = error, refusal.isFinal else { throw error }
                outcome = .refused(error)
            }
            try locked { () throws(PlatformError) in
                let waiting = try entries()
                // Another process may have sent it meanwhile.
                if waiting.first == next { try write(Array(waiting.dropFirst())) }
            }
            count += 1
            body(next, outcome)
        }
        return count
    }

    // MARK: The file

    /// One process at a time looks and writes.
    private func locked<Value>(_ body: () throws(PlatformError) -> Value) throws(PlatformError) -> Value {
        let folder = open(path.parentFolder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .queue(path: path) }
        defer { close(folder) }
        while flock(folder, LOCK_EX) != 0 {
            guard errno == EINTR else { throw .queue(path: path) }
        }
        return try body()
    }

    private func entries() throws(PlatformError) -> [PlatformRequest] {
        let content: [UInt8]?
        do throws(InputFileError) {
            content = try InputFile.contentsIfThere(of: path, atMost: Self.longestFile)
        } catch {
            throw .queue(path: path)
        }
        guard let content else { return [] }
        var lines = content.split(separator: 0x0A, omittingEmptySubsequences: false)[...]
        guard let header = lines.popFirst(), header.elementsEqual(Self.header.utf8), lines.popLast()?.isEmpty == true
        else { throw .queue(path: path) }
        var entries: [PlatformRequest] = []
        for line in lines {
            // In one spelling: base64 has several for the last bits.
            guard let decoded = Data(base64Encoded: Data(line)), decoded.base64EncodedData().elementsEqual(line),
                case let sealed = Array(decoded), sealed.count > ChaCha20Poly1305.nonceByteCount,
                let opened = try? ChaCha20Poly1305.open(
                    Array(sealed[ChaCha20Poly1305.nonceByteCount...]), associatedData: owner,
                    nonce: Array(sealed[..<ChaCha20Poly1305.nonceByteCount]), key: key),
                let request = opened.withUnsafeBytes({
                    try? JSONDecoder().decode(PlatformRequest.self, from: Data($0))
                })
            else { throw .queue(path: path) }
            entries.append(request)
        }
        return entries
    }

    private func write(_ entries: [PlatformRequest]) throws(PlatformError) {
        var text = Self.header + "\n"
        for entry in entries {
            guard let plain = try? JSONEncoder().encode(entry) else { throw .queue(path: path) }
            do throws(ShangMiError) {
                let nonce = try SystemRandom.bytes(ChaCha20Poly1305.nonceByteCount)
                let sealed = try ChaCha20Poly1305.seal(
                    SecretBytes(copying: plain), associatedData: owner, nonce: nonce, key: key)
                text += Data(nonce + sealed).base64EncodedString() + "\n"
            } catch {
                throw .cryptography(error)
            }
        }
        guard DurableFile.replace(path, with: Array(text.utf8)) else { throw .queue(path: path) }
    }
}

extension PlatformRefusal {
    /// Whether the same request would be refused again.
    var isFinal: Bool {
        switch self {
        case .signature, .clock, .replay, .token: false
        case .notFound, .codeInvalid, .codeExpired, .notPermitted, .other: true
        }
    }
}

extension PlatformField: CodingKeyRepresentable {}
