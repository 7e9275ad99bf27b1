import ArgumentParser
import Foundation
import HealthCard
import Messages
import Releases

struct KeysAuthorityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "authority", abstract: "Enter in a key store who may release cards produced with its keys.",
        discussion: """
            The file is the one from `release authority enrol`, signed by two people (`healthcard sign`); it must \
            follow the enrolment in the store. From then on, the keys produce cards only under releases of this \
            authority. Without FILE, the enrolled authority is shown, which is not authenticated.
            """)

    @Argument(help: "The key store's file.")
    var store: String

    @Argument(help: "The signed enrolment; for a store that has none, also several, one after the other.")
    var file: String?

    @OptionGroup var credentialOptions: CredentialOptions

    @Flag(name: .long, help: "Do not ask for confirmation.")
    var yes = false

    mutating func run() throws {
        let old = try KeyStoreFile(path: store)
        guard let file else { return try show(old.header) }
        let added = try ReleaseFiles.explained(file) { try ReleaseFiles.enrolments(ReleaseFiles.read(file)) }
        if let last = added.last { SignedFileText.lines(last).forEach(Terminal.note) }
        // Before the passphrases: what nobody signed need not be entered.
        _ = try chain(old.header, added)
        var keys = try credentialOptions.open(old)
        // Again, after what is there has been authenticated.
        let chain = try chain(keys.header, added)
        if !yes {
            try Terminal.confirm(
                Terminal.words(KeyAuthorityText.onlyThisAuthority))
        }
        try keys.enrol(authority: chain.document)
        try keys.resealed().write(to: store, replacing: old)
        Terminal.print(Terminal.words(KeyAuthorityText.enrolled) + chain.current.label)
    }

    private func chain(_ header: KeyStoreFile.Header, _ added: [AuthorityEnrolment]) throws -> AuthorityChain {
        guard let document = header.authority else { return try AuthorityChain(added) }
        var chain = try AuthorityChain(document)
        let known = Set(chain.enrolments.map(\.digest))
        for enrolment in added where !known.contains(enrolment.digest) { chain = try chain.adding(enrolment) }
        return chain
    }

    private func show(_ header: KeyStoreFile.Header) throws {
        guard let document = header.authority else {
            throw ReleaseRefusal.authorityNotEnrolled(.keyStore)
        }
        SignedFileText.lines(try AuthorityChain(document).current).forEach(Terminal.print)
        Terminal.note(
            KeyAuthorityText.notAuthenticated
        )
    }
}
