import CHealthCard
import ShangMi

/// How client and service come to know each other: HELLO, CHALLENGE, INTRODUCTION, WELCOME.
struct Greeting {
    static let nonceLength = 16
    static let proofLength = 32
    /// Bytes of an introduction: variables, a configuration file, the handles.
    private static let longestIntroduction = 8 << 20

    /// Why a client is not let in.
    enum Refusal: UInt8 {
        case version = 1
        case proof = 2
        case malformed = 3
    }

    /// What a client says of itself.
    struct Introduction {
        let process: Int32
        let surroundings: DistantCaller.Surroundings
        let lastHandle: Int
        let handles: Set<Int>
    }

    /// Lets a client in, or tells it why not.
    ///
    /// - Parameter secret: what both sides prove that they know; nil where the way to the socket is enough.
    static func exchange(_ connection: ClientConnection, secret: [UInt8]?) -> Introduction? {
        do {
            guard let hello = connection.receive(atMost: 64), hello.type == .hello,
                let ours = try? SystemRandom.bytes(nonceLength)
            else { return nil }
            let theirs = try nonce(hello.body)
            let proof =
                secret.map { Self.proof("agent", $0, theirs, ours) } ?? [UInt8](repeating: 0, count: proofLength)
            connection.send(Frame(.challenge, [Frame.version] + ours + proof))
            guard let frame = connection.receive(atMost: longestIntroduction), frame.type == .introduction else {
                return nil
            }
            var reader = FrameReader(frame.body)
            let theirProof = try Array(reader.bytes(proofLength))
            if let secret, !isSame(theirProof, Self.proof("client", secret, theirs, ours)) { throw Refusal.proof }
            let introduction = try introduction(&reader)
            return introduction
        } catch let refusal as Refusal {
            connection.send(Frame(.refused, [refusal.rawValue]))
        } catch {
            connection.send(Frame(.refused, [Refusal.malformed.rawValue]))
        }
        return nil
    }

    /// `MHC`, the lowest and the highest version, 16 random bytes.
    static func nonce(_ hello: [UInt8]) throws -> [UInt8] {
        var reader = FrameReader(hello)
        guard Array(try reader.bytes(3)) == Array("MHC".utf8) else { throw FrameFlaw() }
        let (lowest, highest) = (try reader.number(UInt8.self), try reader.number(UInt8.self))
        guard lowest <= Frame.version, highest >= Frame.version else { throw Refusal.version }
        let nonce = Array(try reader.bytes(nonceLength))
        guard reader.isAtEnd else { throw FrameFlaw() }
        return nonce
    }

    static func introduction(_ reader: inout FrameReader) throws(FrameFlaw) -> Introduction {
        let process = Int32(truncatingIfNeeded: try reader.number(UInt32.self))
        let surroundings = try reader.surroundings()
        let last = Int(try reader.number(UInt32.self))
        let count = Int(try reader.number(UInt32.self))
        var handles: Set<Int> = []
        for _ in 0..<count {
            let handle = Int(try reader.number(UInt32.self))
            guard handle <= last, handle <= Int(Int32.max) else { throw FrameFlaw() }
            handles.insert(handle)
        }
        guard reader.isAtEnd, last <= Int(Int32.max) else { throw FrameFlaw() }
        return Introduction(process: process, surroundings: surroundings, lastHandle: last, handles: handles)
    }

    /// HMAC-SM3 over who proves, the client's random bytes and the service's.
    static func proof(_ role: String, _ secret: [UInt8], _ client: [UInt8], _ service: [UInt8]) -> [UInt8] {
        let blockLength = 64
        var key = secret.count > blockLength ? SM3.hash(secret) : secret
        key += [UInt8](repeating: 0, count: blockLength - key.count)
        let inner = SM3.hash(key.map { $0 ^ 0x36 } + Array(role.utf8) + client + service)
        return SM3.hash(key.map { $0 ^ 0x5C } + inner)
    }

    private static func isSame(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        one.count == other.count && zip(one, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

extension Greeting.Refusal: Error {}
