import Foundation
import HealthCard
import ISO7816
import Personalization

/// A batch of people who cannot exist, made once and shared by all tests that want as many: nobody writes into it.
final class InventedBatch: Sendable {
    let folder: TestFolder
    let id: String
    private let batch: Batch
    private let applications: [String: Application]
    private let lock = NSLock()
    /// Used under `lock`; it keeps the certificate, which takes longer than all the rest of a card.
    nonisolated(unsafe) private let issuer: SoftwareSecurityModule

    private static let made = Shelf()

    private actor Shelf {
        private var batches: [Int: Task<InventedBatch, any Error>] = [:]

        func batch(of people: Int) async throws -> InventedBatch {
            let task = batches[people] ?? Task { try await InventedBatch(people: people) }
            batches[people] = task
            return try await task.value
        }
    }

    static func of(_ people: Int) async throws -> InventedBatch { try await made.batch(of: people) }

    private init(people: Int) async throws {
        folder = try TestFolder()
        id = "T-\(people)"
        try await Programs.output(
            Programs.python,
            [
                Programs.root.appendingPathComponent("Scripts/invent-batch").path, folder.path, "--people",
                String(people), "--id", id,
            ])
        batch = try Batch(folder: folder.path)
        issuer = try SoftwareSecurityModule.testKeys(batch.profile)
        applications = Dictionary(try batch.review().applications.map { ($0.idNumber.text, $0) }) { first, _ in first }
    }

    var path: String { folder.path }
    var idNumbers: Set<String> { Set(applications.keys) }

    /// What a person's card on a chip holds, to the byte.
    func image(of idNumber: String, onChip serial: String) throws -> CardImage {
        guard let application = applications[idNumber], let serial = Hex.decode(serial) else {
            throw ProgramError(description: "there is no such person, or no such chip")
        }
        return try lock.withLock {
            try CardImage(application, batch: batch, chipSerial: serial, issuer: issuer)
        }
    }

    /// What may be seen in no output and no log: names, addresses, telephone numbers, and the ID numbers.
    func personalData() throws -> (idNumbers: Set<String>, others: Set<String>) {
        let rows = SampleBatch.fields(try folder.text("applications.csv"))
        let header = rows.first ?? []
        let columns = ["name", "phone1", "address1", "contactName1", "contactPhone1"]
        let others = rows.dropFirst().flatMap { row in
            zip(header, row).filter { columns.contains($0.0) && !$0.1.isEmpty }.map(\.1)
        }
        return (idNumbers, Set(others))
    }
}
