import CPeers
import CardProfiles
import Foundation
import HealthCard
import ISO7816
import PCSC
import Personalization

/// One whole card over PC/SC, from an applicant's row to an activated card, read back and compared.
enum CardBenchmark {
    /// Of every blank chip here.
    static let serial: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
    private static let idNumber = "99646919970325667X"
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static func row() throws -> Row {
        let readers = try VirtualReaders()
        let batch = try Batch(folder: root.appending(path: "Samples/sample-batch").path(percentEncoded: false))
        let application = try batch.application(idNumber: idNumber)
        // One for the whole batch, as on a lane: its first card pays for the issuer's certificate, and for the proof that
        // the keys are those of the mode.
        let module = try SoftwareSecurityModule.testKeys(batch.profile)
        let gate = PersonalizationGate(batch: batch, module: module)
        var ours: [Double] = []
        var peer: [Double] = []
        for _ in 0..<rounds {
            try CardProcess.during(["blank-cards"] + readers.ports, in: readers.names) {
                var tape = try record(application, batch, module, readers.names[0])
                // Pairs of neighbours, so the eighth card stays blank.
                for (index, name) in readers.names[1..<7].enumerated() {
                    if index.isMultiple(of: 2) {
                        peer.append(try replay(&tape, name))
                    } else {
                        ours.append(try make(application, gate, name))
                    }
                }
            }
        }
        return Row(
            what: "one card over PC/SC, CPU time", ours: Report.nanoseconds(median(ours)),
            peerName: "C, same bytes", peer: Report.nanoseconds(median(peer)),
            ratio: median(zip(ours, peer).map { $0 / $1 }),
            aim: .atMost(1.6))
    }

    private static let rounds = 12

    /// CPU nanoseconds of this process while it makes a card.
    private static func make(
        _ application: Application, _ gate: PersonalizationGate, _ reader: String
    ) throws -> Double {
        let connection = try connect(reader)
        let personalizer = CardPersonalizer(channel: connection, gate: gate)
        let start = peer_process_cpu()
        _ = try personalizer.personalize(application)
        return Double(peer_process_cpu() - start)
    }

    /// The same for the C program that sends what was recorded.
    private static func replay(_ tape: inout [UInt8], _ reader: String) throws -> Double {
        let card = try VirtualReaders.connect(reader)
        defer { peer_card_close(card) }
        let start = peer_process_cpu()
        let status = peer_card_replay(card, tape, tape.count)
        let used = Double(peer_process_cpu() - start)
        guard status == 0 else { throw BenchmarkError("the replayed card failed: \(status)") }
        // A card that is not activated now refused something, and was not given the same work.
        var response = [UInt8](repeating: 0, count: 258)
        var count = response.count
        _ = peer_card_transmit(card, [0x00, 0xA4, 0x00, 0x00, 0x02, 0x3F, 0x00, 0x00], 8, &response, &count)
        guard response[..<count].windows(of: [0x8A, 0x01, 0x05]) else {
            throw BenchmarkError("the replayed commands did not activate the card")
        }
        return used
    }

    /// The commands of one card, made on the blank chip in a reader.
    static func tape(in reader: String) throws -> [UInt8] {
        let batch = try Batch(folder: root.appending(path: "Samples/sample-batch").path(percentEncoded: false))
        let module = try SoftwareSecurityModule.testKeys(batch.profile)
        return try record(batch.application(idNumber: idNumber), batch, module, reader)
    }

    /// Makes a card and keeps what was sent.
    private static func record(
        _ application: Application, _ batch: Batch, _ module: SoftwareSecurityModule, _ reader: String
    ) throws -> [UInt8] {
        let recorder = Recorder(try connect(reader))
        _ = try CardPersonalizer(channel: recorder, batch: batch, module: module).personalize(application)
        return recorder.tape
    }

    private static func connect(_ reader: String) throws -> CardConnection {
        let connection = try CardConnection(ReaderName(reader), context: PCSCContext(), mode: .shared)
        connection.finalDisposition = .leave
        return connection
    }

    /// Writes down what goes to the card.
    private final class Recorder: CardChannel {
        private let channel: any CardChannel
        private(set) var tape: [UInt8] = []

        init(_ channel: any CardChannel) { self.channel = channel }

        var answerToReset: [UInt8] { channel.answerToReset }
        var transmissionProtocol: TransmissionProtocol { channel.transmissionProtocol }

        func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
            write(command)
            return try channel.transmit(command)
        }

        func reset() throws(ChannelError) -> [UInt8] {
            write([])
            return try channel.reset()
        }

        private func write(_ command: [UInt8]) {
            tape += withUnsafeBytes(of: UInt32(command.count).bigEndian) { Array($0) }
            tape += command
        }
    }
}

extension ArraySlice<UInt8> {
    fileprivate func windows(of pattern: [UInt8]) -> Bool {
        indices.contains { self[$0...].starts(with: pattern) }
    }
}
