import ArgumentParser
import ElectronicCard

struct ECardQueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "Query a platform about a person or a code.",
        discussion: """
            The dialects follow what is published about two kinds of platforms; what no source states is assumed, and \
            no real platform has been queried yet. Only its owner may have access to the credential file. It has \
            lines such as appId = …, appSecret = …, contentKey = … (32 hexadecimal digits), terminalId, hospitalId, \
            channel. The server's certificate is always verified.

            Exit codes: 3 the platform cannot be reached, 5 it refused or its answer was not used, 7 the request \
            waits in the queue.
            """)

    @Option(name: .long, help: ArgumentHelp("The platform's address, https://….", valueName: "url"))
    var platform: String

    @Option(
        name: .long,
        help: "The dialect of the platform: national, tencent, or a file as described in Docs/electronic-card.md.")
    var dialect: String

    @Option(name: .long, help: ArgumentHelp("The credential file, which only its owner can read.", valueName: "file"))
    var credentials: String

    @Option(
        name: .long,
        help: ArgumentHelp("The authority for the server's certificate, PEM. Default: the system's.", valueName: "file")
    )
    var ca: String?

    @OptionGroup var person: ECardPersonOptions

    @Option(name: .long, help: ArgumentHelp("The text of a code.", valueName: "text"))
    var code: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            """
            The operation: query, queryByCode, verify, makeCode, register, close, bind …, if the dialect has it. \
            Default: query for a person, verify for a code.
            """, valueName: "operation"))
    var operation: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The step of the visit: 10101 registration, 10102 diagnosis, 10103 drugs, 10104 examination, 10105 payment, "
                + "10106 prescription, 10107 surgery.", valueName: "code"))
    var step: String?

    @Option(name: .long, help: ArgumentHelp("The guardian's ID number, for a child.", valueName: "number"))
    var guardianNumber: String?

    @Option(name: .long, help: ArgumentHelp("The guardian's name.", valueName: "name"))
    var guardianName: String?

    @Option(name: .long, help: ArgumentHelp("The hospital's number for the patient, for bind.", valueName: "number"))
    var patient: String?

    @Option(name: .long, help: ArgumentHelp("How many seconds to wait for the answer, 1 to 120.", valueName: "seconds"))
    var timeout = 15

    @Option(
        name: .long,
        help: ArgumentHelp(
            "If the platform cannot be reached, keep a request that changes something in this file.",
            valueName: "file"))
    var queue: String?

    @Flag(name: .long, help: "Send the requests that wait in the queue.")
    var send = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (1...120).contains(timeout) else {
            throw ValidationError(Terminal.words(ECardText.timeoutForm))
        }
        guard !send || queue != nil else {
            throw ValidationError(Terminal.words(ECardText.sendWithQueue))
        }
        guard (guardianNumber == nil) == (guardianName == nil) else {
            throw ValidationError(
                Terminal.words(ECardText.guardianTogether))
        }
    }

    mutating func run() throws {
        try KeyProtection.engageForPassphrase()
        let dialect = try PlatformDialect.named(dialect)
        let credentials = try PlatformCredentials(file: credentials)
        let client = PlatformClient(
            dialect: dialect, address: platform, credentials: credentials,
            transport: HTTPSTransport(authorities: ca, seconds: timeout))
        let queue = queue.map { PlatformQueue(path: $0, credentials: credentials) }
        if send, let queue { return try empty(queue, by: client) }
        let identity = try person.identity()
        let request = try request(identity)
        let answer: PlatformAnswer
        do throws(PlatformError) {
            answer = try client.perform(request)
        } catch {
            guard let queue, error.kind == .noReader, request.changesSomething else { throw error }
            try queue.append(request)
            throw Failure(.partFailed, ECardText.queued(error))
        }
        let output = PlatformOutput(request.operation, answer, identity)
        if json { try Terminal.print(json: output) } else { output.lines(answer).forEach(Terminal.print) }
        guard output.samePerson == false else { return }
        try Terminal.checkOutput()
        throw Failure(
            .cardRefused, Terminal.words(ECardText.otherPerson),
            hint: IdentityDifference.mainIndex.hint(in: Terminal.language))
    }

    private func request(_ identity: HolderIdentity?) throws -> PlatformRequest {
        let code = try code.map { text in
            let recognition = Recognition(of: text)
            guard let code = recognition.code else { throw ECardRecognizeCommand.failure(recognition) }
            return code
        }
        guard let operation = PlatformOperation(rawValue: operation ?? (code == nil ? "query" : "verify")) else {
            let known = PlatformOperation.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError(Terminal.words(ECardText.operationForm(known: known)))
        }
        var more: [PlatformField: String] = [:]
        more[.step] = step
        more[.patient] = patient
        more[.codeText] = code?.text
        if let identity {
            let guardian = try guardianNumber.map { number in
                try HolderIdentity(.residentIdentityCard, number: number, name: guardianName ?? "")
            }
            return PlatformRequest(operation, of: identity, guardian: guardian, more)
        }
        guard code != nil else {
            throw Failure(.usage, ECardText.personOrCode)
        }
        return PlatformRequest(operation, more)
    }

    private struct Sent: Encodable {
        let operation: String
        let done: Bool
        var error: String?
    }

    private func empty(_ queue: PlatformQueue, by client: PlatformClient) throws {
        var sent: [Sent] = []
        func show() throws {
            if json { return try Terminal.print(json: sent) }
            for entry in sent {
                Terminal.print(
                    entry.operation + "  "
                        + (entry.done
                            ? Terminal.words(ECardLabel.done) : entry.error ?? Terminal.words(ECardLabel.refused)))
            }
        }
        do throws(PlatformError) {
            try queue.send(by: client) { request, outcome in
                switch outcome {
                case .answered: sent.append(Sent(operation: request.operation.rawValue, done: true))
                case .refused(let error):
                    let text = error.what(in: Terminal.language)
                    sent.append(Sent(operation: request.operation.rawValue, done: false, error: text))
                }
            }
        } catch {
            try show()
            throw error
        }
        try show()
        guard sent.contains(where: { !$0.done }) else { return }
        throw Failure(.partFailed, ECardText.someRefused)
    }
}
