import Files
import Foundation
import Glibc
import ISO7816
import Messages
import ShangMi

/// A card's state on the host's disk: `PATH`, JSON, and beside it `PATH.journal`, a line for each transaction since.
///
/// Rewriting 60 KB of JSON and waiting for the disk at each of 400 commands would cost seconds. So a transaction is
/// appended to the journal before the card answers, which takes microseconds and survives the death of the process at
/// any instant (not the host's: that would take an fsync a command). The JSON is written anew, into another file that
/// then takes its name, when the card is powered off and whenever the journal grows long; the journal starts again
/// then. Its first line says which JSON it continues.
final class StateFile {
    struct Loaded {
        var json: [UInt8]
        var transactions: [[NonVolatileMemory.Write]]
    }

    /// Bytes of journal after which the JSON is written anew.
    static let longestJournal = 1 << 20
    /// Bytes of a state or a journal; a card's state has about 100,000.
    private static let longestFile = 1 << 24
    private static let title = "virtual-health-card journal of "

    let path: String
    private let descriptor: Int32
    private var journalLength = 0
    private var headerLength = 0
    /// Transactions since the card was made.
    private(set) var sequence = 0

    var isJournalEmpty: Bool { journalLength == headerLength }
    var isJournalLong: Bool { journalLength > Self.longestJournal }

    /// Opens the files for this process alone.
    init(path: String) throws(VirtualCardError) {
        self.path = path
        // A pipe or a device in place of the state is refused before a journal is made beside it.
        _ = try Self.contents(path)
        descriptor = open(path + ".journal", O_RDWR | O_CREAT | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(path + ".journal", "open") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .file(path: path, problem: .inUse)
        }
    }

    deinit { close(descriptor) }

    private static func failure(_ path: String, _ call: String) -> VirtualCardError {
        .file(path: path, problem: .call(call, SystemReason(errno)))
    }

    // MARK: Loading

    /// nil when there is no card yet.
    /// - Parameter sequence: how many transactions led to the state that a JSON holds.
    func load(
        sequence sequenceOf: ([UInt8]) throws(VirtualCardError) -> Int
    ) throws(VirtualCardError) -> Loaded? {
        guard let json = try Self.contents(path) else { return nil }
        do throws(VirtualCardError) { sequence = max(0, try sequenceOf(json)) } catch {
            throw .file(path: path, problem: .error(AnyMessage(error)))
        }
        let transactions = try readJournal(json, sequence: sequence)
        sequence += transactions.count
        return Loaded(json: json, transactions: transactions)
    }

    /// nil when there is no such file.
    private static func contents(_ path: String) throws(VirtualCardError) -> [UInt8]? {
        do {
            return try InputFile.contentsIfThere(of: path, atMost: longestFile)
        } catch {
            throw .file(path: path, problem: .file(.input(error.problem)))
        }
    }

    private func readJournal(_ json: [UInt8], sequence: Int) throws(VirtualCardError) -> [[NonVolatileMemory.Write]] {
        guard let data = try Self.contents(path + ".journal"), !data.isEmpty else { return [] }
        var lines = data.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
        // Without its line end the last one was never finished, and the command never answered.
        lines.removeLast()
        guard let header = lines.first else { return [] }
        let entries = lines.dropFirst().map(Self.decode)
        guard header == Array((Self.title + Self.digest(json)).utf8) else {
            // A journal older than the JSON was left by a process that died between the two.
            let last = entries.compactMap { $0?.sequence }.max() ?? 0
            guard last > sequence else { return [] }
            throw .file(
                path: path,
                problem: .olderThanJournal(path + ".journal"))
        }
        var transactions: [[NonVolatileMemory.Write]] = []
        for (number, entry) in entries.enumerated() {
            guard let entry, entry.sequence == sequence + number + 1 else {
                throw .file(path: path + ".journal", problem: .lineDamaged(number + 2))
            }
            transactions.append(entry.writes)
        }
        return transactions
    }

    // MARK: Saving

    /// Makes a transaction last. On an error nothing of it stays.
    func append(_ writes: [NonVolatileMemory.Write]) throws(VirtualCardError) {
        let line = Self.encode(writes, sequence: sequence + 1)
        guard Self.write(line, to: descriptor, at: journalLength) else {
            let error = Self.failure(path + ".journal", "write")
            ftruncate(descriptor, off_t(journalLength))
            throw error
        }
        journalLength += line.count
        sequence += 1
    }

    /// Writes the JSON anew and starts the journal again.
    func replace(with json: [UInt8]) throws(VirtualCardError) {
        let temporary = path + ".new"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.failure(temporary, "open") }
        let isWritten = Self.write(json, to: file, at: 0) && fsync(file) == 0
        let error = Self.failure(temporary, "write")
        close(file)
        guard isWritten else {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else { throw Self.failure(path, "rename") }
        let folder = open(path.parentFolder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
        let header = Array((Self.title + Self.digest(json) + "\n").utf8)
        guard ftruncate(descriptor, 0) == 0, Self.write(header, to: descriptor, at: 0) else {
            throw Self.failure(path + ".journal", "write")
        }
        (journalLength, headerLength) = (header.count, header.count)
    }

    private static func write(_ bytes: [UInt8], to file: Int32, at offset: Int) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                bytes.baseAddress.map { pwrite(file, $0 + done, bytes.count - done, off_t(offset + done)) } ?? -1
            }
            if count > 0 { done += count } else if errno != EINTR { return false }
        }
        return true
    }

    // MARK: Lines

    private static func digest(_ bytes: [UInt8]) -> String { Hex.encode(SM3.hash(bytes)) }

    /// `SEQUENCE ADDRESS=BYTES ADDRESS=BYTES #CHECK`, a line.
    static func encode(_ writes: [NonVolatileMemory.Write], sequence: Int) -> [UInt8] {
        let places = writes.map { "\(String($0.address, radix: 16))=\(Hex.encode($0.bytes))" }
        let text = "\(sequence) " + places.joined(separator: " ")
        return Array("\(text) #\(digest(Array(text.utf8)).prefix(16))\n".utf8)
    }

    /// nil for a damaged line.
    static func decode(_ line: [UInt8]) -> (sequence: Int, writes: [NonVolatileMemory.Write])? {
        let parts = String(decoding: line, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count >= 3, let sequence = Int(parts[0]), let check = parts.last else { return nil }
        let text = parts.dropLast().joined(separator: " ")
        guard check == "#" + digest(Array(text.utf8)).prefix(16) else { return nil }
        var writes: [NonVolatileMemory.Write] = []
        for part in parts.dropFirst().dropLast() {
            let pair = part.split(separator: "=", omittingEmptySubsequences: false)
            guard pair.count == 2, let address = Int(pair[0], radix: 16), let bytes = Hex.decode(pair[1]) else {
                return nil
            }
            writes.append(NonVolatileMemory.Write(address: address, bytes: bytes))
        }
        return (sequence, writes)
    }
}
