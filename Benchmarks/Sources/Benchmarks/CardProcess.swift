import CPeers
import Foundation

/// This program once more, as the other end of the link: cards live in a process of their own, so that what they cost
/// is on nobody's account.
enum CardProcess {
    /// Cards that answer anything at once, in the slots on these ports.
    case plain(ports: [UInt16])

    init?(_ arguments: [String]) {
        switch arguments.first {
        case "plain-cards": self = .plain(ports: arguments.dropFirst().compactMap { UInt16($0) })
        default: return nil
        }
    }

    /// Serves until the slots close or the starter stops it.
    func run() throws {
        switch self {
        case .plain(let ports): peer_plain_cards(ports, ports.count)
        }
    }

    /// Calls `body` while the cards are in these readers, all of which are empty again afterwards.
    static func during<Result>(
        _ arguments: [String], in readers: [String], _ body: () throws -> Result
    ) throws -> Result {
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = arguments
        try process.run()
        defer {
            process.terminate()
            process.waitUntilExit()
            for reader in readers { VirtualReaders.waitUntilEmpty(reader) }
        }
        for reader in readers { peer_card_close(try VirtualReaders.connect(reader)) }
        return try body()
    }
}
