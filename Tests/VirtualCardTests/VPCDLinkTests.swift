import Foundation
import Glibc
import ISO7816
import Testing

@testable import VirtualCard

/// The link to a vpcd slot, against a driver played by the test.
@Suite struct VPCDLinkTests {
    /// Listens on a free port of the loopback interface and speaks the driver's side.
    private final class Driver {
        let port: UInt16
        private let listener: Int32
        private var link: Int32 = -1

        init() throws {
            let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let result = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    bind(listener, pointer, length) == 0 && listen(listener, 4) == 0
                        && getsockname(listener, pointer, &length) == 0
                }
            }
            try #require(result)
            port = UInt16(bigEndian: address.sin_port)
            self.listener = listener
            var patience = timeval(tv_sec: 20, tv_usec: 0)
            setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        }

        deinit {
            hangUp()
            close(listener)
        }

        func accept() throws {
            link = Glibc.accept(listener, nil, nil)
            try #require(link >= 0)
        }

        func hangUp() {
            if link >= 0 { close(link) }
            link = -1
        }

        func send(_ body: [UInt8]) {
            // Length and body apart, as the real driver does.
            for part in [[UInt8(body.count >> 8), UInt8(body.count & 0xFF)], body] {
                #expect(part.withUnsafeBytes { write(link, $0.baseAddress, $0.count) } == part.count)
            }
        }

        func receive() throws -> [UInt8] {
            let length = try exactly(2)
            return try exactly(Int(length[0]) << 8 | Int(length[1]))
        }

        private func exactly(_ count: Int) throws -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: count)
            try #require(recv(link, &bytes, count, Int32(MSG_WAITALL)) == count)
            return bytes
        }

        var isClosed: Bool {
            var byte: UInt8 = 0
            return recv(link, &byte, 1, 0) <= 0
        }
    }

    private func link(_ driver: Driver, _ change: (inout VPCDLink.Options) -> Void = { _ in }) throws -> VPCDLink {
        var options = VPCDLink.Options(port: driver.port)
        options.patience = 10
        change(&options)
        let link = VPCDLink(chip: try blankCard(), options: options)
        return link
    }

    @Test("Answer to reset, power, reset, commands; stop ends it")
    func exchange() throws {
        let driver = try Driver()
        let link = try link(driver)
        link.start { #expect($0 == .success(.stopped)) }
        try driver.accept()
        driver.send([4])
        #expect(try driver.receive() == hex("3b8d8001010203040506070852484300015c"))
        driver.send([1])
        driver.send(hex("0084000008"))
        #expect(try driver.receive() == hex("a1a2a3a4a5a6a7a89000"))
        driver.send(hex("10a40000013f"))
        #expect(try driver.receive() == hex("9000"))
        driver.send([2])
        driver.send(hex("00a400000100"))
        #expect(try driver.receive() == hex("6700"), "the chain is forgotten by a reset")
        driver.send(hex("00d60000ff") + [UInt8](repeating: 1, count: 255))
        #expect(try driver.receive() == hex("6986"))
        driver.send([])
        driver.send([9])
        driver.send(hex("00ca9f7f00"))
        #expect(try driver.receive().count == 44)
        #expect(link.commandCount == 5 && link.isConnected)
        link.stop()
        link.waitUntilEnded()
        #expect(driver.isClosed && !link.isConnected)
    }

    @Test("Removal closes the connection, insertion connects again")
    func removal() throws {
        let driver = try Driver()
        let link = try link(driver)
        link.start()
        try driver.accept()
        driver.send([4])
        #expect(try driver.receive().count == 18)
        link.remove()
        #expect(driver.isClosed)
        driver.hangUp()
        link.insert()
        try driver.accept()
        driver.send([1])
        driver.send(hex("0084000008"))
        #expect(try driver.receive().count == 10)
        link.stop()
        link.waitUntilEnded()
    }

    @Test("A driver that goes away ends the link, or is waited for")
    func loss() throws {
        let driver = try Driver()
        let first = try link(driver)
        first.start { #expect($0 == .success(.readerGone)) }
        try driver.accept()
        driver.hangUp()
        first.waitUntilEnded()
        let second = try link(driver) { $0.reconnects = true }
        second.start()
        try driver.accept()
        driver.hangUp()
        try driver.accept()
        driver.send([4])
        #expect(try driver.receive().count == 18)
        second.stop()
        second.waitUntilEnded()
    }

    @Test("Presence checks alone are idleness; no driver at all is an error that names the port")
    func idle() throws {
        let driver = try Driver()
        let link = try link(driver) { $0.idleLimit = 0.2 }
        link.start { #expect($0 == .success(.idle)) }
        try driver.accept()
        driver.send([4])
        #expect(try driver.receive().count == 18)
        link.waitUntilEnded()
        let port = driver.port
        driver.hangUp()
        var options = VPCDLink.Options(port: 1)
        options.patience = 0
        let nowhere = VPCDLink(chip: try blankCard(), options: options)
        #expect(performing: { try nowhere.run() }, throws: { "\($0)".contains("127.0.0.1:1") })
        #expect(port != 1)
    }

    @Test("A chip whose power fails in a command is gone from the slot")
    func powerFailure() throws {
        let driver = try Driver()
        let card = try blankCard()
        let terminal = try Terminal(card)
        try terminal.open()
        var options = VPCDLink.Options(port: driver.port)
        options.patience = 10
        let link = VPCDLink(chip: card, options: options)
        link.start { #expect($0 == .success(.readerGone)) }
        try driver.accept()
        driver.send(hex("0084000008"))
        #expect(try driver.receive().count == 10)
        card.cutPower(afterBytes: 0)
        driver.send(hex("0082000111" + String(repeating: "00", count: 16) + "f1"))
        #expect(driver.isClosed)
        link.waitUntilEnded()
    }
}
