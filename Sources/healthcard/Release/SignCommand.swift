import ArgumentParser
import Foundation
import HealthCard
import Messages
import Releases
import ShangMi

struct SignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Sign what needs two people: who may release, or an act for a ledger.",
        discussion: """
            Shows what is signed and asks for confirmation; the signature is added below the text. An enrolment of an \
            authority is signed by two of the people it names, a later one by two people or the authority of the one \
            before; an act for a ledger by two of the people enrolled there (Docs/releases.md).
            """)

    @Argument(help: "The file from `release authority enrol`, `ledger destroy` or `ledger adopt`.")
    var file: String

    @OptionGroup var signerOptions: SignerOptions

    @Option(name: .long, help: "Who signs; if the file contains names, it must give the key this name.")
    var name: String?

    @Flag(name: .long, help: "Do not ask for confirmation.")
    var yes = false

    mutating func run() throws {
        let bytes = try ReleaseFiles.read(file)
        if bytes.starts(with: Array(TwoPersonAct.format.utf8)) {
            let act = try ReleaseFiles.explained(file) { try TwoPersonAct(bytes) }
            try sign(act, SignedFileText.lines(act), persons: [])
        } else {
            let enrolment = try ReleaseFiles.explained(file) { try AuthorityEnrolment(bytes) }
            try sign(enrolment, SignedFileText.lines(enrolment), persons: enrolment.persons)
        }
    }

    private func sign(_ document: some PeopleSigned, _ lines: [String], persons: [Signatory]) throws {
        lines.forEach(Terminal.note)
        let signer = try signerOptions.open()
        let person = persons.first { $0.key == signer.publicKey }
        if let name, let person, !person.name.utf8.elementsEqual(name.utf8) {
            throw Failure(
                .badInput,
                SignText.otherPerson(person: person.name, name: name))
        }
        if name != nil, !persons.isEmpty, person == nil {
            throw Failure(
                .badInput, SignText.nobody)
        }
        if !yes { try Terminal.confirm(Terminal.words(SignText.willBeSigned)) }
        let signed = try ReleaseFiles.explained(file) {
            try document.signed(by: signer, certificates: signerOptions.certificates())
        }
        try ReleaseOutput.replace(file, signed.bytes)
        Terminal.print(
            Terminal.words(SignText.signatures) + "\(signed.signatures.count) \(signed.digest)")
    }
}
