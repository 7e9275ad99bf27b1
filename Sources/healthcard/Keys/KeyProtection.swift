import HealthCard
import Messages
import ShangMi

/// Closes the process before it holds a key, and says what the system does not allow.
enum KeyProtection {
    @discardableResult
    static func engage() -> ProcessProtection {
        let protection = ProcessProtection.engage()
        for shortfall in ProcessProtection.Shortfall.allCases where protection.shortfalls.contains(shortfall) {
            Terminal.note(Terminal.words(KeyProtectionText.note) + text(shortfall))
        }
        return protection
    }

    /// Closes the process for keys of formal production, which are given to the installed program alone: one that nobody
    /// could look into since it was started, and in which nothing else runs (`Docs/keys.md §5`).
    ///
    /// - Throws: ``Failure`` of code 8 with what speaks against it, and what to do.
    @discardableResult
    static func engageForProduction() throws -> ProcessProtection {
        if let objection = ProcessStart.objections().first { throw refusal(objection) }
        return engage()
    }

    /// Closes the process for a passphrase or a private key, which no library that was put before the program may see.
    ///
    /// - Throws: ``Failure`` of code 8.
    static func engageForPassphrase() throws {
        for objection in ProcessStart.objections() {
            switch objection {
            case .loaderVariable, .traced: throw refusal(objection)
            case .dumpable, .codeWithoutFile, .changeableCode: continue
            }
        }
        engage()
    }

    private static func refusal(_ objection: ProcessObjection) -> Failure {
        var failure = Failure(objection)
        failure.message = Terminal.words(KeyProtectionText.noKeyOpened) + failure.message
        return failure
    }

    private static func text(_ shortfall: ProcessProtection.Shortfall) -> String {
        switch shortfall {
        case .dumpable:
            Terminal.words(KeyProtectionText.mayBeLookedInto)
        case .coreFiles: Terminal.words(KeyProtectionText.coreFile)
        case .unlockedMemory:
            Terminal.words(KeyProtectionText.swapped)
        case .dumpedMemory:
            Terminal.words(KeyProtectionText.inDump)
        }
    }
}
