import ArgumentParser
import CardProfiles
import ElectronicCard
import HealthCard
import Personalization

/// Who it is about: typed, from a card that was read, or a row of a batch.
struct ECardPersonOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The document type, two digits; 01 is the resident identity card. Default: 01.", valueName: "type"))
    var type: String?

    @Option(name: .long, help: "The document's number.")
    var number: String?

    @Option(name: .long, help: "The name, exactly as on the document.")
    var name: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The person on a card: the output of `healthcard read --json`, in a file or - for standard input.",
            valueName: "file"))
    var card: String?

    @Option(name: .long, help: "The batch that has the person; requires --id.")
    var batch: String?

    @Option(name: .long, help: "The applicant's ID number, as in applications.csv of the batch.")
    var id: String?

    func validate() throws {
        guard (batch == nil) == (id == nil) else {
            throw ValidationError(Terminal.words(ECardText.batchWithID))
        }
        guard (number == nil) == (name == nil), type == nil || number != nil else {
            throw ValidationError(
                Terminal.words(ECardText.numberWithName))
        }
    }

    /// Every person that is named, in the order typed, card, batch.
    func identities() throws -> [HolderIdentity] {
        var identities: [HolderIdentity] = []
        if let number, let name { identities.append(try typed(number, name)) }
        if let card { identities.append(try Self.person(ofCard: card)) }
        if let batch, let id { identities.append(try Self.person(ofBatch: batch, id)) }
        return identities
    }

    /// The only person that is named; nil for none.
    func identity() throws -> HolderIdentity? {
        let identities = try identities()
        guard identities.count < 2 else {
            throw Failure(.usage, ECardText.onePerson)
        }
        return identities.first
    }

    private func typed(_ number: String, _ name: String) throws -> HolderIdentity {
        guard let type = DocumentType(rawValue: type ?? "01") else {
            throw ValidationError(
                Terminal.words(ECardText.typeForm))
        }
        return try HolderIdentity(type, number: number, name: name)
    }

    private static func person(ofCard path: String) throws -> HolderIdentity {
        let text = try Terminal.contents(of: path, atMost: 4 << 20)
        let card: JSONValue
        do throws(JSONError) {
            card = try JSONValue(parsing: text)
        } catch {
            throw Failure(.badInput, ECardText.notACard(error))
        }
        // What could not be read, or is damaged, is in the list; half a name is another person's.
        var isDamaged = false
        if case .array(let unread)? = card["unreadable"] {
            isDamaged = unread.contains { file in
                let item = file["item"]
                return file["section"] == .string("holder")
                    && (item == nil || item == .string("name") || item == .string("idNumber"))
            }
        }
        guard !isDamaged, case .string(let number)? = card["holder"]?["idNumber"],
            case .string(let name)? = card["holder"]?["name"]
        else {
            throw Failure(.badInput, ECardText.personNotRead)
        }
        return try HolderIdentity(.residentIdentityCard, number: number, name: name)
    }

    private static func person(ofBatch folder: String, _ id: String) throws -> HolderIdentity {
        let batch = try Batch(folder: folder)
        return try batch.application(idNumber: id).holderIdentity(batch.profile)
    }
}

extension Application {
    /// The applicant, as the electronic card's numbers name a person.
    func holderIdentity(_ profile: CardProfile) throws(ElectronicCardError) -> HolderIdentity {
        try HolderIdentity(
            .residentIdentityCard, number: idNumber.text, name: text(profile.application.name) ?? "")
    }
}
