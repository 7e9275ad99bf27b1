import HealthCard
import ShangMi

/// Who asks a platform, and what proves it: the lines `name = value` of a file that is its owner's alone.
///
/// `appId`, `appSecret`, and as the dialect needs them `contentKey` (32 hexadecimal digits), `terminalId`, `hospitalId`,
/// `channel`. Lines that begin with `#` are comments.
public struct PlatformCredentials: Sendable {
    public let appID: String
    let appSecret: SecretBytes
    let contentKey: SecretBytes?
    let terminalID: String
    let hospitalID: String
    let channel: String
    /// For messages.
    let path: String

    private static let longest = 16_384
    private static let names: Set = ["appId", "appSecret", "contentKey", "terminalId", "hospitalId", "channel"]

    public init(
        appID: String, appSecret: SecretBytes, contentKey: SecretBytes? = nil, terminalID: String = "",
        hospitalID: String = "", channel: String = ""
    ) {
        self.appID = appID
        self.appSecret = appSecret
        self.contentKey = contentKey
        self.terminalID = terminalID
        self.hospitalID = hospitalID
        self.channel = channel
        path = ""
    }

    /// - Throws: `KeyStoreError` for a file that is not there or that others have rights to,
    ///   ``PlatformError/credentials(path:entry:)``.
    public init(file path: String) throws {
        let content = try PrivateFile.read(path, atMost: Self.longest, mayBePipe: true)
        var texts: [String: String] = [:]
        var secrets: [String: SecretBytes] = [:]
        try content.withUnsafeBytes { bytes throws(PlatformError) in
            for line in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
                let line = Self.trimmed(line)
                if line.isEmpty || line.first == 0x23 { continue }
                guard let equals = line.firstIndex(of: 0x3D) else { throw .credentials(path: path, entry: "=") }
                let name = String(decoding: Self.trimmed(line[..<equals]), as: UTF8.self)
                guard Self.names.contains(name), texts[name] == nil, secrets[name] == nil else {
                    throw .credentials(path: path, entry: Self.names.contains(name) ? name : "name")
                }
                let value = Self.trimmed(line[(equals + 1)...])
                switch name {
                case "appSecret", "contentKey": secrets[name] = SecretBytes(copying: value)
                default: texts[name] = String(decoding: value, as: UTF8.self)
                }
            }
        }
        guard let id = texts["appId"], !id.isEmpty else { throw PlatformError.credentials(path: path, entry: "appId") }
        guard let secret = secrets["appSecret"], secret.count > 0 else {
            throw PlatformError.credentials(path: path, entry: "appSecret")
        }
        appID = id
        appSecret = secret
        contentKey = try secrets["contentKey"].map { try Self.key($0, path) }
        terminalID = texts["terminalId"] ?? ""
        hospitalID = texts["hospitalId"] ?? ""
        channel = texts["channel"] ?? ""
        self.path = path
    }

    private static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        var rest = bytes
        while let first = rest.first, first == 0x20 || first == 0x09 { rest = rest.dropFirst() }
        while let last = rest.last, last == 0x20 || last == 0x09 { rest = rest.dropLast() }
        return rest
    }

    private static func key(_ digits: SecretBytes, _ path: String) throws(PlatformError) -> SecretBytes {
        guard let key = ElectronicCardKeyFile.key(digits) else { throw .credentials(path: path, entry: "contentKey") }
        return key
    }
}
