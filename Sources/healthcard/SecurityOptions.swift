import ArgumentParser
import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Messages
import PCSC
import ReaderLibraries
import ShangMi

/// Who holds the keys: a SAM in a reader of its own, else the published keys of test cards.
struct SecurityOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            """
            The SAM's reader: its exact name, a unique part of the name, or its number in `healthcard readers`.
            """,
            discussion:
                "Default: HEALTHCARD_SAM_READER. Without a SAM, a command uses the published keys of test cards.",
            valueName: "reader"))
    var sam: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The file with the SAM's PIN on its first line; only its owner may have access to it.",
            discussion:
                """
                Default: the systemd credential healthcard-sam-pin, or else a prompt when the SAM requires the \
                PIN.
                """,
            valueName: "file"))
    var samPinFile: String?

    /// What was chosen, by option or environment; in a trace that is played the SAM is there or not.
    var samChoice: String? {
        if case .trace(let replay) = CardSource.current { return replay.has(.sam) ? "trace" : nil }
        let choice = sam ?? ProcessInfo.processInfo.environment["HEALTHCARD_SAM_READER"]
        return choice?.isEmpty == false ? choice : nil
    }

    /// Runs `body` with the card's channel and whoever holds the keys, nobody else at either; both cards are reset in
    /// the end, whatever happens, so that no right is left behind.
    /// - Parameter testKeys: insist on the published keys, whatever the environment says of a SAM.
    func use<Result>(
        _ reader: ReaderOptions, _ profile: CardProfile, _ trace: TraceOptions, testKeys: Bool = false,
        _ body: (any CardChannel, any SigningModule) throws -> Result
    ) throws -> Result {
        if testKeys, sam != nil {
            throw Failure(
                .usage, SecurityText.samOrTestKeys)
        }
        guard !testKeys, samChoice != nil else {
            let module = try SoftwareSecurityModule.testKeys(profile)
            return try reader.open().use(trace, profile) { try body($0, module) }
        }
        let pin = try storedPIN()
        let samReader = try chooseSAMReader()
        // The card first: without one the SAM need not be disturbed.
        let card = try reader.open(besides: samReader)
        return try withSAM(
            in: samReader, profile, trace, pin: pin, patience: reader.patience, appearance: reader.wait
        ) { module in
            try card.use(trace, profile) { try body($0, module) }
        }
    }

    /// Runs `body` with the SAM alone: the chosen reader, else the only one there is.
    func useSAM<Result>(
        _ profile: CardProfile, _ trace: TraceOptions, _ body: (SAMCard) throws -> Result
    ) throws -> Result {
        try withSAM(
            in: chooseSAMReader(), profile, trace, pin: storedPIN(), patience: CardConnection.usualPatience, body)
    }

    /// Nil in a trace that is played.
    private func chooseSAMReader() throws -> ReaderName? {
        if case .trace = CardSource.current { return nil }
        let readers = try SystemReaders().readers()
        do {
            return try ReaderName.choose(samChoice, among: readers)
        } catch {
            guard case .choiceNeeded(let readers) = error else { throw error }
            let list = readers.map { "\n  \($0)" }.joined()
            throw Failure(
                .usage,
                Terminal.words(SecurityText.severalReaders) + list)
        }
    }

    private func withSAM<Result>(
        in reader: ReaderName?, _ profile: CardProfile, _ trace: TraceOptions, pin: SecretBytes?,
        patience: Duration, appearance: Double = 0, _ body: (SAMCard) throws -> Result
    ) throws -> Result {
        try openSAM(in: reader, patience, appearance).use(trace, profile) { channel in
            let sam = try SAMCard(channel: channel, profile: profile, memory: CardSource.pinTries)
            sam.pinSource = { tries throws(SAMError) in try Self.pin(stored: pin, triesLeft: tries) }
            return try body(sam)
        }
    }

    /// - Parameter appearance: seconds to wait for a SAM that is not there yet.
    private func openSAM(
        in reader: ReaderName?, _ patience: Duration, _ appearance: Double
    ) throws -> OpenCard {
        if case .trace(let replay) = CardSource.current { return OpenCard(channel: try replay.channel(.sam), as: .sam) }
        guard let reader else { throw Failure(.noReader, SecurityText.noReader) }
        do {
            let service = try SystemReaders().service()
            if appearance > 0 {
                _ = try service.waitForCard(in: reader, milliseconds: UInt32(min(appearance * 1000, 3.6e6)))
            }
            return OpenCard(channel: try service.connect(reader, patience: patience), as: .sam)
        } catch {
            guard var failure = Failure(any: error) else { throw error }
            failure.message = Terminal.words(SecurityText.reader(reader: "\(reader)")) + failure.message
            throw failure
        }
    }

    // MARK: PIN

    private static let credentialName = "healthcard-sam-pin"
    private static let longestFile = 4096

    /// The PIN of the file or the credential; nil for neither.
    ///
    /// - Throws: ``Failure`` of code 2 where it is in the environment, which every program started from here inherits.
    func storedPIN() throws -> SecretBytes? {
        // A trace has no PIN, and takes any.
        if case .trace = CardSource.current { return SecretBytes(copying: Array("000000".utf8)) }
        let environment = ProcessInfo.processInfo.environment
        guard environment["HEALTHCARD_SAM_PIN"]?.isEmpty != false else {
            throw Failure(
                .usage,
                SecurityText.environmentPIN(credential: Self.credentialName))
        }
        if let samPinFile { return try Self.pin(inFile: samPinFile) }
        guard let folder = environment["CREDENTIALS_DIRECTORY"], !folder.isEmpty else { return nil }
        let path = folder + "/" + Self.credentialName
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        // systemd guards the folder, and lends the file by an access list that looks like rights of the group.
        return Self.firstLine(try PrivateFile.read(path, atMost: Self.longestFile, access: .guarded))
    }

    /// The first line of a file that is its owner's alone, blanks around it left out.
    static func pin(inFile path: String) throws -> SecretBytes {
        firstLine(try PrivateFile.read(path, atMost: longestFile, mayBePipe: true))
    }

    private static func firstLine(_ content: SecretBytes) -> SecretBytes {
        content.withUnsafeBytes { bytes in
            let line = bytes.prefix { $0 != 0x0A && $0 != 0x0D }
            return SecretBytes(
                copying: line.drop { $0 == 0x20 || $0 == 0x09 }.prefix { $0 != 0x20 && $0 != 0x09 })
        }
    }

    /// What to send when the SAM wants its PIN. A stored PIN never takes the last try: a program that is run again and
    /// again with a wrong one would block the SAM.
    static func pin(stored: SecretBytes?, triesLeft tries: Int?) throws(SAMError) -> SecretBytes? {
        if let stored {
            guard tries != 1 else { throw .lastTry }
            return stored
        }
        let left =
            tries.map {
                Terminal.words(SecurityText.triesLeft(tries: $0))
            } ?? ""
        return Terminal.secret(Terminal.words(SecurityText.pin(left: left)))
    }
}
