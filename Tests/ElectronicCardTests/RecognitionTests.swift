import CAllocationCounter
import CardProfiles
import Foundation
import ISO7816
import Testing

@testable import ElectronicCard

/// `Docs/electronic-card.md §3`.
@Suite("Recognizing scanned texts") struct RecognitionTests {
    private let vectors: Vectors

    init() throws { vectors = try Vectors.shared.get() }

    /// As the vectors and the Python program write it.
    struct Found: Codable, Equatable {
        var kind = ""
        var reason, id, validity, payment, issuer, prefix, number, service: String?
        var mayAlsoBe: [String]?
        var normalized: [String] = []

        init(_ recognition: Recognition) {
            normalized = recognition.normalizations.names
            switch recognition.content {
            case .code(let code):
                kind = code.kind.rawValue
                set(code)
            case .unknownPrefix(let code):
                kind = "unknownPrefix"
                prefix = code.prefix
                set(code.rest)
            case .identityNumber(let identity, let mayBePayment):
                kind = "identityNumber"
                number = identity.text
                mayAlsoBe = mayBePayment ? ["paymentCode"] : nil
            case .payment(let payment):
                kind = "paymentCode"
                service = payment.rawValue
            case .unknown(let why):
                kind = "unknown"
                reason = why.rawValue
            }
        }

        private mutating func set(_ code: CardCode) {
            id = code.idDigits
            validity = code.validity?.hex
            payment = code.payment
            issuer = code.issuer
        }

        init(_ text: Vectors.Text) {
            kind = text.kind
            (reason, id, validity, payment) = (text.reason, text.id, text.validity, text.payment)
            (issuer, prefix, number, service) = (text.issuer, text.prefix, text.number, text.service)
            mayAlsoBe = text.mayAlsoBe
            normalized = text.normalized ?? []
        }
    }

    @Test("Every form and every negative of the vectors gives the documented result")
    func texts() {
        #expect(vectors.texts.count { $0.kind == "unknown" } >= 40)
        for text in vectors.texts {
            #expect(Found(Recognition(of: text.bytes)) == Found(text), "\(text.why)")
        }
        let reasons = Set(vectors.texts.compactMap(\.reason))
        #expect(reasons == Set(UnknownReason.allCases.map(\.rawValue)))
    }

    @Test("A code is spelled in one way, which is recognized as the same without a change")
    func spelling() throws {
        for text in vectors.texts {
            guard let code = Recognition(of: text.bytes).code else { continue }
            let again = Recognition(of: code.text)
            #expect(again.code == code && again.normalizations == [], "\(text.why)")
            #expect(code.id.hex == code.idDigits)
        }
    }

    @Test("What a code says of itself does not show whose it is")
    func silence() throws {
        let code = try #require(Recognition(of: vectors.published.static).code)
        var dumped = ""
        dump(code, to: &dumped)
        dump(try vectors.published.identity(), to: &dumped)
        dumped += "\(code) \(Recognition(of: vectors.published.static)) \(try vectors.published.identity())"
        for secret in [vectors.published.id, vectors.published.number, vectors.published.name] {
            #expect(!dumped.contains(secret))
        }
    }

    @Test("A Python program says the same of thousands of damaged texts")
    func independent() throws {
        var generator = Seeded(state: 19)
        let seeds = vectors.texts.map(\.bytes).filter { $0.count < 300 }
        let pieces: [[UInt8]] = [
            [0x3A], Array("：".utf8), [0x0D], [0x0A], [0x09], [0x20], Array("　".utf8), [0], [0x7F], [0xFF],
            [0xEF], [0xBC], [0x9A], Array("１".utf8), Array("0".utf8), Array("9".utf8), Array("x".utf8), Array("a".utf8),
            Array("G".utf8), [0xC2, 0xA0], [0xEF, 0xBB, 0xBF], [0xC2], [0xE3, 0x80], Array("健".utf8), Array("::".utf8),
        ]
        var texts: [[UInt8]] = []
        for _ in 0..<4_000 {
            var text = seeds.randomElement(using: &generator) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0...text.count, using: &generator)
                switch Int.random(in: 0..<5, using: &generator) {
                case 0 where place < text.count: text.remove(at: place)
                case 1 where place < text.count: text[place] = UInt8.random(in: 0...255, using: &generator)
                case 2: text.removeSubrange(place..<min(text.count, place + Int.random(in: 1...40, using: &generator)))
                default: text.insert(contentsOf: pieces.randomElement(using: &generator) ?? [], at: place)
                }
            }
            texts.append(text)
        }
        let input = texts.map { Hex.encode($0) }.joined(separator: "\n")
        let outcome = try Tool.python("electronic_card.py", ["recognize"], input: Data(input.utf8))
        let lines = String(decoding: outcome.output, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == texts.count)
        for (text, line) in zip(texts, lines) {
            let theirs = try JSONDecoder().decode(Found.self, from: Data(line.utf8))
            #expect(Found(Recognition(of: text)) == theirs, "\(Hex.encode(text))")
        }
    }

    @Test("A code takes one array of memory, and anything else none but a number's text")
    func allocations() {
        // What is made once, and never again.
        for text in vectors.texts { _ = Recognition(of: text.bytes) }
        for text in vectors.texts {
            let bytes = text.bytes
            let before = allocations_of_this_thread()
            let recognition = Recognition(of: bytes)
            let count = allocations_of_this_thread() - before
            let most: UInt64 =
                switch recognition.content {
                // An 18-character text that may be a number, or a prefix, is a String for a moment.
                case .code: 1
                case .unknownPrefix, .identityNumber, .payment, .unknown(.identityNumber): 3
                case .unknown: text.why.contains("prefix") ? 2 : 0
                }
            #expect(count <= most, "\(text.why): \(count)")
        }
    }
}

/// The same numbers every time.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
