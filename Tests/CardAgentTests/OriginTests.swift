import Testing

@testable import CardAgent

@Suite("Origins and hosts") struct OriginTests {
    @Test("An origin is taken as browsers write it, and in no other way")
    func origins() {
        for text in [
            "https://his.example", "https://his.example:8443", "http://localhost:3000", "http://127.0.0.1:9000",
            "https://[2001:db8::1]:8443", "http://10.1.2.3:8080",
        ] { #expect(WebOrigin(text)?.description == text) }
        for text in [
            "", "null", "https://", "https://his.example/", "https://his.example/path", "https://HIS.example",
            "HTTPS://his.example", "https://his.example:443", "http://his.example:80", "https://his.example:0443",
            "https://user@his.example", "https://his.example:99999", "https://his..example", "https://.example",
            "https://his.example#x", "https://his.example?x", "file:///etc/passwd", "chrome-extension://abc",
            "https://his.example\u{0}", "https://his.example ", " https://his.example", "https://his.example,https://b",
            "https://[::1", "https://[]", "https://" + String(repeating: "a", count: 300),
        ] { #expect(WebOrigin(text) == nil, "\(text)") }
    }

    @Test("A page that others on the network can change is not trustworthy")
    func trustworthy() {
        #expect(WebOrigin("https://his.example")?.isTrustworthy == true)
        #expect(WebOrigin("http://localhost:3000")?.isTrustworthy == true)
        #expect(WebOrigin("http://his.example")?.isTrustworthy == false)
        // A name that only begins like this machine's leads elsewhere.
        #expect(WebOrigin("http://localhost.evil.example")?.isTrustworthy == false)
        #expect(WebOrigin("http://127.0.0.1.evil.example")?.isTrustworthy == false)
    }

    @Test("A listener answers for its own names and port only")
    func hosts() {
        let place = ListenerPlace(address: "127.0.0.1", port: 8327, isThisMachine: true, isTLS: false)
        for text in ["127.0.0.1:8327", "localhost:8327", "[::1]:8327"] {
            #expect(HostName(text).map(place.owns) == true, "\(text)")
        }
        for text in [
            "127.0.0.1", "localhost", "127.0.0.1:80", "evil.example:8327", "localhost.evil.example:8327",
            "127.0.0.2:8327", "0.0.0.0:8327",
        ] { #expect(HostName(text).map(place.owns) != true, "\(text)") }
        for text in ["localhost:08327", "a:b", "[::1", "127.0.0.1:8327:1", "local host", "a@b:8327", ""] {
            #expect(HostName(text) == nil, "\(text)")
        }
    }
}
