import CardProfiles
import HealthCard
import ISO7816
import Messages

/// Small questions that several families ask.
extension CheckBench {
    public func enterMaster() throws(CheckStop) { try enter(profile.directories[0].name) }

    /// The card factor of the answer to reset.
    public func factorBytes() throws(CheckStop) -> [UInt8] {
        try prepare()
        // A wrong check byte is one mistake, found by its own check: no reason for every key to fail.
        do { return try HealthCardSession.foundFactor(of: link, profile, tolerant: true) } catch {
            throw fail("the card factor cannot be taken: \(error.reason)", "复位应答中取不到分散因子")
        }
    }

    /// The file control information a SELECT answers.
    public func controlInformation(_ command: CommandAPDU) throws(CheckStop) -> FileControlInformation {
        let answer = try expect(.ok, for: command)
        do {
            let information = try FileControlInformation(answer.data)
            try expect(
                information.template == .information, "the template is not 6F", "模板不是 6F")
            return information
        } catch let stop as CheckStop {
            throw stop
        } catch {
            throw fail("no FCI: \(AnyMessage(of: error))", "不是 FCI：\(AnyMessage(of: error))")
        }
    }

    /// Sends a command and gives 6Cxx to the caller on every link.
    public func sendUncorrected(_ command: CommandAPDU) throws(CheckStop) -> ResponseAPDU {
        guard link.transmissionProtocol == .t0 else { return try send(command) }
        do { return try sendBytes(command.encodedForT0()) } catch let stop as CheckStop { throw stop } catch {
            throw .notRun(.init("\(command.header) cannot be sent over T=0", "\(command.header) 无法以 T=0 发送"))
        }
    }

    /// An identifier nothing on the card has.
    public func unusedIdentifier() -> FileIdentifier {
        let known = Set(profile.directories.map(\.fileIdentifier) + profile.files.map(\.fileIdentifier))
        let free = (UInt16(0x7F01)...0x7FFF).lazy.map { FileIdentifier(rawValue: $0) }.first { !known.contains($0) }
        return free ?? FileIdentifier(rawValue: 0x7F01)
    }

    /// Fails unless a directory is current: its first file is reached from it.
    public func expectCurrent(_ directory: DirectoryDefinition) throws(CheckStop) {
        guard let file = directory.files.first else { return }
        try selectFile(file)
    }

    /// Files that are read or written through short identifiers.
    public func needShortIdentifiers() throws(CheckStop) {
        guard profile.capabilities.shortFileIdentifiers else {
            throw .notApplicable(.init("this card knows no short identifiers", "本卡不支持短文件标识符"))
        }
    }
}
