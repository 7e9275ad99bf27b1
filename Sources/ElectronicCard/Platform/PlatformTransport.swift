import CHTTPS

/// What carries a request to a platform and brings the answer.
public protocol PlatformTransport {
    /// - Returns: the body of an answer of HTTP status 200.
    func post(_ body: [UInt8], to url: String) throws(PlatformError) -> [UInt8]
}

/// HTTPS by libcurl, which is loaded when it is first used. The server's certificate and name are always verified, TLS is
/// 1.2 or later, no redirection is followed and no proxy used.
public struct HTTPSTransport: PlatformTransport, Sendable {
    /// A file of authorities in PEM; nil for the system's.
    public var authorities: String?
    /// For the connection, and for the whole.
    public var connectSeconds: Int
    public var seconds: Int
    /// Bytes of the longest answer that is taken.
    public var limit: Int

    /// - Parameters:
    ///   - connectSeconds: 1 to 60.
    ///   - seconds: 1 to 120.
    ///   - limit: 1 to 16 MiB.
    public init(authorities: String? = nil, connectSeconds: Int = 5, seconds: Int = 15, limit: Int = 1 << 20) {
        self.authorities = authorities
        self.connectSeconds = min(max(1, connectSeconds), 60)
        self.seconds = min(max(1, seconds), 120)
        self.limit = min(max(1, limit), 16 << 20)
    }

    public func post(_ body: [UInt8], to url: String) throws(PlatformError) -> [UInt8] {
        guard url.hasPrefix("https://"), url.utf8.count <= 2048, url.utf8.allSatisfy({ (0x21..<0x7F).contains($0) })
        else { throw .address }
        var answer = healthcard_https_answer()
        let result = exchange(body, url, &answer)
        defer { healthcard_https_free(&answer) }
        if let error = error(result) { throw error }
        guard answer.status == 200 else { throw .http(status: answer.status) }
        return Array(UnsafeBufferPointer(start: answer.body, count: answer.length))
    }

    private func exchange(
        _ body: [UInt8], _ url: String, _ answer: inout healthcard_https_answer
    ) -> healthcard_https_result {
        func post(_ authorities: UnsafePointer<CChar>?) -> healthcard_https_result {
            url.withCString { url in
                body.withUnsafeBytes { body in
                    "application/json; charset=utf-8".withCString { type in
                        var request = healthcard_https_request(
                            url: url, content_type: type, body: body.baseAddress, body_length: body.count,
                            ca_file: authorities, connect_timeout_ms: connectSeconds * 1000,
                            timeout_ms: seconds * 1000, limit: limit)
                        return healthcard_https_post(&request, &answer)
                    }
                }
            }
        }
        return authorities.map { $0.withCString(post) } ?? post(nil)
    }

    private func error(_ result: healthcard_https_result) -> PlatformError? {
        switch result {
        case HEALTHCARD_HTTPS_OK: nil
        case HEALTHCARD_HTTPS_NO_LIBRARY: .noLibrary
        case HEALTHCARD_HTTPS_ADDRESS: .address
        case HEALTHCARD_HTTPS_UNREACHABLE: .unreachable
        case HEALTHCARD_HTTPS_TIMEOUT: .timeout(seconds: seconds)
        case HEALTHCARD_HTTPS_CERTIFICATE: .certificate
        case HEALTHCARD_HTTPS_TLS: .tls
        case HEALTHCARD_HTTPS_CUT: .cut
        case HEALTHCARD_HTTPS_TOO_LONG: .tooLong(limit: limit)
        default: .tls
        }
    }
}
