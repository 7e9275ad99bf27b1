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
            No reader is needed and nothing is written. The applicant's row, photo and replies are checked as they are \
            when the card is made: bad data ends with exit code 6 and names row and item. Commands are shown by header, \
            place and length; personal data is not.
            """)

    @OptionGroup var batchOptions: BatchOptions

    @Option(name: .long, help: "The serial number of the chip, 16 hexadecimal digits; it enters item 9 and the keys.")
    var serial = "0000000000000000"

    @Flag(name: .long, help: "JSON.")
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
