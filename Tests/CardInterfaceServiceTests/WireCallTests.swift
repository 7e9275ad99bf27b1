import CHealthCard
import Foundation
import Testing

@testable import CardInterfaceService

/// Numbers that are the same in every run.
struct Dice: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 29
    }
}

/// Calls as clients make them, and as nobody does.
enum WireCallMaker {
    static func surroundings(_ file: [UInt8]? = nil) -> [UInt8] {
        var writer = FrameWriter()
        writer.put(UInt8(1))
        writer.put(UInt8(17))
        writer.put(Array("HEALTHCARD_READER".utf8))
        writer.put(text: "Reader 0")
        writer.put(UInt8(file == nil ? 0 : 3))
        if let file {
            writer.put(UInt32(file.count))
            writer.put(file)
        }
        return writer.bytes
    }

    /// The body of a call with something in each argument.
    static func body(of function: InterfaceFunction, _ dice: inout Dice) -> [UInt8] {
        var writer = FrameWriter()
        writer.put(UInt8(function.number))
        if function.opens {
            writer.put(UInt8(6))
            writer.put(surroundings(Array("reader = 1\n".utf8)))
        }
        for kind in function.kinds {
            switch kind {
            case .handle, .number:
                writer.put(UInt8(1))
                writer.put(Int64.random(in: -1...5, using: &dice))
            case .input:
                writer.put(UInt8(2))
                writer.put(UInt8.random(in: 0...1, using: &dice))
                let text = (0..<Int.random(in: 0...70, using: &dice)).map { _ in UInt8.random(in: 0...255, using: &dice)
                }
                writer.put(UInt32(text.count))
                writer.put(text)
            case .output, .photo, .count: writer.put(UInt8.random(in: 0...1, using: &dice) * 3)
            case .room:
                writer.put(UInt8(4))
                writer.put(UInt32.random(in: 0...67, using: &dice))
            case .items:
                let count = Int.random(in: 0...5, using: &dice)
                writer.put(UInt8(5))
                writer.put(UInt8.random(in: 0...1, using: &dice))
                writer.put(UInt32(count))
                for _ in 0..<count {
                    writer.put(UInt16.random(in: 0...400, using: &dice))
                    writer.put(UInt16(1))
                    writer.put(UInt16.random(in: 0...80, using: &dice))
                    writer.put(UInt8(7))
                    writer.put(UInt8(0))
                    writer.put(UInt32(2))
                    writer.put([0x31, 0])
                }
            }
        }
        return writer.bytes
    }
}

