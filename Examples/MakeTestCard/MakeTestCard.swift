// Checks a batch and personalizes one applicant's test card on the blank chip in a reader.
//
//     MakeTestCard FOLDER IDNUMBER [READER]
//
// A line makes thousands of cards with a ledger that no card is made twice (the target Production). This is one card, for
// the desk of a developer.

import HealthCard
import Messages
import PCSC
import Personalization

@main
enum MakeTestCard {
    static func main() {
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            guard arguments.count >= 2 else { return print("usage: MakeTestCard FOLDER IDNUMBER [READER]") }
            try run(folder: arguments[0], idNumber: arguments[1], reader: arguments.dropFirst(2).first)
        } catch {
            print(AnyMessage(of: error))
        }
    }

    private static func run(folder: String, idNumber: String, reader: String?) throws {
        // Manifest, every row, every photo, every reply: all problems at once, before a chip is touched.
        let report = try BatchIntake(folder: folder).run { problem in print(problem) }
        guard let batch = report.prepared?.batch else { return print("Correct the batch first.") }
        let application = try batch.application(idNumber: idNumber)

        let context = try PCSCContext()
        let name = try ReaderName.choose(reader, among: context.readers())
        let chip = try CardConnection(name, context: context)
        let keys = try SoftwareSecurityModule.testKeys(batch.profile)
        let made = try chip.withTransaction { chip in
            try CardPersonalizer(channel: chip, batch: batch, module: keys).personalize(application)
        }
        // Written, reset, read back with its own keys, compared byte for byte, and only then activated.
        print("made: \(made.cost.commands) commands, \(made.duration)")
    }
}
