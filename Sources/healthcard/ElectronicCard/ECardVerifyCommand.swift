import ArgumentParser
import CardProfiles
import ElectronicCard

struct ECardVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Prove that a code is valid now, and whose it is.",
        discussion: """
            The protection key proves that a dynamic code is valid. The root key and the person (number and name, a \
            card that was read, or a row of a batch) prove whose code it is. "standing" says how much is proved: \
            validityVerified, personVerified, or why not. Exit codes: 0 everything you asked for is proved, 5 it is \
            not, 2 you asked for nothing, 6 the text is not a code.
            """)

    @Argument(help: "The scanned text, or - for standard input.")
    var text: String?

    @OptionGroup var person: ECardPersonOptions
    @OptionGroup var keyOptions: ECardKeyOptions

    @Option(
        name: .long,
        help: "The time to verify at, in China: 2026-10-08T09:00:00, or with Z or an offset. Default: now.")
    var at: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            """
            The longest validity that a platform gives, in seconds; a code that expires later than that is not \
            accepted.
            """,
            valueName: "seconds"))
    var window = 1800

    @Option(
        name: .long, help: ArgumentHelp("How far clocks may differ, in seconds.", valueName: "seconds"))
    var tolerance = 0

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Remember the latest time in this file, to detect a clock that is set back.", valueName: "file"))
    var clockMemory: String?

    @Flag(name: .long, help: "Verify each line of standard input as it arrives.")
    var watch = false

    @Flag(name: .long, help: "Print JSON; with --watch, one object per line.")
    var json = false

    func validate() throws {
        guard (text != nil) != watch else {
            throw ValidationError(
                Terminal.words(ECardText.textOrWatch))
        }
        guard (1...31_622_400).contains(window), (0...3_600).contains(tolerance) else {
            throw ValidationError(
                Terminal.words(ECardText.windowForm))
        }
        guard watch ? person.card != "-" : text != "-" || person.card != "-" else {
            throw ValidationError(
                Terminal.words(ECardText.inputOnce))
        }
    }

    mutating func run() throws {
        let holder = try keyOptions.holder()
        let identity = try person.identity()
        if identity != nil, !holder.hasRootKey { throw ElectronicCardError.keyNotHeld(.root) }
        if identity == nil, keyOptions.rootKey != nil {
            throw Failure(.usage, ECardText.rootKeyNeedsPerson)
        }
        let memory = try clockMemory.map { path throws(ElectronicCardError) in try ClockMemory(file: path) }
        var verifier = CodeVerifier(
            keys: holder, rules: .init(longestValidity: window, tolerance: tolerance), clock: memory ?? ClockMemory())
        if let text {
            try verify(try ScannedText.bytes(text), identity, holder, &verifier)
        } else {
            for line in ScannedLines() { _ = try look(at: line, identity, holder, &verifier) }
        }
    }

    /// What was found out of one text; nil where it is not a code.
    private func look(
        at text: [UInt8], _ identity: HolderIdentity?, _ holder: any ElectronicCardKeyHolder,
        _ verifier: inout CodeVerifier
    ) throws -> Verification? {
        let recognition = Recognition(of: text)
        guard let code = recognition.code else {
            try show(VerificationOutput(recognition), RecognitionText.lines(recognition))
            return nil
        }
        let now = try ECardTime.time(at)
        // A static code has no validity; it is asked for where nothing else is.
        let checksValidity = holder.hasProtectionKey && (code.validity != nil || identity == nil)
        let verification = try verifier.verify(code, as: identity, checksValidity: checksValidity, at: now)
        if let clockMemory { try verifier.clockMemory.save(to: clockMemory) }
        try show(VerificationOutput(recognition, verification), VerificationOutput.lines(verification))
        return verification
    }

    private func show(_ output: VerificationOutput, _ lines: [String]) throws {
        switch (json, watch) {
        case (true, true): try Terminal.printLine(json: output)
        case (true, false): try Terminal.print(json: output)
        case (false, true): Terminal.print(lines.joined(separator: "  "))
        case (false, false): lines.forEach(Terminal.print)
        }
    }

    private func verify(
        _ text: [UInt8], _ identity: HolderIdentity?, _ holder: any ElectronicCardKeyHolder,
        _ verifier: inout CodeVerifier
    ) throws {
        guard let verification = try look(at: text, identity, holder, &verifier) else {
            try Terminal.checkOutput()
            throw ECardRecognizeCommand.failure(Recognition(of: text))
        }
        guard verification.verified == nil else { return }
        try Terminal.checkOutput()
        guard !verification.asked.isEmpty else {
            throw Failure(.usage, ECardText.nothingAsked)
        }
        throw Failure(
            .cardRefused, Terminal.words(ECardText.notVerified(VerificationOutput.reason(verification))),
            hint: VerificationOutput.hint(verification))
    }
}