@Suite("Calls of thin clients") struct WireCallTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func text(_ path: String) throws -> String {
        try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
    }

    @Test("A function's number is its place in the header, for the service, for the client and in the description")
    func numbers() throws {
        let header = try text("Sources/CHealthCardHeader/include/MHC_CardInterface.h")
        let declared = header.matches(of: #/(?m)^(?:int|DWORD|HANDLE) MHC_CALL (\w+)\(/#).map { String($0.1) }
        #expect(InterfaceFunction.all.map(\.name) == declared)
        #expect(InterfaceFunction.all.map(\.number) == Array(1...60))
        let client = try text("Sources/CardInterfaceClient/functions.c")
        let calls = client.matches(of: #/CALL\((\d+), (\w+),\s*\w+,\s*"([a-z0-9]*)"/#)
        #expect(calls.map { Int($0.1) } == InterfaceFunction.all.map(\.number))
        #expect(calls.map { String($0.2) } == declared)
        // The letters of the client that the service knows by another.
        let same: [Character: Character] = [
            "u": "i", "c": "i", "l": "i", "d": "t", "v": "t", "p": "t", "r": "o", "y": "o", "w": "o", "s": "g",
        ]
        for (call, function) in zip(calls, InterfaceFunction.all) {
            let letters = call.3.filter(\.isLetter).map { same[$0] ?? $0 }
            #expect(letters == function.kinds.map(\.rawValue), "\(function.name)")
        }
        let description = try text("Docs/client-protocol.md")
        for function in InterfaceFunction.all {
            #expect(description.contains("| \(function.number) | `\(function.name)` |"), "\(function.name)")
        }
    }

    @Test("Arguments come out as they went in, and memory ends where the caller's does")
    func arguments() throws {
        var writer = FrameWriter()
        writer.put(UInt8(7))  // iVerifyPIN
        writer.put(UInt8(1))
        writer.put(Int64(-1))
        writer.put([2, 1, 0, 0, 0, 3] + Array("123".utf8))
        let call = try WireCall(writer.bytes)
        #expect(call.function.name == "iVerifyPIN" && call.surroundings == nil)
        #expect(call.arguments == [.number(-1), .input(WireInput(bytes: Array("123".utf8), hasEnded: true))])
        let memory = try #require(CallMemory())
        let placed = try PlacedArguments(call.arguments, of: call.function, in: memory)
        let place = try #require(placed.place(1))
        #expect(Array(UnsafeRawBufferPointer(start: place, count: 3)) == Array("123".utf8))
        #expect(UInt(bitPattern: place + 3) % UInt(getpagesize()) == 0)
        #expect(placed.handle(0) == UnsafeMutableRawPointer(bitPattern: -1))
        // Nothing is open: the function itself says so.
        #expect(call.function.run(placed) == 101)
    }

    @Test("Thousands of calls that are damaged are refused, or carried out like any other")
    func damaged() throws {
        var dice = Dice(state: 18)
        let memory = try #require(CallMemory())
        var (taken, refused) = (0, 0)
        for round in 0..<20_000 {
            let function = InterfaceFunction.all[round % InterfaceFunction.all.count]
            var body = WireCallMaker.body(of: function, &dice)
            for _ in 0..<Int.random(in: 0...3, using: &dice) where !body.isEmpty {
                let place = Int.random(in: 0..<body.count, using: &dice)
                switch Int.random(in: 0..<4, using: &dice) {
                case 0: body[place] = UInt8.random(in: 0...255, using: &dice)
                case 1: body.remove(at: place)
                case 2: body.insert(UInt8.random(in: 0...255, using: &dice), at: place)
                default: body.removeLast(Int.random(in: 0...min(8, body.count), using: &dice))
                }
            }
            guard let call = try? WireCall(body) else {
                refused += 1
                continue
            }
            taken += 1
            // What opens would reach for the readers of this machine.
            guard !call.function.opens else { continue }
            let placed = try PlacedArguments(call.arguments, of: call.function, in: memory)
            _ = call.function.run(placed)
            memory.clear()
        }
        #expect(taken > 4_000 && refused > 4_000, "\(taken) \(refused)")
    }

    @Test("What a client says of its process is held to what it may say")
    func introductions() throws {
        func introduced(_ bytes: [UInt8]) throws(FrameFlaw) -> Greeting.Introduction {
            var reader = FrameReader(bytes)
            return try Greeting.introduction(&reader)
        }
        let handles: [UInt8] = [0, 0, 0, 9, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 9]
        let good = [0, 0, 1, 0] + WireCallMaker.surroundings() + handles
        let introduction = try introduced(good)
        #expect(introduction.process == 256 && introduction.handles == [3, 9] && introduction.lastHandle == 9)
        #expect(introduction.surroundings.variables == ["HEALTHCARD_READER": "Reader 0"])
        #expect(introduction.surroundings.file == nil)
        #expect(throws: FrameFlaw.self) { try introduced(good + [0]) }
        #expect(throws: FrameFlaw.self) { try introduced(good.dropLast()) }
        // A handle beyond the last, and a variable that is not the client's to set.
        #expect(throws: FrameFlaw.self) { try introduced(good.dropLast() + [10]) }
        let path = [1, 4] + Array("PATH".utf8) + [0, 1, 0x2F, 0]
        #expect(throws: FrameFlaw.self) { try introduced([0, 0, 1, 0] + path + handles) }
        var dice = Dice(state: 5)
        for _ in 0..<20_000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...3, using: &dice) {
                bytes[Int.random(in: 0..<bytes.count, using: &dice)] = UInt8.random(in: 0...255, using: &dice)
            }
            _ = try? introduced(bytes)
            _ = try? Greeting.nonce(bytes)
        }
    }

    @Test("Versions that are ours are taken, others are told apart from what is no greeting")
    func versions() throws {
        let nonce = [UInt8](repeating: 7, count: 16)
        #expect(try Greeting.nonce(Array("MHC".utf8) + [1, 3] + nonce) == nonce)
        #expect(throws: Greeting.Refusal.version) { try Greeting.nonce(Array("MHC".utf8) + [2, 3] + nonce) }
        #expect(throws: FrameFlaw.self) { try Greeting.nonce(Array("HTTP".utf8) + [1, 1] + nonce) }
    }

    @Test("A proof is HMAC-SM3, as OpenSSL has it")
    func proofs() {
        let (key, client, service) = ("0123456789abcdef", "NNNNNNNNNNNNNNNN", "MMMMMMMMMMMMMMMM")
        let proof = Greeting.proof("client", Array(key.utf8), Array(client.utf8), Array(service.utf8))
        #expect(proof.map { String(format: "%02X", $0) }.joined() == Self.proof)
    }

    /// `openssl mac -digest SM3 -macopt key:0123456789abcdef HMAC` over `client`, the two texts behind it.
    private static let proof = "7833FFA590F23782F5765E8A976B3FEB3B268751CCC7CF5BC83B84FAA5AC7E1C"
}
