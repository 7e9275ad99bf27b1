import ArgumentParser
import Foundation
import HealthCard
import ISO7816
import Messages
import Personalization

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what would be sent to a blank chip for one applicant, and what it costs.",
        discussion: """
            No reader is needed and nothing is written. The applicant's row, photo and reply files are checked as in \
            production: bad data ends with exit code 6 and a message that names the row and the item. Commands are \
            shown by header, place and length, without personal data.
            """)

    @OptionGroup var batchOptions: BatchOptions

    @Option(name: .long, help: "The chip's serial number, 16 hexadecimal digits; it is part of item 9 and of the keys.")
    var serial = "0000000000000000"

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    mutating func run() throws {
        guard let serial = Hex.decode(serial), serial.count == 8 else {
            throw ValidationError(Terminal.words(PlanText.serialForm))
        }
        let batch = try batchOptions.open()
        let application = try batch.application(idNumber: batchOptions.id)
        let module = try SoftwareSecurityModule.testKeys(batch.profile)
        let image = try CardImage(application, batch: batch, chipSerial: serial, issuer: module)
        let plan = try PersonalizationPlan(
            image: image, profile: batch.profile, dialect: batchOptions.source.dialect,
            options: batchOptions.source.planOptions)
        Terminal.print(json ? String(decoding: plan.prettyJSON, as: UTF8.self).visibleJSON : plan.text)
    }
}
