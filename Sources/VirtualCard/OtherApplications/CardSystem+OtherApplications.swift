import ISO7816

extension CardSystem {
    /// Commands that reached another application, SELECT left out: no more of them are remembered.
    static let mostForeignCommands = 1000

    /// A command that concerns another application of the chip.
    ///
    /// SELECT by its whole name leaves the health application: its rights, its challenge and its current file are gone, and
    /// the MF is where SELECT by identifier goes on from. All but SELECT and GET RESPONSE goes to the other application
    /// then.
    /// - Returns: nil: the health application's own.
    func answerOfOtherApplication(_ command: ReceivedCommand) -> Answer? {
        guard let side = payment else { return nil }
        if command.kind == 0x00, command.ins == 0xA4 {
            guard command.p1 == 4, options.directoryNames, let index = side.index(of: command.data) else { return nil }
            let directory = store.directories[session.directory].identifier
            guard session.otherApplication != nil || behaviour.reachesOtherApplication(directory) else {
                return Answer(status: .fileNotFound)
            }
            return enter(side.applications[index], index, command)
        }
        guard let index = session.otherApplication, command.ins != 0xC0 else { return nil }
        session.chain = nil
        session.waiting = []
        if foreignCommands.count < Self.mostForeignCommands { foreignCommands.append(command.header) }
        return side.answer(command, to: side.applications[index])
    }

    private func enter(_ application: PaymentSide.Application, _ index: Int, _ command: ReceivedCommand) -> Answer {
        if behaviour.rightsOutliveOtherApplication {
            session.leftovers[session.directory, default: []].formUnion(session.rights)
        }
        session.enter(0, keepsRights: false)
        session.challenge = nil
        session.chain = nil
        session.waiting = []
        session.otherApplication = index
        let information = behaviour.otherInformation(application.information, application.isEnvironment)
        // On a T=0 link nobody can tell whether there was an Le.
        guard let ne = command.ne ?? (options.behavesAsT0 ? 256 : nil), command.p2 == 0 else { return Answer() }
        return information.count <= ne ? Answer(data: information) : Answer(status: .correctLength(information.count))
    }

    /// A refused command of the health application is nothing to the bank's.
    func noteRefusal(_ command: ReceivedCommand, _ status: StatusWord) {
        if behaviour.spendsForeignAttempt(command, status) { payment?.spendAttempt() }
    }
}
