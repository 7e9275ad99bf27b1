// Reads the test card in a reader: who it is, what an emergency room must know, and what could not be read.
//
//     ReadCard [READER]

import CardProfiles
import HealthCard
import Messages
import PCSC

@main
enum ReadCard {
    static func main() {
        do {
            try run()
        } catch {
            print(AnyMessage(of: error))
        }
    }

    private static func run() throws {
        // The profile says what is on the card. With the published test keys it reads test cards; a card of a resident
        // needs a SAM (see UpdateThroughSAM).
        let profile = try CardProfile.bundled(overlays: ["test-keys"])
        let keys = try SoftwareSecurityModule.testKeys(profile)

        // A name, a unique part of it, or its number; nil: the only reader there is.
        let context = try PCSCContext()
        let reader = try ReaderName.choose(CommandLine.arguments.dropFirst().first, among: context.readers())
        let card = try CardConnection(reader, context: context)

        // Nobody else gets at the card until this ends.
        let document = try card.withTransaction { card in
            try HealthCardSession(channel: card, profile: profile, securityModule: keys).read().document
        }
        print(document.text(profile: profile, in: .english))

        // What could not be read is not the same as what is not there.
        guard let allergies = document["allergies"] else { return }
        switch (allergies.unread, allergies.isEmpty) {
        case (.some, _): print("Allergies: could not be read. Ask the patient.")
        case (nil, true): print("Allergies: none on the card.")
        case (nil, false): print("Allergies: see above.")
        }
    }
}
