import CardProfiles
import HealthCard
import Testing

@testable import CHealthCard

@Suite("The lengths callers give for items by number") struct ItemLengthTests {
    private let profile: CardProfile

    init() throws { profile = try CardProfile.bundled("resident-health-card") }

    private func item(_ number: Int) throws -> Item {
        try #require(profile.files.lazy.flatMap(\.items).first { $0.number == number })
    }

    private func text(_ item: Item, _ bytes: [UInt8], length: UInt16) throws -> String {
        try bytes.withUnsafeBufferPointer { buffer throws in
            let start = try #require(buffer.baseAddress)
            return String(decoding: try item.givenText(at: start, length), as: UTF8.self)
        }
    }

    @Test("For every cn and b item the bytes on the card are room for all its digits, and so are the digits")
    func room() {
        for item in profile.files.lazy.flatMap(\.items) where item.coding != .ans {
            #expect(item.room(UInt16(clamping: item.length)) == 2 * item.length)
            #expect(item.room(UInt16(clamping: 2 * item.length)) == 2 * item.length)
            if item.length > 1 { #expect(item.room(1) == 1) }
        }
        for item in profile.files.lazy.flatMap(\.items) where item.coding == .ans {
            #expect(item.room(UInt16(clamping: item.length)) == item.length)
        }
    }

    @Test("A date is given by its four bytes, its eight digits, its 00, or the size of the buffer")
    func date() throws {
        let item = try item(61)
        let date = Array("20260304".utf8)
        for length: UInt16 in [0, 4, 8, 64] {
            #expect(try text(item, date + [0], length: length) == "20260304")
        }
    }

    @Test("Digits with something else in them are no text of the item: part of a number is another number")
    func damagedDigits() throws {
        let item = try item(61)
        let file = try #require(profile.files.first { $0.items.contains(item) })
        let offset = try #require(item.offset)
        func text(_ bytes: [UInt8]) -> String? {
            var record = [UInt8](repeating: 0, count: offset) + bytes
            record += [UInt8](repeating: 0, count: 20)
            return file.text(of: item, in: .records([record]), record: 1).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(text([0x20, 0x26, 0x03, 0x04]) == "20260304")
        #expect(text([0x20, 0x26, 0xFF, 0xFF]) == "2026" && text([0xFF, 0xFF, 0xFF, 0xFF]) == "")
        for damaged: [UInt8] in [[0x19, 0xF5, 0x13, 0x99], [0xAA, 0xAA, 0xAA, 0xAA], [0x20, 0x3A, 0xFF, 0xFF]] {
            #expect(text(damaged) == nil)
        }
    }

    @Test("A code of one byte may be one digit as well: then the length is that of the text")
    func code() throws {
        let item = try #require(profile.files.lazy.flatMap(\.items).first { $0.coding == .cn && $0.length == 1 })
        #expect(try text(item, [0x31, 0], length: 1) == "1")
        #expect(try text(item, [0x30, 0x31, 0], length: 1) == "01")
        #expect(try text(item, [0x30, 0x31, 0], length: 2) == "01")
    }

    @Test("Bytes behind a 00 that the length calls part of the value are refused, padding is not")
    func textInside() throws {
        let item = try item(60)
        #expect(try text(item, Array("Shot\0\0\0\0".utf8), length: 8) == "Shot")
        #expect(throws: ReturnCode.argument) { try text(item, Array("Shot\0two".utf8), length: 8) }
        // More than the item can have is the size of a buffer.
        #expect(try text(item, Array("Shot\0".utf8) + [UInt8](repeating: 0x78, count: 60), length: 64) == "Shot")
    }

    @Test("A text that is longer than its item is refused")
    func tooLong() throws {
        let item = try item(60)
        let long = [UInt8](repeating: 0x41, count: item.length + 1) + [0]
        #expect(throws: ReturnCode.argument) { try text(item, long, length: 0) }
        #expect(throws: ReturnCode.argument) { try text(item, long, length: UInt16(item.length + 1)) }
    }
}
