import Files
import Foundation
import Messages
import ShangMi

/// A place where cards are made: its name, the key it signs ledgers with, and how far it has signed them.
///
/// The folder belongs to one user (0700); the key (`station.key`, 0600) is made on first use and never leaves it.
public struct Station: Sendable {
    /// 1…64 characters of `A-Z a-z 0-9 . _ -`; unique in a ledger.
    public let name: String
    public let publicKey: SM2.PublicKey
    let key: SM2.PrivateKey
    let memory: StationMemory

    /// - Parameters:
    ///   - folder: created when it is not there.
    ///   - name: of a station that is made now; by default the host's name and eight digits of its key. One that is
    ///     there keeps its own.
    /// - Throws: `.misconfigured` naming the file and what to do, `.full`.
    public static func open(folder: String, name: String? = nil) throws(LedgerError) -> Station {
        let path = folder + "/station.key"
        if let station = try load(path, folder: folder) { return station }
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .misconfigured(
                "the station's folder \(folder) cannot be made; make it, or name another one",
                "无法创建工作站文件夹 \(folder)；请创建，或另指定一个")
        }
        try create(path, name: name)
        guard let station = try load(path, folder: folder) else {
            throw .misconfigured(
                "the station's key \(path) was removed while it was made; begin again",
                "工作站密钥 \(path) 在创建时被删除，请重新开始")
        }
        return station
    }

    /// The folder of this user's station.
    ///
    /// - Parameter environment: `XDG_STATE_HOME`, else `HOME` with `.local/state` in it.
    /// - Throws: `.misconfigured` when there is neither, or not as an absolute path.
    public static func standardFolder(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(LedgerError) -> String {
        let state = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 + "/.local/state" : nil }
        guard let parent = state ?? home else {
            throw .misconfigured(
                "no folder for the station: set HOME or XDG_STATE_HOME to an absolute path",
                "没有工作站的文件夹：请将 HOME 或 XDG_STATE_HOME 设为绝对路径")
        }
        return parent + "/healthcard/station"
    }

    /// Signs a text that says in its first line that it is a signature of evidence, `resident-health-card-evidence-signature/`
    /// and a number: r ‖ s over SM3(Z ‖ text).
    ///
    /// No such signature can be used as one of a ledger: what is signed there is a hash of 32 bytes, JSON, or a text whose
    /// first line is another (`…-heads/2`, `…-note/1`, `…-countersign/1`), which is refused here.
    ///
    /// - Throws: `.misconfigured` for a text without that line, and when the key cannot sign.
    public func sign(_ text: [UInt8]) throws(LedgerError) -> [UInt8] {
        guard Self.saysWhatItIs(text) else {
            throw .misconfigured(
                "the station's key signs only texts whose first line says what they are",
                "工作站密钥只对首行写明用途的文本签名")
        }
        guard let signature = try? key.deterministicSign(message: text) else {
            throw .misconfigured(
                "the station's key cannot sign",
                "工作站密钥不能签名")
        }
        return signature
    }

    private static func saysWhatItIs(_ text: [UInt8]) -> Bool {
        let start = Array("resident-health-card-".utf8)
        guard text.count > SM3.byteCount, text.starts(with: start), let end = text.firstIndex(of: 0x0A) else {
            return false
        }
        let parts = text[start.count..<end].split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return parts.count == 2 && parts[0].elementsEqual("evidence-signature".utf8) && !parts[1].isEmpty
            && parts[1].allSatisfy { (0x30...0x39).contains($0) }
    }

    private static let longestName = 64

    private static func isName(_ name: String) -> Bool {
        (1...longestName).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    /// Nil when there is no file. 32 bytes of key, then the name.
    private static func load(_ path: String, folder: String) throws(LedgerError) -> Station? {
        let file: InputFile
        var count = 0
        let secret: SecretBytes
        let name: String
        do throws(InputFileError) {
            file = try InputFile(path, atMost: SM2.privateKeyByteCount + longestName + 1, .file, .ownerOnly)
            secret = try SecretBytes(count: SM2.privateKeyByteCount) { bytes throws(InputFileError) in
                count = try file.read(into: bytes)
            }
            name = String(decoding: try file.readToEnd(), as: UTF8.self)
        } catch {
            switch error.problem {
            case .missing: return nil
            case .exposed:
                throw .misconfigured(
                    "the station's key \(path) can be read by others: chmod 600 it, if none of them has",
                    "工作站密钥 \(path) 可被他人读取；如确认无人读过，请执行 chmod 600")
            default:
                throw .misconfigured(
                    "the station's key \(error)",
                    "工作站密钥\(error)")
            }
        }
        guard count == SM2.privateKeyByteCount, isName(name), let key = try? SM2.PrivateKey(secret) else {
            throw .misconfigured(
                "the station's key \(path) is damaged: restore it from a backup; without one remove it, and the station gets another name and key",
                "工作站密钥 \(path) 已损坏：请从备份恢复；没有备份则删除，工作站将使用新的名称和密钥")
        }
        return Station(name: name, publicKey: key.publicKey, key: key, memory: StationMemory(folder: folder, key: key))
    }

    /// Written aside and linked to its name: two processes that begin at once end with one key, and a cut write with none.
    private static func create(_ path: String, name: String?) throws(LedgerError) {
        guard let key = try? SM2.PrivateKey.generate() else {
            throw .misconfigured(
                "the system has no random numbers to make a station's key of",
                "系统没有可用于生成工作站密钥的随机数")
        }
        let suffix = LowercaseHex.encode(Array(SM3.hash(key.publicKey.bytes).prefix(4)))
        let name = name ?? "\(hostName())-\(suffix)"
        guard isName(name) else {
            throw .misconfigured(
                "a station's name is 1 to \(longestName) of A-Z a-z 0-9 . _ -",
                "工作站名称应为 1 至 \(longestName) 个字符：A-Z a-z 0-9 . _ -")
        }
        let draft = "\(path).\(getpid())-\(suffix)"
        let file = Foundation.open(draft, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure(path) }
        defer { unlink(draft) }
        let isWritten = key.bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) == $0.count }
        let isNamed = write(file, name, name.utf8.count) == name.utf8.count
        let isDurable = fsync(file) == 0
        let error = failure(path)
        close(file)
        guard isWritten, isNamed, isDurable else { throw error }
        guard link(draft, path) == 0 || errno == EEXIST else { throw failure(path) }
    }

    private static func failure(_ path: String) -> LedgerError {
        let reason = SystemReason(errno)
        let text = AnyMessage(
            "the station's key \(path) cannot be written: \(reason)", "无法写入工作站密钥 \(path)：\(reason)")
        return [ENOSPC, EDQUOT].contains(reason.code) ? .full(text) : .misconfigured(text)
    }

    private static func hostName() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "station" }
        let name = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            .prefix { $0 != "." }.filter { isName(String($0)) }
        return name.isEmpty ? "station" : String(name.prefix(longestName - 9))
    }
}
