import HealthCard
import ShangMi

/// Closes the process before it holds a key, and says what the system does not allow.
enum KeyProtection {
    @discardableResult
    static func engage() -> ProcessProtection {
        let protection = ProcessProtection.engage()
        for shortfall in ProcessProtection.Shortfall.allCases where protection.shortfalls.contains(shortfall) {
            Terminal.note(Terminal.text("note: ", "注意：") + text(shortfall))
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
        failure.message = Terminal.text("no key is opened here: ", "此处不打开任何密钥：") + failure.message
        return failure
    }

    private static func text(_ shortfall: ProcessProtection.Shortfall) -> String {
        switch shortfall {
        case .dumpable:
            Terminal.text("other processes of this user may look into this one", "本用户的其他进程可查看本进程内存")
        case .coreFiles: Terminal.text("a crash may write a core file", "崩溃时可能写出 core 文件")
        case .unlockedMemory:
            Terminal.text(
                "keys may be swapped out to a disk: the limit of locked memory is too low (ulimit -l)",
                "密钥可能被换出到磁盘：锁定内存上限过低（ulimit -l）")
        case .dumpedMemory:
            Terminal.text("keys would be in a dump of this process", "本进程的内存转储中会含有密钥")
        }
    }
}
