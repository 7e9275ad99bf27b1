// Changes a telephone number and adds an allergy, with the rights that the clinic's SAM gives.
//
//     UpdateThroughSAM CARD-READER SAM-READER PHONE ALLERGEN

import CardProfiles
import HealthCard
import Messages
import PCSC
import ShangMi

@main
enum UpdateThroughSAM {
    static func main() {
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            guard arguments.count == 4 else {
                return print("usage: UpdateThroughSAM CARD-READER SAM-READER PHONE ALLERGEN")
            }
            try run(cardReader: arguments[0], samReader: arguments[1], phone: arguments[2], allergen: arguments[3])
        } catch {
            print(AnyMessage(of: error))
        }
    }

    private static func run(cardReader: String, samReader: String, phone: String, allergen: String) throws {
        // For test cards; that of residents' cards is CardProfile.bundled().
        let profile = try CardProfile.bundled(overlays: ["test-keys"])
        let context = try PCSCContext()
        let readers = try context.readers()

        // The SAM holds the keys: nothing here sees one.
        let samConnection = try CardConnection(ReaderName.choose(samReader, among: readers), context: context)
        let sam = try SAMCard(channel: samConnection, profile: profile)
        // Called once, when a right needs the PIN. Here it is the first line of standard input.
        sam.pinSource = { _ in (readLine(strippingNewline: true)?.utf8).map { SecretBytes(copying: Array($0)) } }

        // Every problem of the values comes at once, before the card is touched.
        var changes = CardChanges(profile: profile)
        try changes.set("validity.phone1", to: phone)
        try changes.add(to: "allergies", ["allergen": allergen])

        let card = try CardConnection(ReaderName.choose(cardReader, among: readers), context: context)
        let report = try card.withTransaction { card in
            try HealthCardSession(channel: card, profile: profile, securityModule: sam).update(changes)
        }
        // Only what differs was written, and all of it was read back.
        for record in report.records { print(record.file, record.outcome) }
    }
}
